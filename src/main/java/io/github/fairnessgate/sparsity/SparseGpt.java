package io.github.fairnessgate.sparsity;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pruning that lets the remaining weights make up for those that went (Frantar and Alistarh 2023, arXiv 2301.00774,
 * algorithm 1). With X [inputs, n] over the calibration text, {@code H = 2/n X X^T}: an input that was always zero gets
 * 1 on the diagonal and loses its weights; then the damping times the mean of the diagonal is added to the diagonal.
 * With {@code H^-1 = U^T U}, U upper triangular, inputs are gone through in order, in blocks: what a weight w of input
 * j loses, {@code e = (w - q) / U_jj}, is taken from the weights of the inputs after it as {@code e U_jk}. The weights
 * that go are those of least {@code w^2 / U_jj^2}.
 *
 * <p>A share is met in every block of inputs, over all outputs together; a pattern in every group of inputs of every
 * output, each chosen when its turn comes. A weight that is zero at the start stays zero. The sweep is in float, as the
 * authors' is, U in double precision. The result does not depend on the number of threads.
 *
 * @param damping share of the diagonal's mean that is added to it, above 0; the paper's is 0.01
 * @param blockSize inputs that choose their weights together, 1 or more; the paper's is 128
 */
public record SparseGpt(double damping, int blockSize) {

    /** Outputs that one task goes through: their errors in a block of 128 inputs are 128 kB. */
    private static final int TASK_OUTPUTS = 256;

    public SparseGpt {
        if (!(damping > 0) || blockSize < 1) {
            throw new IllegalArgumentException("damping " + damping + ", blocks of " + blockSize);
        }
    }

    /**
     * The weights of a layer after pruning, [inputs, outputs].
     *
     * @param products {@code X X^T} [inputs, inputs], row major; is overwritten
     * @param positions n, columns of X, 1 or more
     * @throws SingularMatrixException if the damping is too small for these products
     * @throws IllegalArgumentException if a group of the pattern would cross a block
     */
    public float[] prune(LinearWeights weights, double[] products, long positions, Target target) {
        if (products.length != Math.multiplyExact(weights.inputs(), weights.inputs())) {
            throw new IllegalArgumentException(products.length + " products for " + weights.inputs() + " inputs");
        }
        if (target instanceof Pattern pattern
                && (blockSize % pattern.group() != 0 || weights.inputs() % pattern.group() != 0)) {
            throw new IllegalArgumentException(
                    "groups of " + pattern.group() + " in " + weights.inputs() + " inputs, blocks of " + blockSize);
        }
        boolean[] dead = hessian(products, weights.inputs(), positions);
        InverseFactor.replace(products, weights.inputs());
        Sweep sweep = new Sweep(weights, dead, products, target);
        for (int start = 0; start < weights.inputs(); start += blockSize) {
            sweep.block(start, Math.min(weights.inputs(), start + blockSize));
        }
        return sweep.values;
    }

    /** Turns {@code X X^T} into the damped H. Returns which inputs were always zero. */
    private boolean[] hessian(double[] products, int inputs, long positions) {
        boolean[] dead = new boolean[inputs];
        double trace = 0;
        for (int i = 0; i < products.length; i++) {
            products[i] *= 2.0 / positions;
        }
        for (int input = 0; input < inputs; input++) {
            int diagonal = input * inputs + input;
            dead[input] = products[diagonal] == 0;
            products[diagonal] = dead[input] ? 1 : products[diagonal];
            trace += products[diagonal];
        }
        for (int input = 0; input < inputs; input++) {
            products[input * inputs + input] += damping * trace / inputs;
        }
        return dead;
    }

    /** One pass over the inputs of a layer. */
    private static final class Sweep {

        private final int inputs;
        private final int outputs;
        private final float[] values;
        private final boolean[] mask;
        private final float[] factor;
        private final Target target;

        Sweep(LinearWeights weights, boolean[] dead, double[] inverseFactor, Target target) {
            this.inputs = weights.inputs();
            this.outputs = weights.outputs();
            this.values = weights.values().clone();
            this.mask = new boolean[values.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = dead[i / outputs] ? 0 : values[i];
                mask[i] = values[i] == 0;
            }
            this.factor = new float[inverseFactor.length];
            for (int i = 0; i < factor.length; i++) {
                factor[i] = (float) inverseFactor[i];
            }
            this.target = target;
        }

        void block(int start, int end) {
            if (target instanceof Share share) {
                markBlock(start, end, share);
            }
            int tasks = (outputs + TASK_OUTPUTS - 1) / TASK_OUTPUTS;
            IntStream.range(0, tasks)
                    .parallel()
                    .forEach(task -> new Columns(task * TASK_OUTPUTS, Math.min(outputs, (task + 1) * TASK_OUTPUTS))
                            .block(start, end));
        }

        private void markBlock(int start, int end, Share share) {
            float[] scores = new float[(end - start) * outputs];
            for (int input = start; input < end; input++) {
                for (int output = 0; output < outputs; output++) {
                    scores[(input - start) * outputs + output] = score(input, output);
                }
            }
            Cut cut = Cut.lowest(List.of(scores), share.of(scores.length));
            for (int i = 0; i < scores.length; i++) {
                mask[start * outputs + i] |= cut.takes(scores[i]);
            }
        }

        /** {@code w^2 / U_jj^2}; 0, the least there is, for weights that were zero at the start. */
        private float score(int input, int output) {
            int place = input * outputs + output;
            float root = values[place] / factor[input * inputs + input];
            return mask[place] ? 0 : root * root;
        }

        /** Some of the outputs; what happens to one never depends on another, once the mask is chosen. */
        private final class Columns {

            private final int from;
            private final int width;

            Columns(int from, int to) {
                this.from = from;
                this.width = to - from;
            }

            void block(int start, int end) {
                float[] errors = new float[(end - start) * width];
                for (int input = start; input < end; input++) {
                    if (target instanceof Pattern pattern && input % pattern.group() == 0) {
                        markGroup(input, pattern);
                    }
                    prune(input, errors, (input - start) * width);
                    for (int later = input + 1; later < end; later++) {
                        subtract(later, factor[input * inputs + later], errors, (input - start) * width);
                    }
                }
                for (int later = end; later < inputs; later++) {
                    subtractBlock(later, start, end, errors);
                }
            }

            /**
             * Takes what all inputs of a block lost from a later input, four at a time because memory is slower than
             * arithmetic.
             */
            private void subtractBlock(int later, int start, int end, float[] errors) {
                int input = start;
                for (; input + 3 < end; input += 4) {
                    float first = factor[input * inputs + later];
                    float second = factor[(input + 1) * inputs + later];
                    float third = factor[(input + 2) * inputs + later];
                    float fourth = factor[(input + 3) * inputs + later];
                    int a = (input - start) * width;
                    int b = a + width;
                    int c = b + width;
                    int d = c + width;
                    int row = later * outputs + from;
                    for (int output = 0; output < width; output++) {
                        values[row + output] -= first * errors[a + output]
                                + second * errors[b + output]
                                + third * errors[c + output]
                                + fourth * errors[d + output];
                    }
                }
                for (; input < end; input++) {
                    subtract(later, factor[input * inputs + later], errors, (input - start) * width);
                }
            }

            private void markGroup(int first, Pattern pattern) {
                float[] scores = new float[pattern.group() * width];
                boolean[] going = new boolean[scores.length];
                for (int i = 0; i < scores.length; i++) {
                    scores[i] = score(first + i / width, from + i % width);
                }
                pattern.mark(scores, width, going);
                for (int i = 0; i < going.length; i++) {
                    mask[(first + i / width) * outputs + from + i % width] |= going[i];
                }
            }

            private void prune(int input, float[] errors, int offset) {
                float diagonal = factor[input * inputs + input];
                int row = input * outputs + from;
                Arrays.fill(errors, offset, offset + width, 0);
                for (int output = 0; output < width; output++) {
                    if (mask[row + output]) {
                        errors[offset + output] = values[row + output] / diagonal;
                        values[row + output] = 0;
                    }
                }
            }

            private void subtract(int input, float share, float[] errors, int offset) {
                int row = input * outputs + from;
                for (int output = 0; output < width; output++) {
                    values[row + output] -= share * errors[offset + output];
                }
            }
        }
    }
}
