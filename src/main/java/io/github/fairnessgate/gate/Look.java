package io.github.fairnessgate.gate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.evaluate.Evaluation;
import java.util.List;

/**
 * What was measured for one look of the gate. The first look has every suite, a later one those of which more was
 * drawn.
 *
 * @param baseline the model before compression
 * @param candidate the model after compression, measured alike
 */
public record Look(Evaluation baseline, Evaluation candidate) {

    /**
     * @throws InvalidInputException if one was computed on another device class, or in other numbers, than the other
     */
    public Look {
        String before = baseline.provenance().computing();
        String after = candidate.provenance().computing();
        if (!before.equals(after)) {
            throw new InvalidInputException("The baseline was measured on " + before + " and the candidate on " + after
                    + ", so any difference between them may come from the arithmetic rather than from compression: "
                    + "measure both with one "
                    + Parameters.DEVICE + " and one " + Parameters.PRECISION + ".");
        }
    }

    /**
     * What the gate concluded from: the first look, with the suites of later ones as far as they counted in the place
     * of its own.
     *
     * @param looks that the gate was given
     */
    public static Look latest(List<Look> looks, GateResult gate) {
        return looks.stream()
                .limit(Math.max(1, gate.looks().size()))
                .reduce(Look::with)
                .orElseThrow();
    }

    /** This look with the suites of a later one in the place of its own. */
    public Look with(Look later) {
        return new Look(baseline.with(later.baseline), candidate.with(later.candidate));
    }
}
