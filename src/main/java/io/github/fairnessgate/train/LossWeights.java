package io.github.fairnessgate.train;

/**
 * How much each term counts in the distillation loss (Sanh et al. 2019, with the language-model term of DistilGPT-2,
 * and terms of later work). N positions are trained on, with student logits z_s and teacher logits z_t; the student has
 * M blocks, block i of which began as teacher block b(i).
 *
 * @param ce a_ce, of {@code T^2 mean KL(softmax(z_t/T) || softmax(z_s/T))}; with top-k, softmax(z_t/T) is of the k
 *     largest logits alone
 * @param clm a_clm, of the mean cross-entropy of the next token, over positions that have one
 * @param mse a_mse, of {@code sum |z_s - z_t|^2 / N}: summed over the vocabulary, averaged over positions
 * @param cosine a_cos, of {@code mean (1 - cos(h_s, h_t))} between last hidden states, after the final norm
 * @param reverseKl of {@code T^2 mean KL(softmax(z_s/T) || softmax(z_t/T))} (Gu et al. 2024, MiniLLM)
 * @param hidden of the mean over blocks of the mean squared distance, over positions and width, between the residual
 *     stream behind student block i and behind the last teacher block that it stands for: {@code b(i+1) - 1}, and
 *     behind the teacher's last block for the student's last (Jiao et al. 2020, TinyBERT, equation 8, without their
 *     projection as the widths are equal)
 * @param attention of the mean over blocks, heads and positions of {@code KL(A_t || A_s)} between the attention of
 *     student block i and of teacher block b(i), head by head (Wang et al. 2020, MiniLM, equation 1, for all blocks
 *     instead of the last)
 */
public record LossWeights(
        double ce, double clm, double mse, double cosine, double reverseKl, double hidden, double attention) {

    public LossWeights {
        if (!(ce >= 0
                && clm >= 0
                && mse >= 0
                && cosine >= 0
                && reverseKl >= 0
                && hidden >= 0
                && attention >= 0
                && ce + clm + mse + cosine + reverseKl + hidden + attention > 0)) {
            throw new IllegalArgumentException("loss weights must be 0 or more, and one above 0: " + ce + ", " + clm
                    + ", " + mse + ", " + cosine + ", " + reverseKl + ", " + hidden + ", " + attention);
        }
    }
}
