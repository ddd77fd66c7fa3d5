package io.github.fairnessgate.search;

import java.util.List;
import java.util.Optional;

/**
 * What became of a candidate.
 *
 * @param id of it
 * @param label what it is, for people
 * @param model its digest; empty if it could not be made
 * @param notMade why not
 * @param screened what was found on the data of the search, round by round
 * @param judged what was found on the data that chose nothing, if it was a finalist
 */
public record CandidateResult(
        String id,
        String label,
        Optional<String> model,
        Optional<String> notMade,
        List<Measured> screened,
        Optional<Measured> judged) {

    public CandidateResult {
        screened = List.copyOf(screened);
    }

    /**
     * What was found on some data.
     *
     * @param share of the data of the thresholds, above 0 to 1
     * @param tried the gate's result and the costs
     * @param values of the objectives, as they are reported
     */
    public record Measured(double share, Tried tried, List<Double> values) {

        public Measured {
            values = List.copyOf(values);
        }
    }

    /** Whether what was found last of both was found on the same data. */
    public boolean isComparableWith(CandidateResult other) {
        return judged.isPresent() == other.judged.isPresent()
                && latest().map(Measured::share).equals(other.latest().map(Measured::share));
    }

    /** What was found last; empty if the candidate could not be made. */
    public Optional<Measured> latest() {
        return judged.or(() -> screened.isEmpty() ? Optional.empty() : Optional.of(screened.get(screened.size() - 1)));
    }
}
