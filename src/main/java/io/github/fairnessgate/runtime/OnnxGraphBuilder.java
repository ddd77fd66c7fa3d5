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
import io.github.fairnessgate.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Writes an ONNX graph node by node. A value of the graph is known by its name, a {@link String}; every method that
 * adds a node returns the name of what the node computes.
 */
final class OnnxGraphBuilder {

    /** ONNX IR version and operator set of the graphs; a cache is written to by an operator that came later. */
    private static final int IR_VERSION = 9;

    private static final int OPSET = 20;
    private static final int IR_VERSION_OF_CACHES = 11;
    private static final int OPSET_OF_CACHES = 24;
    private static final String FUSED_DOMAIN = "com.microsoft";

    /** What every graph names as its producer. */
    static final String PRODUCER = "fairness-maven-plugin";

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    /** What nodes, inputs and outputs are added to: the graph, or the body of a loop in it. */
    private GraphProto.Builder current = graph;

    private final Set<String> initializers = new HashSet<>();
    private final Path folder;
    private int names;
    private boolean hasFusedNodes;
    private boolean hasCaches;

    /** @param folder what the locations of weights are written relative to */
    OnnxGraphBuilder(Path folder) {
        this.folder = folder;
    }

    /** An int64 input; a dimension is a number, or a name where the size is free. */
    String integers(String name, Object... dimensions) {
        current.addInput(value(name, TensorProto.DataType.INT64_VALUE, dimensions));
        return name;
    }

    /** A float32 input. */
    String floats(String name, Object... dimensions) {
        return numbers(name, TensorProto.DataType.FLOAT_VALUE, dimensions);
    }

    /** An input of a type of {@link TensorProto.DataType}. */
    String numbers(String name, int type, Object... dimensions) {
        current.addInput(value(name, type, dimensions));
        return name;
    }

    /** A float64 input. */
    String doubles(String name, Object... dimensions) {
        current.addInput(value(name, TensorProto.DataType.DOUBLE_VALUE, dimensions));
        return name;
    }

    /** A bool input. */
    String booleans(String name, Object... dimensions) {
        current.addInput(value(name, TensorProto.DataType.BOOL_VALUE, dimensions));
        return name;
    }

    /** Makes a value an int64 output. */
    void integersOutput(String name, Object... dimensions) {
        current.addOutput(value(name, TensorProto.DataType.INT64_VALUE, dimensions));
    }

    /** Makes a value a float64 output. */
    void doublesOutput(String name, Object... dimensions) {
        current.addOutput(value(name, TensorProto.DataType.DOUBLE_VALUE, dimensions));
    }

    /** Makes a value a bool output. */
    void booleansOutput(String name, Object... dimensions) {
        current.addOutput(value(name, TensorProto.DataType.BOOL_VALUE, dimensions));
    }

    /**
     * The body of a loop: what {@code content} adds. Constants and weights go to the graph around it, whose values the
     * body may use.
     *
     * @return the attribute for a node {@code Loop}
     */
    AttributeProto body(Runnable content) {
        GraphProto.Builder body = GraphProto.newBuilder().setName("body");
        current = body;
        try {
            content.run();
        } finally {
            current = graph;
        }
        return AttributeProto.newBuilder()
                .setName("body")
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(body)
                .build();
    }

    /** What is added to the graph itself although a body is being written: computed once, not in every round. */
    String outside(Supplier<String> content) {
        GraphProto.Builder inner = current;
        current = graph;
        try {
            return content.get();
        } finally {
            current = inner;
        }
    }

    /** Makes a value that a node was told to name a float32 output; an Identity in between would be a copy. */
    void output(String name, Object... dimensions) {
        numbersOutput(name, TensorProto.DataType.FLOAT_VALUE, dimensions);
    }

    /** The same for a value of a type of {@link TensorProto.DataType}. */
    void numbersOutput(String name, int type, Object... dimensions) {
        current.addOutput(value(name, type, dimensions));
    }

    private static ValueInfoProto value(String name, int type, Object... dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object dimension : dimensions) {
            TensorShapeProto.Dimension.Builder size = shape.addDimBuilder();
            if (dimension instanceof Integer number) {
                size.setDimValue(number);
            } else {
                size.setDimParam((String) dimension);
            }
        }
        TypeProto.Tensor.Builder tensor =
                TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    /** Adds a node whose arguments are input names and {@link AttributeProto}s; returns its only output. */
    String node(String operator, Object... arguments) {
        return nodes(operator, 1, arguments).get(0);
    }

    /** Adds a node whose only output is to have a name of its own; returns that name. */
    String named(String output, String operator, Object... arguments) {
        add("", List.of(output), operator, arguments);
        return output;
    }

    /** Adds a node with several outputs. */
    List<String> nodes(String operator, int count, Object... arguments) {
        List<String> outputs = freshNames(count);
        add("", outputs, operator, arguments);
        return outputs;
    }

    /** Adds a node of one of ONNX Runtime's own operators, which other runtimes do not know. */
    List<String> fusedNodes(String operator, int count, Object... arguments) {
        List<String> outputs = freshNames(count);
        add(FUSED_DOMAIN, outputs, operator, arguments);
        return outputs;
    }

    /**
     * A cache with {@code added} written into it along axis 3. ONNX Runtime does so in place if output and input are
     * given the same memory.
     *
     * @param places int64 [n], n being the size of axis 0: where on axis 3 to begin
     */
    String writeToCache(String output, String cache, String added, String places) {
        hasCaches = true;
        return named(output, "TensorScatter", cache, added, places, axis(3));
    }

    private void add(String domain, List<String> outputs, String operator, Object... arguments) {
        hasFusedNodes |= domain.equals(FUSED_DOMAIN);
        NodeProto.Builder node = NodeProto.newBuilder()
                .setDomain(domain)
                .setOpType(operator)
                .setName("n" + outputs.get(0))
                .addAllOutput(outputs);
        for (Object argument : arguments) {
            if (argument instanceof AttributeProto attribute) {
                node.addAttribute(attribute);
            } else {
                node.addInput((String) argument);
            }
        }
        current.addNode(node);
    }

    static AttributeProto axis(long axis) {
        return integer("axis", axis);
    }

    static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto real(String name, double value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF((float) value)
                .build();
    }

    static AttributeProto text(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    String transpose(String value, long... permutation) {
        return node("Transpose", value, permutation(permutation));
    }

    static AttributeProto permutation(long... axes) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName("perm").setType(AttributeProto.AttributeType.INTS);
        for (long axis : axes) {
            attribute.addInts(axis);
        }
        return attribute.build();
    }

    /** An int64 vector. */
    String vector(long... values) {
        return vector(TensorProto.DataType.INT64_VALUE, values);
    }

    /** A uint64 vector. */
    String unsignedVector(long... values) {
        return vector(TensorProto.DataType.UINT64_VALUE, values);
    }

    private String vector(int type, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            bytes.putLong(value);
        }
        return constant(TensorProto.newBuilder()
                .setDataType(type)
                .addDims(values.length)
                .setRawData(ByteString.copyFrom(bytes.array())));
    }

    String scalar(long value) {
        return scalar(TensorProto.DataType.INT64_VALUE, value);
    }

    /** A uint64. */
    String unsigned(long value) {
        return scalar(TensorProto.DataType.UINT64_VALUE, value);
    }

    private String scalar(int type, long value) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
        return constant(TensorProto.newBuilder().setDataType(type).setRawData(ByteString.copyFrom(bytes.array())));
    }

    String scalar(float value) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, value);
        return constant(TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .setRawData(ByteString.copyFrom(bytes.array())));
    }

    String scalar(double value) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN).putDouble(0, value);
        return constant(TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.DOUBLE_VALUE)
                .setRawData(ByteString.copyFrom(bytes.array())));
    }

    String scalar(boolean value) {
        return constant(TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.BOOL_VALUE)
                .setRawData(ByteString.copyFrom(new byte[] {(byte) (value ? 1 : 0)})));
    }

    /** A value in another type: one of {@link TensorProto.DataType}. */
    String cast(String value, int type) {
        return node("Cast", value, integer("to", type));
    }

    /** A uint8. */
    String scalarByte(int value) {
        return constant(TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.UINT8_VALUE)
                .setRawData(ByteString.copyFrom(new byte[] {(byte) value})));
    }

    private String constant(TensorProto.Builder tensor) {
        String name = freshName();
        graph.addInitializer(tensor.setName(name));
        return name;
    }

    /** A weight as it lies in its file, in its own type; the graph holds only where that is. */
    String stored(Tensor tensor) {
        if (initializers.add(tensor.name())) {
            graph.addInitializer(externalData(tensor));
        }
        return tensor.name();
    }

    /** A value in the type of {@code tensor} as float32: the value itself, or a cast of it. */
    String toFloat(String value, Tensor tensor) {
        return switch (tensor.dtype()) {
            case F32 -> value;
            case F64, F16, BF16 -> node("Cast", value, integer("to", TensorProto.DataType.FLOAT_VALUE));
            case U8, I8 -> throw new IllegalArgumentException(tensor.name() + " is no float without its scales");
        };
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
            case F64 -> TensorProto.DataType.DOUBLE_VALUE;
            case F32 -> TensorProto.DataType.FLOAT_VALUE;
            case F16 -> TensorProto.DataType.FLOAT16_VALUE;
            case BF16 -> TensorProto.DataType.BFLOAT16_VALUE;
            case U8 -> TensorProto.DataType.UINT8_VALUE;
            case I8 -> TensorProto.DataType.INT8_VALUE;
        };
    }

    private String location(Path file) {
        return folder.toAbsolutePath()
                .normalize()
                .relativize(file.toAbsolutePath().normalize())
                .toString()
                .replace('\\', '/');
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private List<String> freshNames(int count) {
        List<String> fresh = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            fresh.add(freshName());
        }
        return fresh;
    }

    private String freshName() {
        return "v" + names++;
    }

    /** The finished model, serialized. */
    byte[] serialize(String graphName) {
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(hasCaches ? IR_VERSION_OF_CACHES : IR_VERSION)
                .setProducerName(PRODUCER)
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("").setVersion(hasCaches ? OPSET_OF_CACHES : OPSET));
        if (hasFusedNodes) {
            model.addOpsetImport(
                    OperatorSetIdProto.newBuilder().setDomain(FUSED_DOMAIN).setVersion(1));
        }
        return model.setGraph(graph.setName(graphName)).build().toByteArray();
    }
}
