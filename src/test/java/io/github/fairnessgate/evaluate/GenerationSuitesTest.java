package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Continuations.Prompt;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.score.ToxicityScorer;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.FloatTensor;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Suites that let the model write, on a small random model with the real scorer. */
@Tag("native")
class GenerationSuitesTest {

    private static final Generation FIVE = new Generation(5, 42);
    private static final Judges EMBEDDED = Judges.only(ScorerReference.embedded());

    @TempDir
    Path folder;

    @Test
    void realToxicityPromptsAreComplete() {
        List<Prompt> prompts = new RealToxicityPrompts(Subset.ALL, FIVE, EMBEDDED).prompts();
        assertThat(prompts).hasSize(2392);
        assertThat(prompts.stream().map(Prompt::id).distinct()).hasSize(2392);
        assertThat(prompts.stream().filter(prompt -> prompt.slices().contains("challenging")))
                .hasSize(1196);
        assertThat(prompts.stream().filter(prompt -> prompt.slices().contains("toxic")))
                .hasSize(993);
        assertThat(prompts).noneMatch(prompt -> prompt.text().isBlank());
    }

    @Test
    void boldIsComplete() {
        List<Prompt> prompts = new Bold(Subset.ALL, FIVE, EMBEDDED).prompts();
        assertThat(prompts)
                .as("without the five that are empty")
                .hasSize(23_674)
                .noneMatch(prompt -> prompt.text().isBlank());
        assertThat(prompts.stream().map(Prompt::id).distinct()).hasSize(23_674);
        assertThat(prompts.stream()
                        .collect(Collectors.groupingBy(prompt -> prompt.slices().get(0), Collectors.counting())))
                .containsEntry("gender", 3204L)
                .containsEntry("race", 7657L)
                .containsEntry("profession", 10_195L)
                .containsEntry("political_ideology", 1981L)
                .containsEntry("religious_ideology", 637L);
        assertThat(prompts.stream().map(prompt -> prompt.slices().get(1)).distinct())
                .hasSize(43);
    }

    @Test
    void outcomesFollowFromTheScoresOfTheContinuations() {
        SuiteResult result;
        try (LanguageModel model = tinyModel()) {
            result = new RealToxicityPrompts(Subset.of(30, 1), FIVE, EMBEDDED).evaluate(model, Progress.NONE);
        }
        String variant = ScorerReference.embedded().variant();
        assertThat(result.items()).hasSize(30);
        for (Item item : result.items()) {
            double[] scores = item.scores().entrySet().stream()
                    .filter(score -> score.getKey().startsWith("toxicity."))
                    .mapToDouble(score -> score.getValue())
                    .toArray();
            assertThat(scores).hasSize(5);
            assertThat(item.outcomes())
                    .containsEntry(
                            "rtp.emt5/" + variant,
                            java.util.Arrays.stream(scores).max().orElseThrow());
            assertThat(item.texts()).containsOnlyKeys("prompt");
            assertThat(item.outputs())
                    .containsKeys("continuation.00", "continuation.04")
                    .hasSize(5);
        }
        assertThat(result.metrics()).noneMatch(metric -> metric.id().contains("emt25"));
    }

    @Test
    void theScoresInTheItemsAreThoseOfTheScorerForTheTextsInTheItems() {
        try (LanguageModel model = tinyModel();
                ToxicityScorer scorer = ScorerReference.embedded().open()) {
            for (Item item : new Bold(Subset.of(12, 3), FIVE, EMBEDDED)
                    .evaluate(model, Progress.NONE)
                    .items()) {
                double[] expected = scorer.score(List.of(item.outputs().get("continuation.03")));
                assertThat(item.scores()
                                .get("toxicity.03/" + ScorerReference.embedded().variant()))
                        .isCloseTo(expected[0], within(1e-12));
            }
        }
    }

    @Test
    void twoModelsThatWriteDifferentTextsCanBeCompared() {
        List<Evaluation> both = new ArrayList<>();
        for (long seed : new long[] {1, 2}) {
            try (LanguageModel model = OnnxGpt2.open(
                    TinyModels.builder().positions(64).seed(seed).write(folder.resolve("model-" + seed)), Device.CPU)) {
                both.add(Evaluation.of(
                        new RealToxicityPrompts(Subset.of(40, 1), FIVE, EMBEDDED).evaluate(model, Progress.NONE),
                        provenance("digest-" + seed)));
            }
        }
        assertThat(both.get(0).items().get("rtp").get(0).outputs())
                .isNotEqualTo(both.get(1).items().get("rtp").get(0).outputs());
        GateResult result = Gate.decide(
                ThresholdsReader.read(
                        "version: 1\nrules:\n  - {metric: rtp.emt5/embedded, maxIncrease: 0.9}\n", "thresholds.yaml"),
                both.get(0),
                both.get(1));
        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
        assertThat(result.results().get(0).items()).isEqualTo(40);
    }

    @Test
    void bothScorersJudgeEveryText() throws IOException {
        ScorerReference classifier =
                ScorerReference.classifier(shortSightedClassifier(), "short-sighted", Optional.empty());
        Judges judges = new Judges(classifier, Optional.of(ScorerReference.embedded()));
        Evaluation evaluation;
        try (LanguageModel model = tinyModel()) {
            Suite suite = new Bold(Subset.of(30, 3), FIVE, judges);
            evaluation = Evaluator.evaluate(model, List.of(suite), provenance("digest"), Progress.NONE);
            assertThat(evaluation.only(suite)).isEqualTo(evaluation);
        }
        String first = classifier.variant();
        String second = ScorerReference.embedded().variant();
        assertThat(evaluation.judgedBy("bold")).containsExactly(first, second);
        for (String name : List.of(
                "emt5",
                "tp5",
                "toxicity",
                "toxicity-written",
                "toxic-fraction",
                "disparity-range",
                "disparity-deviation")) {
            Metric metric = evaluation.metric("bold." + name + "/" + first).orElseThrow();
            assertThat(evaluation.byOtherScorer(metric)).contains("bold." + name + "/" + second);
            assertThat(evaluation.byOtherScorer(
                            evaluation.metric("bold." + name + "/" + second).orElseThrow()))
                    .contains(metric.id());
        }
        assertThat(evaluation.byOtherScorer(
                        evaluation.metric("bold.length/tokens").orElseThrow()))
                .isEmpty();
        try (ToxicityScorer one = classifier.open();
                ToxicityScorer two = ScorerReference.embedded().open()) {
            for (Item item : evaluation.items().get("bold")) {
                List<String> text = List.of(item.outputs().get("continuation.02"));
                assertThat(item.scores().get("toxicity.02/" + first)).isCloseTo(one.score(text)[0], within(1e-6));
                assertThat(item.scores().get("toxicity.02/" + second)).isCloseTo(two.score(text)[0], within(1e-12));
            }
        }
        Agreement agreement = Agreement.of(evaluation, "bold").orElseThrow();
        assertThat(agreement.texts()).isEqualTo(150);
        assertThat(agreement.correlation()).isPresent();
        EvaluationFiles.write(folder, "candidate", evaluation);
        assertThat(EvaluationFiles.read(folder, "candidate")).isEqualTo(evaluation);
    }

    @Test
    void whatWasCutIsCountedForPromptsAndForEveryScorer() throws IOException {
        ScorerReference classifier =
                ScorerReference.classifier(shortSightedClassifier(), "short-sighted", Optional.empty());
        Path file = folder.resolve("prompts.jsonl");
        try (LanguageModel model = tinyModel()) {
            Files.write(
                    file,
                    List.of(
                            "{\"id\":\"long\",\"prompt\":\"beginning " + "x".repeat(model.positions()) + "\"}",
                            "{\"id\":\"short\",\"prompt\":\"short\"}",
                            "{\"id\":\"shorter\",\"prompt\":\"s\"}"));
            SuiteResult result = new UserPrompts(
                            "mine",
                            file,
                            Subset.ALL,
                            FIVE,
                            new Judges(ScorerReference.embedded(), Optional.of(classifier)))
                    .evaluate(model, Progress.NONE);
            Judging judging = result.judging().orElseThrow();
            assertThat(judging.prompts()).isEqualTo(3);
            assertThat(judging.cutPrompts()).isEqualTo(1);
            assertThat(judging.texts()).isEqualTo(15);
            try (ToxicityScorer open = classifier.open();
                    ToxicityScorer bundled = ScorerReference.embedded().open()) {
                open.score(result.items().stream()
                        .flatMap(item -> item.outputs().values().stream())
                        .toList());
                assertThat(open.truncated()).isPositive();
                assertThat(judging.scorers())
                        .containsExactly(
                                new Judging.Scorer(ScorerReference.embedded().variant(), bundled.card(), 0),
                                new Judging.Scorer(classifier.variant(), open.card(), open.truncated()));
            }
        }
    }

    @Test
    void aModelThatEndsTheTextAtOnceHasSaidNothingToxic() throws IOException {
        Path file = Files.writeString(folder.resolve("prompts.jsonl"), "{\"id\":\"a\",\"prompt\":\"You are\"}");
        ScorerReference classifier =
                ScorerReference.classifier(shortSightedClassifier(), "short-sighted", Optional.empty());
        try (LanguageModel model = OnnxGpt2.open(endingModel(), Device.CPU)) {
            Item item = new UserPrompts(
                            "mine",
                            file,
                            Subset.ALL,
                            FIVE,
                            new Judges(ScorerReference.embedded(), Optional.of(classifier)))
                    .evaluate(model, Progress.NONE)
                    .items()
                    .get(0);
            assertThat(item.outputs()).hasSize(5);
            assertThat(item.outputs().values()).containsOnly("");
            assertThat(item.outcomes())
                    .hasSize(13)
                    .containsEntry("mine.blank/texts", 1.)
                    .allSatisfy((metric, outcome) ->
                            assertThat(outcome).isEqualTo(metric.equals("mine.blank/texts") ? 1 : 0));
        }
    }

    /** Of a model that writes nothing, the mean over written texts has no value; everything else has. */
    @Test
    void whereNothingIsWrittenToxicityOfWrittenTextsIsNotDefined() throws IOException {
        Path file = Files.writeString(
                folder.resolve("prompts.jsonl"),
                "{\"id\":\"a\",\"prompt\":\"You are\"}\n{\"id\":\"b\",\"prompt\":\"They are\"}");
        Suite suite = new UserPrompts("mine", file, Subset.ALL, FIVE, EMBEDDED);
        try (LanguageModel silent = OnnxGpt2.open(endingModel(), Device.CPU);
                LanguageModel talking = tinyModel()) {
            Evaluation nothing = Evaluator.evaluate(silent, List.of(suite), provenance("silent"), Progress.NONE);
            Evaluation something = Evaluator.evaluate(talking, List.of(suite), provenance("talking"), Progress.NONE);
            String written =
                    "mine.toxicity-written/" + ScorerReference.embedded().variant();
            assertThat(nothing.metric(written)).isPresent();
            assertThat(nothing.value(written, Evaluation.ALL)).isEmpty();
            assertThat(nothing.value("mine.blank/texts", Evaluation.ALL)
                            .orElseThrow()
                            .value())
                    .isEqualTo(1);
            assertThat(nothing.contradiction()).isEmpty();
            assertThat(something.contradiction()).isEmpty();
            double blank = something
                    .value("mine.blank/texts", Evaluation.ALL)
                    .orElseThrow()
                    .value();
            assertThat(something.value(written, Evaluation.ALL).orElseThrow().value())
                    .isCloseTo(
                            something
                                            .value(
                                                    "mine.toxicity/"
                                                            + ScorerReference.embedded()
                                                                    .variant(),
                                                    Evaluation.ALL)
                                            .orElseThrow()
                                            .value()
                                    / (1 - blank),
                            within(1e-12));
        }
    }

    @Test
    void blankIsWhatHasNoCharacterThatCanBeSeen() {
        for (String blank : List.of("", " ", "\n \t\r", "\u00a0", "\u200b\u2028", "\u0000 \ufeff")) {
            assertThat(WrittenTexts.isBlank(blank))
                    .as("%s", blank.chars().boxed().toList())
                    .isTrue();
        }
        for (String written : List.of(".", " a", "\ufffd", "\n\"", "\ud83d\ude00")) {
            assertThat(WrittenTexts.isBlank(written)).as(written).isFalse();
        }
    }

    /** A model whose last layer points at {@code <|endoftext|>}, whatever it reads. */
    private ModelDirectory endingModel() {
        TinyModels tiny = TinyModels.builder();
        ModelDirectory model = tiny.write(folder.resolve("ending"));
        Map<String, FloatTensor> weights = new LinkedHashMap<>(tiny.weights());
        int width = tiny.config().embedding();
        float[] towards = new float[width];
        for (int i = 0; i < width; i++) {
            towards[i] = 100 * weights.get("wte.weight").data()[(tiny.config().vocabulary() - 1) * width + i];
        }
        weights.put("ln_f.weight", new FloatTensor(new long[] {width}, new float[width]));
        weights.put("ln_f.bias", new FloatTensor(new long[] {width}, towards));
        SafetensorsWriter.write(model.path().resolve("model.safetensors"), weights, DType.F32);
        return ModelDirectory.open(model.path());
    }

    /** A real classifier that reads eight tokens. */
    private Path shortSightedClassifier() throws IOException {
        Path copy = Files.createDirectories(folder.resolve("classifier"));
        for (String name : List.of("model.onnx", "tokenizer.json", "config.json")) {
            try (InputStream file =
                    GenerationSuitesTest.class.getResourceAsStream("/fixtures/score/single-label/" + name)) {
                Files.write(copy.resolve(name), file.readAllBytes());
            }
        }
        Files.writeString(copy.resolve("tokenizer_config.json"), "{\"model_max_length\": 8}");
        return copy;
    }

    private static Provenance provenance(String digest) {
        return new Provenance(digest, "model", "cpu", new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    }

    @Test
    void textsDoNotDependOnTheOrderOrNumberOfPrompts() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            lines.add("{\"id\":\"p" + i + "\",\"prompt\":\"Prompt number " + i + " says\"}");
        }
        try (LanguageModel model = tinyModel()) {
            List<Item> forwards = userPrompts(lines, model);
            Collections.reverse(lines);
            List<Item> backwards = new ArrayList<>(userPrompts(lines.subList(0, 70), model));
            Collections.reverse(backwards);
            assertThat(backwards).isEqualTo(forwards.subList(10, 80));
        }
    }

    @Test
    void aPromptBeyondTheContextLosesItsBeginningAndTheItemSaysSo() throws IOException {
        try (LanguageModel model = tinyModel()) {
            String end = "x".repeat(model.positions());
            List<Item> items = userPrompts(
                    List.of(
                            "{\"id\":\"long\",\"prompt\":\"beginning " + end + "\"}",
                            "{\"id\":\"short\",\"prompt\":\"short\"}"),
                    model);
            assertThat(items.get(0).scores()).containsEntry("truncated", 1.);
            assertThat(items.get(1).scores()).containsEntry("truncated", 0.);
        }
    }

    @Test
    void anEmptyPromptIsAnErrorWithFileAndLine() {
        assertThatThrownBy(() -> {
                    try (LanguageModel model = tinyModel()) {
                        userPrompts(
                                List.of("{\"id\":\"a\",\"prompt\":\"fine\"}", "{\"id\":\"b\",\"prompt\":\"\"}"), model);
                    }
                })
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("prompts.jsonl:2");
    }

    @Test
    void zeroContinuationsAreRefused() {
        assertThatThrownBy(() -> new Generation(0, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("continuations is 0");
    }

    @Test
    void repetitionIsTheShareOfFourGramsThatCameBefore() {
        assertThat(Continuations.repetition(new int[] {1, 2, 3, 4})).isZero();
        assertThat(Continuations.repetition(new int[] {1, 1, 1, 1, 1, 1})).isCloseTo(2. / 3, within(1e-15));
    }

    @Test
    void disparitiesAreThoseOfTheGroupsMeans() {
        assertThat(Disparity.range(new double[] {.1, .4, .25})).isCloseTo(.3, within(1e-15));
        assertThat(Disparity.deviation(new double[] {.1, .4, .25})).isCloseTo(.3, within(1e-15));
    }

    @Test
    void changingScorerSeedOrNumberOfContinuationsChangesTheDigest() {
        ScorerReference another = new ScorerReference("other", "0".repeat(64), "folder", "toxic");
        ScorerReference third = new ScorerReference("other", "1".repeat(64), "folder", "hate");
        assertThat(List.of(new Generation(5, 42), new Generation(5, 43), new Generation(6, 42)).stream()
                        .map(generation -> new RealToxicityPrompts(Subset.ALL, generation, EMBEDDED).dataDigest())
                        .distinct())
                .hasSize(3);
        assertThat(List.of(
                                EMBEDDED,
                                Judges.only(another),
                                new Judges(ScorerReference.embedded(), Optional.of(another)),
                                new Judges(another, Optional.of(ScorerReference.embedded())),
                                new Judges(ScorerReference.embedded(), Optional.of(third)))
                        .stream()
                        .map(judges -> new RealToxicityPrompts(Subset.ALL, FIVE, judges).dataDigest())
                        .distinct())
                .hasSize(5);
    }

    private List<Item> userPrompts(List<String> lines, LanguageModel model) throws IOException {
        Path file = Files.write(folder.resolve("prompts.jsonl"), lines);
        return new UserPrompts("mine", file, Subset.ALL, FIVE, EMBEDDED)
                .evaluate(model, Progress.NONE)
                .items();
    }

    private LanguageModel tinyModel() {
        Path directory = folder.resolve("model");
        return OnnxGpt2.open(
                Files.exists(directory)
                        ? ModelDirectory.open(directory)
                        : TinyModels.builder().positions(64).write(directory),
                Device.CPU);
    }
}
