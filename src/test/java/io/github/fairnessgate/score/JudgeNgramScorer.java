package io.github.fairnessgate.score;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.score.LabelledData.LabelledText;
import io.github.fairnessgate.score.LabelledData.ScoredPiece;
import io.github.fairnessgate.score.LabelledData.Source;
import io.github.fairnessgate.score.LabelledData.Split;
import io.github.fairnessgate.score.LabelledData.TemplateSentence;
import io.github.fairnessgate.score.ScorerMetrics.BiasAucs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Prints every figure of {@code docs/scorer.md}, in Markdown, for the scorer that ships, on data that it was not
 * trained on.
 *
 * <p>Arguments: the folder with {@code toxicity-labelled} and {@code evaluation}; the folder of the word lists and
 * identity sentences ({@code src/test/fixtures/score/training}).
 */
public final class JudgeNgramScorer {

    private static final int BINS = 15;
    private static final double TOXIC = 0.5;
    private static final double HARMLESS = 0.3;
    private static final double POWER = -5;

    private final NgramScorer scorer = NgramScorer.open();

    private JudgeNgramScorer() {}

    /** Runs every judgement. */
    public static void main(String[] arguments) throws IOException {
        LabelledData data = new LabelledData(Path.of(arguments[0]), Path.of(arguments[1]));
        JudgeNgramScorer judge = new JudgeNgramScorer();
        System.out.println("digest " + judge.scorer.digest() + System.lineSeparator());
        judge.labelledTexts(data.texts());
        judge.realToxicityPrompts(data.realToxicityPrompts());
        List<String> identities = Files.readAllLines(
                Path.of(arguments[0])
                        .resolve(
                                "toxicity-labelled/unintended-bias/archive/unintended_ml_bias/bias_madlibs_data/adjectives_people.txt"));
        judge.harmlessSentences(identities.stream()
                .map(String::strip)
                .filter(term -> !term.isEmpty())
                .toList());
        judge.manyIdentities(Json.MAPPER.readTree(Path.of(arguments[0])
                .resolve("evaluation/holistic-bias/holistic_bias/dataset/v1.1/descriptors.json")
                .toFile()));
        judge.templates(
                data.templates(),
                identities.stream()
                        .map(String::strip)
                        .filter(term -> !term.isEmpty())
                        .toList());
        judge.speed(data.realToxicityPrompts());
    }

    private void labelledTexts(List<LabelledText> texts) {
        print("| texts | number | toxic | ROC-AUC | calibration error | false positives | false negatives "
                + "|%n|---|---|---|---|---|---|---|");
        for (Source source : List.of(Source.JIGSAW, Source.DAVIDSON, Source.HATEXPLAIN, Source.CONVABUSE)) {
            for (Split split : List.of(Split.HELD_OUT, Split.VALIDATION)) {
                List<LabelledText> chosen = texts.stream()
                        .filter(text -> text.source() == source && text.split() == split)
                        .toList();
                boolean[] toxic =
                        booleans(chosen.stream().map(LabelledText::toxic).toList());
                row(
                        source + " " + split,
                        toxic,
                        scorer.score(chosen.stream().map(LabelledText::text).toList()));
            }
        }
        List<LabelledText> snippets = texts.stream()
                .filter(text -> text.source() == Source.SNIPPETS && text.split() == Split.HELD_OUT)
                .toList();
        double[] scores = scorer.score(snippets.stream().map(LabelledText::text).toList());
        errors(
                "held-out Jigsaw comments",
                texts.stream()
                        .filter(text -> text.source() == Source.JIGSAW && text.split() == Split.HELD_OUT)
                        .toList());
        print("%nheld-out neutral snippets: %d, at or above 0.5: %.2f %%", scores.length, 100 * share(scores, TOXIC));
    }

    /** The counts of the card. */
    private void errors(String name, List<LabelledText> texts) {
        double[] scores = scorer.score(texts.stream().map(LabelledText::text).toList());
        long found = IntStream.range(0, scores.length)
                .filter(i -> texts.get(i).toxic() && scores[i] >= TOXIC)
                .count();
        long toxic = texts.stream().filter(LabelledText::toxic).count();
        long spared = IntStream.range(0, scores.length)
                .filter(i -> !texts.get(i).toxic() && scores[i] < TOXIC)
                .count();
        print(
                "%n%s: %d of %d toxic ones found, %d of %d harmless ones spared",
                name, found, toxic, spared, texts.size() - toxic);
    }

    private void realToxicityPrompts(List<ScoredPiece> pieces) {
        print("%n| RealToxicityPrompts | number | toxic | ROC-AUC | calibration error | false positives | false "
                + "negatives |%n" + "|---|---|---|---|---|---|---|");
        perspective("all pieces", pieces);
        perspective(
                "prompts",
                pieces.stream().filter(piece -> !piece.continuation()).toList());
        perspective(
                "continuations",
                pieces.stream().filter(ScoredPiece::continuation).toList());
    }

    private void perspective(String name, List<ScoredPiece> pieces) {
        row(
                name,
                booleans(pieces.stream().map(piece -> piece.toxicity() >= TOXIC).toList()),
                scorer.score(pieces.stream().map(ScoredPiece::text).toList()));
    }

    private static void row(String name, boolean[] toxic, double[] scores) {
        int positives = 0;
        int missed = 0;
        int raised = 0;
        for (int i = 0; i < toxic.length; i++) {
            positives += toxic[i] ? 1 : 0;
            missed += toxic[i] && scores[i] < TOXIC ? 1 : 0;
            raised += !toxic[i] && scores[i] >= TOXIC ? 1 : 0;
        }
        print(
                "| %s | %d | %.1f %% | %.4f | %.4f | %.1f %% | %.1f %% |",
                name,
                toxic.length,
                100.0 * positives / toxic.length,
                ScorerMetrics.rocAuc(toxic, scores),
                ScorerMetrics.calibrationError(toxic, scores, BINS),
                100.0 * raised / (toxic.length - positives),
                100.0 * missed / positives);
    }

    private void harmlessSentences(List<String> identities) {
        List<String> sentences =
                identities.stream().map(JudgeNgramScorer::person).toList();
        double[] scores = scorer.score(sentences);
        int worst = IntStream.range(0, scores.length)
                .reduce((a, b) -> scores[b] > scores[a] ? b : a)
                .orElseThrow();
        print(
                "%nharmless sentences: %d, mean %.3f, highest %.3f (\"%s\")%n",
                scores.length, Arrays.stream(scores).average().orElseThrow(), scores[worst], sentences.get(worst));
    }

    /**
     * The descriptors of HolisticBias, most of which the list of identity terms does not have; those marked as
     * insulting are left out.
     */
    private void manyIdentities(JsonNode descriptors) {
        List<String> terms = new ArrayList<>();
        descriptors.forEach(axis -> axis.forEach(group -> group.forEach(entry -> {
            if (entry.isTextual()) {
                terms.add(entry.asText());
            } else if (!entry.path("preference").asText("").equals("dispreferred")) {
                terms.add(entry.path("descriptor").asText());
            }
        })));
        List<String> distinct = terms.stream().distinct().toList();
        double[] scores =
                scorer.score(distinct.stream().map(JudgeNgramScorer::person).toList());
        List<String> raised = IntStream.range(0, scores.length)
                .filter(i -> scores[i] > HARMLESS)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> scores[i]).reversed())
                .map(i -> String.format(Locale.ROOT, "%s %.2f", distinct.get(i), scores[i]))
                .toList();
        print(
                "HolisticBias descriptors: %d, mean %.3f, above %.1f: %d, at or above 0.5: %.0f: %s%n",
                scores.length,
                Arrays.stream(scores).average().orElseThrow(),
                HARMLESS,
                raised.size(),
                scores.length * share(scores, TOXIC),
                raised);
    }

    private static String person(String identity) {
        return "I am a" + ("aeiou".indexOf(Character.toLowerCase(identity.charAt(0))) >= 0 ? "n " : " ") + identity
                + " person";
    }

    private void templates(List<TemplateSentence> sentences, List<String> identities) {
        boolean[] toxic =
                booleans(sentences.stream().map(TemplateSentence::toxic).toList());
        double[] scores =
                scorer.score(sentences.stream().map(TemplateSentence::text).toList());
        print(
                "identity templates: %d sentences, ROC-AUC %.4f%n%n| identity | subgroup AUC | BPSN AUC | BNSP AUC"
                        + " | \"I am a(n) ... person\" |%n|---|---|---|---|---|",
                scores.length, ScorerMetrics.rocAuc(toxic, scores));
        List<BiasAucs> all = new ArrayList<>();
        for (String identity : identities) {
            boolean[] inSubgroup = booleans(sentences.stream()
                    .map(sentence -> mentions(sentence.text(), identity))
                    .toList());
            BiasAucs areas = ScorerMetrics.biasAucs(toxic, scores, inSubgroup);
            all.add(areas);
            print(
                    "| %s | %.4f | %.4f | %.4f | %.3f |",
                    identity, areas.subgroup(), areas.bpsn(), areas.bnsp(), scorer.score(List.of(person(identity)))[0]);
        }
        print(
                "| **power mean, p = -5** | %.4f | %.4f | %.4f | |",
                ScorerMetrics.powerMean(
                        all.stream().mapToDouble(BiasAucs::subgroup).toArray(), POWER),
                ScorerMetrics.powerMean(all.stream().mapToDouble(BiasAucs::bpsn).toArray(), POWER),
                ScorerMetrics.powerMean(all.stream().mapToDouble(BiasAucs::bnsp).toArray(), POWER));
    }

    private static boolean mentions(String sentence, String identity) {
        return (" " + sentence.toLowerCase(Locale.ROOT) + " ").contains(" " + identity + " ");
    }

    private void speed(List<ScoredPiece> pieces) {
        List<String> texts = pieces.stream()
                .filter(ScoredPiece::continuation)
                .map(ScoredPiece::text)
                .toList();
        double best = 0;
        for (int round = 0; round < 20; round++) {
            long start = System.nanoTime();
            scorer.score(texts);
            best = Math.max(best, texts.size() * 1e9 / (System.nanoTime() - start));
        }
        print("%n%.0f continuations a second on one thread, best of 20 rounds over %d", best, texts.size());
    }

    private static double share(double[] scores, double threshold) {
        return Arrays.stream(scores)
                .map(score -> score >= threshold ? 1 : 0)
                .average()
                .orElseThrow();
    }

    private static boolean[] booleans(List<Boolean> values) {
        boolean[] array = new boolean[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
