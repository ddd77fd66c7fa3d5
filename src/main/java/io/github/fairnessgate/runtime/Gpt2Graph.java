package io.github.fairnessgate.runtime;

import static io.github.fairnessgate.runtime.OnnxGraphBuilder.axis;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.integer;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.permutation;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.real;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.text;

import io.github.fairnessgate.artifact.BlockQuantizedWeight;
import io.github.fairnessgate.artifact.ColumnQuantizedWeight;
import io.github.fairnessgate.artifact.Gpt2Config;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.artifact.Tensor;
import io.github.fairnessgate.artifact.Weight;
import java.nio.file.Path;
import java.util.List;

/**
 * GPT-2 (Radford et al. 2019) written as an ONNX graph, one graph a purpose, because ONNX Runtime computes
 * every output of a graph whether it is asked for or not. Weights stay where they are: every initializer is
 * external data that points into the model's safetensors files, so the graph itself is a few kilobytes.
 *
 * <p>Sequences are padded on the right. The causal mask keeps padding from being seen, so scoring needs no
 * lengths.
 */
public final class Gpt2Graph {

    /** Names of inputs and outputs. */
    static final String INPUT_IDS = "input_ids";
    static final String ROWS = "rows";
    static final String TARGETS = "targets";
    static final String LENGTHS = "lengths";
    static final String ENDS = "ends";
    static final String POSITIONS = "positions";
    static final String TEMPERATURE = "temperature";
    static final String LOGITS = "logits";
    static final String LOG_PROBABILITIES = "log_probabilities";
    static final String PROBABILITIES = "probabilities";

    private final OnnxGraphBuilder graph;
    private final ModelDirectory model;
    private final Gpt2Config config;

    private Gpt2Graph(ModelDirectory model, Path folder) {
        this.graph = new OnnxGraphBuilder(folder);
        this.model = model;
        this.config = model.config();
    }

    /** The prompt's keys of a layer, float32 [prompts, heads, head size, length]. */
    static String promptKeys(int layer) {
        return "prompt_keys." + layer;
    }

    /** The prompt's values of a layer, float32 [prompts, heads, length, head size]. */
    static String promptValues(int layer) {
        return "prompt_values." + layer;
    }

    /** The keys of a layer for the tokens that a continuation has read so far, float32 [prompts, heads, continuations, tokens, head size]. */
    static String pastKeys(int layer) {
        return "past_keys." + layer;
    }

    /** The values that belong to {@link #pastKeys}, of the same shape. */
    static String pastValues(int layer) {
        return "past_values." + layer;
    }

    /** {@link #pastKeys} with the token of this step added. */
    static String presentKeys(int layer) {
        return "present_keys." + layer;
    }

    /** {@link #pastValues} with the token of this step added. */
    static String presentValues(int layer) {
        return "present_values." + layer;
    }

    /**
     * The graph that is shipped beside the weights: {@code input_ids} int64 [batch, sequence] in,
     * {@code logits} float32 [batch, sequence, vocabulary] out.
     *
     * @param folder the folder that the graph will be saved in or loaded for; the weights lie in or below it
     * @return a serialized ONNX model
     */
    public static byte[] logits(ModelDirectory model, Path folder) {
        return new Gpt2Graph(model, folder).logits();
    }

    private byte[] logits() {
        graph.integers(INPUT_IDS, "batch", "sequence");
        graph.named(LOGITS, "MatMul", readSequences(this::attendCausally, this::addThenNormalize), graph.transpose(headWeight(), 1, 0));
        graph.output(LOGITS, "batch", "sequence", "vocabulary");
        return graph.serialize("gpt2");
    }

    /**
     * The graph that scores texts without ever handing out logits. Each row of the batch is a {@link PrefixTree}, padded on the
     * right: {@code input_ids}, {@code positions} (a node's depth) and {@code ends} int64 [batch, sequence], {@code rows} int64 [n]
     * (indices into the flattened batch x sequence nodes) and {@code targets} int64 [m, 2] (an index into {@code rows}, and
     * the token to score there) in, {@code log_probabilities} float32 [m] (natural logarithm) out.
     */
    static byte[] scores(ModelDirectory model, Path folder) {
        return new Gpt2Graph(model, folder).scores();
    }

    private byte[] scores() {
        graph.integers(INPUT_IDS, "batch", "sequence");
        graph.integers(POSITIONS, "batch", "sequence");
        graph.integers(ENDS, "batch", "sequence");
        graph.integers(ROWS, "n");
        graph.integers(TARGETS, "m", 2);
        String hidden = chosenRows(read(POSITIONS, treeMask(), this::attendCausally, this::addAndNormalize));
        // LogSoftmax at the scored rows only; ReduceLogSumExp costs a quarter of the whole run.
        String all = graph.node("LogSoftmax", head(hidden), axis(-1));
        graph.named(LOG_PROBABILITIES, "GatherND", all, TARGETS);
        graph.output(LOG_PROBABILITIES, "m");
        return graph.serialize("gpt2-scores");
    }

    /**
     * The graph that reads prompts: {@code input_ids} int64 [prompts, length] (padded on the right with any token),
     * {@code rows} int64 [n] (the flattened positions whose next token is asked for) and {@code temperature} float32 [1]
     * in; {@code probabilities} float32 [n, vocabulary] of the next token, and {@link #promptKeys} and
     * {@link #promptValues} of every layer out. Those of padding are there too, for the decode graph to hide.
     */
    static byte[] prefill(ModelDirectory model, Path folder) {
        return new Gpt2Graph(model, folder).prefill();
    }

    private byte[] prefill() {
        graph.integers(INPUT_IDS, "prompts", "length");
        graph.integers(ROWS, "n");
        graph.floats(TEMPERATURE, 1);
        outputProbabilities(chosenRows(readSequences(this::attendCausallyAndKeep, this::addAndNormalize)));
        return graph.serialize("gpt2-prefill");
    }

    /**
     * The graph that lets every continuation of every prompt read one more token: {@code input_ids} int64 [prompts,
     * continuations] (the token of each), {@code positions} int64 [prompts] (where it stands), {@code lengths} int64
     * [prompts] (tokens of the prompt, without padding), {@code temperature} float32 [1], and of every layer
     * {@link #promptKeys}, {@link #promptValues}, {@link #pastKeys} and {@link #pastValues} in; {@code probabilities}
     * float32 [prompts * continuations, vocabulary] of the next token, and {@link #presentKeys} and
     * {@link #presentValues} of every layer out.
     *
     * <p>The prompt's keys and values are never copied for its continuations: the queries of all of them meet the prompt
     * in one product, as if they were the positions of one sequence.
     */
    static byte[] decode(ModelDirectory model, Path folder) {
        return new Gpt2Graph(model, folder).decode();
    }

    private byte[] decode() {
        graph.integers(INPUT_IDS, "prompts", "continuations");
        graph.integers(POSITIONS, "prompts");
        graph.integers(LENGTHS, "prompts");
        graph.floats(TEMPERATURE, 1);
        String position = graph.node("Unsqueeze", graph.node("Gather", stored("wpe.weight"), POSITIONS, axis(0)), graph.vector(1));
        String hidden = graph.node("Add", tokenEmbeddings(), toFloat(position, "wpe.weight"));
        for (int layer = 0; layer < config.layers(); layer++) {
            inputCache(layer);
        }
        String promptMask = promptMask();
        String output = blocks(hidden, (layer, query, keys, values) -> attendToCache(layer, query, keys, values, promptMask),
                this::addAndNormalize);
        outputProbabilities(graph.node("Reshape", output, graph.vector(-1, config.embedding())));
        return graph.serialize("gpt2-decode");
    }

    private void inputCache(int layer) {
        int heads = config.heads(layer);
        int size = config.headSize();
        graph.floats(promptKeys(layer), "prompts", heads, size, "length");
        graph.floats(promptValues(layer), "prompts", heads, "length", size);
        graph.floats(pastKeys(layer), "prompts", heads, "continuations", "past", size);
        graph.floats(pastValues(layer), "prompts", heads, "continuations", "past", size);
    }

    /** float32 [n, vocabulary]: the softmax of the logits divided by the temperature. Hidden states are far fewer numbers to divide. */
    private void outputProbabilities(String hidden) {
        graph.named(PROBABILITIES, "Softmax", head(graph.node("Div", hidden, TEMPERATURE)), axis(-1));
        graph.output(PROBABILITIES, "n", "vocabulary");
    }

    /** Hidden states at {@link #ROWS}, float32 [n, embedding]. */
    private String chosenRows(String hidden) {
        String positions = graph.node("Reshape", hidden, graph.vector(-1, config.embedding()));
        return graph.node("Gather", positions, ROWS, axis(0));
    }

    /** Logits of hidden states, float32 [n, embedding] to [n, vocabulary]. */
    private String head(String hidden) {
        return graph.node("Gemm", hidden, headWeight(), integer("transB", 1));
    }

    /** Attention that sees what a mask lets it see; {@code mask} is added to its scores, which are [batch, heads, sequence, sequence]. */
    private interface MaskedAttention {

        String context(int layer, String query, String keys, String values, String mask);
    }

    /**
     * What the positions of a layer attend to.
     *
     * <p>{@code query} is float32 [batch, heads, sequence, head size], divided by the root of the head size already;
     * {@code keys} and {@code values} are [batch, sequence, heads, head size], as the projection leaves them; the
     * result is of the shape of the query.
     */
    private interface Attention {

        String context(int layer, String query, String keys, String values);
    }

    /** Final-norm hidden states of whole sequences, float32 [batch, sequence, embedding]. */
    private String readSequences(MaskedAttention attention, Residual residual) {
        String order = order();
        return read(order, causalMask(order), attention, residual);
    }

    /** The same for tokens at {@code positions}, int64 [sequence] or [batch, sequence]. */
    private String read(String positions, String mask, MaskedAttention attention, Residual residual) {
        String embeddings = toFloat(graph.node("Gather", stored("wpe.weight"), positions, axis(0)), "wpe.weight");
        String hidden = graph.node("Add", tokenEmbeddings(), embeddings);
        return blocks(hidden, (layer, query, keys, values) -> attention.context(layer, query, keys, values, mask), residual);
    }

    /** 0, 1, 2, ... to the length of the sequences, int64 [sequence]. */
    private String order() {
        String length = graph.node("Gather", graph.node("Shape", INPUT_IDS), graph.scalar(1), axis(0));
        return graph.node("Range", graph.scalar(0), length, graph.scalar(1));
    }

    private String tokenEmbeddings() {
        return toFloat(graph.node("Gather", stored("wte.weight"), INPUT_IDS, axis(0)), "wte.weight");
    }

    /** float32 [sequence, sequence]: 0 where the row may see the column, the lowest float elsewhere. */
    private String causalMask(String order) {
        return mask(notAfter(order));
    }

    /** float32 [batch, 1, sequence, sequence]: 0 where the column is the row's ancestor or the row itself, the lowest float elsewhere. */
    private String treeMask() {
        String order = order();
        String notEnded = graph.node("Greater", graph.node("Unsqueeze", ENDS, graph.vector(1, 2)), graph.node("Unsqueeze", order, graph.vector(1)));
        return mask(graph.node("And", notAfter(order), notEnded));
    }

    /** bool [sequence, sequence]: whether the column is not after the row. */
    private String notAfter(String order) {
        return graph.node("GreaterOrEqual", graph.node("Unsqueeze", order, graph.vector(1)), graph.node("Unsqueeze", order, graph.vector(0)));
    }

    /** float32 [prompts, 1, 1, length]: 0 at the prompt's tokens, the lowest float at padding. */
    private String promptMask() {
        String shape = graph.node("Shape", promptValues(0));
        String length = graph.node("Gather", shape, graph.scalar(2), axis(0));
        String columns = graph.node("Range", graph.scalar(0), length, graph.scalar(1));
        return mask(graph.node("Greater", graph.node("Unsqueeze", LENGTHS, graph.vector(1, 2, 3)), columns));
    }

    private String mask(String visible) {
        return graph.node("Where", visible, graph.scalar(0f), graph.scalar(-Float.MAX_VALUE));
    }

    /** All layers and the final norm, float32 [batch, sequence, embedding] to the same. */
    private String blocks(String input, Attention attention, Residual residual) {
        Stream stream = new Stream(input, norm("h.0.ln_1", input));
        for (int layer = 0; layer < config.layers(); layer++) {
            String name = "h." + layer + ".";
            String nextNorm = layer + 1 < config.layers() ? "h." + (layer + 1) + ".ln_1" : "ln_f";
            stream = residual.add(stream.hidden(), attentionLayer(layer, stream.normed(), attention), name + "ln_2");
            String inner = activation(linear(name + "mlp.c_fc", stream.normed()));
            stream = residual.add(stream.hidden(), linear(name + "mlp.c_proj", inner), nextNorm);
        }
        return stream.normed();
    }

    /** The residual stream between two layers: as it is, and as the next layer's norm leaves it. */
    private record Stream(String hidden, String normed) {
    }

    /** How what a layer computes is added to the residual stream, and the sum normalized. */
    private interface Residual {

        Stream add(String hidden, String change, String norm);
    }

    private Stream addThenNormalize(String hidden, String change, String norm) {
        String sum = graph.node("Add", hidden, change);
        return new Stream(sum, norm(norm, sum));
    }

    /** The same in one of ONNX Runtime's own operators, which takes a quarter of the time. */
    private Stream addAndNormalize(String hidden, String change, String norm) {
        List<String> outputs = graph.fusedNodes("SkipLayerNormalization", 4, hidden, change,
                weight(norm + ".weight"), weight(norm + ".bias"), real("epsilon", config.layerNormEpsilon()));
        return new Stream(outputs.get(3), outputs.get(0));
    }

    private String attentionLayer(int layer, String input, Attention attention) {
        String name = "h." + layer + ".attn.";
        int heads = config.heads(layer);
        int width = heads * config.headSize();
        List<String> parts = graph.nodes("Split", 3, linear(name + "c_attn", input), graph.vector(width, width, width), axis(-1));
        String perHead = graph.vector(0, 0, heads, config.headSize());
        String query = graph.transpose(graph.node("Reshape", parts.get(0), perHead), 0, 2, 1, 3);
        String keys = graph.node("Reshape", parts.get(1), perHead);
        String values = graph.node("Reshape", parts.get(2), perHead);
        String scaled = graph.node("Mul", query, graph.scalar((float) (1 / Math.sqrt(config.headSize()))));
        String context = graph.transpose(attention.context(layer, scaled, keys, values), 0, 2, 1, 3);
        return linear(name + "c_proj", graph.node("Reshape", context, graph.vector(0, 0, width)));
    }

    private String attendCausally(int layer, String query, String keys, String values, String mask) {
        return attend(query, graph.transpose(keys, 0, 2, 3, 1), graph.transpose(values, 0, 2, 1, 3), mask);
    }

    private String attendCausallyAndKeep(int layer, String query, String keys, String values, String mask) {
        int heads = config.heads(layer);
        String promptKeys = graph.named(promptKeys(layer), "Transpose", keys, permutation(0, 2, 3, 1));
        String promptValues = graph.named(promptValues(layer), "Transpose", values, permutation(0, 2, 1, 3));
        graph.output(promptKeys, "prompts", heads, config.headSize(), "length");
        graph.output(promptValues, "prompts", heads, "length", config.headSize());
        return attend(query, promptKeys, promptValues, mask);
    }

    /** Keys are [batch, heads, head size, sequence], values [batch, heads, sequence, head size]. */
    private String attend(String query, String keys, String values, String mask) {
        String weights = graph.node("Softmax", graph.node("Add", graph.node("MatMul", query, keys), mask), axis(-1));
        return graph.node("MatMul", weights, values);
    }

    /** One softmax over the prompt, which the continuations share, and the tokens that each continuation has read itself. */
    private String attendToCache(int layer, String query, String keys, String values, String promptMask) {
        String ownKeys = remember(layer, keys, pastKeys(layer), presentKeys(layer));
        String ownValues = remember(layer, values, pastValues(layer), presentValues(layer));
        String tokenAxis = graph.vector(3);
        String ownQuery = graph.node("Unsqueeze", query, tokenAxis);
        String ownScores = graph.node("Squeeze",
                graph.node("MatMul", ownQuery, graph.transpose(ownKeys, 0, 1, 2, 4, 3)), tokenAxis);
        String promptScores = graph.node("Add", graph.node("MatMul", query, promptKeys(layer)), promptMask);

        String weights = graph.node("Softmax", graph.node("Concat", promptScores, ownScores, axis(-1)), axis(-1));
        String sizes = graph.node("Concat", lastSize(promptScores), lastSize(ownScores), axis(0));
        List<String> parts = graph.nodes("Split", 2, weights, sizes, axis(-1));
        String promptContext = graph.node("MatMul", parts.get(0), promptValues(layer));
        String ownContext = graph.node("Squeeze",
                graph.node("MatMul", graph.node("Unsqueeze", parts.get(1), tokenAxis), ownValues), tokenAxis);
        return graph.node("Add", promptContext, ownContext);
    }

    /** The cache with one more token: [prompts, continuations, heads, head size] put behind the past. */
    private String remember(int layer, String token, String past, String present) {
        String added = graph.node("Unsqueeze", graph.transpose(token, 0, 2, 1, 3), graph.vector(3));
        graph.output(present, "prompts", config.heads(layer), "continuations", "tokens", config.headSize());
        return graph.named(present, "Concat", past, added, axis(3));
    }

    /** The size of the last axis, int64 [1]. */
    private String lastSize(String value) {
        return graph.node("Shape", value, integer("start", -1));
    }

    private String activation(String input) {
        return graph.node("Gelu", input, text("approximate", switch (config.activation()) {
            case GELU_TANH -> "tanh";
            case GELU_ERF -> "none";
        }));
    }

    private String norm(String name, String input) {
        return graph.node("LayerNormalization", input, weight(name + ".weight"), weight(name + ".bias"),
                axis(-1), real("epsilon", config.layerNormEpsilon()));
    }

    /** {@code input x weight + bias}; GPT-2's Conv1D weights are [in, out] already. */
    private String linear(String name, String input) {
        return graph.node("Add", product(name + ".weight", input), weight(name + ".bias"));
    }

    private String product(String name, String input) {
        Weight weight = model.tensor(name);
        if (weight instanceof BlockQuantizedWeight blocks) {
            return QuantizedProducts.ofBlocks(graph, input, blocks);
        }
        if (weight instanceof ColumnQuantizedWeight columns) {
            return QuantizedProducts.ofColumns(graph, input, columns);
        }
        return graph.node("MatMul", input, weight(name));
    }

    /** The output embedding, float32 [vocabulary, embedding]. */
    private String headWeight() {
        return weight(config.tiedEmbeddings() ? "wte.weight" : "lm_head.weight");
    }

    /** A weight as float32: as it lies in the file, or cast once when the session is opened. */
    private String weight(String name) {
        return toFloat(stored(name), name);
    }

    private String stored(String name) {
        return graph.stored(tensor(name));
    }

    private String toFloat(String value, String tensor) {
        return graph.toFloat(value, tensor(tensor));
    }

    /** A weight that cannot be quantized, or is not. */
    private Tensor tensor(String name) {
        return (Tensor) model.tensor(name);
    }
}
