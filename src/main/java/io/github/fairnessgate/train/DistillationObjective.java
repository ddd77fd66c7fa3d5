package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.fairnessgate.model.Activation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The distillation loss of a student under its teacher, and its gradient by the student's weights.
 *
 * @param teacher fixed
 * @param student what the gradient is taken by
 * @param blocks the teacher's block that each block of the student began as; looked at for the terms {@code hidden} and
 *     {@code attention} alone
 * @param settings temperature, top-k and weights of the terms
 * @param counterfactual what else the teacher reads, if anything
 */
record DistillationObjective(
        Weights teacher,
        Weights student,
        List<Integer> blocks,
        DistillationSettings settings,
        Optional<CounterfactualTeacher> counterfactual) {

    DistillationObjective(Weights teacher, Weights student, List<Integer> blocks, DistillationSettings settings) {
        this(teacher, student, blocks, settings, Optional.empty());
    }

    /**
     * What differentiation gives.
     *
     * @param terms values
     * @param gradients of the weighted sum times the loss scale, by canonical name, but for frozen tensors
     */
    record Differentiated(LossTerms terms, Map<String, NDArray> gradients) {}

    /** Tensors of the student that keep their values. */
    Set<String> frozen() {
        return student.arrays().keySet().stream()
                .filter(name ->
                        Activation.isBuffer(name) || settings.freezePositions() && name.equals(Weights.POSITIONS))
                .collect(Collectors.toSet());
    }

    /**
     * Differentiates the mean loss of a batch.
     *
     * @param batch windows of token ids, all of the same length, 2 or more
     * @param lossScale what gradients are multiplied by, from the first one on
     * @param scope owns the gradients, and everything that leads to them
     */
    Differentiated differentiate(int[][] batch, double lossScale, NDManager scope) {
        Map<String, NDArray> variables = student.variables(scope, frozen());
        try (GradientCollector collector = Torch.engine().newGradientCollector()) {
            Loss loss = loss(batch, variables, lossScale, scope);
            collector.backward(loss.differentiable());
            return new Differentiated(loss.terms(), gradients(variables, loss.outputGradient()));
        }
    }

    /** The mean loss of a batch. */
    LossTerms terms(int[][] batch, NDManager scope) {
        return loss(batch, student.constants(scope), 1, scope).terms();
    }

    /**
     * The loss of a batch.
     *
     * @param differentiable a scalar whose gradient by the weights is the scaled loss's, but for what reaches the
     *     output embedding through the logits
     * @param outputGradient what does
     */
    private record Loss(LossTerms terms, NDArray differentiable, NDArray outputGradient) {}

    private Loss loss(int[][] batch, Map<String, NDArray> weights, double lossScale, NDManager scope) {
        NDArray tokens = Tokens.array(batch, scope);
        FeatureMatching features = new FeatureMatching(blocks, teacher.config().layers(), settings.loss(), scope);
        LogitLoss.Head teacherHead = teacherHead(tokens, features.teacher(), scope);
        NDArray hidden = new Gpt2Network(student.config(), features.student(), settings.precision())
                .hiddenStates(weights, tokens);
        LogitLoss.Head studentHead = new LogitLoss.Head(
                constant(hidden, scope), constant(Weights.outputEmbedding(weights), scope), settings.precision());
        LogitLoss.Targets targets =
                LogitLoss.Targets.nextTokens(batch, 1.0 / (batch.length * (batch[0].length - 1)), scope);
        LogitLoss.Gradients logits = LogitLoss.distillation(
                studentHead, teacherLogits(teacherHead, batch, scope), targets, settings, lossScale, scope);
        NDArray similarity = cosineSimilarity(hidden, teacherHead.hidden());
        NDArray hiddenDistance = features.hidden();
        NDArray attentionDivergence = features.attention();
        // The logits' part reaches the blocks through dL/dh: the gradient of <h, dL/dh> by h is dL/dh.
        NDArray differentiable = hidden.mul(logits.hiddenGradient())
                .sum()
                .add(similarity.mul(scalar(-settings.loss().cosine() * lossScale, scope)))
                .add(hiddenDistance.mul(scalar(settings.loss().hidden() * lossScale, scope)))
                .add(attentionDivergence.mul(scalar(settings.loss().attention() * lossScale, scope)));
        LossTerms terms = new LossTerms(
                logits.terms().kl().getFloat(),
                logits.terms().crossEntropy().getFloat(),
                logits.terms().mse().getFloat(),
                1 - similarity.getFloat(),
                logits.terms().reverseKl().getFloat(),
                hiddenDistance.getFloat(),
                attentionDivergence.getFloat());
        return new Loss(terms, differentiable, logits.embeddingGradient());
    }

    private LogitLoss.Head teacherHead(NDArray tokens, Gpt2Network.Observer observer, NDManager scope) {
        Map<String, NDArray> constants = teacher.constants(scope);
        return new LogitLoss.Head(
                new Gpt2Network(teacher.config(), observer, settings.precision()).hiddenStates(constants, tokens),
                Weights.outputEmbedding(constants),
                settings.precision());
    }

    private LogitLoss.Logits teacherLogits(LogitLoss.Head head, int[][] batch, NDManager scope) {
        return counterfactual
                .map(combining -> combining.logits(
                        head,
                        batch,
                        others -> teacherHead(Tokens.array(others, scope), new Gpt2Network.Observer() {}, scope)
                                .hidden()))
                .orElse(head);
    }

    /** The mean over rows of {@code cos(h_s, h_t)}; 1 without gradient if it does not count. */
    private NDArray cosineSimilarity(NDArray studentHidden, NDArray teacherHidden) {
        if (settings.loss().cosine() == 0) {
            return studentHidden.getManager().ones(new Shape());
        }
        int[] width = {1};
        NDArray product = studentHidden.mul(teacherHidden).sum(width);
        NDArray lengths = studentHidden
                .square()
                .sum(width)
                .mul(teacherHidden.square().sum(width))
                .sqrt();
        return product.div(lengths).mean();
    }

    /** A scalar in PyTorch's own memory, see {@link Gpt2Network}. */
    private static NDArray scalar(double value, NDManager scope) {
        return scope.full(new Shape(), (float) value);
    }

    private Map<String, NDArray> gradients(Map<String, NDArray> variables, NDArray outputGradient) {
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        Set<String> frozen = frozen();
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
