package io.github.fairnessgate.runtime;

import static io.github.fairnessgate.runtime.OnnxGraphBuilder.axis;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.integer;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.text;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.fairnessgate.tensor.Activations;
import io.github.fairnessgate.tensor.BlockQuantization;
import io.github.fairnessgate.tensor.BlockQuantizedTable;
import io.github.fairnessgate.tensor.BlockQuantizedWeight;
import io.github.fairnessgate.tensor.ColumnQuantizedWeight;
import io.github.fairnessgate.tensor.Tensor;

/**
 * Products of activations, float32 [..., in], and quantized weights, [in, out], as nodes of a graph: float32 [...,
 * out].
 */
final class QuantizedProducts {

    /**
     * The accuracy level at which {@code MatMulNBits} makes activations int8; by itself it may leave them as they are.
     */
    private static final int INT8 = 4;

    /** Activations become 1 to 255, 128 standing for 0. */
    private static final int ZERO = 128;

    private static final float MOST = 127;
    /** What a row of zeros, or nearly so, is taken for; 127 divided by it is still a float. */
    private static final float SMALLEST = 1e-30f;

    private QuantizedProducts() {}

    /**
     * The weights are what their numbers and scales say, and sums are float32. Activations are float32, too, or int8 in
     * blocks of the weight's size: with {@code m} the largest magnitude of a block of a row, {@code round(value * 127 /
     * m)}.
     */
    static String ofBlocks(OnnxGraphBuilder graph, String input, BlockQuantizedWeight weight) {
        return ofBlocks(
                graph,
                input,
                new Blocks(
                        weight.quantization(),
                        weight.shape()[0],
                        weight.shape()[1],
                        weight.numbers(),
                        weight.scales(),
                        weight.zeroPoints()));
    }

    /** The same of the rows of a table, [rows, width]: activations [..., width] give [..., rows]. */
    static String ofRows(OnnxGraphBuilder graph, String input, BlockQuantizedTable table) {
        return ofBlocks(
                graph,
                input,
                new Blocks(
                        table.quantization(),
                        table.shape()[1],
                        table.shape()[0],
                        table.numbers(),
                        table.scales(),
                        table.zeroPoints()));
    }

    /** What {@code MatMulNBits} takes. */
    private record Blocks(
            BlockQuantization quantization,
            long inputs,
            long outputs,
            Tensor numbers,
            Tensor scales,
            Tensor zeroPoints) {

        long blocks() {
            return scales.shape()[1];
        }
    }

    private static String ofBlocks(OnnxGraphBuilder graph, String input, Blocks weight) {
        if (weight.quantization().activations() == Activations.FLOAT32) {
            return graph.node("MatMul", input, graph.outside(() -> dequantized(graph, weight)));
        }
        return graph.fusedNodes(
                        "MatMulNBits",
                        1,
                        input,
                        graph.stored(weight.numbers()),
                        graph.stored(weight.scales()),
                        graph.stored(weight.zeroPoints()),
                        integer("K", weight.inputs()),
                        integer("N", weight.outputs()),
                        integer("bits", weight.quantization().bits()),
                        integer("block_size", weight.quantization().blockSize()),
                        integer("accuracy_level", INT8))
                .get(0);
    }

    /**
     * The weight as floats, [in, out], which ONNX Runtime makes once when the session is opened. With float32
     * activations its own {@code MatMulNBits} makes them for every product, at ten times the cost.
     */
    private static String dequantized(OnnxGraphBuilder graph, Blocks weight) {
        long filled = weight.blocks() * weight.quantization().blockSize();
        int bits = weight.quantization().bits();
        String numbers = floats(
                graph,
                weight.numbers(),
                bits,
                graph.vector(0, 0, weight.quantization().blockSize()));
        String zeros = graph.node(
                "Slice",
                floats(graph, weight.zeroPoints(), bits, graph.vector(0, -1)),
                graph.vector(0),
                graph.vector(weight.blocks()),
                graph.vector(1));
        String values = scaled(graph, numbers, zeros, graph.stored(weight.scales()));
        String rows = graph.node("Reshape", values, graph.vector(0, filled));
        return graph.transpose(
                filled == weight.inputs()
                        ? rows
                        : graph.node("Slice", rows, graph.vector(0), graph.vector(weight.inputs()), graph.vector(1)),
                1,
                0);
    }

    /** Whole numbers of 8 or 4 bits as floats of a shape; of two numbers in a byte, the first is in the lower half. */
    private static String floats(OnnxGraphBuilder graph, Tensor packed, int bits, String shape) {
        String bytes = graph.stored(packed);
        if (bits == 4) {
            String low = graph.node("BitwiseAnd", bytes, graph.scalarByte(15));
            String high = graph.node("BitShift", bytes, graph.scalarByte(4), text("direction", "RIGHT"));
            String last = graph.vector(-1);
            bytes = graph.node(
                    "Concat", graph.node("Unsqueeze", low, last), graph.node("Unsqueeze", high, last), axis(-1));
            bytes = graph.node("Reshape", bytes, shape);
        }
        return graph.cast(bytes, TensorProto.DataType.FLOAT_VALUE);
    }

    private static String scaled(OnnxGraphBuilder graph, String numbers, String zeros, String scales) {
        String last = graph.vector(-1);
        return graph.node(
                "Mul",
                graph.node("Sub", numbers, graph.node("Unsqueeze", zeros, last)),
                graph.node("Unsqueeze", scales, last));
    }

    /** Rows of a table in 8 bits, float32 [..., width] for int64 [...]. */
    static String rows(OnnxGraphBuilder graph, BlockQuantizedTable table, String rows) {
        String numbers = graph.cast(gathered(graph, table.numbers(), rows), TensorProto.DataType.FLOAT_VALUE);
        String zeros = graph.cast(gathered(graph, table.zeroPoints(), rows), TensorProto.DataType.FLOAT_VALUE);
        String scales = gathered(graph, table.scales(), rows);
        String values = scaled(graph, numbers, zeros, scales);
        String joined = graph.node(
                "Reshape",
                values,
                graph.node("Concat", graph.node("Shape", rows), graph.vector(table.filledWidth()), axis(0)));
        return table.filledWidth() == table.shape()[1]
                ? joined
                : graph.node("Slice", joined, graph.vector(0), graph.vector(table.shape()[1]), graph.vector(-1));
    }

    private static String gathered(OnnxGraphBuilder graph, Tensor table, String rows) {
        return graph.node("Gather", graph.stored(table), rows, axis(0));
    }

    /**
     * A product of whole numbers. Every row of the input gets a scale of its own: with {@code m} the largest magnitude
     * in the row,
     *
     * <pre>
     * inverse = 127 / m      number = round(value * inverse)      result = sum(number * weight number) * weight scale / inverse
     * </pre>
     *
     * ONNX Runtime's {@code DynamicQuantizeMatMul} has one scale for all rows instead, so that a text would be scored
     * differently beside other texts.
     */
    static String ofColumns(OnnxGraphBuilder graph, String input, ColumnQuantizedWeight weight) {
        String largest = graph.node("ReduceMax", graph.node("Abs", input), graph.vector(-1));
        String inverse = graph.node("Div", graph.scalar(MOST), graph.node("Max", largest, graph.scalar(SMALLEST)));
        String one = graph.scalar(1f);
        String zero = graph.scalarByte(ZERO);
        String numbers = graph.node("QuantizeLinear", graph.node("Mul", input, inverse), one, zero);
        String product = graph.fusedNodes(
                        "MatMulIntegerToFloat",
                        1,
                        numbers,
                        graph.stored(weight.numbers()),
                        one,
                        graph.stored(weight.scales()),
                        zero)
                .get(0);
        return graph.node("Div", product, inverse);
    }
}
