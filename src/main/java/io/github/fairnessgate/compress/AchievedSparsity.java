package io.github.fairnessgate.compress;

import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.sparsity.Pattern;
import io.github.fairnessgate.train.BlockLinear;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The zeros of a model that lost weights, counted in its file.
 *
 * @param layers for each layer its pruned matrices
 * @param patterns which patterns hold in all of them
 * @param changed whether a weight is another than before
 */
record AchievedSparsity(List<StageReport.SparseLayer> layers, Set<Pattern> patterns, boolean changed) {

    /** Counts. */
    static AchievedSparsity count(ModelDirectory before, ModelDirectory after, List<BlockLinear> linears) {
        boolean changed = false;
        Set<Pattern> patterns = new LinkedHashSet<>(List.of(Pattern.values()));
        List<StageReport.SparseLayer> layers = new ArrayList<>();
        for (int layer = 0; layer < after.config().layers(); layer++) {
            List<StageReport.SparseTensor> tensors = new ArrayList<>();
            for (BlockLinear linear : linears) {
                String name = linear.weight(layer);
                float[] values = after.tensor(name).toFloats();
                int outputs = Math.toIntExact(after.tensor(name).shape()[1]);
                changed |= differs(before.tensor(name).toFloats(), values);
                patterns.removeIf(pattern -> !pattern.holds(values, outputs));
                tensors.add(new StageReport.SparseTensor(name, zeros(values), values.length));
            }
            layers.add(new StageReport.SparseLayer(List.copyOf(tensors)));
        }
        return new AchievedSparsity(List.copyOf(layers), Set.copyOf(patterns), changed);
    }

    private static boolean differs(float[] before, float[] after) {
        for (int i = 0; i < before.length; i++) {
            if (before[i] != after[i]) {
                return true;
            }
        }
        return false;
    }

    private static long zeros(float[] values) {
        long zeros = 0;
        for (float value : values) {
            zeros += value == 0 ? 1 : 0;
        }
        return zeros;
    }

    long zeros() {
        return layers.stream()
                .flatMap(layer -> layer.tensors().stream())
                .mapToLong(StageReport.SparseTensor::zeros)
                .sum();
    }

    long size() {
        return layers.stream()
                .flatMap(layer -> layer.tensors().stream())
                .mapToLong(StageReport.SparseTensor::size)
                .sum();
    }

    /** @throws IllegalStateException if there are fewer zeros than the stage was asked for */
    void require(WeightPruning stage, ModelDirectory after) {
        for (StageReport.SparseLayer layer : layers) {
            for (StageReport.SparseTensor tensor : layer.tensors()) {
                long[] shape = after.tensor(tensor.tensor()).shape();
                requireZeros(tensor.tensor(), tensor.zeros(), stage.leastZeros(shape[0], shape[1]));
            }
        }
        requireZeros("the model", zeros(), stage.leastZerosInAll(size()));
        if (stage.target() instanceof Pattern pattern && !patterns.contains(pattern)) {
            throw new IllegalStateException("weight-pruning left a group that is not " + pattern.id());
        }
    }

    private static void requireZeros(String where, long zeros, long least) {
        if (zeros < least) {
            throw new IllegalStateException(
                    "weight-pruning left " + zeros + " zeros in " + where + " instead of " + least);
        }
    }
}
