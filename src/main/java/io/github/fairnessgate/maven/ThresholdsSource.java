package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds thresholds: a file, or one of those that the plugin brings along, by name. */
final class ThresholdsSource {

    private static final List<String> BUILT_IN = List.of("default", "strict", "paper");

    private ThresholdsSource() {
    }

    /** @throws InvalidInputException if there are no such thresholds, or if they are wrong */
    static Thresholds read(String reference, Path baseDirectory) {
        Path file = baseDirectory.resolve(reference).normalize();
        if (Files.isRegularFile(file)) {
            return ThresholdsReader.read(text(file), file.toString());
        }
        if (BUILT_IN.contains(reference)) {
            return ThresholdsReader.read(builtIn(reference), "builtin:" + reference + ".yaml");
        }
        throw new InvalidInputException("There are no thresholds " + file + "; " + Parameters.THRESHOLDS
                + " must be a YAML file or one of " + String.join(", ", BUILT_IN) + ".");
    }

    /** What the files that thresholds name are relative to: the thresholds' own folder, for a file. */
    static Path folder(String reference, Path baseDirectory) {
        Path file = baseDirectory.resolve(reference).normalize();
        return Files.isRegularFile(file) ? file.toAbsolutePath().getParent() : baseDirectory;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(file + " is not UTF-8 text; save it as UTF-8.", e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e + ".", e);
        }
    }

    private static String builtIn(String name) {
        try (InputStream stream = Thresholds.class.getResourceAsStream("thresholds/" + name + ".yaml")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the built-in thresholds " + name + " cannot be read", e);
        }
    }
}
