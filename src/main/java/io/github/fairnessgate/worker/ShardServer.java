package io.github.fairnessgate.worker;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.Shard;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.spark.ShardTask;
import java.nio.file.Path;

/** Answers shards of several models, one after the other. The model that was asked last stays open. */
final class ShardServer implements AutoCloseable {

    private final WorkerRequest.Serve request;
    private final Progress progress;
    private int number = -1;
    private AskedModel open;

    ShardServer(WorkerRequest.Serve request, Progress progress) {
        this.request = request;
        this.progress = progress;
    }

    /**
     * Answers a shard; its answer files are in the folder {@link ShardTask#folder()} of the model's output then.
     *
     * @throws InvalidInputException if the model or its data are at fault
     */
    void answer(ShardTask task) {
        WorkerRequest.Evaluate model = request.models().get(task.model());
        Shard shard = new Shard(task.shard(), request.shards());
        AtomicFiles.writeFolder(
                Path.of(model.output()).resolve(task.folder()),
                aside -> model(task.model(), model).answer(shard, EvaluationCache.off(), aside, progress));
    }

    private AskedModel model(int wanted, WorkerRequest.Evaluate model) {
        if (wanted != number) {
            close();
            open = AskedModel.open(model, progress);
            number = wanted;
        }
        return open;
    }

    @Override
    public void close() {
        number = -1;
        if (open != null) {
            open.close();
            open = null;
        }
    }
}
