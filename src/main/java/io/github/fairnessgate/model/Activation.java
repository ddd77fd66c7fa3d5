package io.github.fairnessgate.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The activation functions that a GPT-2 can be run with: those of transformers, by its names. */
public enum Activation {
    /**
     * GELU by its tanh approximation, the form that GPT-2 was trained with; transformers computes the same in several
     * orders.
     */
    GELU_TANH("gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate"),
    /** GELU by the error function. */
    GELU_ERF("gelu", "gelu_python"),
    /** The same, at most 10; it is never below -10. */
    GELU_CLIPPED("gelu_10"),
    /** {@code x sigmoid(1.702 x)}. */
    GELU_QUICK("quick_gelu"),
    RELU("relu"),
    RELU_SQUARED("relu2"),
    RELU_6("relu6"),
    /** With a slope of 0.01 below 0. */
    LEAKY_RELU("leaky_relu"),
    /** With a trained slope below 0, one number in each layer (He et al. 2015): its weight {@link #SLOPE}. */
    PRELU("prelu"),
    /** {@code x sigmoid(x)}. */
    SILU("silu", "swish"),
    /** {@code x relu6(x + 3) / 6}. */
    HARD_SWISH("hardswish"),
    /** {@code x tanh(softplus(x))}. */
    MISH("mish"),
    TANH("tanh"),
    SIGMOID("sigmoid"),
    /** The distribution function of a normal variable with mean 0.707107 and deviation 0.282095. */
    LAPLACE("laplace"),
    /** {@code sqrt(softplus(x))}. */
    SQRT_SOFTPLUS("sqrtsoftplus"),
    /** With two trained numbers in each layer: {@link Xielu}. */
    XIELU("xielu"),
    /** The input itself. */
    LINEAR("linear");

    /** Short name of the weight of {@link #PRELU}. */
    public static final String SLOPE = "weight";

    /** As transformers has them. */
    public static final double LAPLACE_MEAN = 0.707107;

    public static final double LAPLACE_DEVIATION = 0.282095;

    private final List<String> names;

    Activation(String... names) {
        this.names = List.of(names);
    }

    /** The name that {@code config.json} is written with. */
    public String id() {
        return names.get(0);
    }

    /** The weights that every layer has for it, by short name: one number each, of this shape. */
    Map<String, long[]> weights() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        if (this == PRELU) {
            shapes.put(SLOPE, new long[] {1});
        } else if (this == XIELU) {
            shapes.put(Xielu.ALPHA_POSITIVE, new long[] {1});
            shapes.put(Xielu.ALPHA_NEGATIVE, new long[] {1});
            shapes.put(Xielu.BETA, new long[0]);
            shapes.put(Xielu.EPSILON, new long[0]);
        }
        return shapes;
    }

    /** The canonical name of a weight of an activation function in a layer. */
    public static String weight(int layer, String shortName) {
        return "h." + layer + ".mlp.act." + shortName;
    }

    /** Whether training leaves a weight as it is: transformers has it as a buffer. */
    public static boolean isBuffer(String canonicalName) {
        return canonicalName.endsWith(".mlp.act." + Xielu.BETA) || canonicalName.endsWith(".mlp.act." + Xielu.EPSILON);
    }

    static Optional<Activation> named(String name) {
        return Arrays.stream(values())
                .filter(activation -> activation.names.contains(name))
                .findFirst();
    }

    static String allNames() {
        return Arrays.stream(values())
                .flatMap(activation -> activation.names.stream())
                .collect(Collectors.joining(", "));
    }
}
