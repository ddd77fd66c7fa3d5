package io.github.fairnessgate.compress;

import io.github.fairnessgate.train.DistillationSettings;
import io.github.fairnessgate.train.LossWeights;
import io.github.fairnessgate.train.Precision;
import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlNode;
import io.github.fairnessgate.yaml.YamlScalar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a {@link Distillation} out of a recipe. */
final class DistillationReader {

    private static final int ALL_TOKENS = 0;
    private static final int CHECKPOINT_EVERY = 200;

    private DistillationReader() {}

    /** @param baseDirectory what a relative path starts from */
    static Distillation read(YamlMap stage, Path baseDirectory) {
        stage.requireKeys(
                "method",
                "teacher",
                "layers",
                "temperature",
                "loss",
                "freezePositions",
                "steps",
                "batchSize",
                "sequenceLength",
                "learningRate",
                "schedule",
                "warmup",
                "clip",
                "gradientAccumulation",
                "topK",
                "validation",
                "checkpointEvery",
                "precision",
                "counterfactual");
        LossWeights loss = lossWeights(stage);
        DistillationSettings settings = new DistillationSettings(
                temperature(stage, loss),
                topK(stage, loss),
                loss,
                stage.optional("freezePositions")
                        .map(value -> value.asScalar().bool())
                        .orElse(false),
                stage.required("steps").asScalar().integer(1, Numbers.MOST),
                Numbers.integer(stage, "batchSize", 1, 8),
                Numbers.integer(stage, "sequenceLength", 2, 128),
                Numbers.positive(stage, "learningRate", "5e-4").doubleValue(),
                stage.optional("schedule")
                        .map(value -> value.asScalar().oneOf(DistillationSettings.Schedule.class))
                        .orElse(DistillationSettings.Schedule.LINEAR),
                Numbers.share(stage, "warmup", "0.05").doubleValue(),
                Numbers.positive(stage, "clip", "5").doubleValue(),
                Numbers.integer(stage, "gradientAccumulation", 1, 1),
                stage.optional("precision")
                        .map(value -> value.asScalar().oneOf(Precision.class))
                        .orElse(Precision.FLOAT32));
        return new Distillation(
                stage.location(),
                teacher(stage),
                layers(stage.required("layers")),
                settings,
                validation(stage),
                stage.optional("counterfactual")
                        .map(value -> CounterfactualReader.read(value.asMap(), loss, baseDirectory)),
                Numbers.integer(stage, "checkpointEvery", 0, CHECKPOINT_EVERY));
    }

    private static Distillation.Teacher teacher(YamlMap stage) {
        return stage.optional("teacher")
                .map(value -> value.asScalar().oneOf(Distillation.Teacher.class))
                .orElse(Distillation.Teacher.INPUT);
    }

    private static double temperature(YamlMap stage, LossWeights loss) {
        double temperature = Numbers.positive(stage, "temperature", "2").doubleValue();
        if (loss.ce() == 0 && loss.reverseKl() == 0) {
            stage.optional("temperature").ifPresent(value -> {
                throw value.problem(
                        "temperature applies only to the loss terms ce and reverseKl, but both are 0; remove "
                                + "temperature, or raise one of them");
            });
        }
        return temperature;
    }

    private static int topK(YamlMap stage, LossWeights loss) {
        YamlNode topK = stage.optional("topK").orElse(null);
        if (topK == null) {
            return ALL_TOKENS;
        }
        if (loss.ce() == 0) {
            throw topK.problem("topK applies only to the loss term ce, but ce is 0; remove topK, or raise ce");
        }
        return topK.asScalar().integer(1, Numbers.MOST);
    }

    private static Optional<Distillation.Validation> validation(YamlMap stage) {
        return stage.optional("validation").map(YamlNode::asMap).map(validation -> {
            validation.requireKeys("windows", "every", "patience");
            return new Distillation.Validation(
                    Numbers.integer(validation, "windows", 1, 64),
                    Numbers.integer(validation, "every", 1, 100),
                    Numbers.integer(validation, "patience", 1, 3));
        });
    }

    private static Distillation.Layers layers(YamlNode layers) {
        if (layers instanceof YamlScalar count) {
            return new Distillation.Layers.Count(count.integer(1, Numbers.MOST));
        }
        List<Integer> blocks = new ArrayList<>();
        for (YamlNode block : layers.asList().elements()) {
            blocks.add(block.asScalar()
                    .integer(blocks.isEmpty() ? 0 : blocks.get(blocks.size() - 1) + 1, Numbers.MOST));
        }
        if (blocks.isEmpty()) {
            throw layers.problem(
                    "layers is an empty list; name the blocks that the student begins with, or their number");
        }
        return new Distillation.Layers.Chosen(List.copyOf(blocks));
    }

    private static LossWeights lossWeights(YamlMap stage) {
        YamlMap loss = stage.optional("loss").map(YamlNode::asMap).orElse(null);
        if (loss == null) {
            return new LossWeights(0.5, 0.5, 0, 0, 0, 0, 0);
        }
        loss.requireKeys("ce", "clm", "mse", "cosine", "reverseKl", "hidden", "attention");
        if (loss.entries().keySet().stream().noneMatch(key -> weight(loss, key) > 0)) {
            throw loss.problem("all weights of the loss are 0, so there is nothing to learn; raise one");
        }
        return new LossWeights(
                weight(loss, "ce"),
                weight(loss, "clm"),
                weight(loss, "mse"),
                weight(loss, "cosine"),
                weight(loss, "reverseKl"),
                weight(loss, "hidden"),
                weight(loss, "attention"));
    }

    /** A weight that is not there is 0: whoever writes a loss writes all of it. */
    private static double weight(YamlMap loss, String key) {
        return Numbers.number(loss, key, "0", value -> value.signum() >= 0, "0 or more")
                .doubleValue();
    }
}
