package io.github.fairnessgate.result;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.FileErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** {@code skipped.json}: that a gate was skipped, in the place of the report that it would have written. */
public final class SkippedGate {

    static final String FILE = "skipped.json";
    private static final int SCHEMA_VERSION = 1;

    private SkippedGate() {}

    /** @param skippedBy the setting and where it came from */
    record Document(int schemaVersion, String goal, String skippedBy) {}

    public static Path write(Path outputDirectory, String goal, String by) {
        Path file = outputDirectory.resolve(FILE);
        AtomicFiles.write(
                file,
                out -> Json.MAPPER
                        .writerWithDefaultPrettyPrinter()
                        .writeValue(out, new Document(SCHEMA_VERSION, goal, by)));
        return file;
    }

    /** By what the gate of a folder was skipped, if the latest run skipped it. */
    public static Optional<String> in(Path outputDirectory) {
        Path file = outputDirectory.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            JsonNode document = Json.MAPPER.readTree(file.toFile());
            return Optional.of(document.path("skippedBy").asText("an unknown setting"));
        } catch (IOException e) {
            throw FileErrors.cannot("read", file, e);
        }
    }
}
