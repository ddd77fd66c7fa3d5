package io.github.fairnessgate.runtime;

import static io.github.fairnessgate.runtime.OnnxGraphBuilder.axis;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.integer;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.real;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.model.Activation;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.Xielu;
import io.github.fairnessgate.tensor.BlockQuantizedTable;
import io.github.fairnessgate.tensor.BlockQuantizedWeight;
import io.github.fairnessgate.tensor.ColumnQuantizedWeight;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.Tensor;
import io.github.fairnessgate.tensor.Weight;
import java.util.List;

/**
 * What GPT-2 (Radford et al. 2019) computes between its tokens and its logits, as nodes of an ONNX graph. What its
 * layers attend to, the graph says. In a precision other than float32 products take and multiply rounded numbers, and
 * everything else stays float32.
 */
final class Gpt2Layers {

    /**
     * A score by so much below the largest has a weight of e^-64, which is lost beside the largest in float32, but is
     * not a denormal number.
     */
    private static final float LOST = 64;

    private final OnnxGraphBuilder graph;
    private final ModelDirectory model;
    private final Gpt2Config config;
    private final EvaluationPrecision precision;

    /**
     * Whether denormal numbers are kept out of the softmax of attention: a CPU takes several times as long for them, a
     * GPU does not.
     */
    private final boolean withoutDenormals;

    Gpt2Layers(OnnxGraphBuilder graph, ModelDirectory model, EvaluationPrecision precision, boolean withoutDenormals) {
        this.graph = graph;
        this.model = model;
        this.config = model.config();
        this.precision = precision;
        this.withoutDenormals = withoutDenormals;
    }

    /**
     * What the positions of a layer attend to.
     *
     * <p>{@code query} is [batch, heads, sequence, head size], multiplied with the factor of attention already;
     * {@code keys} and {@code values} are [batch, sequence, heads, head size], as the projection leaves them; all three
     * are in the precision. The result is float32, of the shape of the query.
     */
    interface Attention {

        String context(int layer, String query, String keys, String values);
    }

    /**
     * Final-norm hidden states of tokens at {@code positions}, int64 [sequence] or [batch, sequence]; float32 [batch,
     * sequence, embedding].
     */
    String read(String tokens, String positions, Attention attention, Residual residual) {
        return blocks(embeddings(tokens, positions), attention, residual);
    }

    /** Of tokens at positions, float32 [..., embedding]; the shapes of both broadcast. */
    String embeddings(String tokens, String positions) {
        return graph.node("Add", embedding("wte.weight", tokens), embedding("wpe.weight", positions));
    }

    private String embedding(String table, String rows) {
        return model.tensor(table) instanceof BlockQuantizedTable quantized
                ? QuantizedProducts.rows(graph, quantized, rows)
                : toFloat(graph.node("Gather", stored(table), rows, axis(0)), table);
    }

    /** All layers and the final norm, float32 [batch, sequence, embedding] to the same. */
    String blocks(String input, Attention attention, Residual residual) {
        Stream stream = new Stream(input, norm("h.0.ln_1", input));
        for (int layer = 0; layer < config.layers(); layer++) {
            String name = "h." + layer + ".";
            String nextNorm = layer + 1 < config.layers() ? "h." + (layer + 1) + ".ln_1" : "ln_f";
            stream = residual.add(stream.hidden(), attentionLayer(layer, stream.normed(), attention), name + "ln_2");
            String inner = activation(layer, linear(name + "mlp.c_fc", stream.normed()));
            stream = residual.add(stream.hidden(), linear(name + "mlp.c_proj", inner), nextNorm);
        }
        return stream.normed();
    }

    /** The residual stream between two layers: as it is, and as the next layer's norm leaves it. */
    record Stream(String hidden, String normed) {}

    /** How what a layer computes is added to the residual stream, and the sum normalized. */
    interface Residual {

        Stream add(String hidden, String change, String norm);
    }

    /** In operators of the ONNX standard. */
    Stream addThenNormalize(String hidden, String change, String norm) {
        String sum = graph.node("Add", hidden, change);
        return new Stream(sum, norm(norm, sum));
    }

    /** The same in one of ONNX Runtime's own operators, which takes a quarter of the time. */
    Stream addAndNormalize(String hidden, String change, String norm) {
        List<String> outputs = graph.fusedNodes(
                "SkipLayerNormalization",
                4,
                hidden,
                change,
                weight(norm + ".weight"),
                weight(norm + ".bias"),
                real("epsilon", config.layerNormEpsilon()));
        return new Stream(outputs.get(3), outputs.get(0));
    }

    private String attentionLayer(int layer, String input, Attention attention) {
        String name = "h." + layer + ".attn.";
        int heads = config.heads(layer);
        int width = heads * config.headSize();
        List<String> parts =
                graph.nodes("Split", 3, linear(name + "c_attn", input), graph.vector(width, width, width), axis(-1));
        String perHead = graph.vector(0, 0, heads, config.headSize());
        String query = graph.transpose(graph.node("Reshape", parts.get(0), perHead), 0, 2, 1, 3);
        String keys = rounded(graph.node("Reshape", parts.get(1), perHead));
        String values = rounded(graph.node("Reshape", parts.get(2), perHead));
        String scaled = rounded(graph.node("Mul", query, graph.scalar((float) config.attentionFactor(layer))));
        String context = graph.transpose(attention.context(layer, scaled, keys, values), 0, 2, 1, 3);
        return linear(name + "c_proj", graph.node("Reshape", context, graph.vector(0, 0, width)));
    }

    /**
     * Attention that sees what a mask lets it see; {@code mask} is added to its scores, which are [batch, heads,
     * sequence, sequence].
     */
    Attention masked(String mask) {
        return (layer, query, keys, values) ->
                attend(query, graph.transpose(keys, 0, 2, 3, 1), graph.transpose(values, 0, 2, 1, 3), mask);
    }

    /** Keys are [batch, heads, head size, sequence], values [batch, heads, sequence, head size]. */
    String attend(String query, String keys, String values, String mask) {
        return product(rounded(weights(graph.node("Add", product(query, keys), mask))), values);
    }

    /** The softmax of scores over the last axis. */
    String weights(String scores) {
        if (!withoutDenormals) {
            return graph.node("Softmax", scores, axis(-1));
        }
        String lowest = graph.node("Sub", graph.node("ReduceMax", scores, graph.vector(-1)), graph.scalar(LOST));
        return graph.node("Softmax", graph.node("Max", scores, lowest), axis(-1));
    }

    /** Hidden states at flattened positions, float32 [n, embedding]. */
    String atRows(String hidden, String rows) {
        String positions = graph.node("Reshape", hidden, graph.vector(-1, config.embedding()));
        return graph.node("Gather", positions, rows, axis(0));
    }

    /** Logits of hidden states, float32 [n, embedding] to [n, vocabulary]. */
    String head(String hidden) {
        return model.tensor(outputTable()) instanceof BlockQuantizedTable table
                ? QuantizedProducts.ofRows(graph, hidden, table)
                : graph.node("Gemm", hidden, weight(outputTable()), integer("transB", 1));
    }

    /**
     * Logits of hidden states, float32 [batch, sequence, embedding] to [batch, sequence, vocabulary], as an output of
     * the graph.
     */
    void outputLogits(String name, String hidden) {
        if (model.tensor(outputTable()) instanceof BlockQuantizedTable table) {
            graph.named(name, "Identity", QuantizedProducts.ofRows(graph, hidden, table));
        } else {
            graph.named(name, "MatMul", hidden, graph.transpose(weight(outputTable()), 1, 0));
        }
    }

    private String outputTable() {
        return config.tiedEmbeddings() ? "wte.weight" : "lm_head.weight";
    }

    private String activation(int layer, String input) {
        return ActivationNodes.of(graph, config.activation(), input, new ActivationNodes.Weights() {
            @Override
            public String slope() {
                return weight(Activation.weight(layer, Activation.SLOPE));
            }

            @Override
            public Xielu xielu() {
                return Xielu.of(name -> tensor(Activation.weight(layer, name)).toFloats()[0]);
            }
        });
    }

    private String norm(String name, String input) {
        return graph.node(
                "LayerNormalization",
                input,
                weight(name + ".weight"),
                weight(name + ".bias"),
                axis(-1),
                real("epsilon", config.layerNormEpsilon()));
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
        return precision == EvaluationPrecision.FLOAT32
                ? graph.node("MatMul", input, weight(name))
                : product(rounded(input), half(name));
    }

    /** The product of two values in the precision, float32. */
    String product(String left, String right) {
        String product = graph.node("MatMul", left, right);
        return precision == EvaluationPrecision.FLOAT32
                ? product
                : graph.cast(product, TensorProto.DataType.FLOAT_VALUE);
    }

    /** A float32 value in the precision. */
    String rounded(String value) {
        return precision == EvaluationPrecision.FLOAT32 ? value : graph.cast(value, TensorProto.DataType.FLOAT16_VALUE);
    }

    /** ONNX's number of the precision. */
    int type() {
        return precision == EvaluationPrecision.FLOAT32
                ? TensorProto.DataType.FLOAT_VALUE
                : TensorProto.DataType.FLOAT16_VALUE;
    }

    /** A weight as float32: as it lies in the file, or cast once when the session is opened. */
    private String weight(String name) {
        return graph.outside(() -> toFloat(stored(name), name));
    }

    /** A weight as float16: as it lies in the file, or cast once when the session is opened. */
    private String half(String name) {
        return tensor(name).dtype() == DType.F16
                ? stored(name)
                : graph.outside(() -> graph.cast(stored(name), TensorProto.DataType.FLOAT16_VALUE));
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
