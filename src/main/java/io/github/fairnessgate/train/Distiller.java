package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.UnfitException;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Trains a student, which begins as some blocks of its teacher or of another model, to predict what the teacher
 * predicts.
 *
 * <p>Draws no random numbers: the same windows in the same order give, on one CPU with the same number of threads, the
 * same weights to the last bit. Owns native memory; for one thread at a time, and one instance at a time may be inside
 * {@link #step}.
 */
public final class Distiller implements AutoCloseable {

    /** From 65,536 down to 1/8. */
    static final int MOST_SKIPPED = 20;

    private final DistillationSettings settings;
    private final NDManager manager;
    private final Weights student;
    private final DistillationObjective objective;
    private final Adam adam;
    private final FittingBatch fitting;
    private final Map<String, NDArray> best = new LinkedHashMap<>();
    private LossScale lossScale;
    private int steps;

    private Distiller(
            ModelDirectory teacherModel,
            ModelDirectory start,
            List<Integer> blocks,
            DistillationSettings settings,
            Optional<CounterfactualTeacher> counterfactual,
            NDManager manager,
            FittingBatch fitting) {
        this.settings = settings;
        this.fitting = fitting;
        this.manager = manager;
        Weights teacher = Weights.frozen(teacherModel, manager);
        try (NDManager reading = manager.newSubManager()) {
            this.student = Weights.frozen(start, reading).copyOfBlocks(blocks, manager);
        }
        this.objective = new DistillationObjective(teacher, student, blocks, settings, counterfactual);
        Map<String, Shape> trained = new LinkedHashMap<>();
        student.arrays().forEach((name, array) -> trained.put(name, array.getShape()));
        trained.keySet().removeAll(objective.frozen());
        this.adam = new Adam(trained, manager);
        this.lossScale = LossScale.first(settings.precision());
    }

    /**
     * Loads the teacher and makes the student.
     *
     * @param teacher the model to learn from
     * @param start the model that the student begins as a part of, the teacher or one with the same tokens and
     *     positions; with the loss term {@code hidden} block i of it must stand for block i of the teacher, with
     *     {@code attention} also head for head
     * @param blocks the blocks of {@code start} that the student begins with, ascending
     * @param counterfactual what else the teacher reads, if anything
     * @param log is told once if batches are read in parts because the memory of a GPU is not enough
     * @throws InvalidInputException if the device is not there
     */
    public static Distiller open(
            ModelDirectory teacher,
            ModelDirectory start,
            List<Integer> blocks,
            DistillationSettings settings,
            Optional<CounterfactualTeacher> counterfactual,
            Device device,
            Consumer<String> log) {
        return open(teacher, start, blocks, settings, counterfactual, device, new FittingBatch(log));
    }

    /** The same with a teacher that reads nothing else. */
    public static Distiller open(
            ModelDirectory teacher,
            ModelDirectory start,
            List<Integer> blocks,
            DistillationSettings settings,
            Device device,
            Consumer<String> log) {
        return open(teacher, start, blocks, settings, Optional.empty(), device, log);
    }

    static Distiller open(
            ModelDirectory teacher,
            ModelDirectory start,
            List<Integer> blocks,
            DistillationSettings settings,
            Optional<CounterfactualTeacher> counterfactual,
            Device device,
            FittingBatch fitting) {
        NDManager manager = Torch.open(device);
        try {
            return new Distiller(teacher, start, blocks, settings, counterfactual, manager, fitting);
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
     * What a step did.
     *
     * @param loss the weighted sum of the terms
     * @param terms before the update
     * @param learningRate the step's learning rate
     * @param gradientNorm the gradient's global norm before clipping; 0 if the step was skipped
     * @param lossScale what gradients were multiplied by until then; 1 in float32
     * @param skipped whether they overflowed in float16, so that the weights are as they were
     * @param windows how many windows were read at once: the batch size, or less if the memory of a GPU was not enough
     */
    public record Step(
            double loss,
            LossTerms terms,
            double learningRate,
            double gradientNorm,
            double lossScale,
            boolean skipped,
            int windows) {}

    /**
     * One optimizer step on the mean gradient of the batches; none if gradients overflow in float16, which counts as a
     * step of the learning rate's schedule all the same. Where the memory of a GPU is not enough for a batch it is read
     * in parts: gradients of means are means of the parts' gradients, so that changes nothing but the order in which
     * float32 numbers are added.
     *
     * @param batches {@code gradientAccumulation} batches of {@code batchSize} windows of {@code sequenceLength} token
     *     ids
     * @throws UnfitException if the loss or the gradient is no longer a number, in float16 if {@value #MOST_SKIPPED}
     *     gradients in a row are not; the weights are then as they were before
     */
    public Step step(List<int[][]> batches) {
        double learningRate = settings.learningRate(steps);
        try (NDManager scope = manager.newSubManager()) {
            LossTerms terms = LossTerms.NONE;
            Map<String, NDArray> gradients = new LinkedHashMap<>();
            for (int[][] batch : batches) {
                terms = terms.plus(
                        accumulate(batch, gradients, 1 / (batches.size() * lossScale.value()), scope),
                        1.0 / batches.size());
            }
            double loss = terms.weighted(settings.loss());
            double norm = globalNorm(gradients);
            boolean overflowed =
                    settings.precision() == Precision.FLOAT16 && Double.isFinite(loss) && !Double.isFinite(norm);
            Step step = new Step(
                    loss,
                    terms,
                    learningRate,
                    overflowed ? 0 : norm,
                    lossScale.value(),
                    overflowed,
                    fitting.of(settings.batchSize()));
            if (overflowed) {
                requireFewOverflows(step);
            } else {
                requireNumbers(loss, norm, learningRate);
                adam.update(student.arrays(), gradients, learningRate, Math.min(1, settings.clip() / norm));
            }
            lossScale = lossScale.after(step, settings.precision());
            steps++;
            return step;
        }
    }

    /** Adds {@code share} times the gradients of one batch to {@code sums}, which belong to {@code owner}. */
    private LossTerms accumulate(int[][] batch, Map<String, NDArray> sums, double share, NDManager owner) {
        return inParts(
                batch,
                owner,
                (part, ofBatch, scope) -> objective.differentiate(part, lossScale.value() * ofBatch, scope),
                differentiated -> {
                    add(differentiated.gradients(), share, sums, owner);
                    return differentiated.terms();
                });
    }

    private static void add(Map<String, NDArray> gradients, double share, Map<String, NDArray> sums, NDManager owner) {
        gradients.forEach((name, gradient) -> {
            NDArray scaled = share == 1 ? gradient : gradient.muli(share);
            NDArray sum = sums.get(name);
            if (sum == null) {
                scaled.attach(owner);
                sums.put(name, scaled);
            } else {
                sum.addi(scaled);
            }
        });
    }

    /**
     * What is computed of a part of a batch; {@code scope} owns it. {@code ofBatch} is the part's share of the windows:
     * a loss that is multiplied by it from the start has the gradients, in float16 too, that its windows have in the
     * whole batch.
     */
    private interface Computation<T> {

        T of(int[][] part, double ofBatch, NDManager scope);
    }

    /**
     * The mean terms of a batch, which is read at once if it fits. What an attempt that failed has allocated is handed
     * back before the next.
     *
     * @param taking takes what was computed of a part and gives its terms; must not need much memory of the device,
     *     because nothing is attempted again
     */
    private <T> LossTerms inParts(
            int[][] batch, NDManager owner, Computation<T> computation, Function<T, LossTerms> taking) {
        LossTerms terms = LossTerms.NONE;
        for (int done = 0; done < batch.length; ) {
            int[][] part = fitting.next(batch, done);
            double share = (double) part.length / batch.length;
            try (NDManager scope = owner.newSubManager()) {
                Optional<T> computed = fitting.attempt(part.length, () -> computation.of(part, share, scope));
                if (computed.isPresent()) {
                    terms = terms.plus(taking.apply(computed.get()), share);
                    done += part.length;
                }
            }
        }
        return terms;
    }

    /** The length of all gradients as one vector; 1 read from the device. */
    private static double globalNorm(Map<String, NDArray> gradients) {
        NDList norms = new NDList();
        gradients.values().forEach(gradient -> norms.add(gradient.norm()));
        try (norms;
                NDArray all = NDArrays.stack(norms);
                NDArray norm = all.norm()) {
            return norm.getFloat();
        }
    }

    /**
     * The loss of windows that are not trained on, by the weights as they are now.
     *
     * @param windows of {@code sequenceLength} token ids, 1 or more
     * @return the weighted sum of the terms, a mean over the windows
     * @throws UnfitException if it is no longer a number
     */
    public double validationLoss(int[][] windows) {
        LossTerms terms = LossTerms.NONE;
        for (int from = 0; from < windows.length; from += settings.batchSize()) {
            int[][] batch = Arrays.copyOfRange(windows, from, Math.min(windows.length, from + settings.batchSize()));
            LossTerms ofBatch =
                    inParts(batch, manager, (part, share, scope) -> objective.terms(part, scope), Function.identity());
            terms = terms.plus(ofBatch, (double) batch.length / windows.length);
        }
        double loss = terms.weighted(settings.loss());
        if (!Double.isFinite(loss)) {
            throw new UnfitException(String.format(
                    Locale.ROOT,
                    "Distillation diverged: the validation loss is %s after step %d of %d at learning rate %s; "
                            + "lower learningRate, lengthen warmup or lower clip.",
                    loss,
                    steps,
                    settings.steps(),
                    settings.learningRate(steps - 1)));
        }
        return loss;
    }

    /** Remembers the weights as they are now; the ones remembered before are forgotten. */
    public void rememberBest() {
        student.arrays().forEach((name, array) -> {
            NDArray kept = best.get(name);
            if (kept == null) {
                kept = array.duplicate();
                kept.attach(manager);
                best.put(name, kept);
            } else {
                array.copyTo(kept);
            }
        });
    }

    /** Makes the remembered weights the student's. */
    public void takeBest() {
        if (best.isEmpty()) {
            throw new IllegalStateException("no weights are remembered");
        }
        best.forEach((name, kept) -> kept.copyTo(student.arrays().get(name)));
    }

    /**
     * Everything besides the text that the next steps depend on, and the number of steps: the weights, Adam's two
     * moments, and the remembered weights if there are any.
     *
     * @return shapes by name
     */
    public Map<String, long[]> stateShapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        state().forEach((name, array) -> shapes.put(name, array.getShape().getShape()));
        return shapes;
    }

    /** A copy of one tensor of the state, row major. */
    public float[] state(String name) {
        return state().get(name).toFloatArray();
    }

    /**
     * Goes on where another training of the same model with the same settings was.
     *
     * @param done the steps that it had done
     * @param remembersBest whether it had remembered weights
     * @param state gives each tensor of its state, row major
     */
    public void restore(List<Step> done, boolean remembersBest, Function<String, float[]> state) {
        if (remembersBest) {
            rememberBest();
        }
        // Copied into PyTorch's own memory: that of Java begins at any address, and how MKL adds up may depend on it.
        state().forEach((name, array) -> {
            try (NDArray saved = manager.create(state.apply(name), array.getShape())) {
                saved.copyTo(array);
            }
        });
        adam.continueAfter((int) done.stream().filter(step -> !step.skipped()).count());
        lossScale = LossScale.of(settings.precision(), done);
        steps = done.size();
        done.stream().mapToInt(Step::windows).min().ifPresent(fitting::continueWith);
    }

    private Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        student.arrays().forEach((name, array) -> state.put("weight." + name, array));
        adam.means().forEach((name, array) -> state.put("mean." + name, array));
        adam.variances().forEach((name, array) -> state.put("variance." + name, array));
        best.forEach((name, array) -> state.put("best." + name, array));
        return state;
    }

    private void requireNumbers(double loss, double norm, double learningRate) {
        if (Double.isFinite(loss) && Double.isFinite(norm)) {
            return;
        }
        throw new UnfitException(String.format(
                Locale.ROOT,
                "Distillation diverged at step %d of %d: the loss is %s and the gradient's norm %s at learning rate %s;"
                        + " lower learningRate, lengthen warmup or lower clip%s.",
                steps + 1,
                settings.steps(),
                loss,
                norm,
                learningRate,
                settings.precision() == Precision.FLOAT16
                        ? ", or take precision: float32, whose numbers do not end at 65,504"
                        : ""));
    }

    private void requireFewOverflows(Step step) {
        if (lossScale.skippedInRow() + 1 == MOST_SKIPPED) {
            throw new UnfitException(String.format(
                    Locale.ROOT,
                    "Distillation stopped at step %d of %d: the float16 gradients of %d steps in a row overflowed, "
                            + "the last with a loss of %s, a loss scale"
                            + " of %s and a learning rate of %s; take precision: float32, or lower the weights of "
                            + "the loss or learningRate.",
                    steps + 1,
                    settings.steps(),
                    MOST_SKIPPED,
                    step.loss(),
                    step.lossScale(),
                    step.learningRate()));
        }
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
