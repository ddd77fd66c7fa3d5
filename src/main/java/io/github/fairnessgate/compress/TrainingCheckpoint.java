package io.github.fairnessgate.compress;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.Safetensors;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import io.github.fairnessgate.tensor.Tensor;
import io.github.fairnessgate.train.Distiller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The state of an unfinished training on disk: a folder for each step at which it was saved, {@code step-<number>},
 * with {@code state.safetensors} (float32) and {@code state.json}. A folder appears whole, and the one before it goes
 * only then. The place in the text is no part of it: it follows from the step.
 */
final class TrainingCheckpoint {

    private static final String STEP = "step-";

    private final Path folder;
    private final Path run;

    /**
     * @param folder of this training; need not exist
     * @param run of everything that belongs to the same compression, for messages
     */
    TrainingCheckpoint(Path folder, Path run) {
        this.folder = folder;
        this.run = run;
    }

    /**
     * What {@code state.json} says.
     *
     * @param digest SHA-256 of {@code state.safetensors}
     * @param progress how far the training is
     */
    record State(String digest, TrainingProgress progress) {}

    /** Saves a training. */
    void save(Distiller distiller, TrainingProgress progress) {
        List<Path> older = steps();
        AtomicFiles.writeFolder(folder.resolve(STEP + progress.steps().size()), step -> {
            SafetensorsWriter.write(tensors(step), distiller.stateShapes(), distiller::state, DType.F32);
            CheckpointFiles.write(json(step), new State(Digests.sha256(tensors(step)), progress));
        });
        older.forEach(AtomicFiles::delete);
    }

    /**
     * Brings a distiller that has not trained yet to where the training was saved last.
     *
     * @return how far that was; empty if nothing was saved
     * @throws InvalidInputException if the files are not what was written
     */
    Optional<TrainingProgress> restore(Distiller distiller) {
        List<Path> steps = steps();
        if (steps.isEmpty()) {
            return Optional.empty();
        }
        Path step = steps.get(steps.size() - 1);
        State state = CheckpointFiles.read(json(step), State.class, run);
        requireIntact(tensors(step), state.digest());
        Map<String, Tensor> tensors = Safetensors.read(tensors(step));
        distiller.restore(
                state.progress().steps(),
                state.progress().validations().best().isPresent(),
                name -> tensors.get(name).toFloats());
        requireIntact(tensors(step), state.digest()); // after it was read, too
        return Optional.of(state.progress());
    }

    private void requireIntact(Path file, String expected) {
        if (!Files.exists(file)) {
            throw CheckpointFiles.damaged(file, "it does not exist", run);
        }
        String digest = Digests.sha256(file);
        if (!digest.equals(expected)) {
            throw CheckpointFiles.damaged(file, "its SHA-256 is " + digest + ", but " + expected + " was written", run);
        }
    }

    /** From the oldest to the newest. */
    private List<Path> steps() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(child -> child.getFileName().toString().matches(STEP + "\\d{1,9}"))
                    .sorted(Comparator.comparingInt(child ->
                            Integer.parseInt(child.getFileName().toString().substring(STEP.length()))))
                    .toList();
        } catch (IOException e) {
            throw CheckpointFiles.damaged(folder, "it cannot be listed (" + Reason.of(e) + ")", run);
        }
    }

    private static Path tensors(Path step) {
        return step.resolve("state.safetensors");
    }

    private static Path json(Path step) {
        return step.resolve("state.json");
    }
}
