package io.github.fairnessgate.runtime;

import static io.github.fairnessgate.runtime.OnnxGraphBuilder.axis;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.model.ModelDirectory;
import java.nio.file.Path;

/**
 * GPT-2 (Radford et al. 2019) written as an ONNX graph, one graph a purpose, because ONNX Runtime computes every output
 * of a graph whether it is asked for or not. Weights stay where they are: every initializer is external data that
 * points into the model's safetensors files, so the graph itself is a few kilobytes.
 *
 * <p>Sequences are padded on the right. The causal mask keeps padding from being seen, so scoring needs no lengths.
 */
public final class Gpt2Graph {

    /** Names of inputs and outputs. */
    static final String INPUT_IDS = "input_ids";

    static final String POSITIONS = "positions";
    static final String ENDS = "ends";
    static final String ROWS = "rows";
    static final String TARGETS = "targets";
    static final String LOGITS = "logits";
    static final String LOG_PROBABILITIES = "log_probabilities";

    private final OnnxGraphBuilder graph;
    private final Gpt2Layers layers;
    private final AttentionMasks masks;

    private Gpt2Graph(ModelDirectory model, Path folder, EvaluationPrecision precision, boolean withoutDenormals) {
        this.graph = new OnnxGraphBuilder(folder);
        this.layers = new Gpt2Layers(graph, model, precision, withoutDenormals);
        this.masks = new AttentionMasks(graph);
    }

    /**
     * The graph that is shipped beside the weights: {@code input_ids} int64 [batch, sequence] in, {@code logits}
     * float32 [batch, sequence, vocabulary] out.
     *
     * @param folder the folder that the graph will be saved in or loaded for; the weights lie in or below it
     * @return a serialized ONNX model
     */
    public static byte[] logits(ModelDirectory model, Path folder) {
        return new Gpt2Graph(model, folder, EvaluationPrecision.FLOAT32, false).logits();
    }

    private byte[] logits() {
        graph.integers(INPUT_IDS, "batch", "sequence");
        String order = masks.order(INPUT_IDS, 1);
        String hidden = layers.read(INPUT_IDS, order, layers.masked(masks.causal(order)), layers::addThenNormalize);
        layers.outputLogits(LOGITS, hidden);
        graph.output(LOGITS, "batch", "sequence", "vocabulary");
        return graph.serialize("gpt2");
    }

    /**
     * The graph that scores texts without ever handing out logits. Each row of the batch is a {@link PrefixTree},
     * padded on the right: {@code input_ids}, {@code positions} (a node's depth) and {@code ends} int64 [batch,
     * sequence], {@code rows} int64 [n] (indices into the flattened batch x sequence nodes) and {@code targets} int64
     * [m, 2] (an index into {@code rows}, and the token to score there) in, {@code log_probabilities} float32 [m]
     * (natural logarithm) out.
     *
     * @param device that the graph is for
     */
    static byte[] scores(ModelDirectory model, Path folder, Device device, EvaluationPrecision precision) {
        return new Gpt2Graph(model, folder, precision, device == Device.CPU).scores();
    }

    private byte[] scores() {
        graph.integers(INPUT_IDS, "batch", "sequence");
        graph.integers(POSITIONS, "batch", "sequence");
        graph.integers(ENDS, "batch", "sequence");
        graph.integers(ROWS, "n");
        graph.integers(TARGETS, "m", 2);
        String hidden =
                layers.read(INPUT_IDS, POSITIONS, layers.masked(masks.tree(POSITIONS, ENDS)), layers::addAndNormalize);
        // LogSoftmax at the scored rows only; ReduceLogSumExp costs a quarter of the whole run.
        String all = graph.node("LogSoftmax", layers.head(layers.atRows(hidden, ROWS)), axis(-1));
        graph.named(LOG_PROBABILITIES, "GatherND", all, TARGETS);
        graph.output(LOG_PROBABILITIES, "m");
        return graph.serialize("gpt2-scores");
    }
}
