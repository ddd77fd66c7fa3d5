package io.github.fairnessgate.sparsity;

/**
 * N of M: among every M successive inputs of an output, counted from the first, M - N weights are zero. Hardware that
 * multiplies sparse matrices wants the groups along the inputs, because those are what a product sums over.
 */
public enum Pattern implements Target {

    /** Two weights of four stay. */
    TWO_OF_FOUR(2, 4),
    /** Four weights of eight stay. */
    FOUR_OF_EIGHT(4, 8);

    private final int kept;
    private final int group;

    Pattern(int kept, int group) {
        this.kept = kept;
        this.group = group;
    }

    /** {@code 2:4}. */
    public String id() {
        return kept + ":" + group;
    }

    /** M. */
    public int group() {
        return group;
    }

    /** M - N. */
    public int zeros() {
        return group - kept;
    }

    /**
     * Whether every group has its zeros, or more of them.
     *
     * @param values [inputs, outputs]
     */
    public boolean holds(float[] values, int outputs) {
        for (int start = 0; start + (group - 1) * outputs < values.length; start += group * outputs) {
            for (int first = start; first < start + outputs; first++) {
                int zeros = 0;
                for (int i = 0; i < group; i++) {
                    zeros += values[first + i * outputs] == 0 ? 1 : 0;
                }
                if (zeros < zeros()) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Marks the lowest {@code M - N} scores of every group; among equal ones those of earlier inputs.
     *
     * @param scores [inputs, outputs], inputs a multiple of M
     * @param outputs width of a row
     * @param mask as large; gets true where a weight goes, and is left alone elsewhere
     */
    void mark(float[] scores, int outputs, boolean[] mask) {
        if (scores.length % (group * outputs) != 0) {
            throw new IllegalArgumentException(
                    scores.length / outputs + " inputs cannot be put into groups of " + group);
        }
        for (int start = 0; start < scores.length; start += group * outputs) {
            for (int output = 0; output < outputs; output++) {
                markGroup(scores, start + output, outputs, mask);
            }
        }
    }

    private void markGroup(float[] scores, int first, int stride, boolean[] mask) {
        for (int i = 0; i < group; i++) {
            float score = scores[first + i * stride];
            int before = 0;
            for (int j = 0; j < group; j++) {
                float other = scores[first + j * stride];
                before += other < score || other == score && j < i ? 1 : 0;
            }
            mask[first + i * stride] |= before < zeros();
        }
    }
}
