package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Messages;
import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.model.TokenizerTraits;
import io.github.fairnessgate.model.WeightTraits;

/** Finds models, and says what is unusual about them. */
public final class ModelFinder {

    private final ModelHost host;

    public ModelFinder(ModelHost host) {
        this.host = host;
    }

    /**
     * The model to compress, which is also the baseline.
     *
     * @param written as the user wrote the parameter {@code model}
     * @throws InvalidInputException if it was not given, or cannot be used
     */
    public LocatedModel original(String written) {
        return find(ParameterValues.given(written)
                .orElseThrow(() -> new InvalidInputException(
                        "No model was given: set <model> in the plugin's configuration or" + " -D" + Parameters.MODEL
                                + "=..., for instance src/main/model or builtin:reference-gpt2.")));
    }

    /** @throws InvalidInputException if there is no such model, or if it is not a GPT-2 that can be used */
    LocatedModel find(String reference) {
        LocatedModel found = host.locate(reference);
        Messages messages = host.messagesOnce(found.given().folder());
        describeTokenizer(found, messages);
        describeWeights(found, messages);
        return found;
    }

    private static void describeTokenizer(LocatedModel found, Messages messages) {
        TokenizerTraits tokenizer = found.directory().tokenizer();
        if (!tokenizer.random().isEmpty()) {
            messages.warn("The tokenizer of " + found.source() + " asks for random tokenization ("
                    + String.join(", ", tokenizer.random())
                    + "), which is switched off; remove the setting from its tokenizer.json, which other "
                    + "programs take as it is.");
        }
        tokenizer
                .disagreements()
                .forEach(disagreement -> messages.warn("Versions of transformers read the tokenizer of "
                        + found.source() + " in different ways: " + disagreement + "."));
        tokenizer.notes().forEach(note -> messages.info(found.source() + ": " + note));
    }

    private static void describeWeights(LocatedModel found, Messages messages) {
        WeightTraits weights = found.directory().weightTraits();
        if (!weights.wrapper().isEmpty()) {
            messages.warn("The names of the weights of " + found.source() + " contain " + weights.wrapper()
                    + ", with which transformers finds none of them and takes random numbers; save "
                    + "the model without it.");
        }
        weights.disagreements()
                .forEach(disagreement -> messages.warn("Versions of transformers compute " + found.source()
                        + " in different ways: " + disagreement + "."));
        if (!weights.unused().isEmpty()) {
            messages.info("Tensors of " + found.source() + " that a language model does not use are left out: "
                    + String.join(", ", weights.unused()));
        }
    }
}
