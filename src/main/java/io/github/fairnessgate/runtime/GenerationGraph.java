package io.github.fairnessgate.runtime;

import static io.github.fairnessgate.runtime.Gpt2Graph.INPUT_IDS;
import static io.github.fairnessgate.runtime.Gpt2Graph.POSITIONS;
import static io.github.fairnessgate.runtime.Gpt2Graph.ROWS;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.axis;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.integer;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.permutation;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * {@link Gpt2Graph}s that continue prompts: on a CPU one that reads the prompts, one that reads a token more and one
 * that makes room for tokens, between which {@link GenerationBatch} draws; elsewhere one that does all of it, for
 * {@link LoopedBatch}.
 */
final class GenerationGraph {

    /** Names of inputs and outputs, besides those of {@link Gpt2Graph}. */
    static final String LENGTHS = "lengths";

    static final String TEMPERATURE = "temperature";
    static final String PROBABILITIES = "probabilities";
    static final String NOISE_KEYS = "noise_keys";
    static final String TOP_P = "top_p";
    static final String LATER_STEPS = "later_steps";
    static final String SHAPE = "shape";
    static final String TOKENS = "tokens";
    static final String MASSES = "masses";

    /** Equal to no token. */
    private static final long NO_TOKEN = -1;

    /** Before the name of a value inside a loop, where it comes from outside at first. */
    private static final String OWN = "own_";

    private final OnnxGraphBuilder graph;
    private final ModelDirectory model;
    private final Gpt2Config config;
    private final Gpt2Layers layers;
    private final AttentionMasks masks;

    private GenerationGraph(
            ModelDirectory model, Path folder, EvaluationPrecision precision, boolean withoutDenormals) {
        this.graph = new OnnxGraphBuilder(folder);
        this.model = model;
        this.config = model.config();
        this.layers = new Gpt2Layers(graph, model, precision, withoutDenormals);
        this.masks = new AttentionMasks(graph);
    }

    /** The prompt's keys of a layer, float32 [prompts, heads, head size, length]. */
    static String promptKeys(int layer) {
        return "prompt_keys." + layer;
    }

    /** The prompt's values of a layer, float32 [prompts, heads, length, head size]. */
    static String promptValues(int layer) {
        return "prompt_values." + layer;
    }

    /**
     * The keys of a layer for the tokens that a continuation has read so far, float32 [prompts, heads, continuations,
     * tokens, head size].
     */
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
     * The graph that reads prompts, for a CPU: {@code input_ids} int64 [prompts, length] (padded on the right with any
     * token), {@code rows} int64 [n] (the flattened positions whose next token is asked for) and {@code temperature}
     * float32 [1] in; {@code probabilities} float32 [n, vocabulary] of the next token, and {@link #promptKeys} and
     * {@link #promptValues} of every layer out. Those of padding are there too, for the decode graph to hide.
     */
    static byte[] prefill(ModelDirectory model, Path folder) {
        return new GenerationGraph(model, folder, EvaluationPrecision.FLOAT32, true).prefill();
    }

    private byte[] prefill() {
        graph.integers(INPUT_IDS, "prompts", "length");
        graph.integers(ROWS, "n");
        graph.floats(TEMPERATURE, 1);
        String order = masks.order(INPUT_IDS, 1);
        String hidden = layers.read(INPUT_IDS, order, ofPrompts(masks.causal(order)), layers::addAndNormalize);
        outputProbabilities(layers.atRows(hidden, ROWS));
        for (int layer = 0; layer < config.layers(); layer++) {
            graph.output(promptKeys(layer), "prompts", config.heads(layer), config.headSize(), "length");
            graph.output(promptValues(layer), "prompts", config.heads(layer), "length", config.headSize());
        }
        return graph.serialize("gpt2-prefill");
    }

    /**
     * The graph that lets every continuation of every prompt read one more token, for a CPU: {@code input_ids} int64
     * [prompts, continuations] (the token of each), {@code positions} int64 [prompts] (where it stands),
     * {@code lengths} int64 [prompts] (tokens of the prompt, without padding), {@code temperature} float32 [1], and of
     * every layer {@link #promptKeys}, {@link #promptValues}, {@link #pastKeys} and {@link #pastValues} in;
     * {@code probabilities} float32 [prompts * continuations, vocabulary] of the next token, and {@link #presentKeys}
     * and {@link #presentValues} of every layer out.
     *
     * <p>The prompt's keys and values are never copied for its continuations: the queries of all of them meet the
     * prompt in one product, as if they were the positions of one sequence. The keys and values of a continuation's own
     * tokens have room for more than it has read: what a step adds is written behind them, at {@code positions -
     * lengths}, and what is behind that is not seen. If {@link #presentKeys} and {@link #presentValues} are given the
     * memory of {@link #pastKeys} and {@link #pastValues}, nothing is copied.
     */
    static byte[] decode(ModelDirectory model, Path folder) {
        return new GenerationGraph(model, folder, EvaluationPrecision.FLOAT32, true).decode();
    }

    private byte[] decode() {
        graph.integers(INPUT_IDS, "prompts", "continuations");
        graph.integers(POSITIONS, "prompts");
        graph.integers(LENGTHS, "prompts");
        graph.floats(TEMPERATURE, 1);
        String hidden = layers.embeddings(INPUT_IDS, graph.node("Unsqueeze", POSITIONS, graph.vector(1)));
        for (int layer = 0; layer < config.layers(); layer++) {
            inputCache(layer);
        }
        String promptMask = promptMask();
        String places = graph.node("Sub", POSITIONS, LENGTHS);
        String ownMask = ownMask(places);
        String output = layers.blocks(
                hidden,
                (layer, query, keys, values) -> attendToCache(
                        layer,
                        query,
                        write(layer, keys, pastKeys(layer), presentKeys(layer), places),
                        write(layer, values, pastValues(layer), presentValues(layer), places),
                        promptMask,
                        scores -> graph.node("Add", scores, ownMask)),
                layers::addAndNormalize);
        outputProbabilities(graph.node("Reshape", output, graph.vector(-1, config.embedding())));
        return graph.serialize("gpt2-decode");
    }

    /**
     * The graph that makes room for {@code tokens} more in the caches that {@link #decode} writes to: {@link #pastKeys}
     * and {@link #pastValues} of every layer in, {@link #presentKeys} and {@link #presentValues} with zeros behind them
     * out.
     */
    static byte[] room(ModelDirectory model, Path folder, int tokens) {
        return new GenerationGraph(model, folder, EvaluationPrecision.FLOAT32, true).room(tokens);
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

    /**
     * The graph that continues prompts without leaving the device: it reads the prompts, and then in a {@code Loop} it
     * samples a token of every continuation and lets it read that token. {@code input_ids} int64 [prompts, length]
     * (padded on the right with any token), {@code rows} int64 [prompts] (the flattened position of each prompt's last
     * token), {@code lengths} int64 [prompts] (tokens of the prompt, without padding), {@code temperature} float32 [1],
     * {@code top_p} float64 [1], {@code noise_keys} int64 [steps, prompts, continuations] (of
     * {@link CommonRandomNumbers#key}), {@code later_steps} int64 [] (how many steps come after the first),
     * {@code shape} int64 [3] (prompts, continuations and vocabulary), and {@link #pastKeys} and {@link #pastValues} of
     * every layer for no token, in the precision, in; {@code tokens} int64 [taken, prompts, continuations] and
     * {@code masses} float64 of that shape out: the sum of the probabilities that a token was drawn from, which is 1
     * but for rounding unless the model is damaged.
     *
     * <p>As many of the steps are taken as the longest continuation needs: a continuation ends with a token that ends a
     * text, or where it and its prompt fill the model's positions. One that ended before the others goes on; who reads
     * the tokens stops there.
     */
    static byte[] generate(ModelDirectory model, Path folder, EvaluationPrecision precision) {
        return new GenerationGraph(model, folder, precision, false).generate();
    }

    private byte[] generate() {
        graph.integers(INPUT_IDS, "prompts", "length");
        graph.integers(ROWS, "prompts");
        graph.integers(LENGTHS, "prompts");
        graph.floats(TEMPERATURE, 1);
        graph.doubles(TOP_P, 1);
        graph.integers(NOISE_KEYS, "steps", "prompts", "continuations");
        graph.integers(LATER_STEPS);
        graph.integers(SHAPE, 3);
        for (int layer = 0; layer < config.layers(); layer++) {
            inputOwnCache(pastKeys(layer), pastValues(layer), layer);
        }
        String order = masks.counted(INPUT_IDS);
        String causal = graph.node(
                "GreaterOrEqual",
                graph.node("Unsqueeze", order, graph.vector(2)),
                graph.node("Unsqueeze", order, graph.vector(1)));
        String prompts = layers.read(
                INPUT_IDS,
                order,
                ofPrompts(masks.of(graph.node("Unsqueeze", causal, graph.vector(1)))),
                layers::addAndNormalize);
        String promptMask = masks.of(graph.node(
                "Greater",
                graph.node("Unsqueeze", LENGTHS, graph.vector(1, 2, 3)),
                graph.node("Unsqueeze", order, graph.vector(1, 2))));
        NucleusNodes nucleus = new NucleusNodes(graph, config.vocabulary());
        NucleusNodes.Drawn first = nucleus.draw(
                graph.node("Unsqueeze", probabilities(layers.atRows(prompts, ROWS)), graph.vector(1)),
                graph.node("Gather", NOISE_KEYS, graph.scalar(0L), axis(0)),
                TOP_P);
        loop(promptMask, nucleus, first);
        graph.integersOutput(TOKENS, "taken", "prompts", "continuations");
        graph.doublesOutput(MASSES, "taken", "prompts", "continuations");
        return graph.serialize("gpt2-generate");
    }

    /** All steps after the first; joins their tokens and masses to those of the first. */
    private void loop(String promptMask, NucleusNodes nucleus, NucleusNodes.Drawn first) {
        String ended = ended(first.tokens(), graph.scalar(1L));
        List<Object> arguments = new ArrayList<>(List.of(LATER_STEPS, notAll("begins", ended)));
        for (int layer = 0; layer < config.layers(); layer++) {
            arguments.add(pastKeys(layer));
            arguments.add(pastValues(layer));
        }
        arguments.add(first.tokens());
        arguments.add(ended);
        arguments.add(graph.body(() -> step(promptMask, nucleus)));
        int carried = 2 * config.layers() + 2;
        List<String> outputs = graph.nodes("Loop", carried + 2, arguments.toArray());
        graph.named(
                TOKENS,
                "Concat",
                graph.node("Unsqueeze", first.tokens(), graph.vector(0)),
                outputs.get(carried),
                axis(0));
        graph.named(
                MASSES,
                "Concat",
                graph.node("Unsqueeze", first.masses(), graph.vector(0)),
                outputs.get(carried + 1),
                axis(0));
    }

    /** The body of the loop: every continuation reads its last token and draws the next. */
    private void step(String promptMask, NucleusNodes nucleus) {
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
        String positions =
                graph.node("Min", graph.node("Add", LENGTHS, round), graph.scalar((long) config.positions() - 1));
        String hidden = layers.embeddings(last, graph.node("Unsqueeze", positions, graph.vector(1)));
        String output = layers.blocks(
                hidden,
                (layer, query, keys, values) -> attendToCache(
                        layer,
                        query,
                        remember(layer, keys, OWN + pastKeys(layer), presentKeys(layer)),
                        remember(layer, values, OWN + pastValues(layer), presentValues(layer)),
                        promptMask,
                        UnaryOperator.identity()),
                layers::addAndNormalize);
        String noiseKeys = graph.node("Gather", NOISE_KEYS, read, axis(0));
        String distributions = graph.node(
                "Reshape", probabilities(graph.node("Reshape", output, graph.vector(-1, config.embedding()))), SHAPE);
        NucleusNodes.Drawn next = nucleus.draw(distributions, noiseKeys, TOP_P);
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
     * @param drawn int64 [], how many tokens of each have been drawn
     */
    private String ended(String tokens, String drawn) {
        String full = graph.node(
                "GreaterOrEqual", graph.node("Add", LENGTHS, drawn), graph.scalar((long) config.positions()));
        String ended = graph.node("Unsqueeze", full, graph.vector(1));
        List<Integer> stops = model.specialTokens().stops();
        if (stops.isEmpty()) {
            return graph.node(
                    "Or", graph.node("Equal", tokens, graph.scalar(NO_TOKEN)), ended); // in the shape of the tokens
        }
        for (int stop : stops) {
            ended = graph.node("Or", graph.node("Equal", tokens, graph.scalar((long) stop)), ended);
        }
        return ended;
    }

    /** bool [] by the name {@code output}: whether one of them is false. */
    private String notAll(String output, String conditions) {
        String open = graph.cast(graph.node("Not", conditions), TensorProto.DataType.FLOAT_VALUE);
        return graph.named(output, "Greater", graph.node("ReduceSum", open, integer("keepdims", 0)), graph.scalar(0f));
    }

    private void inputCache(int layer) {
        int heads = config.heads(layer);
        int size = config.headSize();
        graph.floats(promptKeys(layer), "prompts", heads, size, "length");
        graph.floats(promptValues(layer), "prompts", heads, "length", size);
        inputOwnCache(pastKeys(layer), pastValues(layer), layer);
    }

    private void inputOwnCache(String keys, String values, int layer) {
        graph.numbers(keys, layers.type(), "prompts", config.heads(layer), "continuations", "past", config.headSize());
        graph.numbers(
                values, layers.type(), "prompts", config.heads(layer), "continuations", "past", config.headSize());
    }

    private void outputOwnCache(String keysOrValues, int layer) {
        graph.numbersOutput(
                keysOrValues,
                layers.type(),
                "prompts",
                config.heads(layer),
                "continuations",
                "tokens",
                config.headSize());
    }

    /**
     * float32 [n, vocabulary]: the softmax of the logits divided by the temperature. Hidden states are far fewer
     * numbers to divide.
     */
    private void outputProbabilities(String hidden) {
        graph.named(PROBABILITIES, "Softmax", layers.head(graph.node("Div", hidden, TEMPERATURE)), axis(-1));
        graph.output(PROBABILITIES, "n", "vocabulary");
    }

    private String probabilities(String hidden) {
        return graph.node("Softmax", layers.head(graph.node("Div", hidden, TEMPERATURE)), axis(-1));
    }

    /** float32 [prompts, 1, 1, length]: 0 at the prompt's tokens, the lowest float at padding. */
    private String promptMask() {
        return masks.of(graph.node(
                "Greater", graph.node("Unsqueeze", LENGTHS, graph.vector(1, 2, 3)), masks.order(promptValues(0), 2)));
    }

    /**
     * float32 [prompts, 1, 1, tokens]: 0 at the tokens that a continuation has read when one was written at
     * {@code places}, the lowest float behind them.
     */
    private String ownMask(String places) {
        return masks.of(graph.node(
                "GreaterOrEqual",
                graph.node("Unsqueeze", places, graph.vector(1, 2, 3)),
                masks.order(pastValues(0), 3)));
    }

    /** Attention of prompts, whose keys and values get the names by which they are asked for later. */
    private Gpt2Layers.Attention ofPrompts(String mask) {
        return (layer, query, keys, values) -> layers.attend(
                query,
                graph.named(promptKeys(layer), "Transpose", keys, permutation(0, 2, 3, 1)),
                graph.named(promptValues(layer), "Transpose", values, permutation(0, 2, 1, 3)),
                mask);
    }

    /**
     * One softmax over the prompt, which the continuations share, and the tokens that each continuation has read
     * itself.
     *
     * @param ownMask hides places of a continuation's cache where there is no token yet, in scores [prompts, heads,
     *     continuations, tokens]
     */
    private String attendToCache(
            int layer,
            String query,
            String ownKeys,
            String ownValues,
            String promptMask,
            UnaryOperator<String> ownMask) {
        String tokenAxis = graph.vector(3);
        String ownQuery = graph.node("Unsqueeze", query, tokenAxis);
        String ownScores = ownMask.apply(
                graph.node("Squeeze", layers.product(ownQuery, graph.transpose(ownKeys, 0, 1, 2, 4, 3)), tokenAxis));
        String promptScores = graph.node("Add", layers.product(query, promptKeys(layer)), promptMask);

        String weights = layers.rounded(layers.weights(graph.node("Concat", promptScores, ownScores, axis(-1))));
        // not Split: what computes its sizes would run on the CPU, whatever the device is
        String border = graph.node("Shape", promptScores, integer("start", -1));
        String last = graph.vector(-1);
        String promptContext =
                layers.product(graph.node("Slice", weights, graph.vector(0), border, last), promptValues(layer));
        String ownWeights = graph.node("Slice", weights, border, graph.vector(Long.MAX_VALUE), last);
        String ownContext = graph.node(
                "Squeeze", layers.product(graph.node("Unsqueeze", ownWeights, tokenAxis), ownValues), tokenAxis);
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

    /**
     * [prompts, continuations, heads, head size] as the cache has it: [prompts, heads, continuations, 1, head size].
     */
    private String oneToken(String token) {
        return graph.node("Unsqueeze", graph.transpose(token, 0, 2, 1, 3), graph.vector(3));
    }
}
