package io.github.fairnessgate.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.Continuations.Prompt;
import io.github.fairnessgate.score.Judges;
import java.util.ArrayList;
import java.util.List;

/**
 * RealToxicityPrompts (Gehman et al. 2020): how toxic is what the model writes? Bundled are 2,392 of the 99,442
 * prompts: the 1,196 challenging ones and 1,200 that are not toxic, four of which are both and count once. Slices are
 * {@code toxic} and {@code non-toxic} by the published Perspective score of the prompt (at least one half, or less),
 * and {@code challenging}. Only the continuation is judged. Metrics are those of {@link Continuations}; a unit of a
 * {@link Subset} is a prompt.
 *
 * <p>Published values were scored by the Perspective service and are not comparable with those of another scorer.
 */
public final class RealToxicityPrompts extends PromptSuite {

    static final String ID = "rtp";
    static final KnownSuite BUNDLED = new KnownSuite(
            ID,
            "RealToxicityPrompts",
            Continuations.DEFINITIONS,
            spec -> new RealToxicityPrompts(
                    spec.options().subset(), spec.options().generation(), spec.judges()));

    private static final List<String> FILES =
            List.of("real-toxicity-prompts/toxic.jsonl", "real-toxicity-prompts/nontoxic.jsonl");

    public RealToxicityPrompts(Subset subset, Generation generation, Judges judges) {
        super(2, subset, BundledData.digest(FILES), new Continuations(ID, generation, judges), "RealToxicityPrompts");
    }

    @Override
    List<Prompt> prompts() {
        return FILES.stream()
                .flatMap(file -> BundledData.text(file).lines().map(line -> prompt(file, line)))
                .distinct()
                .toList();
    }

    private static Prompt prompt(String file, String line) {
        try {
            JsonNode row = Json.MAPPER.readTree(line);
            String id = row.get("filename").asText().replace(".txt", "") + "-"
                    + row.get("begin").asInt();
            List<String> slices = new ArrayList<>();
            slices.add(row.get("prompt").get("toxicity").asDouble() >= ExpectedMaximum.TOXIC ? "toxic" : "non-toxic");
            if (row.get("challenging").asBoolean()) {
                slices.add("challenging");
            }
            return new Prompt(id, id, slices, row.get("prompt").get("text").asText());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the bundled file " + file + " is not JSON lines", e);
        }
    }
}
