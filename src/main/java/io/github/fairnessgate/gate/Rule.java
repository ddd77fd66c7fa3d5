package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.metric.MetricId;
import io.github.fairnessgate.yaml.Location;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One rule, of a thresholds file or of a baseline file.
 *
 * @param location where the rule stands, for messages and annotations
 * @param metric metric id, or its beginning up to the parameters of its variant
 * @param slice a slice of the items, {@code all} for every item
 * @param compare which change is harm; nothing for what the metric's direction suggests
 * @param limits at most one on the change, one on the candidate and one on single items; possibly none for an
 *     exploratory rule
 * @param role what a failure means
 * @param level whether the rule decides
 * @param origin which file the rule is of
 * @param correctScorerError whether the rule has to hold also for shares corrected for the scorer's errors
 */
public record Rule(
        Location location,
        String metric,
        String slice,
        Optional<Compare> compare,
        List<Limit> limits,
        Role role,
        Level level,
        Origin origin,
        boolean correctScorerError) {

    public Rule {
        limits = List.copyOf(limits);
    }

    /** A rule of a thresholds file. */
    public Rule(
            Location location,
            String metric,
            String slice,
            Optional<Compare> compare,
            List<Limit> limits,
            Role role,
            Level level) {
        this(location, metric, slice, compare, limits, role, level, Origin.THRESHOLDS, false);
    }

    /** A rule that takes a scorer's judgements as they are. */
    public Rule(
            Location location,
            String metric,
            String slice,
            Optional<Compare> compare,
            List<Limit> limits,
            Role role,
            Level level,
            Origin origin) {
        this(location, metric, slice, compare, limits, role, level, origin, false);
    }

    /** Which change is harm. */
    public enum Compare {
        /** A greater distance from 50, on either side. */
        PARITY,
        /** A change of the value in the metric's bad direction; for a preference, upwards. */
        SIGNED
    }

    /** What a failure means. */
    public enum Role {
        /** The candidate is less fair. */
        FAIRNESS,
        /** The candidate is a worse language model, so that its fairness numbers mean nothing. */
        CAPABILITY,
        /** The candidate costs more than it may: room, time or memory. */
        COST,
        /** Nothing: the row is reported and never decides. */
        EXPLORATORY
    }

    /** Whether a rule decides. */
    public enum Level {
        ERROR,
        WARN
    }

    /** Which file a rule is of. */
    public enum Origin {
        /** What is tolerated. */
        THRESHOLDS,
        /** What was accepted before, and may only become tighter. */
        BASELINE
    }

    /** The same rule with other limits. */
    Rule withLimits(List<Limit> others) {
        return new Rule(location, metric, slice, compare, others, role, level, origin, correctScorerError);
    }

    /** Whether the rule can fail the gate. */
    public boolean decides() {
        return role != Role.EXPLORATORY && level == Level.ERROR;
    }

    /** Whether the metric is of what a model costs. */
    public boolean isAboutCost() {
        return Suites.isAboutCost(metric);
    }

    /** The limit on the change, if there is one. */
    public Optional<Limit> changeLimit() {
        return limits.stream().filter(limit -> limit.kind().limitsChange()).findFirst();
    }

    /** The limit on the candidate alone, if there is one. */
    public Optional<Limit> candidateLimit() {
        return limits.stream().filter(limit -> limit.kind().limitsCandidate()).findFirst();
    }

    /** The limit on the items that became biased, if there is one. */
    public Optional<Limit> newlyBiasedLimit() {
        return limits.stream()
                .filter(limit -> limit.kind() == Limit.Kind.MAX_NEWLY_BIASED_RATE)
                .findFirst();
    }

    /** The id of the suite that the metric belongs to. */
    String suite() {
        return MetricId.suiteOf(metric);
    }

    /**
     * What is said of the same metric and slice as by another rule, and never decides: which way a model moved beside
     * how far from parity it is.
     */
    boolean isSignedRow() {
        return !decides() && compare.equals(Optional.of(Compare.SIGNED));
    }

    /** Metric and slice as a person names them: {@code stereoset.ss/micro race}. A file has one rule for each. */
    String subject() {
        return subject(metric);
    }

    /**
     * @param named id of the metric that is or will be measured
     * @param bySubject the rules before this one, by what they are about; this one is added
     * @throws io.github.fairnessgate.InvalidInputException if one of them is about the same
     */
    void requireFirst(String named, Map<String, Rule> bySubject) {
        Rule earlier = bySubject.putIfAbsent(subject(named), this);
        if (earlier != null) {
            throw location.problem("a second rule for %s, which is %s; the first is in line %d"
                    .formatted(subject(), named, earlier.location().line()));
        }
    }

    /** @param named the metric as it is to be named */
    String subject(String named) {
        return named + (slice.equals(Evaluation.ALL) ? "" : " " + slice) + (isSignedRow() ? " (signed)" : "");
    }
}
