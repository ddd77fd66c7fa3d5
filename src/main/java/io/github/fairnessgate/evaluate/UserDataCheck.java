package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.evaluate.Continuations.Prompt;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells whether a user's data are still those that an evaluation was made of. */
public final class UserDataCheck {

    private UserDataCheck() {}

    /**
     * Reads the data and compares them with what was measured. Who judges texts does not matter.
     *
     * @param spec of a suite with a user's data
     * @param measured an evaluation that has the suite
     * @return what differs, as a sentence without a full stop; empty if nothing does
     * @throws io.github.fairnessgate.InvalidInputException if the data cannot be used
     */
    public static Optional<String> difference(SuiteSpec spec, Evaluation measured) {
        Suite suite = Suites.create(spec);
        if (suite instanceof UserPrompts prompts) {
            return difference(prompts.chosen(), measured.items().get(spec.id()));
        }
        String recorded = measured.provenance().data().get(spec.id());
        return suite.dataDigest().equals(recorded)
                ? Optional.empty()
                : Optional.of("they have the digest " + suite.dataDigest() + " now, and had " + recorded);
    }

    private static Optional<String> difference(List<Prompt> prompts, List<Item> items) {
        Map<String, Item> measured = new HashMap<>();
        items.forEach(item -> measured.put(item.id(), item));
        for (Prompt prompt : prompts) {
            Item item = measured.remove(prompt.id());
            if (item == null) {
                return Optional.of("the prompt " + prompt.id() + " was not measured");
            }
            if (!prompt.text().equals(item.texts().get("prompt"))
                    || !prompt.slices().equals(item.slices())
                    || !prompt.cluster().equals(item.cluster())) {
                return Optional.of("the prompt " + prompt.id() + " is another one now");
            }
        }
        return measured.keySet().stream()
                .sorted()
                .findFirst()
                .map(id -> "the prompt " + id + " was measured and is not chosen now");
    }
}
