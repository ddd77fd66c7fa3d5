package io.github.fairnessgate.runtime;

import static io.github.fairnessgate.runtime.OnnxGraphBuilder.integer;

import io.github.fairnessgate.artifact.Activations;
import io.github.fairnessgate.artifact.BlockQuantizedWeight;
import io.github.fairnessgate.artifact.ColumnQuantizedWeight;
import java.util.Map;

/** Products of activations, float32 [..., in], and quantized weights, [in, out], as nodes of a graph: float32 [..., out]. */
final class QuantizedProducts {

    /** The accuracy levels at which {@code MatMulNBits} must leave activations float32, and at which it makes them int8; by itself it may do either. */
    private static final Map<Activations, Integer> ACCURACY_LEVELS = Map.of(Activations.FLOAT32, 1, Activations.INT8, 4);

    /** Activations become 1 to 255, 128 standing for 0. */
    private static final int ZERO = 128;
    private static final float MOST = 127;
    /** What a row of zeros, or nearly so, is taken for; 127 divided by it is still a float. */
    private static final float SMALLEST = 1e-30f;

    private QuantizedProducts() {
    }

    /**
     * The weights are what their numbers and scales say, and sums are float32. Activations are float32, too, or int8 in blocks of the weight's size: with
     * {@code m} the largest magnitude of a block of a row, {@code round(value * 127 / m)}.
     */
    static String ofBlocks(OnnxGraphBuilder graph, String input, BlockQuantizedWeight weight) {
        return graph.fusedNodes("MatMulNBits", 1, input, graph.stored(weight.numbers()), graph.stored(weight.scales()),
                graph.stored(weight.zeroPoints()), integer("K", weight.shape()[0]), integer("N", weight.shape()[1]),
                integer("bits", weight.quantization().bits()), integer("block_size", weight.quantization().blockSize()),
                integer("accuracy_level", ACCURACY_LEVELS.get(weight.quantization().activations()))).get(0);
    }

    /**
     * A product of whole numbers. Every row of the input gets a scale of its own: with {@code m} the largest magnitude in the row,
     *
     * <pre>
     * inverse = 127 / m      number = round(value * inverse)      result = sum(number * weight number) * weight scale / inverse
     * </pre>
     *
     * ONNX Runtime's {@code DynamicQuantizeMatMul} has one scale for all rows instead, so that a text would be scored differently
     * beside other texts.
     */
    static String ofColumns(OnnxGraphBuilder graph, String input, ColumnQuantizedWeight weight) {
        String largest = graph.node("ReduceMax", graph.node("Abs", input), graph.vector(-1));
        String inverse = graph.node("Div", graph.scalar(MOST), graph.node("Max", largest, graph.scalar(SMALLEST)));
        String one = graph.scalar(1f);
        String zero = graph.scalarByte(ZERO);
        String numbers = graph.node("QuantizeLinear", graph.node("Mul", input, inverse), one, zero);
        String product = graph.fusedNodes("MatMulIntegerToFloat", 1, numbers, graph.stored(weight.numbers()), one,
                graph.stored(weight.scales()), zero).get(0);
        return graph.node("Div", product, inverse);
    }
}
