package io.github.fairnessgate.worker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.evaluate.Shard;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.score.ScorerReference;
import java.util.List;
import java.util.Map;

/** What Maven's JVM asks of a worker: the content of the request file. Paths are absolute, but for {@link Serve}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "command")
@JsonSubTypes({
    @JsonSubTypes.Type(value = WorkerRequest.Evaluate.class, name = "evaluate"),
    @JsonSubTypes.Type(value = WorkerRequest.Serve.class, name = "serve"),
    @JsonSubTypes.Type(value = WorkerRequest.Compress.class, name = "compress"),
    @JsonSubTypes.Type(value = WorkerRequest.Measure.class, name = "measure"),
    @JsonSubTypes.Type(value = WorkerRequest.Write.class, name = "write"),
    @JsonSubTypes.Type(value = WorkerRequest.Diagnose.class, name = "diagnose"),
    @JsonSubTypes.Type(value = WorkerRequest.Harm.class, name = "harm")
})
public sealed interface WorkerRequest {

    Device device();

    /**
     * Put a model to suites and write the evaluation.
     *
     * @param model the model's directory
     * @param digest the model's digest; the worker checks it
     * @param suites what to measure
     * @param versions what provenance records about the libraries that compute
     * @param precision in which numbers the model's layers multiply
     * @param answering where answers come from and go to
     * @param output a folder; receives the evaluation under the role {@link #ROLE}, or the answers of one shard
     */
    record Evaluate(
            String model,
            String digest,
            List<SuiteSpec> suites,
            Map<String, String> versions,
            Device device,
            EvaluationPrecision precision,
            Answering answering,
            String output)
            implements WorkerRequest {

        /** The name of the evaluation in {@code output}. */
        public static final String ROLE = "evaluation";
    }

    /**
     * Where answers come from that were computed before, and where those go that are.
     *
     * @param cache the folder of the cache of evaluations, for measurements that are not finished; null for none
     * @param part the shard to compute; null for everything
     * @param shards a folder with the answers of all shards; null for none
     */
    record Answering(String cache, Shard part, String shards) {

        /** Nothing is remembered. */
        public static final Answering NONE = new Answering(null, null, null);
    }

    /**
     * Answer shards as they are asked for: every line of standard input names a model and a shard, as in {@code 0 3},
     * and an event answers it. Paths are relative to the worker's folder. Does not wait for the device: a cluster gave
     * it to the worker.
     *
     * @param models what to ask each of them; {@code output} is a folder for the folders of all answers
     * @param shards how many there are of each model
     */
    record Serve(List<Evaluate> models, int shards) implements WorkerRequest {

        @Override
        public Device device() {
            return models.get(0).device();
        }
    }

    /**
     * Compress a model by a recipe.
     *
     * @param model the model's directory
     * @param recipe a file, or the name of a bundled recipe
     * @param seed in the place of the one that the recipe names
     * @param baseDirectory what a relative file is relative to
     * @param artifacts the file of each Maven source of the recipe's text, by the source
     * @param key of the compression; the worker checks it
     * @param versions what the report records about the plugin and the libraries that compute
     * @param output the compressed model's directory, which does not exist yet
     * @param checkpoints a folder for what the next worker needs to go on, should this one be killed; it is removed at
     *     the end
     * @param times receives how long it took, as JSON
     */
    record Compress(
            String model,
            String recipe,
            long seed,
            String baseDirectory,
            Map<String, String> artifacts,
            String key,
            Map<String, String> versions,
            Device device,
            String output,
            String checkpoints,
            String times)
            implements WorkerRequest {}

    /**
     * Compare the speed of two models.
     *
     * @param before the directory of one
     * @param beforeDigest its digest; the worker checks it
     * @param after the directory of the other
     * @param afterDigest its digest; the worker checks it
     * @param rounds in which both have their turn
     * @param output receives {@link SpeedRounds} as JSON
     */
    record Measure(
            String before,
            String beforeDigest,
            String after,
            String afterDigest,
            Device device,
            int rounds,
            String output)
            implements WorkerRequest {}

    /**
     * Write a text, and nothing else: what the worker needs for it is told at its end.
     *
     * @param model the model's directory
     * @param digest its digest; the worker checks it
     */
    record Write(String model, String digest, Device device) implements WorkerRequest {}

    /**
     * Show that the worker works, with a model that is known to be good. Does not wait for the device: it needs little
     * of it.
     *
     * @param model the model's directory
     * @param scorer has to score some sentences; null for none
     * @param output receives a {@link Diagnosis} as JSON
     */
    record Diagnose(String model, Device device, ScorerReference scorer, String output) implements WorkerRequest {}

    /**
     * Harm a model on purpose.
     *
     * @param model the model's directory
     * @param baseline a folder that holds its evaluation under the role {@link Evaluate#ROLE}, which names its digest;
     *     the worker checks it
     * @param suites ids of the suites whose texts the harm is made from
     * @param signed those of them of which only a greater preference for the stereotype is harm, whatever the baseline
     *     prefers
     * @param nats as {@link io.github.fairnessgate.evaluate.HarmedModel#write} takes it
     * @param output the harmed model's directory, which does not exist yet
     */
    record Harm(
            String model,
            String baseline,
            List<String> suites,
            List<String> signed,
            double nats,
            Device device,
            String output)
            implements WorkerRequest {}
}
