package io.github.fairnessgate.runtime;

import static io.github.fairnessgate.runtime.OnnxGraphBuilder.axis;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.integer;

import ai.onnx.proto.OnnxMl.TensorProto;

/**
 * {@link NucleusSampler} as nodes of an ONNX graph: the same set of tokens, the same token for the same uniform. The border of the nucleus is found by
 * bisection. What is halved is the ratio of the bounds, which lie 150 powers of two apart at first; after 32 halvings no two floats fit between them, so
 * what is left is one probability, as exactly as a sort would find it. Sums are in double precision.
 */
final class NucleusNodes {

    /** No float above 0 is so many powers of two below another that is at most 1. */
    private static final double SMALLEST_RATIO = 0x1p-150;
    /** 150 / 2^32 is less than the 2^-24 by which neighbouring floats differ at least, both as powers of two. */
    private static final int HALVINGS = 32;
    /** What keeps a draw below the whole mass where rounding would not. */
    private static final double BELOW_ALL = 1 - 0x1p-52;
    private static final int LAST = -1;

    private final OnnxGraphBuilder graph;
    private final String zero;
    private final String lastAxis;

    NucleusNodes(OnnxGraphBuilder graph) {
        this.graph = graph;
        this.zero = graph.scalar(0d);
        this.lastAxis = graph.vector(LAST);
    }

    /**
     * What was drawn.
     *
     * @param tokens int64 [prompts, continuations]
     * @param masses float64 of that shape: the sum of the probabilities
     */
    record Drawn(String tokens, String masses) {
    }

    /**
     * @param probabilities float32 [prompts, distributions, vocabulary]; one distribution for every continuation of a prompt, or one for all of them
     * @param uniforms      float64 [prompts, continuations], in [0, 1)
     * @param topP          float64 [1], in (0, 1]
     * @param vocabulary    how many tokens there are
     */
    Drawn draw(String probabilities, String uniforms, String topP, int vocabulary) {
        String mass = graph.cast(probabilities, TensorProto.DataType.DOUBLE_VALUE);
        String total = sum(mass);
        String inside = graph.node("Or", nucleus(mass, graph.node("Mul", total, topP)), graph.node("GreaterOrEqual", topP, graph.scalar(1d)));
        String cumulative = graph.node("CumSum", graph.node("Where", inside, mass, zero), graph.scalar((long) LAST));
        String nucleusMass = graph.node("Gather", cumulative, graph.vector(vocabulary - 1), axis(LAST));
        String column = graph.node("Unsqueeze", uniforms, lastAxis);
        String target = graph.node("Min", graph.node("Mul", column, nucleusMass), graph.node("Mul", nucleusMass, graph.scalar(BELOW_ALL)));
        // the tokens before the first at which the sum exceeds the target; whole numbers are exact in float32 up to 2^24
        String before = graph.cast(graph.node("LessOrEqual", cumulative, target), TensorProto.DataType.FLOAT_VALUE);
        String token = graph.node("ReduceSum", before, lastAxis, integer("keepdims", 0));
        String masses = graph.node("Squeeze", graph.node("Add", total, graph.node("Mul", column, zero)), lastAxis);
        // where no number is a probability, any token that exists
        return new Drawn(graph.node("Min", graph.cast(token, TensorProto.DataType.INT64_VALUE), graph.scalar(vocabulary - 1L)), masses);
    }

    /** bool, of the shape of {@code mass}: whether a token is among the most likely ones whose mass reaches {@code target}. */
    private String nucleus(String mass, String target) {
        String high = maximum(mass);
        String low = graph.node("Mul", high, graph.scalar(SMALLEST_RATIO));
        for (int i = 0; i < HALVINGS; i++) {
            String middle = graph.node("Sqrt", graph.node("Mul", low, high));
            String reached = graph.node("GreaterOrEqual", sum(above(mass, middle)), target);
            low = graph.node("Where", reached, middle, low);
            high = graph.node("Where", reached, high, middle);
        }
        String border = maximum(graph.node("Where", graph.node("Greater", mass, high), zero, mass));
        String missing = graph.node("Sub", target, sum(above(mass, border)));
        String places = graph.node("Max", graph.node("Ceil", graph.node("Div", missing, border)), graph.scalar(1d));
        String atBorder = graph.node("Equal", mass, border);
        // of equally likely tokens those with the higher ids stay
        String rank = graph.node("CumSum", graph.cast(atBorder, TensorProto.DataType.DOUBLE_VALUE), graph.scalar((long) LAST), integer("reverse", 1));
        String staying = graph.node("And", atBorder, graph.node("LessOrEqual", rank, places));
        return graph.node("Or", graph.node("Greater", mass, border), staying);
    }

    private String above(String mass, String border) {
        return graph.node("Where", graph.node("Greater", mass, border), mass, zero);
    }

    private String sum(String values) {
        return graph.node("ReduceSum", values, lastAxis);
    }

    private String maximum(String values) {
        return graph.node("ReduceMax", values, lastAxis);
    }
}
