package io.github.fairnessgate.compress;

import io.github.fairnessgate.artifact.DType;
import io.github.fairnessgate.artifact.Gpt2Config;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.artifact.SafetensorsWriter;
import io.github.fairnessgate.train.Blocks;
import io.github.fairnessgate.train.DistillationSettings;
import io.github.fairnessgate.train.Distiller;
import io.github.fairnessgate.yaml.Location;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Trains a student of fewer layers to predict what the model predicts.
 *
 * @param location where the stage stands in the recipe
 * @param layers   the blocks that the student begins with
 * @param settings how it is trained
 */
public record Distillation(Location location, Layers layers, DistillationSettings settings) implements Stage {

    /** Points of the loss curve that the report keeps. */
    private static final int CURVE_POINTS = 20;

    /** Which of the teacher's blocks the student begins with. */
    public sealed interface Layers {

        /** Evenly spaced blocks, the first and the last among them. */
        record Count(int layers) implements Layers {
        }

        /** These blocks, ascending. */
        record Chosen(List<Integer> blocks) implements Layers {
        }
    }

    @Override
    public String method() {
        return "distillation";
    }

    @Override
    public Gpt2Config plan(Gpt2Config input) {
        if (settings.sequenceLength() > input.positions()) {
            throw location.problem("sequenceLength is %d, but the model has only %d positions; lower sequenceLength."
                    .formatted(settings.sequenceLength(), input.positions()));
        }
        return Blocks.select(input, blocks(input.layers()));
    }

    private List<Integer> blocks(int teacherLayers) {
        if (layers instanceof Layers.Count count) {
            if (count.layers() > teacherLayers) {
                throw location.problem("layers is %d, but the teacher has only %d; a student cannot be deeper than its teacher."
                        .formatted(count.layers(), teacherLayers));
            }
            return Blocks.evenlySpaced(teacherLayers, count.layers());
        }
        List<Integer> chosen = ((Layers.Chosen) layers).blocks();
        int last = chosen.get(chosen.size() - 1);
        if (last >= teacherLayers) {
            throw location.problem("layers names block %d, but the teacher has %d blocks, numbered from 0 to %d."
                    .formatted(last, teacherLayers, teacherLayers - 1));
        }
        return chosen;
    }

    @Override
    public StageReport run(ModelDirectory input, Path output, StageContext context) {
        List<Integer> blocks = blocks(input.config().layers());
        int[][] windows = context.windows(settings.sequenceLength(), settings.batchSize(), location);
        WindowOrder order = new WindowOrder(windows.length, context.seed());
        try (Distiller distiller = Distiller.open(input, blocks, settings, context.device())) {
            List<Distiller.Step> steps = train(distiller, windows, order, context);
            distiller.config().write(output.resolve("config.json"));
            SafetensorsWriter.write(output.resolve("model.safetensors"), distiller.config().tensorShapes(), distiller::weight, DType.F32);
            long tokens = (long) steps.size() * settings.gradientAccumulation() * settings.batchSize() * settings.sequenceLength();
            return new StageReport.OfDistillation(blocks, settings, windows.length, tokens, curve(steps));
        }
    }

    private List<Distiller.Step> train(Distiller distiller, int[][] windows, WindowOrder order, StageContext context) {
        List<Distiller.Step> steps = new ArrayList<>();
        long position = 0;
        for (int step = 0; step < settings.steps(); step++) {
            List<int[][]> batches = new ArrayList<>();
            for (int part = 0; part < settings.gradientAccumulation(); part++) {
                batches.add(order.batch(windows, position, settings.batchSize()));
                position += settings.batchSize();
            }
            Distiller.Step done = distiller.step(batches);
            steps.add(done);
            context.progress().step(method(), step + 1, settings.steps());
            if (step == 0 || (step + 1) % Math.max(1, settings.steps() / 10) == 0) {
                context.progress().info(String.format(Locale.ROOT, "distillation step %d of %d: loss %.4f",
                        step + 1, settings.steps(), done.loss()));
            }
        }
        return steps;
    }

    /** Means over equal parts of the training, at most {@link #CURVE_POINTS}. */
    private static List<StageReport.CurvePoint> curve(List<Distiller.Step> steps) {
        int points = Math.min(CURVE_POINTS, steps.size());
        List<StageReport.CurvePoint> curve = new ArrayList<>();
        for (int point = 0; point < points; point++) {
            int to = (int) ((long) steps.size() * (point + 1) / points);
            List<Distiller.Step> part = steps.subList((int) ((long) steps.size() * point / points), to);
            curve.add(new StageReport.CurvePoint(to,
                    part.stream().mapToDouble(Distiller.Step::loss).average().orElseThrow(),
                    part.stream().mapToDouble(Distiller.Step::kl).average().orElseThrow(),
                    part.stream().mapToDouble(Distiller.Step::crossEntropy).average().orElseThrow()));
        }
        return curve;
    }
}
