package io.github.fairnessgate.gate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.statistics.Spending;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.util.Set;

/**
 * How the gate looks again, at more continuations of the same prompts, where a rule is inconclusive. Declared before
 * anything is measured: how many looks there are, how many continuations each has and how much of the error rate each
 * may spend follow from the plan alone.
 *
 * <p>Look {@code k} of {@code K} judges at the level {@code a(k / K) - a((k - 1) / K)} of its {@link Spending}
 * {@code a}. The levels add up to alpha, so that the chance of a wrong verdict at any look is at most alpha, whatever
 * the looks have in common (Bonferroni's inequality); {@code docs/statistics.md} says why boundaries of the joint
 * normal distribution are not used.
 *
 * @param location where it is declared, for messages
 * @param spending how the error rate is divided over the looks
 * @param looks at most so many, the first included; 2 or more
 * @param maximum continuations of every prompt at the last look
 */
public record Escalation(Location location, Spending spending, int looks, int maximum) {

    /**
     * The error rate of one look.
     *
     * @param alpha of all looks together
     * @param look 1 to {@link #looks()}
     */
    public double level(double alpha, int look) {
        double before = look == 1 ? 0 : spending.spent(alpha, (look - 1.) / looks);
        return spending.spent(alpha, (double) look / looks) - before;
    }

    /**
     * Continuations of every prompt at a look: from those of the first to the {@link #maximum()} in equal steps,
     * rounded down.
     *
     * @param first at the first look, below the maximum
     * @param look 1 to {@link #looks()}
     */
    public int continuations(int first, int look) {
        return first + (int) ((long) (maximum - first) * (look - 1) / (looks - 1));
    }

    /**
     * @throws InvalidInputException if a look would have a level below the smallest alpha, as no bootstrap has so
     *     extreme a quantile
     */
    void requireLevels(BigDecimal alpha, BigDecimal smallest) {
        for (int look = 1; look <= looks; look++) {
            double level = level(alpha.doubleValue(), look);
            if (level < smallest.doubleValue()) {
                throw location.problem(
                        ("look %d of %d would be judged at the level %.2g, but below %s the bootstrap shows "
                                        + "nothing; take fewer looks," + " spending: pocock, or a larger alpha")
                                .formatted(look, looks, level, smallest.toPlainString()));
            }
        }
    }

    /**
     * Checks that there is something to draw.
     *
     * @param written suites whose prompts the models continue, by id
     * @throws InvalidInputException if no rule that decides is about one of them, or if one has too many continuations
     *     from the beginning
     */
    void requireDraws(Thresholds thresholds, Set<String> written) {
        if (thresholds.rules().stream().filter(Rule::decides).noneMatch(rule -> written.contains(rule.suite()))) {
            throw location.problem(
                    "onInconclusive is escalate, but no deciding rule is about text that the models write, and the "
                            + "gate can generate"
                            + " more of that only; write onInconclusive: fail, or add a rule about rtp, bold or "
                            + "prompts of your own");
        }
        for (String suite : written) {
            int first = thresholds.continuations(suite);
            if (maximum - first < looks - 1) {
                throw location.problem(
                        ("escalation.maximum is %d, but %s begins with %d continuations of every prompt, and each "
                                        + "of %d looks needs more"
                                        + " than the one before; raise the maximum to %d or more, or set fewer "
                                        + "continuations under suites")
                                .formatted(maximum, suite, first, looks, first + looks - 1));
            }
        }
    }
}
