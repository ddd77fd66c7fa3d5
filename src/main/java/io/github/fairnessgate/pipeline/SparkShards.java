package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Durations;
import io.github.fairnessgate.evaluate.Shard;
import io.github.fairnessgate.evaluate.Shards;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.file.LockFile;
import io.github.fairnessgate.file.OldFiles;
import io.github.fairnessgate.result.Scratch;
import io.github.fairnessgate.spark.AnswerFolder;
import io.github.fairnessgate.spark.ShardTask;
import io.github.fairnessgate.worker.SparkProcess;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * Has the executors of a cluster answer all shards of what is not measured yet. What they answered is kept until it is
 * measured, so that a build that was killed goes on there.
 */
final class SparkShards implements AutoCloseable {

    private static final String PREFIX = "spark-";
    private static final String ANSWERS = "answers";

    /** Bytes of a worker without a model. */
    private static final long WORKER = 600_000_000;

    private static final String SHARED =
            "The answers from the cluster in %s are used by the build of process %s; waiting for it";

    private final ModelHost host;
    private final SparkSettings settings;
    private final ModelHost.Launch launch;
    private final Path folder;
    private final LockFile lock;

    private SparkShards(ModelHost host, SparkSettings settings, ModelHost.Launch launch, Path folder, LockFile lock) {
        this.host = host;
        this.settings = settings;
        this.launch = launch;
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Finds what an earlier build was answered; the caller closes it.
     *
     * @param parent of the folders of answers
     * @param models what is not measured yet of each
     */
    static SparkShards open(
            ModelHost host,
            SparkSettings settings,
            ModelHost.Launch launch,
            Path parent,
            List<ModelEvaluation.Unmeasured> models) {
        OldFiles.forget(parent, PREFIX + "*");
        String asked = String.join(
                "\n",
                models.stream().flatMap(model -> model.answerFiles().stream()).toList());
        String key = Digests.sha256((settings.parts() + "\n" + asked).getBytes(StandardCharsets.UTF_8));
        Path folder = parent.resolve(PREFIX + key);
        try {
            LockFile lock = LockFile.acquire(
                    parent.resolve(PREFIX + key + ".lock"),
                    Long.toString(ProcessHandle.current().pid()),
                    owner -> host.progress().info(SHARED.formatted(folder, owner)));
            Files.createDirectories(folder.resolve(ANSWERS));
            return new SparkShards(host, settings, launch, folder, lock);
        } catch (IOException e) {
            throw FileErrors.cannot("write", folder, e);
        }
    }

    /** Has the cluster answer what is not answered yet. */
    Shards answered(List<ModelEvaluation.Unmeasured> models) throws WorkerException, InterruptedException {
        Path answers = folder.resolve(ANSWERS);
        AtomicFiles.deleteLeftovers(answers);
        List<ShardTask> tasks = tasks(models.size());
        List<ShardTask> open = tasks.stream()
                .filter(task -> !isAnswered(answers.resolve(task.folder()), models.get(task.model())))
                .toList();
        if (open.size() < tasks.size()) {
            host.progress()
                    .info("Going on with what a cluster answered before: " + (tasks.size() - open.size()) + " of "
                            + tasks.size() + " shards are there");
        }
        if (!open.isEmpty()) {
            long begun = System.nanoTime();
            host.launch(
                    job(models, open, answers),
                    settings.libraries(host.libraries().spark()),
                    launch);
            host.progress()
                    .info("The cluster answered " + open.size() + (open.size() == 1 ? " shard in " : " shards in ")
                            + Durations.text(System.nanoTime() - begun));
        }
        return merged(models, answers);
    }

    /** Removes the answers to a task that are not as they were written. */
    private boolean isAnswered(Path answers, ModelEvaluation.Unmeasured model) {
        if (!Files.exists(answers, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            if (Files.isDirectory(answers) && AnswerFolder.isWhole(answers, model.answerFiles())) {
                return true;
            }
        } catch (IOException e) {
            throw FileErrors.cannot("read", answers, e);
        }
        host.progress().info("The answers in " + answers + " are damaged; they are removed, and asked for again");
        AtomicFiles.delete(answers);
        return false;
    }

    private List<ShardTask> tasks(int models) {
        return IntStream.range(0, models)
                .boxed()
                .flatMap(model ->
                        IntStream.rangeClosed(1, settings.parts()).mapToObj(shard -> new ShardTask(model, shard)))
                .toList();
    }

    private SparkProcess.Job job(List<ModelEvaluation.Unmeasured> models, List<ShardTask> open, Path answers) {
        ShippedFiles files = new ShippedFiles();
        List<WorkerRequest.Evaluate> requests = new ArrayList<>();
        long weights = 0;
        for (ModelEvaluation.Unmeasured model : models) {
            requests.add(model.request(files));
            weights = Math.max(weights, Float.BYTES * model.model().directory().parameters());
        }
        SortedMap<String, String> properties = settings.given(host.locations().base());
        properties.put("spark.master", settings.cluster().orElseThrow());
        properties.putIfAbsent("spark.app.name", "fairness-maven-plugin");
        properties.putIfAbsent("spark.ui.enabled", "false");
        properties.putIfAbsent("spark.executor.memoryOverhead", (WORKER + 2 * weights) / 1_000_000 + "m");
        return new SparkProcess.Job(
                properties, new WorkerRequest.Serve(requests, settings.parts()), files.all(), open, answers);
    }

    /** The folders of a shard of all models become one, as in a matrix. */
    private Shards merged(List<ModelEvaluation.Unmeasured> models, Path answers) {
        Path shards = folder.resolve("shards");
        AtomicFiles.delete(shards);
        for (int number = 1; number <= settings.parts(); number++) {
            try (Scratch scratch = Scratch.in(folder)) {
                for (int model = 0; model < models.size(); model++) {
                    copy(
                            answers.resolve(new ShardTask(model, number).folder()),
                            models.get(model).answerFiles(),
                            scratch.folder());
                }
                Shards.write(shards, new Shard(number, settings.parts()), scratch.folder());
            }
        }
        return Shards.in(shards);
    }

    private static void copy(Path from, List<String> files, Path to) {
        try {
            for (String file : files) {
                Files.copy(from.resolve(file), to.resolve(file));
            }
        } catch (IOException e) {
            throw FileErrors.cannot("copy the answers in " + from + " to", to, e);
        }
    }

    /** All of it is measured: the answers are not needed any more. */
    void measured() {
        AtomicFiles.delete(folder);
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
