package io.github.fairnessgate.runtime;

import static io.github.fairnessgate.runtime.OnnxGraphBuilder.axis;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.integer;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.permutation;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.real;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.text;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.artifact.BlockQuantizedWeight;
import io.github.fairnessgate.artifact.ColumnQuantizedWeight;
import io.github.fairnessgate.artifact.DType;
import io.github.fairnessgate.artifact.Gpt2Config;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.artifact.Tensor;
import io.github.fairnessgate.artifact.Weight;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

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
    static final String UNIFORMS = "uniforms";
    static final String TOP_P = "top_p";
    static final String LATER_STEPS = "later_steps";
    static final String SHAPE = "shape";
    static final String TOKENS = "tokens";
    static final String MASSES = "masses";

    /** Before the name of a value inside a loop, where it comes from outside at first. */
    private static final String OWN = "own_";
    /** A score by so much below the largest has a weight of e^-64, which is lost beside the largest in float32, but is not a denormal number. */
    private static final float LOST = 64;

    private final OnnxGraphBuilder graph;
    private final ModelDirectory model;
    private final Gpt2Config config;
    private final EvaluationPrecision precision;

    /** Whether denormal numbers are kept out of the softmax of attention: a CPU takes several times as long for them, a GPU does not. */
    private final boolean withoutDenormals;

    private Gpt2Graph(ModelDirectory model, Path folder, EvaluationPrecision precision, boolean withoutDenormals) {
        this.graph = new OnnxGraphBuilder(folder);
        this.model = model;
        this.config = model.config();
        this.precision = precision;
        this.withoutDenormals = withoutDenormals;
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
        return new Gpt2Graph(model, folder, EvaluationPrecision.FLOAT32, false).logits();
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
        String hidden = chosenRows(read(POSITIONS, treeMask(), this::attendCausally, this::addAndNormalize));
        // LogSoftmax at the scored rows only; ReduceLogSumExp costs a quarter of the whole run.
        String all = graph.node("LogSoftmax", head(hidden), axis(-1));
        graph.named(LOG_PROBABILITIES, "GatherND", all, TARGETS);
        graph.output(LOG_PROBABILITIES, "m");
        return graph.serialize("gpt2-scores");
    }

    /**
     * The graph that reads prompts, for a CPU: {@code input_ids} int64 [prompts, length] (padded on the right with any token),
     * {@code rows} int64 [n] (the flattened positions whose next token is asked for) and {@code temperature} float32 [1]
     * in; {@code probabilities} float32 [n, vocabulary] of the next token, and {@link #promptKeys} and
     * {@link #promptValues} of every layer out. Those of padding are there too, for the decode graph to hide.
     */
    static byte[] prefill(ModelDirectory model, Path folder) {
        return new Gpt2Graph(model, folder, EvaluationPrecision.FLOAT32, true).prefill();
    }

    private byte[] prefill() {
        graph.integers(INPUT_IDS, "prompts", "length");
        graph.integers(ROWS, "n");
        graph.floats(TEMPERATURE, 1);
        outputProbabilities(chosenRows(readSequences(this::attendCausallyAndName, this::addAndNormalize)));
        for (int layer = 0; layer < config.layers(); layer++) {
            graph.output(promptKeys(layer), "prompts", config.heads(layer), config.headSize(), "length");
            graph.output(promptValues(layer), "prompts", config.heads(layer), "length", config.headSize());
        }
        return graph.serialize("gpt2-prefill");
    }

    /**
     * The graph that lets every continuation of every prompt read one more token, for a CPU: {@code input_ids} int64 [prompts,
     * continuations] (the token of each), {@code positions} int64 [prompts] (where it stands), {@code lengths} int64
     * [prompts] (tokens of the prompt, without padding), {@code temperature} float32 [1], and of every layer
     * {@link #promptKeys}, {@link #promptValues}, {@link #pastKeys} and {@link #pastValues} in; {@code probabilities}
     * float32 [prompts * continuations, vocabulary] of the next token, and {@link #presentKeys} and
     * {@link #presentValues} of every layer out.
     *
     * <p>The prompt's keys and values are never copied for its continuations: the queries of all of them meet the prompt
     * in one product, as if they were the positions of one sequence. The keys and values of a continuation's own tokens have room for
     * more than it has read: what a step adds is written behind them, at {@code positions - lengths}, and what is behind that is not seen. If
     * {@link #presentKeys} and {@link #presentValues} are given the memory of {@link #pastKeys} and {@link #pastValues}, nothing is copied.
     */
    static byte[] decode(ModelDirectory model, Path folder) {
        return new Gpt2Graph(model, folder, EvaluationPrecision.FLOAT32, true).decode();
    }

    /**
     * The graph that makes room for {@code tokens} more in the caches that {@link #decode} writes to: {@link #pastKeys} and {@link #pastValues} of
     * every layer in, {@link #presentKeys} and {@link #presentValues} with zeros behind them out.
     */
    static byte[] room(ModelDirectory model, Path folder, int tokens) {
        return new Gpt2Graph(model, folder, EvaluationPrecision.FLOAT32, true).room(tokens);
    }

    /**
     * The graph that continues prompts without leaving the device: it reads the prompts, and then in a {@code Loop} it samples a token of every continuation
     * and lets it read that token. {@code input_ids} int64 [prompts, length] (padded on the right with any token), {@code rows} int64 [prompts] (the flattened
     * position of each prompt's last token), {@code lengths} int64 [prompts] (tokens of the prompt, without padding), {@code temperature} float32 [1],
     * {@code top_p} float64 [1], {@code uniforms} float64 [steps, prompts, continuations], {@code later_steps} int64 [] (how many steps come after the first),
     * {@code shape} int64 [3] (prompts, continuations and vocabulary), and {@link #pastKeys} and {@link #pastValues} of every layer for no token, in the precision, in;
     * {@code tokens} int64 [taken, prompts, continuations] and {@code masses} float64 of that shape out: the sum of the probabilities that a token was
     * drawn from, which is 1 but for rounding unless the model is damaged.
     *
     * <p>As many of the steps are taken as the longest continuation needs: a continuation ends with {@code <|endoftext|>}, or where it and its prompt fill the
     * model's positions. One that ended before the others goes on; who reads the tokens stops there.
     */
    static byte[] generate(ModelDirectory model, Path folder, EvaluationPrecision precision) {
        return new Gpt2Graph(model, folder, precision, false).generate();
    }

    private byte[] generate() {
        graph.integers(INPUT_IDS, "prompts", "length");
        graph.integers(ROWS, "prompts");
        graph.integers(LENGTHS, "prompts");
        graph.floats(TEMPERATURE, 1);
        graph.doubles(TOP_P, 1);
        graph.doubles(UNIFORMS, "steps", "prompts", "continuations");
        graph.integers(LATER_STEPS);
        graph.integers(SHAPE, 3);
        for (int layer = 0; layer < config.layers(); layer++) {
            inputOwnCache(pastKeys(layer), pastValues(layer), layer);
        }
        String order = countedOrder(INPUT_IDS);
        String causal = graph.node("GreaterOrEqual", graph.node("Unsqueeze", order, graph.vector(2)), graph.node("Unsqueeze", order, graph.vector(1)));
        String prompts = read(order, mask(graph.node("Unsqueeze", causal, graph.vector(1))), this::attendCausallyAndName, this::addAndNormalize);
        String promptMask = mask(graph.node("Greater", graph.node("Unsqueeze", LENGTHS, graph.vector(1, 2, 3)),
                graph.node("Unsqueeze", order, graph.vector(1, 2))));
        NucleusNodes.Drawn first = draw(graph.node("Unsqueeze", probabilities(chosenRows(prompts)), graph.vector(1)),
                graph.node("Gather", UNIFORMS, graph.scalar(0L), axis(0)));
        loop(promptMask, first);
        graph.integersOutput(TOKENS, "taken", "prompts", "continuations");
        graph.doublesOutput(MASSES, "taken", "prompts", "continuations");
        return graph.serialize("gpt2-generate");
    }

    /** All steps after the first; joins their tokens and masses to those of the first. */
    private void loop(String promptMask, NucleusNodes.Drawn first) {
        String ended = ended(first.tokens(), graph.scalar(1L));
        List<Object> arguments = new ArrayList<>(List.of(LATER_STEPS, notAll("begins", ended)));
        for (int layer = 0; layer < config.layers(); layer++) {
            arguments.add(pastKeys(layer));
            arguments.add(pastValues(layer));
        }
        arguments.add(first.tokens());
        arguments.add(ended);
        arguments.add(graph.body(() -> step(promptMask)));
        int carried = 2 * config.layers() + 2;
        List<String> outputs = graph.nodes("Loop", carried + 2, arguments.toArray());
        graph.named(TOKENS, "Concat", graph.node("Unsqueeze", first.tokens(), graph.vector(0)), outputs.get(carried), axis(0));
        graph.named(MASSES, "Concat", graph.node("Unsqueeze", first.masses(), graph.vector(0)), outputs.get(carried + 1), axis(0));
    }

    /** The body of the loop: every continuation reads its last token and draws the next. */
    private void step(String promptMask) {
        String round = graph.integers("round");
        graph.booleans("went_on");
        graph.booleansOutput("goes_on");
        for (int layer = 0; layer < config.layers(); layer++) {
            inputOwnCache(OWN + pastKeys(layer), OWN + pastValues(layer), layer);
        }
        String last = graph.integers("last_tokens", "prompts", "continuations");
        String endedBefore = graph.booleans("ended", "prompts", "continuations");
        String read = graph.node("Add", round, graph.scalar(1L));
        // a prompt whose continuations have all ended goes on being computed, at a position that exists
        String positions = graph.node("Min", graph.node("Add", LENGTHS, round), graph.scalar((long) config.positions() - 1));
        String hidden = embeddings(last, graph.node("Unsqueeze", positions, graph.vector(1)));
        String output = blocks(hidden, (layer, query, keys, values) -> attendToCache(layer, query,
                remember(layer, keys, OWN + pastKeys(layer), presentKeys(layer)), remember(layer, values, OWN + pastValues(layer), presentValues(layer)),
                promptMask, UnaryOperator.identity()), this::addAndNormalize);
        String uniforms = graph.node("Gather", UNIFORMS, read, axis(0));
        NucleusNodes.Drawn next = draw(graph.node("Reshape", probabilities(graph.node("Reshape", output, graph.vector(-1, config.embedding()))), SHAPE), uniforms);
        String ended = graph.node("Or", endedBefore, ended(next.tokens(), graph.node("Add", read, graph.scalar(1L))));
        notAll("goes_on", ended);
        graph.integersOutput(next.tokens(), "prompts", "continuations");
        graph.booleansOutput(ended, "prompts", "continuations");
        graph.integersOutput(graph.node("Identity", next.tokens()), "prompts", "continuations");
        graph.doublesOutput(next.masses(), "prompts", "continuations");
    }

    /**
     * Which continuations end with the token that was drawn last, bool [prompts, continuations].
     *
     * @param tokens int64 of that shape
     * @param drawn  int64 [], how many tokens of each have been drawn
     */
    private String ended(String tokens, String drawn) {
        String full = graph.node("GreaterOrEqual", graph.node("Add", LENGTHS, drawn), graph.scalar((long) config.positions()));
        return graph.node("Or", graph.node("Equal", tokens, graph.scalar((long) model.endOfText())), graph.node("Unsqueeze", full, graph.vector(1)));
    }

    /** bool [] by the name {@code output}: whether one of them is false. */
    private String notAll(String output, String conditions) {
        String open = graph.cast(graph.node("Not", conditions), TensorProto.DataType.FLOAT_VALUE);
        return graph.named(output, "Greater", graph.node("ReduceSum", open, integer("keepdims", 0)), graph.scalar(0f));
    }

    private byte[] decode() {
        graph.integers(INPUT_IDS, "prompts", "continuations");
        graph.integers(POSITIONS, "prompts");
        graph.integers(LENGTHS, "prompts");
        graph.floats(TEMPERATURE, 1);
        String hidden = embeddings(INPUT_IDS, graph.node("Unsqueeze", POSITIONS, graph.vector(1)));
        for (int layer = 0; layer < config.layers(); layer++) {
            inputCache(layer);
        }
        String promptMask = promptMask();
        String places = graph.node("Sub", POSITIONS, LENGTHS);
        String ownMask = ownMask(places);
        String output = blocks(hidden, (layer, query, keys, values) -> attendToCache(layer, query,
                write(layer, keys, pastKeys(layer), presentKeys(layer), places), write(layer, values, pastValues(layer), presentValues(layer), places),
                promptMask, scores -> graph.node("Add", scores, ownMask)), this::addAndNormalize);
        outputProbabilities(graph.node("Reshape", output, graph.vector(-1, config.embedding())));
        return graph.serialize("gpt2-decode");
    }

    private byte[] room(int tokens) {
        String added = graph.vector(0, 0, 0, 0, 0, 0, 0, 0, tokens, 0);
        for (int layer = 0; layer < config.layers(); layer++) {
            inputOwnCache(pastKeys(layer), pastValues(layer), layer);
            outputOwnCache(graph.named(presentKeys(layer), "Pad", pastKeys(layer), added), layer);
            outputOwnCache(graph.named(presentValues(layer), "Pad", pastValues(layer), added), layer);
        }
        return graph.serialize("gpt2-room");
    }

    private void inputCache(int layer) {
        int heads = config.heads(layer);
        int size = config.headSize();
        graph.floats(promptKeys(layer), "prompts", heads, size, "length");
        graph.floats(promptValues(layer), "prompts", heads, "length", size);
        inputOwnCache(pastKeys(layer), pastValues(layer), layer);
    }

    private void inputOwnCache(String keys, String values, int layer) {
        graph.numbers(keys, cacheType(), "prompts", config.heads(layer), "continuations", "past", config.headSize());
        graph.numbers(values, cacheType(), "prompts", config.heads(layer), "continuations", "past", config.headSize());
    }

    private void outputOwnCache(String keysOrValues, int layer) {
        graph.numbersOutput(keysOrValues, cacheType(), "prompts", config.heads(layer), "continuations", "tokens", config.headSize());
    }

    /** float32 [n, vocabulary]: the softmax of the logits divided by the temperature. Hidden states are far fewer numbers to divide. */
    private void outputProbabilities(String hidden) {
        graph.named(PROBABILITIES, "Softmax", head(graph.node("Div", hidden, TEMPERATURE)), axis(-1));
        graph.output(PROBABILITIES, "n", "vocabulary");
    }

    private String probabilities(String hidden) {
        return graph.node("Softmax", head(graph.node("Div", hidden, TEMPERATURE)), axis(-1));
    }

    private NucleusNodes.Drawn draw(String probabilities, String uniforms) {
        return new NucleusNodes(graph).draw(probabilities, uniforms, TOP_P, config.vocabulary());
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
     * <p>{@code query} is [batch, heads, sequence, head size], divided by the root of the head size already;
     * {@code keys} and {@code values} are [batch, sequence, heads, head size], as the projection leaves them; all three are in the precision. The
     * result is float32, of the shape of the query.
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
        return blocks(embeddings(INPUT_IDS, positions), (layer, query, keys, values) -> attention.context(layer, query, keys, values, mask), residual);
    }

    /** 0, 1, 2, ... to the length of the sequences, int64 [sequence]. */
    private String order() {
        return columns(INPUT_IDS, 1);
    }

    /** Of tokens at positions, float32 [..., embedding]; the shapes of both broadcast. */
    private String embeddings(String tokens, String positions) {
        return graph.node("Add", embedding("wte.weight", tokens), embedding("wpe.weight", positions));
    }

    private String embedding(String table, String rows) {
        return toFloat(graph.node("Gather", stored(table), rows, axis(0)), table);
    }

    /** float32 [sequence, sequence]: 0 where the row may see the column, the lowest float elsewhere. */
    private String causalMask(String order) {
        return mask(notAfter(order));
    }

    /** float32 [batch, 1, sequence, sequence]: 0 where the column is the row's ancestor or the row itself, the lowest float elsewhere. */
    private String treeMask() {
        String order = countedOrder(POSITIONS);
        String row = graph.node("Unsqueeze", order, graph.vector(2));
        String notAfter = graph.node("GreaterOrEqual", row, graph.node("Unsqueeze", order, graph.vector(1)));
        String visible = graph.node("And", notAfter, graph.node("Greater", graph.node("Unsqueeze", ENDS, graph.vector(1)), row));
        return mask(graph.node("Unsqueeze", visible, graph.vector(1)));
    }

    /**
     * 0, 1, 2, ... along the second axis of an int64 [batch, sequence], int64 of the same shape. Counted and not derived from the shape: what ONNX Runtime
     * computes from a shape it computes on the CPU, whatever the device is.
     */
    private String countedOrder(String values) {
        String ones = graph.node("Add", graph.node("Mul", values, graph.scalar(0L)), graph.scalar(1L));
        return graph.node("CumSum", ones, graph.scalar(1L), integer("exclusive", 1));
    }

    /** bool [sequence, sequence]: whether the column is not after the row. */
    private String notAfter(String order) {
        return graph.node("GreaterOrEqual", graph.node("Unsqueeze", order, graph.vector(1)), graph.node("Unsqueeze", order, graph.vector(0)));
    }

    /** float32 [prompts, 1, 1, length]: 0 at the prompt's tokens, the lowest float at padding. */
    private String promptMask() {
        return mask(graph.node("Greater", graph.node("Unsqueeze", LENGTHS, graph.vector(1, 2, 3)), columns(promptValues(0), 2)));
    }

    /** float32 [prompts, 1, 1, tokens]: 0 at the tokens that a continuation has read when one was written at {@code places}, the lowest float behind them. */
    private String ownMask(String places) {
        return mask(graph.node("GreaterOrEqual", graph.node("Unsqueeze", places, graph.vector(1, 2, 3)), columns(pastValues(0), 3)));
    }

    /** 0, 1, 2, ... to the size of an axis, int64 of that size. */
    private String columns(String value, long axis) {
        String size = graph.node("Gather", graph.node("Shape", value), graph.scalar(axis), axis(0));
        return graph.node("Range", graph.scalar(0), size, graph.scalar(1));
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
        String keys = rounded(graph.node("Reshape", parts.get(1), perHead));
        String values = rounded(graph.node("Reshape", parts.get(2), perHead));
        String scaled = rounded(graph.node("Mul", query, graph.scalar((float) (1 / Math.sqrt(config.headSize())))));
        String context = graph.transpose(attention.context(layer, scaled, keys, values), 0, 2, 1, 3);
        return linear(name + "c_proj", graph.node("Reshape", context, graph.vector(0, 0, width)));
    }

    private String attendCausally(int layer, String query, String keys, String values, String mask) {
        return attend(query, graph.transpose(keys, 0, 2, 3, 1), graph.transpose(values, 0, 2, 1, 3), mask);
    }

    /** Gives the keys and values the names by which they are asked for later. */
    private String attendCausallyAndName(int layer, String query, String keys, String values, String mask) {
        return attend(query, graph.named(promptKeys(layer), "Transpose", keys, permutation(0, 2, 3, 1)),
                graph.named(promptValues(layer), "Transpose", values, permutation(0, 2, 1, 3)), mask);
    }

    /** Keys are [batch, heads, head size, sequence], values [batch, heads, sequence, head size]. */
    private String attend(String query, String keys, String values, String mask) {
        return product(rounded(weights(graph.node("Add", product(query, keys), mask))), values);
    }

    /** The softmax of scores over the last axis. */
    private String weights(String scores) {
        if (!withoutDenormals) {
            return graph.node("Softmax", scores, axis(-1));
        }
        String lowest = graph.node("Sub", graph.node("ReduceMax", scores, graph.vector(-1)), graph.scalar(LOST));
        return graph.node("Softmax", graph.node("Max", scores, lowest), axis(-1));
    }

    /**
     * One softmax over the prompt, which the continuations share, and the tokens that each continuation has read itself.
     *
     * @param ownMask hides places of a continuation's cache where there is no token yet, in scores [prompts, heads, continuations, tokens]
     */
    private String attendToCache(int layer, String query, String ownKeys, String ownValues, String promptMask, UnaryOperator<String> ownMask) {
        String tokenAxis = graph.vector(3);
        String ownQuery = graph.node("Unsqueeze", query, tokenAxis);
        String ownScores = ownMask.apply(graph.node("Squeeze",
                product(ownQuery, graph.transpose(ownKeys, 0, 1, 2, 4, 3)), tokenAxis));
        String promptScores = graph.node("Add", product(query, promptKeys(layer)), promptMask);

        String weights = rounded(weights(graph.node("Concat", promptScores, ownScores, axis(-1))));
        // not Split: what computes its sizes would run on the CPU, whatever the device is
        String border = graph.node("Shape", promptScores, integer("start", -1));
        String last = graph.vector(-1);
        String promptContext = product(graph.node("Slice", weights, graph.vector(0), border, last), promptValues(layer));
        String ownWeights = graph.node("Slice", weights, border, graph.vector(Long.MAX_VALUE), last);
        String ownContext = graph.node("Squeeze", product(graph.node("Unsqueeze", ownWeights, tokenAxis), ownValues), tokenAxis);
        return graph.node("Add", promptContext, ownContext);
    }

    /** The cache with one more token: [prompts, continuations, heads, head size] put behind the past. */
    private String remember(int layer, String token, String past, String present) {
        outputOwnCache(present, layer);
        return graph.named(present, "Concat", past, oneToken(token), axis(3));
    }

    /** The cache with one more token written into the room that it has, at {@code places}. */
    private String write(int layer, String token, String past, String present, String places) {
        outputOwnCache(present, layer);
        return graph.writeToCache(present, past, oneToken(token), places);
    }

    /** [prompts, continuations, heads, head size] as the cache has it: [prompts, heads, continuations, 1, head size]. */
    private String oneToken(String token) {
        return graph.node("Unsqueeze", graph.transpose(token, 0, 2, 1, 3), graph.vector(3));
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
        return graph.node("Add", linearProduct(name + ".weight", input), weight(name + ".bias"));
    }

    private String linearProduct(String name, String input) {
        Weight weight = model.tensor(name);
        if (weight instanceof BlockQuantizedWeight blocks) {
            return QuantizedProducts.ofBlocks(graph, input, blocks);
        }
        if (weight instanceof ColumnQuantizedWeight columns) {
            return QuantizedProducts.ofColumns(graph, input, columns);
        }
        return precision == EvaluationPrecision.FLOAT32 ? graph.node("MatMul", input, weight(name)) : product(rounded(input), half(name));
    }

    /** The product of two values in the precision, float32. */
    private String product(String left, String right) {
        String product = graph.node("MatMul", left, right);
        return precision == EvaluationPrecision.FLOAT32 ? product : graph.cast(product, TensorProto.DataType.FLOAT_VALUE);
    }

    /** A float32 value in the precision. */
    private String rounded(String value) {
        return precision == EvaluationPrecision.FLOAT32 ? value : graph.cast(value, TensorProto.DataType.FLOAT16_VALUE);
    }

    private int cacheType() {
        return precision == EvaluationPrecision.FLOAT32 ? TensorProto.DataType.FLOAT_VALUE : TensorProto.DataType.FLOAT16_VALUE;
    }

    /** The output embedding, float32 [vocabulary, embedding]. */
    private String headWeight() {
        return weight(config.tiedEmbeddings() ? "wte.weight" : "lm_head.weight");
    }

    /** A weight as float32: as it lies in the file, or cast once when the session is opened. */
    private String weight(String name) {
        return graph.outside(() -> toFloat(stored(name), name));
    }

    /** A weight as float16: as it lies in the file, or cast once when the session is opened. */
    private String half(String name) {
        return tensor(name).dtype() == DType.F16 ? stored(name) : graph.outside(() -> graph.cast(stored(name), TensorProto.DataType.FLOAT16_VALUE));
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
