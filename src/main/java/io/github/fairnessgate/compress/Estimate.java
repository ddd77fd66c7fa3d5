package io.github.fairnessgate.compress;

import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.UnfitException;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.train.DistillationSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a compression needs, from the shapes of its models. Disk and memory are lower bounds, so that a run that cannot
 * succeed ends before it begins: what has enough may still turn out to be too little, but nothing is refused that would
 * have worked. Time is a rough figure.
 */
public final class Estimate {

    /** A JVM with PyTorch, before there is a model. */
    private static final long ENGINE = 250_000_000;
    /** Weight, gradient, and two moments of Adam, in float32. */
    private static final int TRAINED = 4 * Float.BYTES;
    /**
     * The hidden states that a block keeps for its gradient: the residual stream and both norms, as multiples of the
     * width.
     */
    private static final int KEPT = 4;

    /**
     * Floating-point operations in a second on one core in a training step; docs/benchmarks.md has 40 (reference model)
     * to 80 (GPT-2 124M) thousand million.
     */
    private static final double OPERATIONS = 60e9;
    /** Operations for each parameter and token (Kaplan et al. 2020, section 2.1): forward, and forward and backward. */
    private static final int TEACHER = 2;

    private static final int STUDENT = 6;

    private Estimate() {}

    /**
     * Bytes on disk at once: the model of every stage, which checkpoints keep to the end, and beside them either the
     * state of a training or the result, its dense twin and the zip.
     *
     * @param zip whether the result is packed as well
     */
    public static long disk(Recipe recipe, Gpt2Config input, boolean zip) {
        List<Gpt2Config> shapes = recipe.plan(input);
        long[] parameters = leastParameters(recipe, input, shapes);
        long stages = 0;
        long training = 0;
        for (int stage = 0; stage < shapes.size(); stage++) {
            training = Math.max(
                    training, stages + states(recipe.stages().get(stage), shapes.get(stage), parameters[stage]));
            stages += written(recipe.stages().get(stage), parameters[stage]);
        }
        Gpt2Config last = shapes.get(shapes.size() - 1);
        Stage lastStage = recipe.stages().get(shapes.size() - 1);
        long output = written(lastStage, parameters[shapes.size() - 1]);
        long dense = recipe.dense() && (removesHeads(recipe, last) || becomesWholeNumbers(lastStage))
                ? Float.BYTES * dense(last).parameters()
                : 0;
        return Math.max(training, stages + output + dense + (zip ? output + dense : 0));
    }

    /**
     * A distillation writes float32; what others remove or round is half at most, whole numbers have four bits at
     * least.
     */
    private static long written(Stage stage, long parameters) {
        return Float.BYTES * parameters / (stage instanceof Distillation ? 1 : becomesWholeNumbers(stage) ? 8 : 2);
    }

    /**
     * The checkpoint of a training and the next one, before which it does not go; a training that is validated may end
     * before its first.
     */
    private static long states(Stage stage, Gpt2Config shape, long parameters) {
        if (!(stage instanceof Distillation distillation)
                || distillation.checkpointEvery() == 0
                || distillation.validation().isPresent()) {
            return 0;
        }
        DistillationSettings settings = distillation.settings();
        long withMoments = parameters - (settings.freezePositions() ? (long) shape.positions() * shape.embedding() : 0);
        return Math.min(2, (settings.steps() - 1) / distillation.checkpointEvery())
                * Float.BYTES
                * (parameters + 2 * withMoments);
    }

    /**
     * For each stage the numbers that its model has at least: a plan leaves in the heads that prunings take out, all
     * but one of a layer at most.
     */
    private static long[] leastParameters(Recipe recipe, Gpt2Config input, List<Gpt2Config> shapes) {
        long[] parameters = new long[shapes.size()];
        long removed = 0;
        for (int stage = 0; stage < parameters.length; stage++) {
            Gpt2Config shape = shapes.get(stage);
            if (recipe.stages().get(stage) instanceof HeadPruning pruning) {
                removed += pruning.budget(stage == 0 ? input : shapes.get(stage - 1));
            }
            long removable = IntStream.range(0, shape.layers())
                    .map(layer -> shape.heads(layer) - 1)
                    .sum();
            long ofHead = (4L * shape.embedding() + 3) * shape.headSize();
            parameters[stage] = shape.parameters() - Math.min(removed, removable) * ofHead;
        }
        return parameters;
    }

    private static boolean becomesWholeNumbers(Stage stage) {
        return stage instanceof Quantization quantization
                && quantization.form().scheme() != Quantization.Scheme.FLOAT16;
    }

    private static boolean removesHeads(Recipe recipe, Gpt2Config last) {
        return recipe.stages().stream().anyMatch(HeadPruning.class::isInstance)
                || last.prunedHeads().stream().anyMatch(heads -> !heads.isEmpty());
    }

    private static Gpt2Config dense(Gpt2Config shape) {
        return shape.withPrunedHeads(Collections.nCopies(shape.layers(), List.of()));
    }

    /**
     * @param free bytes that can be written where {@code folder} is, those that checkpoints of an earlier start already
     *     hold included
     * @throws InvalidInputException if that is less than {@link #disk}
     */
    public static void requireDisk(Recipe recipe, Gpt2Config input, boolean zip, Path folder, long free) {
        long needed = disk(recipe, input, zip);
        if (free < needed) {
            throw new InvalidInputException("Compressing by the recipe " + recipe.name() + " needs at least "
                    + Bytes.text(needed) + " in " + folder
                    + " (checkpoints, the model of each stage, the result" + (zip ? ", the zip" : "") + "), but only "
                    + Bytes.text(free)
                    + " are free there; make room, set " + Parameters.OUTPUT_DIRECTORY
                    + " to a larger disk, or use a recipe with fewer stages.");
        }
    }

    /** Bytes of memory that the stage with the largest need takes. */
    public static long memory(Recipe recipe, Gpt2Config input) {
        List<Gpt2Config> shapes = recipe.plan(input);
        long[] parameters = leastParameters(recipe, input, shapes);
        long most = 0;
        for (int stage = 0; stage < shapes.size(); stage++) {
            long given = stage == 0 ? input.parameters() : parameters[stage - 1];
            most = Math.max(
                    most,
                    memory(
                            recipe.stages().get(stage),
                            input.parameters(),
                            given,
                            shapes.get(stage),
                            parameters[stage]));
        }
        return most;
    }

    /**
     * @param original numbers in the model that teaches if the recipe's own does, as {@code given} and {@code made} in
     *     those before and after the stage
     */
    private static long memory(Stage stage, long original, long given, Gpt2Config shape, long made) {
        if (stage instanceof Distillation distillation) {
            long positions = (long) distillation.settings().batchSize()
                    * distillation.settings().sequenceLength();
            long kept = Float.BYTES * positions * shape.layers() * KEPT * shape.embedding();
            long teacher = distillation.teacher() == Distillation.Teacher.ORIGINAL ? original : given;
            return ENGINE + Float.BYTES * teacher + TRAINED * made + kept;
        }
        return ENGINE + Float.BYTES * Math.min(given, made) / 2;
    }

    /**
     * @param available bytes of memory that are to be had
     * @throws UnfitException if that is less than {@link #memory}
     */
    public static void requireMemory(Recipe recipe, Gpt2Config input, long available) {
        long needed = memory(recipe, input);
        if (available < needed) {
            throw new UnfitException(
                    "Compressing by the recipe " + recipe.name() + " takes at least " + Bytes.text(needed)
                            + " of memory, but only " + Bytes.text(available)
                            + " are available; end other programs, raise the limit of the container, or lower"
                            + " batchSize, sequenceLength or layers in the recipe.");
        }
    }

    /**
     * Processor time on a CPU, divided by the cores about the time that passes. Distillations only, which take by far
     * the longest; within a factor of two on the machine of docs/benchmarks.md.
     */
    public static Duration processorTime(Recipe recipe, Gpt2Config input) {
        List<Gpt2Config> shapes = recipe.plan(input);
        double operations = 0;
        for (int stage = 0; stage < shapes.size(); stage++) {
            if (recipe.stages().get(stage) instanceof Distillation distillation) {
                Gpt2Config teacher = stage == 0 || distillation.teacher() == Distillation.Teacher.ORIGINAL
                        ? input
                        : shapes.get(stage - 1);
                DistillationSettings settings = distillation.settings();
                double tokens = (double) settings.steps()
                        * settings.gradientAccumulation()
                        * settings.batchSize()
                        * settings.sequenceLength();
                operations += tokens
                        * (TEACHER * distillation.teacherPasses() * teacher.parameters()
                                + STUDENT * shapes.get(stage).parameters());
            }
        }
        return Duration.ofSeconds(Math.round(operations / OPERATIONS));
    }
}
