package io.github.fairnessgate.train;

/**
 * How a student is trained. Adam with betas 0.9 and 0.98 and epsilon 1e-6, without weight decay; no dropout.
 *
 * @param temperature T, above 0
 * @param topK the teacher's most probable tokens that the KL divergence looks at, 1 or more; 0 for all
 * @param loss weights of the loss terms
 * @param freezePositions whether position embeddings keep the values that the student begins with
 * @param steps optimizer steps, 1 or more
 * @param batchSize windows of a forward pass, 1 or more
 * @param sequenceLength tokens of a window, 2 or more
 * @param learningRate the highest learning rate, above 0
 * @param schedule how the learning rate falls after the warm-up
 * @param warmup share of the steps in which the learning rate rises, 0 to 1
 * @param clip largest global norm of the gradient, above 0
 * @param gradientAccumulation forward passes whose mean gradient makes a step, 1 or more
 * @param precision of matrix products
 */
public record DistillationSettings(
        double temperature,
        int topK,
        LossWeights loss,
        boolean freezePositions,
        int steps,
        int batchSize,
        int sequenceLength,
        double learningRate,
        Schedule schedule,
        double warmup,
        double clip,
        int gradientAccumulation,
        Precision precision) {

    /** What is left of the highest learning rate when a share of the steps behind the warm-up is over. */
    public enum Schedule {
        /** {@code 1 - share}. */
        LINEAR,
        /** {@code (1 + cos(pi share)) / 2} (Loshchilov and Hutter 2017, without restarts). */
        COSINE,
        /** All of it. */
        CONSTANT;

        double factor(double share) {
            return switch (this) {
                case LINEAR -> 1 - share;
                case COSINE -> (1 + Math.cos(Math.PI * share)) / 2;
                case CONSTANT -> 1;
            };
        }
    }

    /**
     * The learning rate of a step: it rises linearly to its highest value over the warm-up, which it reaches with the
     * warm-up's last step, and follows the schedule from there; a falling one would be 0 one step after the last, so
     * that no step is spent at 0.
     *
     * @param step the step, from 0
     */
    public double learningRate(int step) {
        long rising = Math.round(warmup * steps);
        return step < rising
                ? learningRate * (step + 1) / rising
                : learningRate * schedule.factor((double) (step - rising) / (steps - rising));
    }
}
