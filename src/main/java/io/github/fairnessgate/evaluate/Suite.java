package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.runtime.LanguageModel;
import java.util.List;

/** A benchmark: bundled data, a way to put it to a model, and metrics over the answers. Stateless. */
public interface Suite {

    /** The part of its metrics' ids before the first dot. */
    String id();

    /** Changes whenever the same model and data would give other numbers. */
    int version();

    /** SHA-256 of the data, in hexadecimal. */
    String dataDigest();

    /**
     * What is measured of the data, where that is not always the same: evaluations of the same data are kept apart by
     * it. Empty elsewhere.
     */
    default String measured() {
        return "";
    }

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

    /**
     * Puts every item to the model.
     *
     * @throws io.github.fairnessgate.InvalidInputException if an item cannot be scored; nothing is ever left out
     */
    SuiteResult evaluate(LanguageModel model, Progress progress);
}
