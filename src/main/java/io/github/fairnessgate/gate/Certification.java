package io.github.fairnessgate.gate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Disparity;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.statistics.VarianceSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What several candidates of one recipe say about the recipe.
 *
 * @param gate every rule judged on the mean over all that the recipe could make
 * @param splits of every rule where the variance comes from; nothing for a metric that is no mean over items, or has
 *     too few
 * @param runs every candidate judged alone
 */
public record Certification(GateResult gate, List<Optional<VarianceSplit>> splits, List<GateResult> runs) {

    /** Fewer runs say nothing about a further one: with two, Student's t is 6.3 at 0.05. */
    public static final int FEWEST_RUNS = 3;

    public Certification {
        splits = List.copyOf(splits);
        runs = List.copyOf(runs);
    }

    /**
     * Judges a recipe, at one look: {@code onInconclusive: escalate} counts as {@code fail}.
     *
     * @param candidates made by the recipe under different seeds, measured on the baseline's items; at least
     *     {@value #FEWEST_RUNS}
     * @throws InvalidInputException if there are fewer, or as {@link Gate#decide}
     */
    public static Certification of(Thresholds tolerated, Evaluation baseline, List<Evaluation> candidates) {
        Thresholds thresholds = tolerated.judgedOnce();
        if (candidates.size() < FEWEST_RUNS) {
            throw new InvalidInputException("A recipe cannot be certified from " + candidates.size()
                    + " runs; at least " + FEWEST_RUNS + " with different seeds are needed.");
        }
        List<Comparison> comparisons = candidates.stream()
                .map(candidate -> new Comparison(baseline, candidate, Gate.SEED))
                .toList();
        GateResult gate = Gate.decide(thresholds, comparisons);
        List<Optional<VarianceSplit>> splits = new ArrayList<>();
        for (RuleResult result : gate.results()) {
            splits.add(
                    result.change().isEmpty()
                                    || Disparity.is(result.metric().estimator())
                                    || result.metric().estimator().isCost()
                            ? Optional.empty()
                            : Optional.of(SeveralRuns.of(result.rule(), result.metric(), comparisons)
                                    .split()));
        }
        return new Certification(
                gate,
                splits,
                candidates.stream()
                        .map(candidate -> Gate.decide(thresholds, baseline, candidate))
                        .toList());
    }
}
