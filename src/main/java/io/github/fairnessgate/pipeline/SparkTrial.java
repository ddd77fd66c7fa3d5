package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.SuiteOptions;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.result.Scratch;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.worker.WorkerException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Tries a cluster: an executor answers a few questions to a model that is known to be good. */
public final class SparkTrial {

    private static final int PAIRS = 10;

    private final ModelHost host;
    private final Workers workers;

    public SparkTrial(ModelHost host, Workers workers) {
        this.host = host;
        this.workers = workers;
    }

    /**
     * Does all that a measurement does, in small.
     *
     * @throws io.github.fairnessgate.InvalidInputException if the cluster cannot be used
     */
    public void run(SparkSettings settings) throws WorkerException, InterruptedException {
        LocatedModel model = new LocatedModel(
                ModelDirectory.open(
                        BuiltinModels.extract("reference-gpt2", host.cache().resolve("models"))),
                "builtin:reference-gpt2");
        List<SuiteSpec> suites = Suites.measuring(
                List.of("crows-pairs.stereotype"),
                Map.of(
                        "crows-pairs",
                        new SuiteOptions(OptionalInt.of(PAIRS), 0, OptionalInt.empty(), Optional.empty())),
                "",
                Judges.only(ScorerReference.ngram()));
        Path output = host.locations().output();
        ModelEvaluation none = new ModelEvaluation(
                EvaluationCache.off(), output, EvaluationPrecision.FLOAT32, (request, scratch) -> {}, Progress.NONE);
        List<ModelEvaluation.Unmeasured> asked = List.of(
                none.look("model", model, suites, Device.CPU, host.libraries().ofEvaluation(Device.CPU, host.build())));
        try (Scratch scratch = Scratch.in(output);
                SparkShards shards = SparkShards.open(
                        host, settings, workers.launch(scratch.folder(), "spark.log"), scratch.folder(), asked)) {
            shards.answered(asked);
        }
    }
}
