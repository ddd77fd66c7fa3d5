package io.github.fairnessgate.runtime;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.ModelDirectory;

/** Guards the graphs: ONNX Runtime counts a negative index from the end of the vocabulary. */
final class Vocabulary {

    private Vocabulary() {}

    /**
     * @param text what the tokens are, for the message
     * @throws InvalidInputException if the model has no embedding for one of the tokens
     */
    static void require(ModelDirectory model, int[] tokens, String text) {
        int size = model.config().vocabulary();
        for (int token : tokens) {
            if (token < 0 || token >= size) {
                throw new InvalidInputException(
                        "There is token " + token + " in " + text + ", but the vocabulary of " + model.path()
                                + " has tokens 0 to " + (size - 1) + "; encode texts with the model's own tokenizer.");
            }
        }
    }
}
