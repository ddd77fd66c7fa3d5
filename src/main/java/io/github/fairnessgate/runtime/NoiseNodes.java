package io.github.fairnessgate.runtime;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.stream.LongStream;

/**
 * {@link CommonRandomNumbers#uniform} of all tokens at once, as nodes of an ONNX graph: the same numbers to the last
 * bit. A shift is a multiplication or a division by a power of two, because ONNX Runtime has arithmetic of unsigned
 * 64-bit numbers on a GPU, but neither shifts nor bitwise operators.
 */
final class NoiseNodes {

    private static final long HALF_WORD = 1L << Integer.SIZE;

    private final OnnxGraphBuilder graph;
    private final String halfWord;
    private final String counters;

    /** @param vocabulary how many tokens there are */
    NoiseNodes(OnnxGraphBuilder graph, int vocabulary) {
        this.graph = graph;
        this.counters =
                graph.unsignedVector(LongStream.rangeClosed(1, vocabulary).toArray());
        this.halfWord = graph.unsigned(HALF_WORD);
    }

    /**
     * float64 [prompts, continuations, vocabulary]: the uniform of every token.
     *
     * @param keys int64 [prompts, continuations], of {@link CommonRandomNumbers#key}
     */
    String uniforms(String keys) {
        String key = graph.node("Unsqueeze", graph.cast(keys, TensorProto.DataType.UINT64_VALUE), graph.vector(-1));
        String y = graph.node("Mul", counters, key);
        String z = graph.node("Add", y, key);
        String x = swapped(squared(y, y));
        x = swapped(squared(x, z));
        x = swapped(squared(x, y));
        String fourth = squared(x, z);
        String fifth = squared(swapped(fourth), y);
        String upper = graph.node("Mul", graph.node("Div", fourth, halfWord), graph.unsigned(1L << Squares.LATER_BITS));
        String lower = graph.node("Div", fifth, graph.unsigned(1L << Long.SIZE - Squares.LATER_BITS));
        String block = graph.cast(graph.node("Add", upper, lower), TensorProto.DataType.DOUBLE_VALUE);
        return graph.node(
                "Add",
                graph.node("Mul", block, graph.scalar(2 * CommonRandomNumbers.HALF_UNIT)),
                graph.scalar(CommonRandomNumbers.HALF_UNIT));
    }

    private String squared(String value, String added) {
        return graph.node("Add", graph.node("Mul", value, value), added);
    }

    /** With upper and lower half exchanged. */
    private String swapped(String value) {
        return graph.node("Add", graph.node("Mul", value, halfWord), graph.node("Div", value, halfWord));
    }
}
