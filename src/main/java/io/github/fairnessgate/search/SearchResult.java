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
 * @param thresholds by which the last judgement was made
 * @param candidates in the order of the search
 * @param judgedBefore how many candidates other searches tried on the same data, which are not fresh if that is above 0
 * @param chosen the finalist that passes and is best by the first objective; empty if none passes
 */
public record SearchResult(
        List<Objective> objectives,
        Thresholds thresholds,
        List<CandidateResult> candidates,
        int judgedBefore,
        Optional<CandidateResult> chosen) {

    public SearchResult {
        objectives = List.copyOf(objectives);
        candidates = List.copyOf(candidates);
    }

    /** The result, with the best by the first objective of those that pass. */
    public static SearchResult of(
            List<Objective> objectives, Thresholds thresholds, List<CandidateResult> candidates, int judgedBefore) {
        Optional<CandidateResult> best = candidates.stream()
                .filter(candidate -> candidate.problem().isEmpty()
                        && candidate
                                .judged()
                                .filter(judged -> judged.tried().passes())
                                .isPresent())
                .min(Comparator.comparingDouble(candidate ->
                        candidate.judged().orElseThrow().tried().costs().get(0)));
        return new SearchResult(objectives, thresholds, candidates, judgedBefore, best);
    }

    /**
     * Values of the objectives of the model before compression, as measured with the chosen candidate, or else with the
     * first one that came farthest; none if nothing was measured.
     */
    public List<Double> original() {
        return chosen.stream()
                .flatMap(candidate -> candidate.judged().stream())
                .findFirst()
                .or(() -> candidates.stream()
                        .flatMap(candidate -> candidate.judged().stream())
                        .findFirst())
                .or(() -> candidates.stream()
                        .flatMap(candidate -> candidate.latest().stream())
                        .findFirst())
                .map(CandidateResult.Measured::original)
                .orElse(List.of());
    }

    /** The finalist that is nearest to passing: its worst rule uses least of its limit. */
    public Optional<CandidateResult> closest() {
        return candidates.stream()
                .filter(candidate ->
                        candidate.problem().isEmpty() && candidate.judged().isPresent())
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
