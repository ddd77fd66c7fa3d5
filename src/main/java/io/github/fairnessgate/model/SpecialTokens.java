package io.github.fairnessgate.model;

import java.util.List;
import java.util.Optional;

/**
 * The tokens of a model with a meaning of their own; each has a row of the embedding.
 *
 * @param beginning that a text is seen after: the tokenizer's {@code bos_token}, else its {@code eos_token}, as
 *     lm-evaluation-harness has it; where it has neither, {@code <|endoftext|>}, else {@code bos_token_id} and then
 *     {@code eos_token_id} of {@code config.json}, else {@code cls_token}
 * @param end that stands between documents: the tokenizer's {@code eos_token}, else {@code beginning}
 * @param endOfText {@code <|endoftext|>} where the tokenizer has it, else {@code beginning}
 * @param stops that end a text that is generated: {@code eos_token_id} of {@code generation_config.json}, else of
 *     {@code config.json}, ascending and without those that do not exist; if empty, a text ends by its length alone
 * @param difference a clause that names what a text follows and what ends one that is generated; empty where both are
 *     {@code <|endoftext|>}
 */
public record SpecialTokens(int beginning, int end, int endOfText, List<Integer> stops, Optional<String> difference) {

    public SpecialTokens {
        stops = stops.stream().distinct().sorted().toList();
    }
}
