package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The distillation loss of a student under its teacher, and its gradient by the student's weights.
 *
 * @param teacher     fixed
 * @param student     what the gradient is taken by
 * @param frozen      tensors of the student that are left out of the gradient
 * @param temperature T of {@link LossWeights}
 * @param weights     of the terms
 */
record DistillationObjective(Weights teacher, Weights student, Set<String> frozen, double temperature, LossWeights weights) {

    /**
     * Values of the loss terms, unweighted; 0 for terms that do not count.
     *
     * @param kl           {@code T^2 mean KL}
     * @param crossEntropy nats a token
     * @param mse          squared distance of the logits a position
     * @param cosine       {@code mean (1 - cos)}
     */
    record Terms(double kl, double crossEntropy, double mse, double cosine) {

        static final Terms NONE = new Terms(0, 0, 0, 0);

        Terms plus(Terms other, double share) {
            return new Terms(kl + share * other.kl, crossEntropy + share * other.crossEntropy, mse + share * other.mse,
                    cosine + share * other.cosine);
        }

        double weighted(LossWeights weights) {
            return weights.ce() * kl + weights.clm() * crossEntropy + weights.mse() * mse + weights.cosine() * cosine;
        }
    }

    /**
     * What differentiation gives.
     *
     * @param terms     values
     * @param gradients of the weighted sum, by canonical name, but for frozen tensors
     */
    record Differentiated(Terms terms, Map<String, NDArray> gradients) {
    }

    /**
     * Differentiates the mean loss of a batch.
     *
     * @param batch windows of token ids, all of the same length, 2 or more
     * @param scope owns the gradients, and everything that leads to them
     */
    Differentiated differentiate(int[][] batch, NDManager scope) {
        NDArray tokens = Tokens.array(batch, scope);
        LogitLoss.Head teacherHead = teacherHead(tokens, scope);
        Map<String, NDArray> variables = student.variables(scope, frozen);
        try (GradientCollector collector = Torch.engine().newGradientCollector()) {
            NDArray hidden = new Gpt2Network(student.config()).hiddenStates(variables, tokens);
            LogitLoss.Head studentHead = new LogitLoss.Head(constant(hidden, scope), constant(Weights.outputEmbedding(variables), scope));
            LogitLoss.Targets targets = LogitLoss.Targets.nextTokens(batch, 1.0 / (batch.length * (batch[0].length - 1)), scope);
            LogitLoss.Gradients logits = LogitLoss.distillation(studentHead, teacherHead, targets, temperature, weights, scope);
            NDArray similarity = cosineSimilarity(hidden, teacherHead.hidden());
            // The logits' part reaches the blocks through dL/dh: the gradient of <h, dL/dh> by h is dL/dh.
            collector.backward(hidden.mul(logits.hiddenGradient()).sum().add(similarity.mul(minusCosineWeight(scope))));
            Terms terms = new Terms(logits.terms().kl().getFloat(), logits.terms().crossEntropy().getFloat(),
                    logits.terms().mse().getFloat(), 1 - similarity.getFloat());
            return new Differentiated(terms, gradients(variables, logits.embeddingGradient()));
        }
    }

    private LogitLoss.Head teacherHead(NDArray tokens, NDManager scope) {
        Map<String, NDArray> constants = teacher.constants(scope);
        return new LogitLoss.Head(new Gpt2Network(teacher.config()).hiddenStates(constants, tokens), Weights.outputEmbedding(constants));
    }

    /** The mean over rows of {@code cos(h_s, h_t)}; 1 without gradient if it does not count. */
    private NDArray cosineSimilarity(NDArray studentHidden, NDArray teacherHidden) {
        if (weights.cosine() == 0) {
            return studentHidden.getManager().ones(new Shape());
        }
        int[] width = {1};
        NDArray product = studentHidden.mul(teacherHidden).sum(width);
        NDArray lengths = studentHidden.square().sum(width).mul(teacherHidden.square().sum(width)).sqrt();
        return product.div(lengths).mean();
    }

    /** A scalar in PyTorch's own memory, see {@link Gpt2Network}. */
    private NDArray minusCosineWeight(NDManager scope) {
        return scope.full(new Shape(), (float) -weights.cosine());
    }

    private Map<String, NDArray> gradients(Map<String, NDArray> variables, NDArray outputGradient) {
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        variables.forEach((name, variable) -> {
            if (!frozen.contains(name) && !name.equals(Weights.OUTPUT_EMBEDDING)) {
                gradients.put(name, variable.getGradient());
            }
        });
        if (student.config().tiedEmbeddings()) {
            gradients.get(Weights.INPUT_EMBEDDING).addi(outputGradient);
        } else {
            gradients.put(Weights.OUTPUT_EMBEDDING, outputGradient);
        }
        return gradients;
    }

    private static NDArray constant(NDArray array, NDManager scope) {
        NDArray alias = array.stopGradient();
        alias.attach(scope);
        return alias;
    }
}
