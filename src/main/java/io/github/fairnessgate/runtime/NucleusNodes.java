package io.github.fairnessgate.runtime;

import static io.github.fairnessgate.runtime.OnnxGraphBuilder.axis;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.integer;

import ai.onnx.proto.OnnxMl.TensorProto;

/**
 * {@link NucleusSampler} as nodes of an ONNX graph: the same set of tokens, the same token for the same key. The two
 * can differ only where the best two scores are equal but for the last bit of a logarithm, about once in 10^15 draws.
 * The border of the nucleus is found by bisection. What is halved is the ratio of the bounds, which lie 150 powers of
 * two apart at first; after 32 halvings no two floats fit between them, so what is left is one probability, as exactly
 * as a sort would find it. Sums are in double precision.
 */
final class NucleusNodes {

    /** No float above 0 is so many powers of two below another that is at most 1. */
    private static final double SMALLEST_RATIO = 0x1p-150;
    /** 150 / 2^32 is less than the 2^-24 by which neighbouring floats differ at least, both as powers of two. */
    private static final int HALVINGS = 32;

    private static final int LAST = -1;

    private final OnnxGraphBuilder graph;
    private final String zero;
    private final String lastAxis;
    private final int vocabulary;
    private final NoiseNodes noise;

    /** @param vocabulary how many tokens there are */
    NucleusNodes(OnnxGraphBuilder graph, int vocabulary) {
        this.graph = graph;
        this.vocabulary = vocabulary;
        this.noise = new NoiseNodes(graph, vocabulary);
        this.zero = graph.scalar(0d);
        this.lastAxis = graph.vector(LAST);
    }

    /**
     * What was drawn.
     *
     * @param tokens int64 [prompts, continuations]
     * @param masses float64 of that shape: the sum of the probabilities
     */
    record Drawn(String tokens, String masses) {}

    /**
     * @param probabilities float32 [prompts, distributions, vocabulary]; one distribution for every continuation of a
     *     prompt, or one for all of them
     * @param keys int64 [prompts, continuations], of {@link CommonRandomNumbers#key}
     * @param topP float64 [1], in (0, 1]
     */
    Drawn draw(String probabilities, String keys, String topP) {
        String mass = graph.cast(probabilities, TensorProto.DataType.DOUBLE_VALUE);
        String total = sum(mass);
        String inside = graph.node(
                "Or",
                nucleus(mass, graph.node("Mul", total, topP)),
                graph.node("GreaterOrEqual", topP, graph.scalar(1d)));
        // below 0, as logarithms are: the least is the winner's
        String scores = graph.node("Div", mass, graph.node("Log", noise.uniforms(keys)));
        String token =
                graph.node("ArgMin", graph.node("Where", inside, scores, zero), axis(LAST), integer("keepdims", 0));
        String none = graph.node("Mul", graph.cast(keys, TensorProto.DataType.DOUBLE_VALUE), zero);
        String masses = graph.node("Add", graph.node("Squeeze", total, lastAxis), none);
        // where no number is a probability, any token that exists
        return new Drawn(
                graph.node("Max", graph.node("Min", token, graph.scalar(vocabulary - 1L)), graph.scalar(0L)), masses);
    }

    /**
     * bool, of the shape of {@code mass}: whether a token is among the most likely ones whose mass reaches
     * {@code target}.
     */
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
        String rank = graph.node(
                "CumSum",
                graph.cast(atBorder, TensorProto.DataType.DOUBLE_VALUE),
                graph.scalar((long) LAST),
                integer("reverse", 1));
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
