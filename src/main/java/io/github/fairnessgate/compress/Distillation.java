package io.github.fairnessgate.compress;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.Tokenizer;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.train.Blocks;
import io.github.fairnessgate.train.DistillationSettings;
import io.github.fairnessgate.train.Distiller;
import io.github.fairnessgate.train.Precision;
import io.github.fairnessgate.yaml.Location;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Trains a student to predict what its teacher predicts. The student begins as the model that the stage is given, or as
 * some layers of it.
 *
 * @param location where the stage stands in the recipe
 * @param teacher whose predictions it learns
 * @param layers the blocks that the student begins with
 * @param settings how it is trained
 * @param validation on what is held out, if anything is
 * @param counterfactual what it does with the counterfactual of the text, if anything
 * @param checkpointEvery steps between two checkpoints; 0 for none
 */
public record Distillation(
        Location location,
        Teacher teacher,
        Layers layers,
        DistillationSettings settings,
        Optional<Validation> validation,
        Optional<Counterfactual> counterfactual,
        int checkpointEvery)
        implements Stage {

    /** Points of the loss curve that the report keeps. */
    private static final int CURVE_POINTS = 20;

    /** Whose predictions the student learns. */
    public enum Teacher {
        /** Those of the model that the stage is given. */
        INPUT,
        /** Those of the model that the recipe is given, before any stage. */
        ORIGINAL;

        /** The name in recipes and reports. */
        String id() {
            return EnumText.of(this);
        }
    }

    /** Which blocks of the model that the stage is given the student begins with. */
    public sealed interface Layers {

        /** Evenly spaced blocks, the first and the last among them. */
        record Count(int layers) implements Layers {}

        /** These blocks, ascending. */
        record Chosen(List<Integer> blocks) implements Layers {}
    }

    /**
     * Windows that are not trained on, and what their loss decides: the weights with the lowest one are the result.
     *
     * @param windows windows held out, 1 or more
     * @param every steps between two validations, 1 or more; the last step is always followed by one
     * @param patience validations without a new lowest loss after which the training stops, 1 or more
     */
    public record Validation(int windows, int every, int patience) {}

    @Override
    public String method() {
        return "distillation";
    }

    /** Whether matrices are multiplied in float16, which is made for GPUs. */
    public boolean isInFloat16() {
        return settings.precision() == Precision.FLOAT16;
    }

    @Override
    public Map<String, String> data() {
        return counterfactual
                .map(Counterfactual::swaps)
                .map(swaps -> Map.of(swaps.name(), swaps.digest()))
                .orElse(Map.of());
    }

    @Override
    public void requireText(TrainingText text) {
        counterfactual.ifPresent(settings -> settings.requireSwaps(text));
    }

    /** How often the teacher reads a window at most. */
    int teacherPasses() {
        return counterfactual.flatMap(Counterfactual::teacher).isPresent() ? 2 : 1;
    }

    @Override
    public Gpt2Config plan(Gpt2Config input) {
        if (settings.sequenceLength() > input.positions()) {
            throw location.problem("sequenceLength is %d, but the model has only %d positions; lower sequenceLength."
                    .formatted(settings.sequenceLength(), input.positions()));
        }
        if (settings.topK() > input.vocabulary()) {
            throw location.problem(
                    "topK is %d, but the model has only %d tokens; lower topK, or leave it out to use all."
                            .formatted(settings.topK(), input.vocabulary()));
        }
        return input.withBlocks(blocks(input.layers()));
    }

    private List<Integer> blocks(int layersGiven) {
        if (layers instanceof Layers.Count count) {
            if (count.layers() > layersGiven) {
                throw location.problem((teacher == Teacher.INPUT
                                ? "layers is %d, but the teacher has only %d; a student cannot be deeper than its "
                                        + "teacher."
                                : "layers is %d, but the model that the stage is given has only %d; a student "
                                        + "begins as some of its layers, or all.")
                        .formatted(count.layers(), layersGiven));
            }
            return Blocks.evenlySpaced(layersGiven, count.layers());
        }
        List<Integer> chosen = ((Layers.Chosen) layers).blocks();
        int last = chosen.get(chosen.size() - 1);
        if (last >= layersGiven) {
            throw location.problem("layers names block %d, but %s has %d blocks, numbered from 0 to %d."
                    .formatted(
                            last,
                            teacher == Teacher.INPUT ? "the teacher" : "the model that the stage is given",
                            layersGiven,
                            layersGiven - 1));
        }
        return chosen;
    }

    @Override
    public StageReport run(ModelDirectory input, Path output, StageContext context) {
        List<Integer> blocks = blocks(input.config().layers());
        int heldOut = validation.map(Validation::windows).orElse(0);
        int[][] windows = context.windows(settings.sequenceLength(), settings.batchSize(), location);
        if (windows.length - heldOut < settings.batchSize()) {
            throw location.problem(
                    ("validation holds out %d windows, but the text has only %d windows of %d tokens and training "
                                    + "needs at least %d of them; give more text or lower validation.windows.")
                            .formatted(heldOut, windows.length, settings.sequenceLength(), settings.batchSize()));
        }
        HeldOut split = HeldOut.of(windows, heldOut, context.seed());
        Optional<CounterfactualText> swapped =
                counterfactual.map(swapping -> counterfactualText(swapping, windows, split, context));
        ModelDirectory taught = teacher == Teacher.ORIGINAL ? context.original() : input;
        try (Distiller distiller = Distiller.open(
                taught,
                input,
                blocks,
                settings,
                swapped.flatMap(CounterfactualText::teacher),
                context.device(),
                context.progress()::info)) {
            HeldOut text = swapped.map(CounterfactualText::windows).orElse(split);
            TrainingProgress done = new Training(distiller, text, context).run();
            distiller.config().write(output.resolve("config.json"));
            ModelDirectory.writeWeights(output, distiller.config(), distiller::weight, DType.F32);
            int steps = done.steps().size();
            long tokens =
                    (long) steps * settings.gradientAccumulation() * settings.batchSize() * settings.sequenceLength();
            return new StageReport.OfDistillation(
                    teacher.id(),
                    blocks,
                    settings,
                    windows.length,
                    heldOut,
                    tokens,
                    curve(done.steps()),
                    done.validations().points(),
                    (int) done.steps().stream().filter(Distiller.Step::skipped).count(),
                    done.steps().stream()
                            .mapToInt(Distiller.Step::windows)
                            .min()
                            .orElse(settings.batchSize()),
                    done.validations()
                            .best()
                            .map(StageReport.ValidationPoint::step)
                            .orElse(steps),
                    swapped.map(CounterfactualText::report).orElse(null));
        }
    }

    private static CounterfactualText counterfactualText(
            Counterfactual swapping, int[][] windows, HeldOut split, StageContext context) {
        try (Tokenizer tokenizer = Tokenizer.open(context.original())) {
            return CounterfactualText.of(
                    swapping, context.source().documents(), windows, split, tokenizer, context.progress());
        }
    }

    /** A training, from where an earlier start left it. */
    private final class Training {

        private final Distiller distiller;
        private final HeldOut text;
        private final WindowOrder order;
        private final StageContext context;
        private final List<Distiller.Step> steps = new ArrayList<>();
        private Validations validations = Validations.NONE;

        Training(Distiller distiller, HeldOut text, StageContext context) {
            this.distiller = distiller;
            this.text = text;
            this.order = new WindowOrder(text.trained().length, context.seed());
            this.context = context;
            context.training().restore(distiller).ifPresent(saved -> {
                steps.addAll(saved.steps());
                validations = saved.validations();
            });
        }

        TrainingProgress run() {
            if (!steps.isEmpty()) {
                context.progress()
                        .info("distillation: continuing at step " + (steps.size() + 1) + " of " + settings.steps());
            }
            while (steps.size() < settings.steps() && !isOutOfPatience()) {
                step();
                validate();
                save();
            }
            if (validations.best().isPresent()) {
                distiller.takeBest();
            }
            return new TrainingProgress(steps, validations);
        }

        private void step() {
            int step = steps.size();
            long position = (long) step * settings.gradientAccumulation() * settings.batchSize();
            List<int[][]> batches = new ArrayList<>();
            for (int part = 0; part < settings.gradientAccumulation(); part++) {
                batches.add(order.batch(
                        text.trained(), position + (long) part * settings.batchSize(), settings.batchSize()));
            }
            Distiller.Step result = distiller.step(batches);
            steps.add(result);
            context.progress().step(method(), step + 1, settings.steps());
            if (result.skipped()) {
                context.progress()
                        .info(String.format(
                                Locale.ROOT,
                                "distillation step %d of %d: skipped, because its float16 gradients overflowed at "
                                        + "a loss scale of %.0f",
                                step + 1,
                                settings.steps(),
                                result.lossScale()));
            }
            if (step == 0 || (step + 1) % Math.max(1, settings.steps() / 10) == 0) {
                context.progress()
                        .info(String.format(
                                Locale.ROOT,
                                "distillation step %d of %d: loss %.4f",
                                step + 1,
                                settings.steps(),
                                result.loss()));
            }
        }

        private void validate() {
            int step = steps.size();
            if (validation.isEmpty() || step % validation.get().every() != 0 && step != settings.steps()) {
                return;
            }
            double loss = distiller.validationLoss(text.validated());
            validations = validations.plus(new StageReport.ValidationPoint(step, loss));
            if (validations.withoutImprovement() == 0) {
                distiller.rememberBest();
            }
            context.progress()
                    .info(String.format(
                            Locale.ROOT,
                            "distillation step %d of %d: validation loss %.4f%s",
                            step,
                            settings.steps(),
                            loss,
                            isOutOfPatience() ? "; it no longer falls, stopping" : ""));
        }

        private boolean isOutOfPatience() {
            return validation.isPresent()
                    && validations.withoutImprovement() >= validation.get().patience();
        }

        private void save() {
            int step = steps.size();
            if (checkpointEvery > 0 && step % checkpointEvery == 0 && step < settings.steps()) {
                context.training().save(distiller, new TrainingProgress(steps, validations));
            }
        }
    }

    /** Means over equal parts of the training, at most {@link #CURVE_POINTS}. */
    private static List<StageReport.CurvePoint> curve(List<Distiller.Step> steps) {
        int points = Math.min(CURVE_POINTS, steps.size());
        List<StageReport.CurvePoint> curve = new ArrayList<>();
        for (int point = 0; point < points; point++) {
            int to = (int) ((long) steps.size() * (point + 1) / points);
            List<Distiller.Step> part = steps.subList((int) ((long) steps.size() * point / points), to);
            curve.add(new StageReport.CurvePoint(
                    to,
                    part.stream().mapToDouble(Distiller.Step::loss).average().orElseThrow(),
                    part.stream()
                            .mapToDouble(step -> step.terms().kl())
                            .average()
                            .orElseThrow(),
                    part.stream()
                            .mapToDouble(step -> step.terms().crossEntropy())
                            .average()
                            .orElseThrow()));
        }
        return curve;
    }
}
