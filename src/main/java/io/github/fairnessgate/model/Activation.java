package io.github.fairnessgate.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The activation functions that a GPT-2 can be run with: those of transformers, by its names. Only {@code xielu} is not
 * among them, whose weights transformers rounds to bfloat16.
 */
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
    /** With a trained slope below 0, one number in each layer (He et al. 2015): {@link #slope}. */
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
    /** The input itself. */
    LINEAR("linear");

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

    /** The canonical name of the slope of {@link #PRELU} in a layer, a tensor of shape [1]. */
    public static String slope(int layer) {
        return "h." + layer + ".mlp.act.weight";
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
