package io.github.fairnessgate.compress;

import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.sparsity.LinearWeights;
import io.github.fairnessgate.sparsity.SingularMatrixException;
import io.github.fairnessgate.sparsity.SparseGpt;
import io.github.fairnessgate.sparsity.Wanda;
import io.github.fairnessgate.train.BlockLinear;
import io.github.fairnessgate.train.Calibration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Weights of a model without those that matter least for what the model makes of a text. A block is pruned when the
 * first of its weights is asked for: all its linear layers by what they are given while the block is whole and the
 * blocks before it are pruned, as in the authors' programs. Holds one block at a time; owns native memory.
 */
final class CalibratedPruning implements AutoCloseable {

    private final WeightPruning stage;
    private final ModelDirectory model;
    private final StageContext context;
    private final Calibration calibration;
    private Map<BlockLinear, float[]> pruned;

    CalibratedPruning(WeightPruning stage, ModelDirectory model, int[][] windows, StageContext context) {
        this.stage = stage;
        this.model = model;
        this.context = context;
        this.calibration = Calibration.open(model, windows, context.device());
    }

    /** The new values of a tensor; to be asked in canonical order. */
    float[] weights(String name) {
        for (BlockLinear linear : stage.linears()) {
            if (name.equals(linear.weight(calibration.layer()))) {
                return pruned(linear);
            }
            if (name.equals(linear.weight(calibration.layer() + 1))) {
                calibration.advance(pruned);
                pruned = null;
                return pruned(linear);
            }
        }
        return model.tensor(name).toFloats();
    }

    private float[] pruned(BlockLinear linear) {
        if (pruned == null) {
            pruned = prune();
            context.progress()
                    .step(
                            stage.method(),
                            calibration.layer() + 1L,
                            model.config().layers());
        }
        return pruned.get(linear);
    }

    private Map<BlockLinear, float[]> prune() {
        Map<BlockLinear, float[]> result = new EnumMap<>(BlockLinear.class);
        if (stage.importance() instanceof WeightPruning.Importance.SparseGpt sparseGpt) {
            Map<BlockLinear, double[]> products = calibration.products(stage.linears());
            for (BlockLinear linear : stage.linears()) {
                result.put(linear, prune(linear, sparseGpt, products.remove(linear)));
            }
        } else {
            Map<BlockLinear, double[]> squaredNorms = calibration.squaredNorms(stage.linears());
            stage.linears()
                    .forEach(linear -> result.put(
                            linear, Wanda.prune(linearWeights(linear), squaredNorms.get(linear), stage.target())));
        }
        return result;
    }

    private float[] prune(BlockLinear linear, WeightPruning.Importance.SparseGpt settings, double[] products) {
        try {
            return new SparseGpt(settings.damping(), settings.blockSize())
                    .prune(linearWeights(linear), products, calibration.positions(), stage.target());
        } catch (SingularMatrixException e) {
            throw stage.location()
                    .problem(("with damping %s, the inputs of %s on the examples still depend on one another (%s);"
                                    + " raise damping, or use more examples.")
                            .formatted(settings.damping(), linear.weight(calibration.layer()), e.getMessage()));
        }
    }

    private LinearWeights linearWeights(BlockLinear linear) {
        String name = linear.weight(calibration.layer());
        long[] shape = model.tensor(name).shape();
        return new LinearWeights(
                (int) shape[0], (int) shape[1], model.tensor(name).toFloats());
    }

    @Override
    public void close() {
        calibration.close();
    }
}
