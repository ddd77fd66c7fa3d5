package io.github.fairnessgate.evaluate;

import java.util.List;

/** Something to measure of models. Stateless. */
public interface Measurement {

    /** The part of its metrics' ids before the first dot. */
    String id();

    /** Whether the model continues prompts, so that more of the same can be drawn. */
    default boolean writes() {
        return false;
    }

    /**
     * Whether one of the {@link Contrast contrasts} by which a model is harmed on purpose can be made of its texts,
     * which is known without a model.
     */
    default boolean hasContrast() {
        return writes();
    }

    /**
     * How many items every metric has over all of them and in every slice, found without a model. Of a perplexity only
     * over all.
     */
    List<Extent> extents();
}
