package io.github.fairnessgate.spark;

import java.util.TreeMap;
import org.apache.spark.api.java.function.Function;

/** What a task does on an executor: has a worker of this executor answer a shard. */
final class AnswerShard implements Function<ShardTask, Answered> {

    private static final long serialVersionUID = 1L;

    private final String job;
    private final WorkerStart start;
    private final TreeMap<String, String> files;

    /**
     * @param job tells this application's workers from those of another one
     * @param files the names under which Spark brings the worker's files, by their paths in its folder
     */
    AnswerShard(String job, WorkerStart start, TreeMap<String, String> files) {
        this.job = job;
        this.start = start;
        this.files = new TreeMap<>(files);
    }

    @Override
    public Answered call(ShardTask task) throws Exception {
        return ExecutorWorkers.of(job, start, files).answer(task);
    }
}
