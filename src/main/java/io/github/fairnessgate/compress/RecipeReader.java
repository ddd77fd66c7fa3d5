package io.github.fairnessgate.compress;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.UserPath;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.BundledFile;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.model.ModelReference;
import io.github.fairnessgate.yaml.NearestName;
import io.github.fairnessgate.yaml.YamlDocument;
import io.github.fairnessgate.yaml.YamlList;
import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlNode;
import io.github.fairnessgate.yaml.YamlScalar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads recipes; every key is described in docs/recipes.md. */
public final class RecipeReader {

    static final List<String> BUILTINS =
            List.of("distilgpt2", "heads-30", "int8", "quickstart-distillation", "quickstart-heads", "wanda-2of4");
    private static final int VERSION = 1;

    private RecipeReader() {}

    /**
     * Reads a recipe.
     *
     * @param recipe a file, or the name of a built-in recipe such as {@code distilgpt2}; a file of that name goes first
     * @param baseDirectory what a relative path starts from
     * @throws InvalidInputException if there is no such recipe, or it says something that cannot be
     */
    public static Recipe read(String recipe, Path baseDirectory) {
        Path file = UserPath.resolve(baseDirectory, recipe);
        if (Files.isRegularFile(file)) {
            return parse(
                    text(file),
                    file.getFileName().toString(),
                    file.toAbsolutePath().getParent());
        }
        if (BUILTINS.contains(recipe)) {
            return parse(builtin(recipe), recipe, baseDirectory);
        }
        throw new InvalidInputException("The recipe " + recipe + " is neither a file in " + baseDirectory
                + " nor built in" + NearestName.hint(recipe, BUILTINS) + ".");
    }

    /** The names of the recipes that are built in. */
    public static List<String> builtins() {
        return BUILTINS;
    }

    /** Whether a recipe of this name is built in. */
    public static boolean isBuiltin(String name) {
        return BUILTINS.contains(name);
    }

    /**
     * The YAML of a file.
     *
     * @throws InvalidInputException if it cannot be read
     */
    public static String text(Path file) {
        return FileErrors.text(file, BoundedFiles.LARGEST_WRITTEN, "The recipe " + file, "save it as UTF-8");
    }

    /** The YAML of a recipe that is built in. */
    public static String builtin(String name) {
        return BundledFile.text(RecipeReader.class, "recipes/" + name + ".yaml");
    }

    /**
     * Reads the YAML of a recipe.
     *
     * @param name for messages and the report
     * @param baseDirectory what relative texts start from
     * @throws InvalidInputException if it says something that cannot be
     */
    public static Recipe parse(String yaml, String name, Path baseDirectory) {
        return parse(YamlDocument.parse(yaml, name).asMap(), yaml, name, baseDirectory);
    }

    /**
     * The same of YAML that was parsed before.
     *
     * @param root of {@code yaml}; its nodes may know that they are from other files
     */
    public static Recipe parse(YamlMap root, String yaml, String name, Path baseDirectory) {
        root.requireKeys("version", "seed", "text", "dense", "stages");
        root.required("version").asScalar().integer(VERSION, VERSION);
        YamlList stages = root.required("stages").asList();
        if (stages.elements().isEmpty()) {
            throw stages.problem("stages is empty, so nothing would be compressed; name at least one stage");
        }
        List<Stage> read = stages.elements().stream()
                .map(stage -> stage(stage, baseDirectory))
                .toList();
        StageOrder.require(read);
        return new Recipe(
                name,
                yaml,
                root.required("seed").asScalar().integer(0L, Long.MAX_VALUE),
                text(root, read),
                baseDirectory,
                Map.of(),
                root.optional("dense").map(node -> node.asScalar().bool()).orElse(false),
                read);
    }

    /** Only what is trained or calibrated needs text. */
    private static List<String> text(YamlMap root, List<Stage> stages) {
        Optional<YamlNode> text = root.optional("text");
        if (text.isPresent()) {
            return sources(text.get());
        }
        stages.stream().filter(Stage::needsText).findFirst().ifPresent(stage -> {
            throw root.problem(("the file needs the key \"text\", because %s (%s) learns or ranks with text; name files"
                            + " of text like your model's, or %sgpt2-samples to try the recipe")
                    .formatted(stage.location().path(), stage.method(), TextSource.BUILTIN));
        });
        return List.of();
    }

    private static List<String> sources(YamlNode text) {
        if (text instanceof YamlScalar one) {
            return List.of(source(one));
        }
        List<String> sources = text.asList().elements().stream()
                .map(source -> source(source.asScalar()))
                .toList();
        if (sources.isEmpty()) {
            throw text.problem("text is an empty list; name a file or builtin:gpt2-samples");
        }
        return sources;
    }

    private static String source(YamlScalar scalar) {
        String source = scalar.text();
        if (source.startsWith(TextSource.MAVEN)
                && ModelReference.Coordinates.parse(source.substring(TextSource.MAVEN.length()))
                        .isEmpty()) {
            throw scalar.problem(
                    "\"%s\" has no Maven coordinates; write %sgroupId:artifactId[:extension[:classifier]]:version"
                            .formatted(source, TextSource.MAVEN));
        }
        return source;
    }

    private static Stage stage(YamlNode node, Path baseDirectory) {
        YamlMap stage = node.asMap();
        enum Method {
            DISTILLATION,
            HEAD_PRUNING,
            NEURON_PRUNING,
            LAYER_PRUNING,
            WEIGHT_PRUNING,
            QUANTIZATION
        }
        return switch (stage.required("method").asScalar().oneOf(Method.class)) {
            case DISTILLATION -> DistillationReader.read(stage, baseDirectory);
            case HEAD_PRUNING -> HeadPruningReader.read(stage, baseDirectory);
            case NEURON_PRUNING -> NeuronPruningReader.read(stage);
            case LAYER_PRUNING -> LayerPruningReader.read(stage);
            case WEIGHT_PRUNING -> WeightPruningReader.read(stage);
            case QUANTIZATION -> QuantizationReader.read(stage, baseDirectory);
        };
    }
}
