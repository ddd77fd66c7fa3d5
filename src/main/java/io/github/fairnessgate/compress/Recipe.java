package io.github.fairnessgate.compress;

import io.github.fairnessgate.artifact.Digests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * How a model is to be compressed.
 *
 * @param name          the file's name, or the name of a built-in recipe
 * @param source        the YAML
 * @param seed          what all randomness comes from
 * @param text          sources of the text: {@code builtin:gpt2-samples}, files, globs
 * @param baseDirectory what relative sources start from
 * @param stages        in order, one or more
 */
public record Recipe(String name, String source, long seed, List<String> text, Path baseDirectory, List<Stage> stages) {

    public Recipe {
        text = List.copyOf(text);
        stages = List.copyOf(stages);
    }

    /** SHA-256 of the YAML. */
    public String digest() {
        return Digests.sha256(source.getBytes(StandardCharsets.UTF_8));
    }
}
