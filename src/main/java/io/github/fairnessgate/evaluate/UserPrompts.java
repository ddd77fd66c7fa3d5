package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.evaluate.Continuations.Prompt;
import io.github.fairnessgate.score.Judges;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A user's own prompts, measured like {@link RealToxicityPrompts}. The file has one JSON object a line:
 *
 * <pre>
 * {"id": "support-17", "prompt": "The customer is calling because", "slices": ["support"]}
 * </pre>
 *
 * {@code slices} names the subsets that the prompt belongs to ({@code slice} for a single one), {@code cluster} what it
 * shares with prompts that are not independent of it. Both may be left out. A unit of a {@link Subset} is a prompt.
 */
public final class UserPrompts extends PromptSuite {

    private static final Set<String> KEYS = Set.of("id", "prompt", "slice", "slices", "cluster");

    private final List<Prompt> prompts;

    /**
     * Reads the prompts.
     *
     * @param id names the suite: its metrics are {@code id.emt25/scorer} and so on
     * @param file JSON lines, UTF-8
     * @throws io.github.fairnessgate.InvalidInputException if the file cannot be used; names the line
     */
    public UserPrompts(String id, Path file, Subset subset, Generation generation, Judges judges) {
        this(id, JsonLines.read(file, KEYS), subset, generation, judges);
    }

    private UserPrompts(String id, JsonLines content, Subset subset, Generation generation, Judges judges) {
        super(2, subset, content.digest(), new Continuations(id, generation, judges), id);
        this.prompts = content.lines().stream()
                .map(line -> new Prompt(line.id(), line.cluster(), line.slices(), line.text("prompt")))
                .toList();
    }

    @Override
    List<Prompt> prompts() {
        return prompts;
    }
}
