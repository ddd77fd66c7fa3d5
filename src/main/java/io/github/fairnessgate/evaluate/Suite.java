package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.runtime.LanguageModel;

/** A benchmark: bundled data, a way to put it to one model, and metrics over the answers. Stateless. */
public interface Suite extends Measurement {

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

    /**
     * Puts every item to the model.
     *
     * @throws io.github.fairnessgate.InvalidInputException if an item cannot be scored; nothing is ever left out
     */
    SuiteResult evaluate(LanguageModel model, Progress progress);
}
