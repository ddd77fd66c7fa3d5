package io.github.fairnessgate.compress;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.model.Gpt2Config;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a model is to be compressed.
 *
 * @param name the file's name, or the name of a built-in recipe
 * @param source the YAML, and the seed that replaces the one in it, if one does
 * @param seed what all randomness comes from
 * @param text sources of the text: {@code builtin:gpt2-samples}, files, globs, {@code maven:} and coordinates
 * @param baseDirectory what relative sources start from
 * @param artifacts the file of each Maven source that was resolved, by the source
 * @param dense whether the result gets a {@link DenseTwin}, where it is needed
 * @param stages in order, one or more
 */
public record Recipe(
        String name,
        String source,
        long seed,
        List<String> text,
        Path baseDirectory,
        Map<String, Path> artifacts,
        boolean dense,
        List<Stage> stages) {

    public Recipe {
        text = List.copyOf(text);
        artifacts = Map.copyOf(artifacts);
        stages = List.copyOf(stages);
    }

    /** SHA-256 of the YAML. */
    public String digest() {
        return Digests.sha256(source.getBytes(StandardCharsets.UTF_8));
    }

    /** The sources that Maven has to resolve, as the recipe writes them, each once. */
    public List<String> mavenSources() {
        return text.stream()
                .filter(source -> source.startsWith(TextSource.MAVEN))
                .distinct()
                .toList();
    }

    /** The coordinates of one of the {@link #mavenSources()}. */
    public static String coordinates(String mavenSource) {
        return mavenSource.substring(TextSource.MAVEN.length());
    }

    /** The same recipe under another seed, which its digest tells. */
    public Recipe withSeed(long other) {
        return other == seed
                ? this
                : new Recipe(
                        name,
                        source + "\n# seed of this run: " + other + "\n",
                        other,
                        text,
                        baseDirectory,
                        artifacts,
                        dense,
                        stages);
    }

    /** The same recipe with files for its {@link #mavenSources()}. */
    public Recipe withArtifacts(Map<String, Path> resolved) {
        return new Recipe(name, source, seed, text, baseDirectory, resolved, dense, stages);
    }

    /**
     * The shapes that the model has after each stage, as far as they are known beforehand.
     *
     * @throws InvalidInputException if a stage cannot be done, with the line of the recipe
     */
    public List<Gpt2Config> plan(Gpt2Config input) {
        List<Gpt2Config> shapes = new ArrayList<>();
        Gpt2Config shape = input;
        int heads = HeadPruning.present(input);
        for (Stage stage : stages) {
            shape = stage.plan(shape);
            shapes.add(shape);
            heads = stage instanceof HeadPruning pruning
                    ? pruning.mostLeft(heads, shape.layers())
                    : Math.min(heads, HeadPruning.present(shape));
        }
        StageOrder.requireWholeGroups(stages, input.headSize());
        return shapes;
    }

    /**
     * Looks for the texts, without reading them.
     *
     * @throws InvalidInputException if one is missing
     */
    public void requireTexts() {
        textSources();
    }

    List<TextSource> textSources() {
        return TextSource.find(text, baseDirectory, artifacts);
    }
}
