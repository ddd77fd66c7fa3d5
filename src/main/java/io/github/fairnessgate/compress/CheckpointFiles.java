package io.github.fairnessgate.compress;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.BoundedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** JSON files of checkpoints. */
final class CheckpointFiles {

    private CheckpointFiles() {}

    /**
     * @throws IllegalStateException if the value would not be read back as it is, so that a resumed run would end in
     *     another report
     */
    static void write(Path file, Object value) {
        try {
            byte[] json = Json.MAPPER.writeValueAsBytes(value);
            if (!Arrays.equals(json, Json.MAPPER.writeValueAsBytes(Json.MAPPER.readValue(json, value.getClass())))) {
                throw new IllegalStateException(value.getClass() + " is another one when it is read back from JSON");
            }
            AtomicFiles.write(file, json);
        } catch (IOException e) {
            throw new IllegalStateException(value.getClass() + " cannot be written to JSON and read back", e);
        }
    }

    /** @throws InvalidInputException if the file is missing or not what was written */
    static <T> T read(Path file, Class<T> kind, Path run) {
        try {
            T value = Json.MAPPER.readValue(BoundedFiles.bytes(file, BoundedFiles.LARGEST), kind);
            if (value == null) {
                throw damaged(file, "it is empty", run);
            }
            return value;
        } catch (JsonProcessingException e) {
            throw damaged(file, "it is not the JSON that was written", run);
        } catch (IOException e) {
            throw damaged(file, "it cannot be read (" + Reason.of(e) + ")", run);
        }
    }

    /** @param run the folder to delete */
    static InvalidInputException damaged(Path file, String why, Path run) {
        return new InvalidInputException("The checkpoint " + file + " is damaged: " + why + "; delete " + run
                + " and start again, which compresses from the beginning.");
    }
}
