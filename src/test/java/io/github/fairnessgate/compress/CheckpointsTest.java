package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A compression that is killed and started again ends as one that ran through. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("native")
class CheckpointsTest {

    private static final String RECIPE = """
            version: 1
            seed: 3
            text: text.txt
            stages:
              - method: head-pruning
                importance: michel
                heads: 0.5
                examples: 6
                sequenceLength: 16
              - method: distillation
                teacher: original
                layers: 2
                steps: 90
                batchSize: 4
                gradientAccumulation: 2
                sequenceLength: 16
                learningRate: 1e-3
                schedule: cosine
                validation: {windows: 8, every: 10, patience: 9}
                checkpointEvery: 3
            """;

    @TempDir
    private Path directory;

    private ModelDirectory model;
    private Path target;
    private Path checkpoints;
    private final List<String> log = new ArrayList<>();

    @BeforeEach
    void makeModelTextAndRecipe() throws IOException {
        model = TinyModels.builder().layers(4).heads(4).embedding(16).write(directory.resolve("model"));
        target = directory.resolve("build/compressed");
        checkpoints = directory.resolve("build/checkpoint");
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 4000; i++) {
            text.append("the model of a text ".charAt(random.nextInt(20)));
        }
        Files.writeString(directory.resolve("text.txt"), text);
        Files.writeString(directory.resolve("recipe.yaml"), RECIPE);
    }

    /** Kills come at steps drawn anew in every run of this test; what they must not change does not depend on them. */
    @Test
    void aRunThatIsKilledAtRandomStepsAndStartedAgainEndsByteForByteAsAnUnbrokenOne() throws Exception {
        run();
        Map<String, String> unbroken = files(target);
        AtomicFiles.delete(target);
        Random random = new Random();
        List<Integer> kills = new ArrayList<>();
        List<String> said = new ArrayList<>();
        for (int kill = 0; kill < 3; kill++) {
            kills.add(1 + random.nextInt(25));
            said.add(kill(kills.get(kill), Map.of()));
            assertThat(target).doesNotExist();
        }
        assertThat(checkpoints).isNotEmptyDirectory();
        log.clear();
        run();
        assertThat(files(target))
                .as("killed after %s steps; these said: %s; the last one: %s", kills, said, log)
                .isEqualTo(unbroken)
                .containsKeys("compression.json", "model.safetensors");
        assertThat(log)
                .anyMatch(line -> line.matches("distillation: continuing at step \\d+ of 90"))
                .contains("stage 1 of 2, head-pruning: finished before, continuing behind it");
        assertThat(checkpoints).doesNotExist();
    }

    /** With another number of threads sums are cut elsewhere, so their last bits are others. */
    @Test
    void aCheckpointOfAnotherNumberOfThreadsIsNotUsed() throws Exception {
        kill(10, Map.of("OMP_NUM_THREADS", "1"));
        assertThat(kill(10, Map.of("OMP_NUM_THREADS", "2")))
                .contains("The checkpoint in " + checkpoints + " cannot be resumed")
                .doesNotContain("continuing");
        assertThat(kill(10, Map.of("OMP_NUM_THREADS", "1"))).contains("distillation: continuing at step ");
    }

    /**
     * Ends the process as {@code kill -9} does, as soon as it has said so many steps of the distillation; returns what
     * it said until then.
     */
    private String kill(int steps, Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Dai.djl.offline=true",
                        "-DDJL_CACHE_DIR=" + System.getProperty("DJL_CACHE_DIR", ""),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        KilledCompression.class.getName(),
                        model.path().toString(),
                        directory.toString(),
                        target.toString(),
                        checkpoints.toString())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        StringBuilder output = new StringBuilder();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            int seen = 0;
            for (String line = lines.readLine(); line != null && seen < steps; line = lines.readLine()) {
                output.append(line).append('\n');
                seen += line.startsWith(KilledCompression.STEP + " distillation") ? 1 : 0;
            }
            process.toHandle().destroyForcibly();
        }
        assertThat(process.waitFor()).as(output.toString()).isEqualTo(128 + 9);
        return output.toString();
    }

    @Test
    void whatHappensBehindTheLastStageDoesNotCostTheTrainingAgain() throws IOException {
        assertThatThrownBy(() -> run(folder -> {
                    throw new IllegalStateException("the finisher failed");
                }))
                .hasMessage("the finisher failed");
        log.clear();
        run();
        assertThat(log)
                .contains(
                        "stage 1 of 2, head-pruning: finished before, continuing behind it",
                        "stage 2 of 2, distillation: finished before, continuing behind it")
                .noneMatch(line -> line.startsWith("distillation step"));
        assertThat(target.resolve("stage.json")).doesNotExist();
    }

    @Test
    void theNewestStateCountsIfTheProcessWasKilledBeforeItRemovedTheOlderOne() throws IOException {
        run();
        Map<String, String> unbroken = files(target);
        stopBehindStep(50);
        Path older = newestState();
        Path copy = directory.resolve("older");
        copyFolder(older, copy);
        stopBehindStep(60);
        assertThat(newestState()).isNotEqualTo(older);
        copyFolder(copy, older);
        log.clear();
        run();
        assertThat(log).contains("distillation: continuing at step 61 of 90");
        assertThat(files(target)).isEqualTo(unbroken);
    }

    /**
     * The first steps overflow; where the scale is then, and that Adam did not count them, must be known after the
     * resumption.
     */
    @Test
    void aFloat16TrainingGoesOnWithItsLossScale() throws IOException {
        Files.writeString(
                directory.resolve("recipe.yaml"),
                RECIPE.replace(
                        "learningRate: 1e-3",
                        "learningRate: 1e-3\n    precision: float16\n    loss: {ce: 500, clm: 500}"));
        run();
        Map<String, String> unbroken = files(target);
        assertThat(log)
                .anyMatch(line ->
                        line.equals("distillation step 1 of 90: skipped, because its float16 gradients overflowed at a "
                                + "loss scale of 65536"));
        stopBehindStep(31);
        log.clear();
        run();
        assertThat(log)
                .contains("distillation: continuing at step 31 of 90")
                .noneMatch(line -> line.contains("step 1 of 90: skipped"));
        assertThat(files(target)).isEqualTo(unbroken);
        assertThat(Files.readString(target.resolve("compression.json")))
                .containsPattern("\"skipped\" ?: ?[1-9]")
                .contains("\"FLOAT16\"");
    }

    /** The counterfactual text is made again; a held-out document has none among what is trained on. */
    @Test
    void aTrainingWithACounterfactualTextGoesOnWithTheSameBytes() throws IOException {
        Files.writeString(
                directory.resolve("text.txt"),
                "\n==== SAMPLE 2 ====\nHe saw her king.".repeat(40),
                StandardOpenOption.APPEND);
        Files.writeString(
                directory.resolve("recipe.yaml"),
                RECIPE.replace(
                        "learningRate: 1e-3",
                        "learningRate: 1e-3\n    precision: float16\n    counterfactual: {teacher: mean}"));
        run();
        Map<String, String> unbroken = files(target);
        assertThat(log)
                .anyMatch(line -> line.matches("distillation: \\d+ words of 41 documents are in builtin:winobias; \\d+ "
                        + "counterfactual documents \\(\\d+ windows\\) are added to the text, and the teacher's"
                        + " probabilities are combined by mean.*"));
        stopBehindStep(31);
        log.clear();
        run();
        assertThat(log).contains("distillation: continuing at step 31 of 90");
        assertThat(files(target)).isEqualTo(unbroken);
    }

    @Test
    void aCheckpointOfAnotherRecipeIsReportedNotUsedAndRemovedInTheEnd() throws IOException {
        run();
        Map<String, String> unbroken = files(target);
        Files.writeString(directory.resolve("recipe.yaml"), RECIPE.replace("1e-3", "2e-3"));
        stopBehindStep(30);
        Files.writeString(directory.resolve("recipe.yaml"), RECIPE);
        log.clear();
        run();
        assertThat(log)
                .anyMatch(line -> line.startsWith("The checkpoint in " + checkpoints
                        + " cannot be resumed: it was made with a different model, recipe"))
                .contains("Removed 1 checkpoint of other runs from " + checkpoints + ".")
                .noneMatch(line -> line.contains("continuing"));
        assertThat(files(target)).isEqualTo(unbroken);
        assertThat(checkpoints).doesNotExist();
    }

    @Test
    void aCheckpointOfAnotherModelOrTextIsNotUsed() throws IOException {
        stopBehindStep(30);
        model = TinyModels.builder().layers(4).heads(4).embedding(16).seed(2).write(directory.resolve("other-model"));
        stopBehindStep(6);
        assertThat(log).noneMatch(line -> line.contains("continuing"));
        Files.writeString(directory.resolve("text.txt"), "\nmore text", StandardOpenOption.APPEND);
        stopBehindStep(6);
        assertThat(log).noneMatch(line -> line.contains("continuing"));
    }

    @Test
    void damagedFilesAreNamedWithTheFolderToDelete() throws IOException {
        stopBehindStep(30);
        Path tensors = newestState().resolve("state.safetensors");
        byte[] intact = Files.readAllBytes(tensors);
        byte[] flipped = intact.clone();
        flipped[flipped.length - 100] ^= 1;
        Files.write(tensors, flipped);
        assertDamaged(tensors, "its SHA-256 is ");
        Files.delete(tensors);
        assertDamaged(tensors, "it does not exist");
        Files.write(tensors, intact);
        Path json = newestState().resolve("state.json");
        Files.writeString(json, Files.readString(json).substring(0, 200));
        assertDamaged(json, "it is not the JSON that was written");
        Path report = newestState().getParent().resolveSibling("stage-0").resolve("stage.json");
        Files.writeString(report, Files.readString(report).replaceFirst("\"digest\":\"....", "\"digest\":\"0000"));
        assertDamaged(report.getParent(), "the model's digest is ");
    }

    private void assertDamaged(Path file, String why) throws IOException {
        assertThatThrownBy(this::run)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("The checkpoint " + file + " is damaged: " + why)
                .hasMessageEndingWith("; delete " + newestState().getParent().getParent()
                        + " and start again, which compresses from the beginning.");
        assertThat(target).doesNotExist();
    }

    @Test
    void withoutCheckpointsOnlyFinishedStagesAreKept() throws IOException {
        Files.writeString(directory.resolve("recipe.yaml"), RECIPE.replace("checkpointEvery: 3", "checkpointEvery: 0"));
        stopBehindStep(30);
        try (Stream<Path> run = Files.walk(checkpoints)) {
            assertThat(run.filter(Files::isDirectory)
                            .map(folder -> folder.getFileName().toString()))
                    .contains("stage-0")
                    .doesNotContain("stage-1.training");
        }
    }

    private void run() {
        run(folder -> {});
    }

    private void run(Consumer<Path> finisher) {
        Compressor.run(
                model,
                RecipeReader.read("recipe.yaml", directory),
                target,
                checkpoints,
                Device.CPU,
                Map.of(),
                new Logging(Integer.MAX_VALUE),
                finisher);
    }

    private void stopBehindStep(int step) {
        assertThatThrownBy(() -> Compressor.run(
                        model,
                        RecipeReader.read("recipe.yaml", directory),
                        target,
                        checkpoints,
                        Device.CPU,
                        Map.of(),
                        new Logging(step),
                        folder -> {}))
                .hasMessage("stopped");
    }

    /**
     * Keeps what is said, and breaks the distillation off one step behind the one named, whose state is then saved if
     * it is to be.
     */
    private final class Logging implements Progress {

        private final int last;

        private Logging(int last) {
            this.last = last;
        }

        @Override
        public void step(String task, long done, long total) {
            if (task.equals("distillation") && done > last) {
                throw new IllegalStateException("stopped");
            }
        }

        @Override
        public void info(String message) {
            log.add(message);
        }
    }

    private Path newestState() throws IOException {
        try (Stream<Path> paths = Files.walk(checkpoints)) {
            return paths.filter(path -> path.getFileName().toString().startsWith("step-"))
                    .max(Path::compareTo)
                    .orElseThrow();
        }
    }

    private static void copyFolder(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static Map<String, String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .collect(Collectors.toMap(file -> folder.relativize(file).toString(), Digests::sha256));
        }
    }
}
