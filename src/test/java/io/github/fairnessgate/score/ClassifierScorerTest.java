package io.github.fairnessgate.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected probabilities come from transformers: {@code src/test/fixtures/score/make_classifiers.py}. */
@Tag("native")
class ClassifierScorerTest {

    private static final double FLOAT_NOISE = 2e-6;

    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource({
        "single-label, neutral, 0",
        "single-label, toxic, 1",
        "multi-label, identity_attack, 0",
        "multi-label, insult, 1",
        "multi-label, toxicity, 5"
    })
    void everyLabelHasTheProbabilityThatTransformersGivesIt(String classifier, String label, int index)
            throws IOException {
        try (ToxicityScorer scorer = open(fixture(classifier), label)) {
            assertThat(scorer.score(texts())).containsExactly(expected(classifier, index), within(FLOAT_NOISE));
        }
    }

    @ParameterizedTest
    @CsvSource({"single-label, 1, toxic, softmax", "multi-label, 5, toxicity, sigmoid"})
    void theToxicLabelIsFoundByItsName(String classifier, int index, String label, String function) throws IOException {
        try (ToxicityScorer scorer = open(fixture(classifier))) {
            assertThat(scorer.score(texts())).containsExactly(expected(classifier, index), within(FLOAT_NOISE));
            assertThat(scorer.card().label()).isEqualTo(label);
            assertThat(scorer.card().description()).contains(function);
            assertThat(scorer.id()).isEqualTo(classifier);
        }
    }

    @Test
    void theLabelsOfWellKnownClassifiersAreUnderstood() throws IOException {
        assertThat(toxicLabelAmong("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"))
                .isEqualTo("toxic");
        assertThat(toxicLabelAmong("non-toxic", "toxic")).isEqualTo("toxic");
        assertThat(toxicLabelAmong("nothate", "hate")).isEqualTo("hate");
        assertThat(toxicLabelAmong("NOT_HATE", "HATE")).isEqualTo("HATE");
        assertThat(toxicLabelAmong("insult", "severe_toxicity", "toxicity")).isEqualTo("toxicity");
        assertThat(toxicLabelAmong("non-offensive", "offensive")).isEqualTo("offensive");
    }

    @Test
    void scoresDoNotDependOnTheOrderOfTexts() throws IOException {
        List<String> texts = new ArrayList<>(texts());
        try (ToxicityScorer scorer = open(fixture("single-label"))) {
            double[] forwards = scorer.score(texts);
            Collections.reverse(texts);
            double[] backwards = scorer.score(texts);
            for (int i = 0; i < forwards.length; i++) {
                assertThat(backwards[forwards.length - 1 - i]).isEqualTo(forwards[i], within(1e-6));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"single-label", "multi-label"})
    void longTextsAreCutAndCounted(String classifier) throws IOException {
        try (ToxicityScorer scorer = open(fixture(classifier))) {
            assertThat(scorer.truncated()).isZero();
            double[] scores = scorer.score(List.of("word ".repeat(60), "word ".repeat(400), "You idiot."));
            assertThat(scorer.truncated()).isEqualTo(2);
            assertThat(scores[0]).isEqualTo(scores[1], within(1e-6)).isNotCloseTo(scores[2], within(1e-6));
        }
    }

    @Test
    void theShorterOfModelAndTokenizerDecidesHowMuchIsRead() throws IOException {
        assertThat(ClassifierConfig.read(ClassifierFiles.find(fixture("single-label")))
                        .maxTokens())
                .isEqualTo(32);
        assertThat(ClassifierConfig.read(ClassifierFiles.find(fixture("multi-label")))
                        .maxTokens())
                .isEqualTo(34 - 2);
        Path folder = copy("single-label");
        edit(folder.resolve("tokenizer_config.json"), config -> config.put("model_max_length", 1e30));
        assertThat(ClassifierConfig.read(ClassifierFiles.find(folder)).maxTokens())
                .isEqualTo(64);
        edit(folder.resolve("config.json"), config -> config.put("max_position_embeddings", -1));
        assertThat(ClassifierConfig.read(ClassifierFiles.find(folder)).maxTokens())
                .isEqualTo(512);
    }

    @Test
    void theIdIsTheNameInTheCharactersOfAMetricId() {
        assertThat(ScorerReference.classifier(fixture("single-label"), "toxic-bert_v1.0", Optional.empty())
                        .id())
                .isEqualTo("toxic-bert_v1.0");
        assertThat(ScorerReference.classifier(fixture("single-label"), "my model@2/3", Optional.empty())
                        .id())
                .isEqualTo("my-model-2-3");
    }

    @Test
    void theLabelIsPartOfTheVariantAndNamingTheOneThatIsFoundChangesNothing() throws IOException {
        ScorerReference found = reference(fixture("multi-label"));
        ScorerReference named = reference(fixture("multi-label"), "Toxicity");
        ScorerReference other = reference(fixture("multi-label"), "insult");
        assertThat(named).isEqualTo(found);
        assertThat(found.label()).isEqualTo("toxicity");
        assertThat(other.variant()).isNotEqualTo(found.variant());
        try (ToxicityScorer scorer = other.open()) {
            assertThat(scorer.card().label()).isEqualTo("insult");
            assertThat(scorer.variant()).isEqualTo(other.variant());
            assertThat(scorer.score(texts())).containsExactly(expected("multi-label", 1), within(FLOAT_NOISE));
        }
    }

    @Test
    void aLabelInTheSameCaseIsPreferredAndEqualNamesAreRefused() throws IOException {
        Path folder = copy("single-label");
        edit(
                folder.resolve("config.json"),
                config -> config.putObject("id2label").put("0", "TOXIC").put("1", "toxic"));
        assertThat(reference(folder, "toxic").label()).isEqualTo("toxic");
        assertThat(reference(folder, "Toxic").label()).isEqualTo("TOXIC");
        edit(
                folder.resolve("config.json"),
                config -> config.putObject("id2label").put("0", "toxic").put("1", "toxic"));
        assertRefused(folder, "gives two labels the same name ([toxic, toxic])");
    }

    @Test
    void aClassifierThatChangedSinceItWasNamedIsRefused() throws IOException {
        Path folder = copy("single-label");
        ScorerReference reference = reference(folder);
        edit(folder.resolve("config.json"), config -> config.put("problem_type", "multi_label_classification"));
        assertThatThrownBy(reference::open)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("changed while it was being used");
    }

    /** Maven's JVM has neither ONNX Runtime nor the tokenizers, but names scorers. */
    @Test
    void aClassifierIsNamedWithoutNativeLibraries() throws Exception {
        ClassLoader loader = new WithoutNativeLibraries();
        assertThatThrownBy(() -> Class.forName(ClassifierScorer.class.getName(), true, loader))
                .isInstanceOf(NoClassDefFoundError.class);
        Class<?> type = loader.loadClass(ScorerReference.class.getName());
        Object reference = type.getMethod("classifier", Path.class, String.class, Optional.class)
                .invoke(null, fixture("single-label"), "name", Optional.empty());
        Object judges =
                loader.loadClass(Judges.class.getName()).getMethod("only", type).invoke(null, reference);
        assertThat(judges.toString())
                .contains(ScorerReference.classifier(fixture("single-label"), "name", Optional.empty())
                        .digest());
    }

    /** Loads this project's classes anew, and knows neither ONNX Runtime nor the tokenizers. */
    private static final class WithoutNativeLibraries extends ClassLoader {

        WithoutNativeLibraries() {
            super(ClassifierScorerTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("ai.")) {
                throw new ClassNotFoundException(name);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null
                    ? loaded
                    : name.startsWith("io.github.fairnessgate.") ? define(name) : super.loadClass(name, resolve);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream stream = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] code = stream.readAllBytes();
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void theSameScorerTwiceIsRefused() throws IOException {
        ScorerReference first = reference(fixture("single-label"));
        ScorerReference copied = reference(copy("single-label"));
        assertThat(new Judges(first, Optional.of(ScorerReference.embedded())).all())
                .containsExactly(first, ScorerReference.embedded());
        assertThat(new Judges(first, Optional.of(reference(fixture("single-label"), "neutral"))).all())
                .hasSize(2);
        assertThatThrownBy(() -> new Judges(first, Optional.of(copied)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("first one again")
                .hasMessageContaining(first.digest())
                .hasMessageContaining("fairness.secondScorer");
    }

    @Test
    void aBlankTextScoresZeroByDefinition() {
        try (ToxicityScorer scorer = open(fixture("single-label"))) {
            assertThat(scorer.score(List.of("", " \n\t")))
                    .containsExactly(ToxicityScorer.BLANK_SCORE, ToxicityScorer.BLANK_SCORE);
            assertThat(scorer.score(List.of())).isEmpty();
        }
    }

    @Test
    void theDigestChangesWithTheConfigurationAndNotWithThePlace() throws IOException {
        Path copy = copy("single-label");
        assertThat(reference(copy).digest())
                .isEqualTo(reference(fixture("single-label")).digest())
                .hasSize(64);
        edit(copy.resolve("config.json"), config -> config.put("problem_type", "multi_label_classification"));
        assertThat(reference(copy).digest())
                .isNotEqualTo(reference(fixture("single-label")).digest());
    }

    @Test
    void aClassifierWithoutAToxicLabelIsRefusedWithItsLabels() throws IOException {
        Path folder = copy("single-label");
        edit(
                folder.resolve("config.json"),
                config -> config.putObject("id2label").put("0", "LABEL_0").put("1", "LABEL_1"));
        assertRefused(folder, "[LABEL_0, LABEL_1]", "none of which is named like toxicity");
        assertThatThrownBy(() -> open(folder, "toxic"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no label 'toxic'")
                .hasMessageContaining("[LABEL_0, LABEL_1]");
    }

    @Test
    void labelsThatAreNotNumberedFromZeroAreRefused() throws IOException {
        Path folder = copy("single-label");
        edit(
                folder.resolve("config.json"),
                config -> config.putObject("id2label").put("1", "toxic").put("3", "neutral"));
        assertRefused(folder, "id2label", "[1, 3]");
        edit(folder.resolve("config.json"), config -> config.remove("id2label"));
        assertRefused(folder, "does not name its labels");
    }

    @Test
    void aRegressionIsRefused() throws IOException {
        Path folder = copy("single-label");
        edit(folder.resolve("config.json"), config -> config.put("problem_type", "regression"));
        assertRefused(folder, "'regression'");
    }

    @Test
    void labelsThatDoNotFitTheGraphAreRefused() throws IOException {
        Path folder = copy("single-label");
        edit(
                folder.resolve("config.json"),
                config ->
                        config.putObject("id2label").put("0", "a").put("1", "b").put("2", "toxic"));
        try (ToxicityScorer scorer = open(folder)) {
            assertThatThrownBy(() -> scorer.score(List.of("text")))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("[1, 2]")
                    .hasMessageContaining("3 labels");
        }
    }

    @Test
    void missingAndBrokenFilesAreNamed() throws IOException {
        assertRefused(temporary.resolve("nowhere"), "nowhere", "is not a folder");
        for (String file : List.of("model.onnx", "tokenizer.json", "config.json")) {
            Path folder = copy("single-label");
            Files.delete(folder.resolve(file));
            assertRefused(folder, file);
            Files.writeString(folder.resolve(file), "{");
            assertRefused(folder, file);
        }
    }

    @Test
    void aTextThatCannotBeScoredIsNamed() {
        try (ToxicityScorer scorer = open(fixture("single-label"))) {
            assertThatThrownBy(() -> scorer.score(List.of("fine", "half \uD83D")))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Text 2 of 2")
                    .hasMessageContaining("half a character at index 5");
        }
    }

    @Test
    void aScoreThatIsNotANumberIsAnErrorAndNeverZero() {
        ClassifierConfig softmax = new ClassifierConfig(List.of("neutral", "toxic"), false, 8);
        ClassifierConfig sigmoid = new ClassifierConfig(List.of("toxic"), true, 8);
        for (double broken : new double[] {
            softmax.probability(new float[] {Float.NaN, 1}, 1),
            softmax.probability(new float[] {1, Float.NaN}, 1),
            softmax.probability(new float[] {Float.POSITIVE_INFINITY, 1}, 1),
            sigmoid.probability(new float[] {Float.NaN}, 0)
        }) {
            assertThatThrownBy(() -> Texts.requireProbability(broken, "some text", "broken"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("'broken'")
                    .hasMessageContaining("\"some text\"")
                    .hasMessageContaining("NaN");
        }
    }

    /** @param label at most one; found if left out */
    @Test
    void whatJudgesIsWhatWasDigestedWhateverBecomesOfTheFolder() throws IOException {
        Path folder = copy("single-label");
        ScorerReference reference = reference(folder);
        try (ToxicityScorer scorer = reference.open()) {
            Files.write(folder.resolve("model.onnx"), new byte[100]);
            Files.delete(folder.resolve("tokenizer.json"));
            assertThat(scorer.score(texts())).containsExactly(expected("single-label", 1), within(FLOAT_NOISE));
        }
        assertThatThrownBy(reference::open)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void aClassifierWhoseTokenizerDropsMergesAtRandomScoresATextAlikeEveryTimeAndSaysSo() throws IOException {
        Path folder = copy("multi-label");
        Files.copy(fixture("multi-label").resolve("onnx/model.onnx"), folder.resolve("model.onnx"));
        edit(folder.resolve("tokenizer.json"), tokenizer -> ((ObjectNode) tokenizer.get("model")).put("dropout", 0.5));
        try (ToxicityScorer scorer = open(folder)) {
            for (int i = 0; i < 10; i++) {
                assertThat(scorer.score(texts())).containsExactly(expected("multi-label", 5), within(FLOAT_NOISE));
            }
            assertThat(scorer.card().description())
                    .contains("which are made without the tokenizer's model.dropout = 0.5");
        }
    }

    private static ScorerReference reference(Path folder, String... label) {
        return ScorerReference.classifier(
                folder, folder.getFileName().toString(), Arrays.stream(label).findFirst());
    }

    private static ToxicityScorer open(Path folder, String... label) {
        return reference(folder, label).open();
    }

    private static void assertRefused(Path folder, String... parts) {
        assertThatThrownBy(() -> open(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(parts);
    }

    private String toxicLabelAmong(String... labels) throws IOException {
        Path folder = copy("single-label");
        edit(folder.resolve("config.json"), config -> {
            ObjectNode names = config.putObject("id2label");
            for (int i = 0; i < labels.length; i++) {
                names.put(Integer.toString(i), labels[i]);
            }
        });
        ClassifierFiles files = ClassifierFiles.find(folder);
        ClassifierConfig config = ClassifierConfig.read(files);
        return config.labels().get(config.toxicLabel(files));
    }

    private Path copy(String classifier) throws IOException {
        Path copy = Files.createTempDirectory(temporary, classifier);
        try (Stream<Path> files = Files.list(fixture(classifier))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static void edit(Path file, Consumer<ObjectNode> change) throws IOException {
        ObjectNode json = (ObjectNode) Json.MAPPER.readTree(file.toFile());
        change.accept(json);
        Json.MAPPER.writeValue(file.toFile(), json);
    }

    private static List<String> texts() throws IOException {
        List<String> texts = new ArrayList<>();
        expectations().path("texts").forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static double[] expected(String classifier, int label) throws IOException {
        JsonNode rows = expectations().path(classifier);
        double[] expected = new double[rows.size()];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = rows.path(i).path(label).asDouble();
        }
        return expected;
    }

    private static JsonNode expectations() throws IOException {
        return Json.MAPPER.readTree(fixture("classifiers.json").toFile());
    }

    private static Path fixture(String name) {
        try {
            return Path.of(ClassifierScorerTest.class
                    .getResource("/fixtures/score/" + name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a resource has a valid address", e);
        }
    }
}
