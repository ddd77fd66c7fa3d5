package io.github.fairnessgate.runtime;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.github.fairnessgate.artifact.Gpt2Config;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.artifact.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * GPT-2 (Radford et al. 2019) written as an ONNX graph, one graph a purpose. Weights stay where they
 * are: every initializer is external data that points into the model's safetensors files, so the
 * graph itself is a few kilobytes.
 *
 * <p>Sequences are padded on the right. The causal mask keeps padding from being seen, so no lengths
 * are passed in.
 */
public final class Gpt2Graph {

    /** ONNX IR version and operator set of the graphs. */
    private static final int IR_VERSION = 9;
    private static final int OPSET = 20;

    /** Names of inputs and outputs. */
    static final String INPUT_IDS = "input_ids";
    static final String ROWS = "rows";
    static final String TARGETS = "targets";
    static final String LOGITS = "logits";
    static final String LOG_PROBABILITIES = "log_probabilities";

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final Gpt2Config config;
    private final ModelDirectory model;
    private final Path folder;
    private int names;

    private Gpt2Graph(ModelDirectory model, Path folder) {
        this.model = model;
        this.folder = folder;
        this.config = model.config();
    }

    /**
     * The graph that is shipped beside the weights: {@code input_ids} int64 [batch, sequence] in,
     * {@code logits} float32 [batch, sequence, vocabulary] out.
     *
     * @param folder the folder that the graph will be saved in or loaded for; the weights lie in or below it
     * @return a serialized ONNX model
     */
    public static byte[] logits(ModelDirectory model, Path folder) {
        Gpt2Graph builder = new Gpt2Graph(model, folder);
        builder.input(INPUT_IDS, "batch", "sequence");
        String hidden = builder.hiddenStates();
        String logits = builder.node("MatMul", hidden, builder.node("Transpose", builder.headWeight(), ints("perm", 1, 0)));
        builder.output(logits, LOGITS, "batch", "sequence", "vocabulary");
        return builder.serialize();
    }

    /**
     * The graph that scores texts without ever handing out logits: {@code input_ids} int64 [batch,
     * sequence], {@code rows} int64 [n] (indices into the flattened batch x sequence positions) and
     * {@code targets} int64 [n] (the token to score at each row) in, {@code log_probabilities} float32
     * [n] (natural logarithm) out.
     */
    static byte[] scores(ModelDirectory model, Path folder) {
        Gpt2Graph builder = new Gpt2Graph(model, folder);
        builder.input(INPUT_IDS, "batch", "sequence");
        builder.input(ROWS, "n");
        builder.input(TARGETS, "n");
        String positions = builder.node("Reshape", builder.hiddenStates(),
                builder.constant(-1, builder.config.embedding()));
        String hidden = builder.node("Gather", positions, ROWS, integer("axis", 0));
        // LogSoftmax at the scored rows only; ReduceLogSumExp costs a quarter of the whole run.
        String logits = builder.node("Gemm", hidden, builder.headWeight(), integer("transB", 1));
        String all = builder.node("LogSoftmax", logits, integer("axis", -1));
        String targets = builder.node("Unsqueeze", TARGETS, builder.constant(1));
        String chosen = builder.node("GatherElements", all, targets, integer("axis", 1));
        String flat = builder.node("Reshape", chosen, builder.constant(-1));
        builder.output(flat, LOG_PROBABILITIES, "n");
        return builder.serialize();
    }

    /** Final-norm hidden states, float32 [batch, sequence, embedding]. */
    private String hiddenStates() {
        String shape = node("Shape", INPUT_IDS);
        String length = node("Gather", shape, scalar(1), integer("axis", 0));
        String positionIds = node("Range", scalar(0), length, scalar(1));
        String tokens = toFloat(node("Gather", initializer("wte.weight"), INPUT_IDS, integer("axis", 0)), "wte.weight");
        String positions = toFloat(node("Gather", initializer("wpe.weight"), positionIds, integer("axis", 0)), "wpe.weight");
        String hidden = node("Add", tokens, positions);
        String mask = causalMask(positionIds);
        for (int layer = 0; layer < config.layers(); layer++) {
            hidden = block(layer, hidden, mask);
        }
        return norm("ln_f", hidden);
    }

    /** float32 [sequence, sequence]: 0 where the row may see the column, the lowest float elsewhere. */
    private String causalMask(String positionIds) {
        String rows = node("Unsqueeze", positionIds, constant(1));
        String columns = node("Unsqueeze", positionIds, constant(0));
        String visible = node("GreaterOrEqual", rows, columns);
        return node("Where", visible, scalar(0f), scalar(-Float.MAX_VALUE));
    }

    private String block(int layer, String input, String mask) {
        String name = "h." + layer + ".";
        String attended = node("Add", input, attention(layer, norm(name + "ln_1", input), mask));
        String inner = linear(name + "mlp.c_fc", norm(name + "ln_2", attended));
        return node("Add", attended, linear(name + "mlp.c_proj", activation(inner)));
    }

    private String attention(int layer, String input, String mask) {
        String name = "h." + layer + ".attn.";
        int heads = config.heads(layer);
        int width = heads * config.headSize();
        List<String> parts = split(linear(name + "c_attn", input), width, 3);
        String split = constant(0, 0, heads, config.headSize());
        String query = node("Transpose", node("Reshape", parts.get(0), split), ints("perm", 0, 2, 1, 3));
        String keys = node("Transpose", node("Reshape", parts.get(1), split), ints("perm", 0, 2, 3, 1));
        String values = node("Transpose", node("Reshape", parts.get(2), split), ints("perm", 0, 2, 1, 3));
        String scaled = node("Mul", query, scalar((float) (1 / Math.sqrt(config.headSize()))));
        String weights = node("Softmax", node("Add", node("MatMul", scaled, keys), mask), integer("axis", -1));
        String context = node("Transpose", node("MatMul", weights, values), ints("perm", 0, 2, 1, 3));
        return linear(name + "c_proj", node("Reshape", context, constant(0, 0, width)));
    }

    private String activation(String input) {
        String approximation = switch (config.activation()) {
            case GELU_TANH -> "tanh";
            case GELU_ERF -> "none";
        };
        return node("Gelu", input, AttributeProto.newBuilder().setName("approximate")
                .setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(approximation)).build());
    }

    private String norm(String name, String input) {
        return node("LayerNormalization", input, weight(name + ".weight"), weight(name + ".bias"),
                integer("axis", -1),
                AttributeProto.newBuilder().setName("epsilon").setType(AttributeProto.AttributeType.FLOAT)
                        .setF((float) config.layerNormEpsilon()).build());
    }

    /** {@code input x weight + bias}; GPT-2's Conv1D weights are [in, out] already. */
    private String linear(String name, String input) {
        return node("Add", node("MatMul", input, weight(name + ".weight")), weight(name + ".bias"));
    }

    private List<String> split(String input, int width, int count) {
        NodeProto.Builder node = NodeProto.newBuilder().setOpType("Split").addInput(input);
        long[] widths = new long[count];
        java.util.Arrays.fill(widths, width);
        node.addInput(constant(widths)).addAttribute(integer("axis", -1));
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            outputs.add(freshName());
        }
        graph.addNode(node.addAllOutput(outputs).setName("n" + outputs.get(0)));
        return outputs;
    }

    /** The output embedding, float32 [vocabulary, embedding]. */
    private String headWeight() {
        return weight(config.tiedEmbeddings() ? "wte.weight" : "lm_head.weight");
    }

    /** A weight as float32: as it lies in the file, or cast once when the session is opened. */
    private String weight(String name) {
        return toFloat(initializer(name), name);
    }

    private String toFloat(String value, String tensor) {
        return switch (model.tensor(tensor).dtype()) {
            case F32 -> value;
            case F16, BF16 -> node("Cast", value, integer("to", TensorProto.DataType.FLOAT_VALUE));
        };
    }

    private String initializer(String name) {
        boolean known = graph.getInitializerList().stream().anyMatch(tensor -> tensor.getName().equals(name));
        if (!known) {
            graph.addInitializer(externalData(model.tensor(name)));
        }
        return name;
    }

    private TensorProto externalData(Tensor tensor) {
        TensorProto.Builder proto = TensorProto.newBuilder()
                .setName(tensor.name())
                .setDataType(dataType(tensor))
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", location(tensor.file())))
                .addExternalData(entry("offset", Long.toString(tensor.offset())))
                .addExternalData(entry("length", Long.toString(tensor.length())));
        for (long size : tensor.shape()) {
            proto.addDims(size);
        }
        return proto.build();
    }

    private static int dataType(Tensor tensor) {
        return switch (tensor.dtype()) {
            case F32 -> TensorProto.DataType.FLOAT_VALUE;
            case F16 -> TensorProto.DataType.FLOAT16_VALUE;
            case BF16 -> TensorProto.DataType.BFLOAT16_VALUE;
        };
    }

    private String location(Path file) {
        return folder.toAbsolutePath().normalize().relativize(file.toAbsolutePath().normalize())
                .toString().replace('\\', '/');
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private void input(String name, String... dimensions) {
        graph.addInput(value(name, TensorProto.DataType.INT64_VALUE, dimensions));
    }

    private void output(String value, String name, String... dimensions) {
        graph.addNode(NodeProto.newBuilder().setOpType("Identity").setName("n" + name).addInput(value).addOutput(name));
        graph.addOutput(value(name, TensorProto.DataType.FLOAT_VALUE, dimensions));
    }

    private static ValueInfoProto value(String name, int type, String... dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (String dimension : dimensions) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(dimension));
        }
        TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape);
        return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder().setTensorType(tensor)).build();
    }

    /** Adds a node whose arguments are input names and {@link AttributeProto}s; returns its only output. */
    private String node(String operator, Object... arguments) {
        String output = freshName();
        NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).setName("n" + output).addOutput(output);
        for (Object argument : arguments) {
            if (argument instanceof AttributeProto attribute) {
                node.addAttribute(attribute);
            } else {
                node.addInput((String) argument);
            }
        }
        graph.addNode(node);
        return output;
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INT).setI(value).build();
    }

    private static AttributeProto ints(String name, long... values) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name)
                .setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    /** An int64 vector. */
    private String constant(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            bytes.putLong(value);
        }
        return constant(TensorProto.newBuilder().setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(values.length).setRawData(ByteString.copyFrom(bytes.array())));
    }

    private String scalar(long value) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
        return constant(TensorProto.newBuilder().setDataType(TensorProto.DataType.INT64_VALUE)
                .setRawData(ByteString.copyFrom(bytes.array())));
    }

    private String scalar(float value) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, value);
        return constant(TensorProto.newBuilder().setDataType(TensorProto.DataType.FLOAT_VALUE)
                .setRawData(ByteString.copyFrom(bytes.array())));
    }

    private String constant(TensorProto.Builder tensor) {
        String name = freshName();
        graph.addInitializer(tensor.setName(name));
        return name;
    }

    private String freshName() {
        return "v" + names++;
    }

    private byte[] serialize() {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("fairness-maven-plugin")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(graph.setName("gpt2"))
                .build()
                .toByteArray();
    }
}
