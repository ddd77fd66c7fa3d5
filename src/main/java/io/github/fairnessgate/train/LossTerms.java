package io.github.fairnessgate.train;

/**
 * Values of the terms of {@link LossWeights}, unweighted; 0 for terms whose weight is 0.
 *
 * @param kl {@code T^2 mean KL}, teacher first
 * @param crossEntropy nats a token
 * @param mse squared distance of the logits a position
 * @param cosine {@code mean (1 - cos)}
 * @param reverseKl {@code T^2 mean KL}, student first
 * @param hidden mean squared distance of residual streams
 * @param attention mean KL of attention, nats
 */
public record LossTerms(
        double kl, double crossEntropy, double mse, double cosine, double reverseKl, double hidden, double attention) {

    static final LossTerms NONE = new LossTerms(0, 0, 0, 0, 0, 0, 0);

    LossTerms plus(LossTerms other, double share) {
        return new LossTerms(
                kl + share * other.kl,
                crossEntropy + share * other.crossEntropy,
                mse + share * other.mse,
                cosine + share * other.cosine,
                reverseKl + share * other.reverseKl,
                hidden + share * other.hidden,
                attention + share * other.attention);
    }

    double weighted(LossWeights weights) {
        return weights.ce() * kl
                + weights.clm() * crossEntropy
                + weights.mse() * mse
                + weights.cosine() * cosine
                + weights.reverseKl() * reverseKl
                + weights.hidden() * hidden
                + weights.attention() * attention;
    }
}
