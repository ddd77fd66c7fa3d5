package io.github.fairnessgate.model;

import java.util.List;

/**
 * What is particular about a model's weights and what is computed with them.
 *
 * @param wrapper what names have beside what transformers writes, such as {@code _orig_mod.} of a compiled model; empty
 *     in most models
 * @param unused names of tensors that belong to other heads than that of a language model, as they are in the file
 * @param disagreements what versions of transformers compute in different ways: clauses without a full stop that say
 *     what is measured
 */
public record WeightTraits(String wrapper, List<String> unused, List<String> disagreements) {

    /** Keeps copies of the lists. */
    public WeightTraits {
        unused = List.copyOf(unused);
        disagreements = List.copyOf(disagreements);
    }
}
