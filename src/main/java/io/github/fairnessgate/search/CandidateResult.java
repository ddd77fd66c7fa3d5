package io.github.fairnessgate.search;

import java.util.List;
import java.util.Optional;

/**
 * What became of a candidate.
 *
 * @param id of it
 * @param label what it is, for people
 * @param model its digest; empty if it could not be made
 * @param problem why nothing came of it; what was measured of it before counts for nothing then
 * @param screened what was found on the data of the search, round by round
 * @param judged what was found on the data that chose nothing, if it was a finalist
 */
public record CandidateResult(
        String id,
        String label,
        Optional<String> model,
        Optional<Problem> problem,
        List<Measured> screened,
        Optional<Measured> judged) {

    public CandidateResult {
        screened = List.copyOf(screened);
    }

    /**
     * Why nothing came of a candidate.
     *
     * @param sentence for people
     */
    public record Problem(Kind kind, String sentence) {

        /** Whose fault it was. */
        public enum Kind {
            /** The recipe cannot be carried out on the model, or makes what another one makes. */
            NOT_MADE,
            /** A worker ended without a result, for instance because time or memory ran out. */
            FAILED
        }
    }

    /**
     * What was found on some data.
     *
     * @param share of the data of the thresholds, above 0 to 1
     * @param tried the gate's result and the costs
     * @param values of the objectives, as they are reported
     * @param original values of the objectives of the original model, measured with the candidate
     */
    public record Measured(double share, Tried tried, List<Double> values, List<Double> original) {

        public Measured {
            values = List.copyOf(values);
            original = List.copyOf(original);
        }
    }

    /** Whether what was found last of both was found on the same data. */
    public boolean isComparableWith(CandidateResult other) {
        return judged.isPresent() == other.judged.isPresent()
                && latest().map(Measured::share).equals(other.latest().map(Measured::share));
    }

    /** What was found last; empty if nothing came of the candidate. */
    public Optional<Measured> latest() {
        if (problem.isPresent()) {
            return Optional.empty();
        }
        return judged.or(() -> screened.isEmpty() ? Optional.empty() : Optional.of(screened.get(screened.size() - 1)));
    }

    /** Whether this is the kind of what became of it. */
    public boolean ended(Problem.Kind kind) {
        return problem.filter(one -> one.kind() == kind).isPresent();
    }
}
