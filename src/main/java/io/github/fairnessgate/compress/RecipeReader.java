package io.github.fairnessgate.compress;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.train.DistillationSettings;
import io.github.fairnessgate.train.LossWeights;
import io.github.fairnessgate.yaml.NearestName;
import io.github.fairnessgate.yaml.YamlDocument;
import io.github.fairnessgate.yaml.YamlList;
import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlNode;
import io.github.fairnessgate.yaml.YamlScalar;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Reads recipes; every key is described in docs/recipes.md. */
public final class RecipeReader {

    private static final List<String> BUILTINS = List.of("distilgpt2", "heads-30", "quickstart-distillation", "quickstart-heads");
    private static final int VERSION = 1;
    private static final int MOST = 1_000_000_000;

    private RecipeReader() {
    }

    /**
     * Reads a recipe.
     *
     * @param recipe        a file, or the name of a built-in recipe such as {@code distilgpt2}; a file of that name goes first
     * @param baseDirectory what a relative path starts from
     * @throws InvalidInputException if there is no such recipe, or it says something that cannot be
     */
    public static Recipe read(String recipe, Path baseDirectory) {
        Path file = baseDirectory.resolve(recipe);
        if (Files.isRegularFile(file)) {
            return parse(text(file), file.getFileName().toString(), file.toAbsolutePath().getParent());
        }
        if (BUILTINS.contains(recipe)) {
            return parse(builtin(recipe), recipe, baseDirectory);
        }
        throw new InvalidInputException("The recipe " + recipe + " is neither a file in " + baseDirectory + " nor built in"
                + NearestName.hint(recipe, BUILTINS) + ".");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new InvalidInputException("The recipe " + file + " is not UTF-8; save it as UTF-8.", e);
        } catch (IOException e) {
            throw new InvalidInputException("The recipe " + file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static String builtin(String name) {
        String resource = "recipes/" + name + ".yaml";
        try (InputStream in = RecipeReader.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the plugin's jar lacks " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the plugin's jar is damaged at " + resource, e);
        }
    }

    /**
     * Reads the YAML of a recipe.
     *
     * @param name          for messages and the report
     * @param baseDirectory what relative texts start from
     */
    static Recipe parse(String yaml, String name, Path baseDirectory) {
        YamlMap root = YamlDocument.parse(yaml, name).asMap();
        root.requireKeys("version", "seed", "text", "stages");
        root.required("version").asScalar().integer(VERSION, VERSION);
        YamlList stages = root.required("stages").asList();
        if (stages.elements().isEmpty()) {
            throw stages.problem("stages is empty, so nothing would be compressed; name at least one stage");
        }
        return new Recipe(name, yaml, root.required("seed").asScalar().integer(0L, Long.MAX_VALUE), sources(root.required("text")),
                baseDirectory, stages.elements().stream().map(RecipeReader::stage).toList());
    }

    private static List<String> sources(YamlNode text) {
        if (text instanceof YamlScalar one) {
            return List.of(one.text());
        }
        List<String> sources = text.asList().elements().stream().map(source -> source.asScalar().text()).toList();
        if (sources.isEmpty()) {
            throw text.problem("text is an empty list; name a file or builtin:gpt2-samples");
        }
        return sources;
    }

    private static Stage stage(YamlNode node) {
        YamlMap stage = node.asMap();
        enum Method { DISTILLATION, HEAD_PRUNING }
        return switch (stage.required("method").asScalar().oneOf(Method.class)) {
            case DISTILLATION -> distillation(stage);
            case HEAD_PRUNING -> headPruning(stage);
        };
    }

    private static Distillation distillation(YamlMap stage) {
        stage.requireKeys("method", "layers", "temperature", "loss", "freezePositions", "steps", "batchSize", "sequenceLength",
                "learningRate", "warmup", "clip", "gradientAccumulation");
        DistillationSettings settings = new DistillationSettings(
                positive(stage, "temperature", "2").doubleValue(),
                lossWeights(stage),
                stage.optional("freezePositions").map(value -> value.asScalar().bool()).orElse(false),
                stage.required("steps").asScalar().integer(1, MOST),
                integer(stage, "batchSize", 1, 8),
                integer(stage, "sequenceLength", 2, 128),
                positive(stage, "learningRate", "5e-4").doubleValue(),
                share(stage, "warmup", "0.05").doubleValue(),
                positive(stage, "clip", "5").doubleValue(),
                integer(stage, "gradientAccumulation", 1, 1));
        return new Distillation(stage.location(), layers(stage.required("layers")), settings);
    }

    private static Distillation.Layers layers(YamlNode layers) {
        if (layers instanceof YamlScalar count) {
            return new Distillation.Layers.Count(count.integer(1, MOST));
        }
        List<Integer> blocks = new ArrayList<>();
        for (YamlNode block : layers.asList().elements()) {
            blocks.add(block.asScalar().integer(blocks.isEmpty() ? 0 : blocks.get(blocks.size() - 1) + 1, MOST));
        }
        if (blocks.isEmpty()) {
            throw layers.problem("layers is an empty list; name the teacher's blocks that the student begins with, or their number");
        }
        return new Distillation.Layers.Chosen(List.copyOf(blocks));
    }

    private static LossWeights lossWeights(YamlMap stage) {
        YamlMap loss = stage.optional("loss").map(YamlNode::asMap).orElse(null);
        if (loss == null) {
            return new LossWeights(0.5, 0.5, 0, 0);
        }
        loss.requireKeys("ce", "clm", "mse", "cosine");
        double ce = weight(loss, "ce");
        double clm = weight(loss, "clm");
        double mse = weight(loss, "mse");
        double cosine = weight(loss, "cosine");
        if (ce + clm + mse + cosine == 0) {
            throw loss.problem("all weights of the loss are 0, so there is nothing to learn; raise one");
        }
        return new LossWeights(ce, clm, mse, cosine);
    }

    /** A weight that is not there is 0: whoever writes a loss writes all of it. */
    private static double weight(YamlMap loss, String key) {
        return number(loss, key, "0", value -> value.signum() >= 0, "0 or more").doubleValue();
    }

    private static HeadPruning headPruning(YamlMap stage) {
        stage.requireKeys("method", "importance", "heads", "examples", "sequenceLength", "step");
        return new HeadPruning(stage.location(),
                stage.required("importance").asScalar().oneOf(HeadPruning.Importance.class),
                heads(stage.required("heads").asScalar()),
                integer(stage, "examples", 1, 64),
                integer(stage, "sequenceLength", 2, 128),
                number(stage, "step", "0.1", value -> value.signum() > 0 && value.compareTo(BigDecimal.ONE) <= 0, "above 0 and at most 1"));
    }

    private static BigDecimal heads(YamlScalar written) {
        BigDecimal heads = written.decimal();
        boolean isShare = heads.signum() > 0 && heads.compareTo(BigDecimal.ONE) < 0;
        boolean isCount = heads.compareTo(BigDecimal.ONE) >= 0 && heads.stripTrailingZeros().scale() <= 0
                && heads.compareTo(BigDecimal.valueOf(MOST)) <= 0;
        if (!isShare && !isCount) {
            throw written.problem("heads must be a share of all heads, above 0 and below 1, or a whole number of heads, but is "
                    + written.description());
        }
        return heads;
    }

    private static int integer(YamlMap map, String key, int least, int otherwise) {
        return map.optional(key).map(value -> value.asScalar().integer(least, MOST)).orElse(otherwise);
    }

    private static BigDecimal positive(YamlMap map, String key, String otherwise) {
        return number(map, key, otherwise, value -> value.signum() > 0, "above 0");
    }

    private static BigDecimal share(YamlMap map, String key, String otherwise) {
        return number(map, key, otherwise, value -> value.signum() >= 0 && value.compareTo(BigDecimal.ONE) <= 0, "from 0 to 1");
    }

    private static BigDecimal number(YamlMap map, String key, String otherwise, Predicate<BigDecimal> allowed, String range) {
        YamlScalar written = map.optional(key).map(YamlNode::asScalar).orElse(null);
        if (written == null) {
            return new BigDecimal(otherwise);
        }
        BigDecimal value = written.decimal();
        if (!allowed.test(value)) {
            throw written.problem("%s must be a number %s, but is %s".formatted(written.path(), range, written.description()));
        }
        return value;
    }
}
