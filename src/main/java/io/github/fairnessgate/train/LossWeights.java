package io.github.fairnessgate.train;

/**
 * How much each term counts in the distillation loss (Sanh et al. 2019, with the language-model term
 * of DistilGPT-2). N positions are trained on, with student logits z_s and teacher logits z_t:
 *
 * @param ce     a_ce, of {@code T^2 mean KL(softmax(z_t/T) || softmax(z_s/T))}
 * @param clm    a_clm, of the mean cross-entropy of the next token, over positions that have one
 * @param mse    a_mse, of {@code sum |z_s - z_t|^2 / N}: summed over the vocabulary, averaged over positions
 * @param cosine a_cos, of {@code mean (1 - cos(h_s, h_t))} between last hidden states, after the final norm
 */
public record LossWeights(double ce, double clm, double mse, double cosine) {

    public LossWeights {
        if (!(ce >= 0 && clm >= 0 && mse >= 0 && cosine >= 0 && ce + clm + mse + cosine > 0)) {
            throw new IllegalArgumentException("loss weights must be 0 or more, and one above 0: " + ce + ", " + clm
                    + ", " + mse + ", " + cosine);
        }
    }
}
