package io.github.fairnessgate.runtime;

import static io.github.fairnessgate.runtime.OnnxGraphBuilder.real;
import static io.github.fairnessgate.runtime.OnnxGraphBuilder.text;

import io.github.fairnessgate.model.Activation;
import io.github.fairnessgate.model.Xielu;

/** The activation function of feed-forward layers, float32, as nodes of a graph in operators of the ONNX standard. */
final class ActivationNodes {

    private ActivationNodes() {}

    /** What a layer has for its activation; asked for only if the activation has it. */
    interface Weights {

        /** The value of the graph that is the slope of {@link Activation#PRELU}. */
        String slope();

        Xielu xielu();
    }

    static String of(OnnxGraphBuilder graph, Activation activation, String input, Weights weights) {
        return switch (activation) {
            case GELU_TANH -> graph.node("Gelu", input, text("approximate", "tanh"));
            case GELU_ERF -> gelu(graph, input);
            case GELU_CLIPPED -> graph.node("Min", gelu(graph, input), graph.scalar(10f));
            case GELU_QUICK ->
                graph.node("Mul", input, graph.node("Sigmoid", graph.node("Mul", input, graph.scalar(1.702f))));
            case RELU -> relu(graph, input);
            case RELU_SQUARED -> squared(graph, relu(graph, input));
            case RELU_6 -> graph.node("Min", relu(graph, input), graph.scalar(6f));
            case LEAKY_RELU -> graph.node("LeakyRelu", input, real("alpha", 0.01));
            case PRELU -> graph.node("PRelu", input, weights.slope());
            case SILU -> graph.node("Mul", input, graph.node("Sigmoid", input));
            case HARD_SWISH -> graph.node("HardSwish", input);
            case MISH -> graph.node("Mul", input, graph.node("Tanh", graph.node("Softplus", input)));
            case TANH -> graph.node("Tanh", input);
            case SIGMOID -> graph.node("Sigmoid", input);
            case LAPLACE -> laplace(graph, input);
            case SQRT_SOFTPLUS -> graph.node("Sqrt", graph.node("Softplus", input));
            case XIELU -> xielu(graph, input, weights.xielu());
            case LINEAR -> input;
        };
    }

    private static String gelu(OnnxGraphBuilder graph, String input) {
        return graph.node("Gelu", input, text("approximate", "none"));
    }

    private static String relu(OnnxGraphBuilder graph, String input) {
        return graph.node("Relu", input);
    }

    private static String squared(OnnxGraphBuilder graph, String value) {
        return graph.node("Mul", value, value);
    }

    /** ONNX's Elu is expm1 below 0. */
    private static String xielu(OnnxGraphBuilder graph, String input, Xielu numbers) {
        String above = graph.node("Mul", squared(graph, input), graph.scalar(numbers.positive()));
        String exponential = graph.node("Elu", graph.node("Min", input, graph.scalar(numbers.epsilon())));
        String below = graph.node("Mul", graph.node("Sub", exponential, input), graph.scalar(numbers.negative()));
        String curved = graph.node("Where", graph.node("Greater", input, graph.scalar(0f)), above, below);
        return graph.node("Add", curved, graph.node("Mul", input, graph.scalar(numbers.beta())));
    }

    private static String laplace(OnnxGraphBuilder graph, String input) {
        String distance = graph.node("Sub", input, graph.scalar((float) Activation.LAPLACE_MEAN));
        String share = graph.node("Erf", graph.node("Div", distance, graph.scalar((float)
                (Activation.LAPLACE_DEVIATION * Math.sqrt(2)))));
        return graph.node("Mul", graph.node("Add", share, graph.scalar(1f)), graph.scalar(0.5f));
    }
}
