package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Losses on the logits {@code z = h W^T} and their gradients, written out rather than left to autograd: they are sums
 * over rows, so both can be had slice by slice, in place. Matrices of a slice are closed as soon as they are used up,
 * so that the next one gets memory that is still in the cache.
 *
 * <p>Shapes: N rows of width E, vocabulary V; hidden states h [N, E], output embedding W [V, E].
 */
final class LogitLoss {

    /** Added to a logit, leaves a probability of exactly 0, and a logarithm of it that 0 can be multiplied with. */
    private static final float IMPOSSIBLE = -1e9f;

    private LogitLoss() {}

    /** Where a teacher's logits come from. */
    interface Logits {

        /**
         * The logits of some rows.
         *
         * @param scope owns the result, which may be overwritten
         * @return [to - from, V]
         */
        NDArray logits(NDManager scope, long from, long to);
    }

    /**
     * Hidden states and the output embedding that makes logits of them, both without gradients.
     *
     * @param hidden [N, E]
     * @param embedding [V, E]
     * @param precision of matrix products
     */
    record Head(NDArray hidden, NDArray embedding, Precision precision) implements Logits {

        Head(NDArray hidden, NDArray embedding) {
            this(hidden, embedding, Precision.FLOAT32);
        }

        long rows() {
            return hidden.getShape().get(0);
        }

        long vocabulary() {
            return embedding.getShape().get(0);
        }

        @Override
        public NDArray logits(NDManager scope, long from, long to) {
            NDArray transposed = embedding.transpose();
            transposed.attach(scope);
            return Products.product(precision, LogitSlices.rows(hidden, from, to, scope), transposed);
        }
    }

    /**
     * The next token of every row and how much its cross-entropy counts.
     *
     * @param tokens int64 [N]; any token where the weight is 0
     * @param weights [N, 1]
     */
    record Targets(NDArray tokens, NDArray weights) {

        /**
         * For windows [B][S]: every position predicts the next one, the last of a window nothing. {@code share} is the
         * weight of a position that counts.
         */
        static Targets nextTokens(int[][] windows, double share, NDManager owner) {
            int length = windows[0].length;
            long[] tokens = new long[windows.length * length];
            float[] weights = new float[windows.length * length];
            for (int example = 0; example < windows.length; example++) {
                for (int position = 0; position + 1 < length; position++) {
                    tokens[example * length + position] = windows[example][position + 1];
                    weights[example * length + position] = (float) share;
                }
            }
            return new Targets(owner.create(tokens), owner.create(weights, new Shape(weights.length, 1)));
        }
    }

    /** Values of the terms, each a scalar array, unweighted. */
    record Terms(NDArray kl, NDArray crossEntropy, NDArray mse, NDArray reverseKl) {

        static Terms zero(NDManager owner) {
            return new Terms(
                    owner.zeros(new Shape()),
                    owner.zeros(new Shape()),
                    owner.zeros(new Shape()),
                    owner.zeros(new Shape()));
        }
    }

    /**
     * A loss and its gradients.
     *
     * @param terms values
     * @param hiddenGradient dL/dh [N, E]
     * @param embeddingGradient dL/dW [V, E]
     */
    record Gradients(Terms terms, NDArray hiddenGradient, NDArray embeddingGradient) {}

    /**
     * The logit terms of the distillation loss: KL at temperature T in both directions, cross-entropy and squared
     * distance.
     *
     * @param lossScale what the gradients, not the terms, are multiplied by
     * @param owner owns the result
     */
    static Gradients distillation(
            Head student,
            Logits teacher,
            Targets targets,
            DistillationSettings settings,
            double lossScale,
            NDManager owner) {
        LossWeights weights = settings.loss();
        double temperature = settings.temperature();
        double scale = temperature * temperature / student.rows();
        double slope = temperature / student.rows();
        Terms terms = Terms.zero(owner);
        NDArray embeddingGradient = owner.zeros(student.embedding().getShape());
        NDList hiddenGradients = new NDList();
        LogitSlices.forEach(owner, student.rows(), student.vocabulary(), (scope, from, to) -> {
            NDArray studentLogits = student.logits(scope, from, to);
            NDArray teacherLogits = teacher.logits(scope, from, to);
            List<NDArray> parts = new ArrayList<>();
            if (weights.clm() > 0) {
                NDArray share = LogitSlices.rows(targets.weights(), from, to, scope);
                NDArray next = LogitSlices.rows(targets.tokens(), from, to, scope);
                parts.add(crossEntropy(studentLogits, next, share, terms.crossEntropy())
                        .muli(weights.clm()));
            }
            if (weights.mse() > 0) {
                NDArray difference = studentLogits.sub(teacherLogits);
                terms.mse().addi(difference.square().sum().divi(student.rows()));
                parts.add(difference.muli(2 * weights.mse() / student.rows()));
            }
            if (weights.reverseKl() > 0) {
                parts.add(reverseDivergence(
                                studentLogits.div(temperature),
                                teacherLogits.div(temperature),
                                scale,
                                terms.reverseKl())
                        .muli(weights.reverseKl() * slope));
            }
            if (weights.ce() > 0) {
                NDArray scaledTeacher = mostProbable(teacherLogits.divi(temperature), settings.topK());
                parts.add(divergence(studentLogits.divi(temperature), scaledTeacher, scale, terms.kl())
                        .muli(weights.ce() * slope));
            }
            NDArray gradient =
                    parts.stream().reduce(NDArray::addi).orElseGet(() -> scope.zeros(studentLogits.getShape()));
            if (lossScale != 1) {
                gradient.muli(lossScale);
            }
            NDArray hiddenGradient = Products.product(student.precision(), gradient, student.embedding());
            hiddenGradient.attach(owner);
            hiddenGradients.add(hiddenGradient);
            embeddingGradient.addi(Products.product(
                    student.precision(), gradient.transpose(), LogitSlices.rows(student.hidden(), from, to, scope)));
        });
        return new Gradients(terms, concatenated(hiddenGradients), embeddingGradient);
    }

    /** dL/dh [N, E] of the weighted cross-entropy; the output embedding is taken as fixed. */
    static NDArray crossEntropyGradient(Head head, Targets targets, NDManager owner) {
        NDList gradients = new NDList();
        NDArray value = owner.zeros(new Shape());
        LogitSlices.forEach(owner, head.rows(), head.vocabulary(), (scope, from, to) -> {
            NDArray gradient = crossEntropy(
                            head.logits(scope, from, to),
                            LogitSlices.rows(targets.tokens(), from, to, scope),
                            LogitSlices.rows(targets.weights(), from, to, scope),
                            value)
                    .matMul(head.embedding());
            gradient.attach(owner);
            gradients.add(gradient);
        });
        return concatenated(gradients);
    }

    /** {@code -log p(target)} of every row in nats, [N]. */
    static float[] negativeLogProbabilities(Head head, NDArray targets, NDManager owner) {
        float[] values = new float[Math.toIntExact(head.rows())];
        LogitSlices.forEach(owner, head.rows(), head.vocabulary(), (scope, from, to) -> {
            NDArray next = LogitSlices.rows(targets, from, to, scope).expandDims(1);
            float[] slice = head.logits(scope, from, to)
                    .logSoftmax(1)
                    .gather(next, 1)
                    .negi()
                    .toFloatArray();
            System.arraycopy(slice, 0, values, Math.toIntExact(from), slice.length);
        });
        return values;
    }

    /**
     * Adds {@code sum_n w_n (-log p_n)} to {@code total}.
     *
     * @return its gradient by the logits, {@code w_n (p - onehot)}, [rows, V]
     */
    private static NDArray crossEntropy(NDArray logits, NDArray targets, NDArray weights, NDArray total) {
        NDArray column = targets.expandDims(1);
        NDArray gradient;
        try (NDArray logProbabilities = logits.logSoftmax(1)) {
            total.subi(logProbabilities.gather(column, 1).mul(weights).sum());
            gradient = logProbabilities.exp().muli(weights);
        }
        NDArray rows =
                logits.getManager().arange((int) logits.getShape().get(0)).toType(targets.getDataType(), false);
        NDIndex atTargets = new NDIndex("{}, {}", rows, targets);
        gradient.set(atTargets, gradient.gather(column, 1).subi(weights).reshape(-1));
        return gradient;
    }

    /**
     * Adds {@code scale sum KL(softmax(teacher) || softmax(student))} to {@code total}.
     *
     * @return {@code softmax(student) - softmax(teacher)}, the gradient of the sum by the student's scaled logits
     */
    private static NDArray divergence(NDArray student, NDArray teacher, double scale, NDArray total) {
        try (NDArray studentLog = student.logSoftmax(1);
                NDArray teacherLog = teacher.logSoftmax(1);
                NDArray teacherProbabilities = teacherLog.exp()) {
            NDArray difference = teacherLog.subi(studentLog).reshape(-1);
            total.addi(difference.dot(teacherProbabilities.reshape(-1)).muli(scale));
            difference.close();
            return studentLog.exp().subi(teacherProbabilities);
        }
    }

    /**
     * Adds {@code scale sum KL(softmax(student) || softmax(teacher))} to {@code total}.
     *
     * @return {@code p_s (log p_s - log p_t - KL)} of every row, the gradient of the sum by the student's scaled logits
     */
    private static NDArray reverseDivergence(NDArray student, NDArray teacher, double scale, NDArray total) {
        try (NDArray studentLog = student.logSoftmax(1);
                NDArray teacherLog = teacher.logSoftmax(1)) {
            NDArray difference = studentLog.sub(teacherLog);
            NDArray probabilities = studentLog.exp();
            try (NDArray product = difference.mul(probabilities);
                    NDArray divergences = product.sum(new int[] {1}, true)) {
                total.addi(divergences.sum().muli(scale));
                difference.subi(divergences);
            }
            return difference.muli(probabilities);
        }
    }

    /**
     * The logits with those that are not among the {@code count} largest of their row made impossible; all of them for
     * 0. Equal ones stay together.
     */
    private static NDArray mostProbable(NDArray logits, int count) {
        if (count == 0) {
            return logits;
        }
        try (NDArray smallest = logits.topK(count, 1, true, false).get(0).min(new int[] {1}, true);
                NDArray below = logits.lt(smallest)) {
            return logits.addi(below.toType(DataType.FLOAT32, false).muli(IMPOSSIBLE));
        }
    }

    private static NDArray concatenated(NDList slices) {
        NDArray whole = NDArrays.concat(slices, 0);
        slices.close();
        return whole;
    }
}
