package io.github.fairnessgate.compress;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.sparsity.Pattern;
import io.github.fairnessgate.train.BlockLinear;
import java.util.List;

/**
 * Which stages may follow one another: none may undo what one before it achieved, or compare what one before it took
 * out.
 */
final class StageOrder {

    private StageOrder() {}

    /**
     * @throws InvalidInputException if a stage would undo an earlier one, or needs what an earlier one takes out, with
     *     the line of the recipe
     */
    static void require(List<Stage> stages) {
        for (int later = 1; later < stages.size(); later++) {
            for (Stage earlier : stages.subList(0, later)) {
                require(earlier, stages.get(later));
            }
        }
    }

    private static void require(Stage earlier, Stage later) {
        if (earlier instanceof Quantization quantization) {
            throw later.location()
                    .problem(("%s comes after the quantization to %s of line %d, but would not keep its few bits; "
                                    + "make the quantization the last stage.")
                            .formatted(
                                    later.method(),
                                    quantization.form().scheme().id(),
                                    quantization.location().line()));
        }
        if (earlier instanceof WeightPruning && later instanceof Distillation) {
            throw later.location()
                    .problem(("distillation trains every weight, so it would undo the weight-pruning at %s; put "
                                    + "distillation first and weight-pruning after it.")
                            .formatted(earlier.location()));
        }
        if (earlier instanceof WeightPruning pruning
                && pruning.target() instanceof Pattern pattern
                && pruning.linears().contains(BlockLinear.MLP_OUT)
                && later instanceof NeuronPruning) {
            throw later.location()
                    .problem(("%s removes inputs of mlp.c_proj, which would break the groups of the pattern %s of "
                                    + "the weight-pruning at %s;" + " put it before the weight-pruning.")
                            .formatted(later.method(), pattern.id(), earlier.location()));
        }
        if (later instanceof Distillation distillation && distillation.teacher() == Distillation.Teacher.ORIGINAL) {
            requireComparable(earlier, distillation);
        }
    }

    /**
     * A head that goes takes as many inputs out of {@code attn.c_proj} as it is wide, which must be whole groups of a
     * pattern there.
     *
     * @throws InvalidInputException if they are not, with the line of the recipe
     */
    static void requireWholeGroups(List<Stage> stages, int headSize) {
        for (int later = 1; later < stages.size(); later++) {
            for (Stage earlier : stages.subList(0, later)) {
                if (stages.get(later) instanceof HeadPruning heads
                        && earlier instanceof WeightPruning pruning
                        && pruning.target() instanceof Pattern pattern
                        && pruning.linears().contains(BlockLinear.ATTENTION_OUT)
                        && headSize % pattern.group() != 0) {
                    throw heads.location()
                            .problem(("head-pruning removes inputs of attn.c_proj, %d a head, which is not a "
                                            + "multiple of %d; this would break the groups of the pattern"
                                            + " %s of the weight-pruning at %s. Put it before the " + "weight-pruning.")
                                    .formatted(headSize, pattern.group(), pattern.id(), pruning.location()));
                }
            }
        }
    }

    /**
     * The terms {@code hidden} and {@code attention} compare part by part, so that the student must still have the
     * original's parts.
     */
    private static void requireComparable(Stage earlier, Distillation distillation) {
        boolean blocksChosen = earlier instanceof LayerPruning || earlier instanceof Distillation;
        if (distillation.settings().loss().hidden() > 0 && blocksChosen) {
            throw incomparable("hidden", "block by block", "blocks", earlier, distillation);
        }
        if (distillation.settings().loss().attention() > 0 && (blocksChosen || earlier instanceof HeadPruning)) {
            throw incomparable("attention", "head by head", blocksChosen ? "blocks" : "heads", earlier, distillation);
        }
    }

    private static InvalidInputException incomparable(
            String term, String how, String parts, Stage earlier, Distillation distillation) {
        return distillation
                .location()
                .problem(("the loss term %s compares student and teacher %s, but the %s at %s removes %s that the "
                                + "original model has; remove %s from the loss, or remove teacher: original.")
                        .formatted(term, how, earlier.method(), earlier.location(), parts, term));
    }
}
