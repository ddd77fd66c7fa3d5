package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.Gpt2Config;
import io.github.fairnessgate.artifact.ModelDirectory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Trains a student, which begins as some blocks of its teacher, to predict what the teacher predicts.
 *
 * <p>Draws no random numbers: the same windows in the same order give, on one CPU with the same number
 * of threads, the same weights to the last bit. Owns native memory; for one thread at a time, and one
 * instance at a time may be inside {@link #step}.
 */
public final class Distiller implements AutoCloseable {

    private final DistillationSettings settings;
    private final NDManager manager;
    private final Weights student;
    private final DistillationObjective objective;
    private final Adam adam;
    private int steps;

    private Distiller(ModelDirectory teacherModel, List<Integer> blocks, DistillationSettings settings, NDManager manager) {
        this.settings = settings;
        this.manager = manager;
        Weights teacher = Weights.frozen(teacherModel, manager);
        this.student = teacher.copyOfBlocks(blocks, manager);
        Set<String> frozen = settings.freezePositions() ? Set.of(Weights.POSITIONS) : Set.of();
        this.objective = new DistillationObjective(teacher, student, frozen, settings.temperature(), settings.loss());
        this.adam = new Adam(manager);
    }

    /**
     * Loads the teacher and makes the student.
     *
     * @param teacher the model to learn from
     * @param blocks  the teacher's blocks that the student begins with, ascending
     * @throws InvalidInputException if the device is not there
     */
    public static Distiller open(ModelDirectory teacher, List<Integer> blocks, DistillationSettings settings, Device device) {
        NDManager manager = Torch.open(device);
        try {
            return new Distiller(teacher, blocks, settings, manager);
        } catch (RuntimeException | Error failure) {
            manager.close();
            throw failure;
        }
    }

    /** The student's configuration. */
    public Gpt2Config config() {
        return student.config();
    }

    /**
     * A copy of a tensor of the student as it is now, row major.
     *
     * @param name canonical name, one of the {@link #config configuration}'s tensors
     */
    public float[] weight(String name) {
        return student.arrays().get(name).toFloatArray();
    }

    /**
     * What a step did. Loss terms are those of {@link LossWeights}, unweighted, before the update.
     *
     * @param loss         the weighted sum of the terms
     * @param kl           {@code T^2 mean KL}, 0 if its weight is 0
     * @param crossEntropy nats a token, 0 if its weight is 0
     * @param mse          squared distance of the logits, 0 if its weight is 0
     * @param cosine       {@code mean (1 - cos)}, 0 if its weight is 0
     * @param learningRate the step's learning rate
     * @param gradientNorm the gradient's global norm before clipping
     */
    public record Step(double loss, double kl, double crossEntropy, double mse, double cosine, double learningRate, double gradientNorm) {
    }

    /**
     * One optimizer step on the mean gradient of the batches.
     *
     * @param batches {@code gradientAccumulation} batches of {@code batchSize} windows of {@code sequenceLength} token ids
     * @throws InvalidInputException if the loss or the gradient is no longer a number; the weights are then as they were before
     */
    public Step step(List<int[][]> batches) {
        double learningRate = settings.learningRate(steps);
        try (NDManager scope = manager.newSubManager()) {
            DistillationObjective.Terms terms = DistillationObjective.Terms.NONE;
            Map<String, NDArray> gradients = new LinkedHashMap<>();
            double share = 1.0 / batches.size();
            for (int[][] batch : batches) {
                terms = terms.plus(accumulate(batch, gradients, share, scope), share);
            }
            double loss = terms.weighted(settings.loss());
            double norm = globalNorm(gradients);
            requireNumbers(loss, norm, learningRate);
            adam.update(student.arrays(), gradients, learningRate, Math.min(1, settings.clip() / norm));
            steps++;
            return new Step(loss, terms.kl(), terms.crossEntropy(), terms.mse(), terms.cosine(), learningRate, norm);
        }
    }

    /** Adds {@code share} times the gradients of one batch to {@code sums}, which belong to {@code owner}. */
    private DistillationObjective.Terms accumulate(int[][] batch, Map<String, NDArray> sums, double share, NDManager owner) {
        try (NDManager scope = owner.newSubManager()) {
            DistillationObjective.Differentiated differentiated = objective.differentiate(batch, scope);
            differentiated.gradients().forEach((name, gradient) -> {
                NDArray scaled = share == 1 ? gradient : gradient.muli(share);
                NDArray sum = sums.get(name);
                if (sum == null) {
                    scaled.attach(owner);
                    sums.put(name, scaled);
                } else {
                    sum.addi(scaled);
                }
            });
            return differentiated.terms();
        }
    }

    /** The length of all gradients as one vector; 1 read from the device. */
    private static double globalNorm(Map<String, NDArray> gradients) {
        NDList norms = new NDList();
        gradients.values().forEach(gradient -> norms.add(gradient.norm()));
        try (norms; NDArray all = NDArrays.stack(norms); NDArray norm = all.norm()) {
            return norm.getFloat();
        }
    }

    private void requireNumbers(double loss, double norm, double learningRate) {
        if (Double.isFinite(loss) && Double.isFinite(norm)) {
            return;
        }
        throw new InvalidInputException(String.format(Locale.ROOT,
                "Distillation diverged at step %d of %d: the loss is %s and the gradient's norm %s at learning rate %s;"
                        + " lower learningRate, lengthen warmup or lower clip.",
                steps + 1, settings.steps(), loss, norm, learningRate));
    }

    /** Arrays that live as long as this object; does not grow with the steps. */
    int longLivedArrays() {
        return manager.getManagedArrays().size();
    }

    @Override
    public void close() {
        manager.close();
    }
}
