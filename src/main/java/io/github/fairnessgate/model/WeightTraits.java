package io.github.fairnessgate.model;

import java.util.List;

/**
 * What is particular about the names of a model's weights.
 *
 * @param wrapper what every name begins with beside what transformers writes, such as {@code _orig_mod.} of a compiled model; empty in most models
 * @param unused  names of tensors that belong to other heads than that of a language model, as they are in the file
 */
public record WeightTraits(String wrapper, List<String> unused) {

    /** Keeps a copy of the list. */
    public WeightTraits {
        unused = List.copyOf(unused);
    }
}
