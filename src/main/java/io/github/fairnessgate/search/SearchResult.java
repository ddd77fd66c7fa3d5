package io.github.fairnessgate.search;

import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.Thresholds;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What candidates came to.
 *
 * @param objectives the first decides
 * @param original values of the objectives of the model before compression
 * @param thresholds by which the last judgement was made
 * @param candidates in the order of the search
 * @param chosen the finalist that passes and is best by the first objective; empty if none passes
 */
public record SearchResult(
        List<Objective> objectives,
        List<Double> original,
        Thresholds thresholds,
        List<CandidateResult> candidates,
        Optional<CandidateResult> chosen) {

    public SearchResult {
        objectives = List.copyOf(objectives);
        original = List.copyOf(original);
        candidates = List.copyOf(candidates);
    }

    /** The best by the first objective, of the judged ones that pass. */
    public static Optional<CandidateResult> best(List<CandidateResult> candidates) {
        List<Tried> passing = candidates.stream()
                .flatMap(candidate -> candidate.judged().stream())
                .map(CandidateResult.Measured::tried)
                .filter(Tried::passes)
                .toList();
        return passing.stream()
                .min(Comparator.comparingDouble(tried -> tried.costs().get(0)))
                .flatMap(best -> candidates.stream()
                        .filter(candidate -> candidate.id().equals(best.id()))
                        .findFirst());
    }

    /** The finalist that is nearest to passing: its worst rule uses least of its limit. */
    public Optional<CandidateResult> closest() {
        return candidates.stream()
                .filter(candidate -> candidate.judged().isPresent())
                .min(Comparator.comparingDouble(
                        candidate -> candidate.judged().orElseThrow().tried().use()));
    }

    /** The rules that decide, as they were judged of some candidate; none if none could be made. */
    public List<RuleResult> rules() {
        return candidates.stream()
                .flatMap(candidate -> candidate.latest().stream())
                .findFirst()
                .map(measured -> measured.tried().gate().results().stream()
                        .filter(result -> result.rule().decides())
                        .toList())
                .orElse(List.of());
    }
}
