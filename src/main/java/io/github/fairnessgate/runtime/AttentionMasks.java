package io.github.fairnessgate.runtime;

import static io.github.fairnessgate.runtime.OnnxGraphBuilder.axis;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.integer;

/** What a position may see, as numbers to be added to the scores of attention, in nodes of an ONNX graph. */
final class AttentionMasks {

    private final OnnxGraphBuilder graph;

    AttentionMasks(OnnxGraphBuilder graph) {
        this.graph = graph;
    }

    /** float32 of the shape of {@code visible}: 0 where it is true, the lowest float elsewhere. */
    String of(String visible) {
        return graph.node("Where", visible, graph.scalar(0f), graph.scalar(-Float.MAX_VALUE));
    }

    /**
     * float32 [sequence, sequence]: 0 where the column is not after the row, the lowest float elsewhere. {@code order}
     * is int64 [sequence].
     */
    String causal(String order) {
        return of(graph.node(
                "GreaterOrEqual",
                graph.node("Unsqueeze", order, graph.vector(1)),
                graph.node("Unsqueeze", order, graph.vector(0))));
    }

    /**
     * float32 [batch, 1, sequence, sequence]: 0 where the column is the row's ancestor or the row itself, the lowest
     * float elsewhere. For nodes of a {@link PrefixTree}, whose depths and ends are int64 [batch, sequence].
     */
    String tree(String positions, String ends) {
        String order = counted(positions);
        String row = graph.node("Unsqueeze", order, graph.vector(2));
        String notAfter = graph.node("GreaterOrEqual", row, graph.node("Unsqueeze", order, graph.vector(1)));
        String visible =
                graph.node("And", notAfter, graph.node("Greater", graph.node("Unsqueeze", ends, graph.vector(1)), row));
        return of(graph.node("Unsqueeze", visible, graph.vector(1)));
    }

    /**
     * 0, 1, 2, ... along the second axis of an int64 [batch, sequence], int64 of the same shape. Counted and not
     * derived from the shape: what ONNX Runtime computes from a shape it computes on the CPU, whatever the device is.
     */
    String counted(String values) {
        String ones = graph.node("Add", graph.node("Mul", values, graph.scalar(0L)), graph.scalar(1L));
        return graph.node("CumSum", ones, graph.scalar(1L), integer("exclusive", 1));
    }

    /** 0, 1, 2, ... to the size of an axis, int64 of that size. */
    String order(String value, long axis) {
        String size = graph.node("Gather", graph.node("Shape", value), graph.scalar(axis), axis(0));
        return graph.node("Range", graph.scalar(0), size, graph.scalar(1));
    }
}
