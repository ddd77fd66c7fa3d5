package io.github.fairnessgate.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Deque;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;

/**
 * The workers beside one executor, one for each task that it runs at a time. A worker outlives its task, with its model
 * open; it ends with the executor, by the end of its standard input.
 */
final class ExecutorWorkers {

    private static final Map<String, ExecutorWorkers> BY_JOB = new ConcurrentHashMap<>();

    private final String job;
    private final WorkerStart start;
    private final SortedMap<String, String> files;
    private final Deque<ExecutorWorker> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger started = new AtomicInteger();

    private ExecutorWorkers(String job, WorkerStart start, SortedMap<String, String> files) {
        this.job = job;
        this.start = start;
        this.files = files;
    }

    static ExecutorWorkers of(String job, WorkerStart start, SortedMap<String, String> files) {
        return BY_JOB.computeIfAbsent(job, name -> new ExecutorWorkers(job, start, files));
    }

    /** @throws IOException if the worker ended, for a reason that is not the user's input */
    Answered answer(ShardTask task) throws IOException {
        ExecutorWorker worker = idle.poll();
        if (worker == null || !worker.isAlive()) {
            worker = ExecutorWorker.start(
                    folder(),
                    start,
                    TaskContext.get() == null ? 1 : TaskContext.get().cpus());
        }
        try {
            Answered answered = worker.answer(task);
            if (answered.refused()) {
                worker.kill();
            } else {
                idle.push(worker);
            }
            return answered;
        } catch (IOException | RuntimeException e) {
            worker.kill();
            throw e;
        }
    }

    /** A folder of its own for a worker, with the files that Spark brought. */
    private Path folder() throws IOException {
        // Relative to the executor's work folder, says Spark.
        Path root = new File(SparkFiles.getRootDirectory()).toPath().toAbsolutePath();
        Path folder = root.resolve("fairness-" + job + "-" + started.incrementAndGet());
        for (Map.Entry<String, String> file : files.entrySet()) {
            Placement.place(Path.of(SparkFiles.get(file.getValue())).toAbsolutePath(), folder.resolve(file.getKey()));
        }
        return folder;
    }
}
