package io.github.fairnessgate.compress;

import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.train.FrozenGpt2.HeadImportance;
import io.github.fairnessgate.train.PartMask;
import io.github.fairnessgate.train.PartMask.Part;
import java.util.Optional;

/** How a head pruning ranks heads. */
interface HeadRanking {

    /** By what the loss tells of each head, on examples. */
    static HeadRanking byLoss(HeadImportance importance) {
        return (model, examples, mask) -> model.headImportance(examples, mask, importance);
    }

    /** By {@link Magnitudes}. */
    static HeadRanking byMagnitude(ModelDirectory input) {
        return (model, examples, mask) -> Magnitudes.ofHeads(input);
    }

    /** For each layer the importance of its heads; the lowest goes first. */
    double[][] importance(FrozenGpt2 model, int[][] examples, PartMask mask);

    /** Whether a head may be removed at all. */
    default boolean mayGo(Part head) {
        return true;
    }

    /** What each head means for the loss, from what it was ranked by before the first round. */
    default double[][] meaningForLoss(double[][] firstImportance) {
        return firstImportance;
    }

    /** Nothing where bias plays no part. */
    default Optional<StageReport.Fairness> fairnessReport(ModelDirectory output, StageContext context) {
        return Optional.empty();
    }
}
