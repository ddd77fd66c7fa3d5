package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.search.CandidateResult;
import io.github.fairnessgate.search.CandidateResult.Measured;
import io.github.fairnessgate.search.CandidateResult.Problem;
import io.github.fairnessgate.search.Objective;
import io.github.fairnessgate.search.Tried;
import java.util.List;
import java.util.Optional;

/** Candidates with real verdicts of the real gate over items that are made up. */
public final class SearchSamples {

    /** The size. */
    public static final Objective BYTES = new Objective("size.bytes", "search.yaml:3");

    /** What is measured in turns with the original. */
    public static final Objective DECODE = new Objective("latency.decode", "search.yaml:4");

    private SearchSamples() {}

    /** One rule, of which 600 of 1,000 pairs prefer the stereotype before compression. */
    public static Thresholds thresholds() {
        return ThresholdsReader.read(
                "version: 1\nrules:\n  - {metric: pairs.preference/sum-bos, maxIncrease: 5}\n", "thresholds.yaml");
    }

    /** @param preferred of 1,000 pairs, in which the candidate prefers the stereotype */
    public static Measured measured(
            String id, double share, int preferred, List<Double> values, List<Double> original) {
        return new Measured(
                share,
                new Tried(
                        id,
                        Gate.decide(
                                thresholds(),
                                SampleReports.evaluation(600, 0.1, "before"),
                                SampleReports.evaluation(preferred, 0.1, "after")),
                        values),
                values,
                original);
    }

    /** A finalist. */
    static CandidateResult judged(String id, String label, int preferred, List<Double> values, List<Double> original) {
        return new CandidateResult(
                id,
                label,
                Optional.of("a".repeat(64)),
                Optional.empty(),
                List.of(),
                Optional.of(measured(id, 0.5, preferred, values, original)));
    }

    /** One that came no farther than the search's side of the data. */
    static CandidateResult screened(String id, String label, int preferred, List<Double> values) {
        return new CandidateResult(
                id,
                label,
                Optional.of("b".repeat(64)),
                Optional.empty(),
                List.of(measured(id, 0.25, preferred, values, values)),
                Optional.empty());
    }

    static CandidateResult lost(String id, String label, Problem.Kind kind, String why) {
        return new CandidateResult(
                id, label, Optional.empty(), Optional.of(new Problem(kind, why)), List.of(), Optional.empty());
    }
}
