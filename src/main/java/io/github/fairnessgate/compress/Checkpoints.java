package io.github.fairnessgate.compress;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.model.ModelDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a compression leaves on disk for its next start, should it be killed: the finished stages, and the state of an
 * unfinished training.
 *
 * <p>Everything lies in a folder that is named by a digest of all that decides the result: model, recipe, text, device,
 * threads and versions. What another run left is therefore never gone on from; it is removed when a run succeeds.
 */
final class Checkpoints {

    /** Of the files below; another one makes another key. */
    private static final int FORMAT = 3;

    private final Path root;
    private final Path run;
    private final Progress progress;

    private Checkpoints(Path root, Path run, Progress progress) {
        this.root = root;
        this.run = run;
        this.progress = progress;
    }

    /**
     * The checkpoints of a run.
     *
     * @param root the folder of the checkpoints of all runs; need not exist
     * @param origin all that decides the result, by name
     * @param progress is told of checkpoints of other runs
     */
    static Checkpoints of(Path root, Map<String, String> origin, Progress progress) {
        StringBuilder lines = new StringBuilder("format " + FORMAT + "\n");
        origin.forEach(
                (name, value) -> lines.append(name).append(' ').append(value).append('\n'));
        Path run = root.resolve(Digests.sha256(lines.toString().getBytes(StandardCharsets.UTF_8)));
        Checkpoints checkpoints = new Checkpoints(root, run, progress);
        AtomicFiles.deleteLeftovers(run);
        if (!Files.exists(run) && !children(root).isEmpty()) {
            progress.info("The checkpoint in " + root
                    + " cannot be resumed: it was made with a different model, recipe, text, device, number of threads"
                    + " or version. It is removed when this compression succeeds.");
        }
        return checkpoints;
    }

    /**
     * A stage that is finished.
     *
     * @param digest of the model
     * @param seconds wall time
     */
    record FinishedStage(String digest, StageReport report, double seconds) {}

    /** The folder of a finished stage's model. */
    Path folder(int stage) {
        return run.resolve("stage-" + stage);
    }

    /**
     * A stage that an earlier start finished.
     *
     * @throws InvalidInputException if its files are not what was written
     */
    Optional<FinishedStage> finished(int stage) {
        Path folder = folder(stage);
        if (!Files.exists(folder)) {
            return Optional.empty();
        }
        Path file = report(folder);
        FinishedStage finished = CheckpointFiles.read(file, FinishedStage.class, run);
        String digest = ModelDirectory.open(folder).digest();
        if (!digest.equals(finished.digest())) {
            throw CheckpointFiles.damaged(
                    folder,
                    "the model's digest is " + digest + ", but " + file.getFileName() + " says " + finished.digest(),
                    run);
        }
        return Optional.of(finished);
    }

    /** Does the work of a stage. */
    interface Work {

        /** @param folder exists and is empty; receives the model */
        FinishedStage perform(Path folder);
    }

    /**
     * Does a stage; its folder appears when the work is done. The state of its training, if there is one, is given up.
     */
    FinishedStage finish(int stage, Work work) {
        FinishedStage[] finished = new FinishedStage[1];
        AtomicFiles.writeFolder(folder(stage), folder -> {
            finished[0] = work.perform(folder);
            CheckpointFiles.write(report(folder), finished[0]);
        });
        AtomicFiles.delete(trainingFolder(stage));
        return finished[0];
    }

    /** The files of a finished stage that are part of its model. */
    List<Path> modelFiles(int stage) {
        Path folder = folder(stage);
        return children(folder).stream()
                .filter(file -> !file.equals(report(folder)))
                .toList();
    }

    private static Path report(Path folder) {
        return folder.resolve("stage.json");
    }

    /** Where the training of a stage keeps its state. */
    TrainingCheckpoint training(int stage) {
        return new TrainingCheckpoint(trainingFolder(stage), run);
    }

    private Path trainingFolder(int stage) {
        return run.resolve("stage-" + stage + ".training");
    }

    /** Removes all checkpoints, those of other runs too: the compression succeeded. */
    void delete() {
        long others =
                children(root).stream().filter(child -> !child.equals(run)).count();
        if (others > 0) {
            progress.info("Removed " + others + (others == 1 ? " checkpoint" : " checkpoints") + " of other runs from "
                    + root + ".");
        }
        AtomicFiles.delete(root);
    }

    private static List<Path> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The folder of checkpoints " + folder + " cannot be listed: " + Reason.of(e)
                            + "; check its permissions.",
                    e);
        }
    }
}
