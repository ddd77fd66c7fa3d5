package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The terms {@code hidden} and {@code attention} of {@link LossWeights} for one batch: the teacher's forward pass
 * leaves here what the student's is compared with.
 */
final class FeatureMatching {

    /** Stands for the logarithm of 0; times a probability of 0 it gives 0, as the limit is. */
    private static final float LOG_OF_ZERO = -1e9f;

    private final List<Integer> blocks;
    private final int teacherLayers;
    private final LossWeights weights;
    private final NDManager scope;
    private final Map<Integer, NDArray> teacherResiduals = new HashMap<>();
    private final Map<Integer, NDArray> teacherAttention = new HashMap<>();
    private final List<NDArray> residualDistances = new ArrayList<>();
    private final List<NDArray> attentionDivergences = new ArrayList<>();

    /**
     * @param blocks the teacher's block that each block of the student began as
     * @param scope owns what is kept and the terms
     */
    FeatureMatching(List<Integer> blocks, int teacherLayers, LossWeights weights, NDManager scope) {
        this.blocks = blocks;
        this.teacherLayers = teacherLayers;
        this.weights = weights;
        this.scope = scope;
    }

    /** The last block of the teacher that the student's block stands for. */
    private int lastOfGroup(int studentBlock) {
        return (studentBlock + 1 < blocks.size() ? blocks.get(studentBlock + 1) : teacherLayers) - 1;
    }

    Gpt2Network.Observer teacher() {
        return new Gpt2Network.Observer() {
            @Override
            public void residual(int layer, NDArray residual) {
                if (weights.hidden() > 0) {
                    teacherResiduals.put(layer, constant(residual));
                }
            }

            @Override
            public void attention(int layer, NDArray scores) {
                if (weights.attention() > 0 && blocks.contains(layer)) {
                    teacherAttention.put(layer, constant(logProbabilities(scores)));
                }
            }
        };
    }

    Gpt2Network.Observer student() {
        return new Gpt2Network.Observer() {
            @Override
            public void residual(int layer, NDArray residual) {
                if (weights.hidden() > 0) {
                    residualDistances.add(meanSquare(residual, teacherResiduals.get(lastOfGroup(layer))));
                }
            }

            @Override
            public void attention(int layer, NDArray scores) {
                if (weights.attention() > 0) {
                    attentionDivergences.add(
                            divergence(teacherAttention.get(blocks.get(layer)), logProbabilities(scores)));
                }
            }
        };
    }

    /** The term {@code hidden}, a scalar; after the student's forward pass. */
    NDArray hidden() {
        return mean(residualDistances);
    }

    /** The term {@code attention}, a scalar; after the student's forward pass. */
    NDArray attention() {
        return mean(attentionDivergences);
    }

    private NDArray meanSquare(NDArray first, NDArray second) {
        try (NDArray difference = first.sub(second);
                NDArray square = difference.square()) {
            return kept(square.mean());
        }
    }

    /**
     * The mean of {@code KL(teacher || student)} over examples, heads and positions, of log-probabilities [B, H, S, S].
     */
    private NDArray divergence(NDArray teacherLog, NDArray studentLog) {
        Shape shape = teacherLog.getShape();
        long distributions = shape.get(0) * shape.get(1) * shape.get(2);
        try (studentLog;
                NDArray probabilities = teacherLog.exp();
                NDArray difference = teacherLog.sub(studentLog);
                NDArray product = difference.mul(probabilities);
                NDArray sum = product.sum()) {
            return kept(sum.mul(scope.full(new Shape(), 1f / distributions)));
        }
    }

    private NDArray logProbabilities(NDArray scores) {
        try (NDArray logs = scores.logSoftmax(3)) {
            return logs.maximum(scope.full(new Shape(), LOG_OF_ZERO));
        }
    }

    /** Of scalars; 0 of none. */
    private NDArray mean(List<NDArray> terms) {
        NDArray sum = scope.zeros(new Shape());
        for (NDArray term : terms) {
            sum = sum.add(term);
        }
        return sum.mul(scope.full(new Shape(), 1f / Math.max(1, terms.size())));
    }

    private NDArray constant(NDArray array) {
        return kept(array.stopGradient());
    }

    private NDArray kept(NDArray array) {
        array.attach(scope);
        return array;
    }
}
