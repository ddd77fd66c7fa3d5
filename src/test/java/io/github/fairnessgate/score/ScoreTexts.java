package io.github.fairnessgate.score;

import io.github.fairnessgate.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scores texts with the scorers that ship, for {@code src/test/fixtures/score/contextual/measure.py}, which makes the
 * card's figures of them.
 *
 * <p>Arguments: {@code embedded} or {@code ngram}; a file with an object that has a {@code text} on every line; the
 * file to write, with an object of label to score on every line.
 */
public final class ScoreTexts {

    private ScoreTexts() {}

    /** Runs the scorer. */
    public static void main(String[] arguments) throws IOException {
        List<String> texts = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(arguments[1]))) {
            texts.add(Json.MAPPER.readTree(line).get("text").asText());
        }
        Map<String, ScorerReference> scorers = new LinkedHashMap<>();
        if (arguments[0].equals(NgramScorer.ID)) {
            scorers.put(ContextualScorer.LABEL, ScorerReference.ngram());
        } else {
            BundledClassifier.config().labels().forEach(label -> scorers.put(label, ScorerReference.embedded(label)));
        }
        Map<String, double[]> scores = new LinkedHashMap<>();
        scorers.forEach((label, reference) -> {
            long start = System.nanoTime();
            try (ToxicityScorer scorer = reference.open()) {
                scores.put(label, scorer.score(texts));
            }
            System.out.printf(
                    "%s: %d texts in %.1f s%n", reference.variant(), texts.size(), (System.nanoTime() - start) / 1e9);
        });
        try (PrintWriter lines = new PrintWriter(Files.newBufferedWriter(Path.of(arguments[2])))) {
            for (int i = 0; i < texts.size(); i++) {
                Map<String, Double> row = new LinkedHashMap<>();
                for (Map.Entry<String, double[]> label : scores.entrySet()) {
                    row.put(label.getKey(), label.getValue()[i]);
                }
                lines.println(Json.MAPPER.writeValueAsString(row));
            }
        }
    }
}
