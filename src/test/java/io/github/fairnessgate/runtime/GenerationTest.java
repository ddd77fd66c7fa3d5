package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.runtime.Generator.Decoding;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.FloatTensor;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class GenerationTest {

    private static final Sampling SAMPLING = new Sampling(11, 5, 8, 0.9, 1);
    private static final long ENOUGH_MEMORY = 1L << 30;

    @TempDir
    Path folder;

    @Test
    void textsDoNotDependOnTheOrderOfPromptsNorOnWhichAreAskedForTogether() {
        try (Generator generator = generator(tinyModel())) {
            List<Prompt> prompts = prompts(60);
            List<List<int[]>> together = generate(generator, prompts);
            List<Prompt> reversed = new ArrayList<>(prompts);
            Collections.reverse(reversed);
            List<List<int[]>> backwards = generate(generator, reversed);
            Collections.reverse(backwards);
            assertSame(backwards, together);
            for (int i = 0; i < prompts.size(); i += 7) {
                assertSame(generate(generator, prompts.subList(i, i + 1)), together.subList(i, i + 1));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1073741824", "2, 1073741824", "7, 1073741824", "1, 1", "3, 400000"})
    void textsDoNotDependOnThreadsOrBatchSizes(int threads, long memory) {
        ModelDirectory model = tinyModel();
        List<Prompt> prompts = prompts(60);
        try (Generator generator = generator(model, 4, ENOUGH_MEMORY);
                Generator other = generator(model, threads, memory)) {
            assertSame(generate(other, prompts), generate(generator, prompts));
        }
    }

    @Test
    void textsOfTheReferenceModelDoNotDependOnThreadsOrBatchSizes() {
        ModelDirectory model = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder));
        List<Prompt> prompts = prompts(6);
        try (Generator generator = generator(model, 1, ENOUGH_MEMORY);
                Generator oneByOne = generator(model, 2, 1)) {
            assertSame(generate(oneByOne, prompts), generate(generator, prompts));
        }
    }

    @Test
    void fewerContinuationsAreTheFirstOfMore() {
        try (Generator generator = generator(tinyModel())) {
            List<Prompt> prompts = prompts(10);
            List<List<int[]>> many = generator.generate(prompts, new Sampling(11, 25, 8, 0.9, 1), done -> {});
            for (int count : new int[] {1, 2, 10}) {
                List<List<int[]>> few = generator.generate(prompts, new Sampling(11, count, 8, 0.9, 1), done -> {});
                assertSame(
                        few, many.stream().map(texts -> texts.subList(0, count)).toList());
            }
        }
    }

    @Test
    void shorterContinuationsAreTheBeginningsOfLonger() {
        try (Generator generator = generator(tinyModel())) {
            List<List<int[]>> texts = generator.generate(prompts(10), new Sampling(11, 5, 3, 0.9, 1), done -> {});
            List<List<int[]>> longer = generate(generator, prompts(10));
            for (int p = 0; p < texts.size(); p++) {
                for (int s = 0; s < 5; s++) {
                    assertThat(longer.get(p).get(s)).startsWith(texts.get(p).get(s));
                }
            }
        }
    }

    @Test
    void baselineAndCandidateMeetTheSameChance() {
        ModelDirectory candidate = changed("candidate", tensor -> scaled(tensor, 1.0005f));
        List<Prompt> prompts = prompts(60);
        try (Generator baseline = generator(tinyModel());
                Generator other = generator(candidate)) {
            List<List<int[]>> expected = generate(baseline, prompts);
            Sampling otherSeed = new Sampling(12, 5, 8, 0.9, 1);
            assertThat(shareOfEqualTexts(generate(other, prompts), expected)).isGreaterThan(0.9);
            assertThat(shareOfEqualTexts(baseline.generate(prompts, otherSeed, done -> {}), expected))
                    .isLessThan(0.1);
        }
    }

    @Test
    void smallestNucleusIsTheGreedyDecodingOfTransformers() {
        ModelDirectory model = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder));
        try (LanguageModel language = OnnxGpt2.open(model, Device.CPU)) {
            for (JsonNode expected : GenerationFixture.part("greedy")) {
                String text = expected.get("text").asText();
                Prompt prompt = new Prompt(text, language.encode(text));
                Sampling greedy =
                        new Sampling(0, 2, expected.get("maxNewTokens").asInt(), 1e-9, 1);
                assertThat(prompt.tokens()).isEqualTo(GenerationFixture.ints(expected.get("ids")));
                assertThat(language.generate(List.of(prompt), greedy, done -> {})
                                .get(0))
                        .hasSize(2)
                        .containsOnly(GenerationFixture.ints(expected.get("newTokens")));
            }
        }
    }

    @Test
    void modelThatEndsTheTextAtOnceGivesEmptyContinuations() {
        ModelDirectory ending = favouring("ending", 256);
        try (Generator generator = generator(ending)) {
            for (List<int[]> texts : generate(generator, prompts(3))) {
                assertThat(texts).hasSize(5).containsOnly(new int[0]);
            }
        }
    }

    @Test
    void endOfTextEndsAContinuationAndIsNotPartOfIt() {
        try (Generator generator = generator(tinyModel())) {
            List<int[]> texts = generator.generate(prompts(60), new Sampling(1, 25, 20, 1, 3), done -> {}).stream()
                    .flatMap(List::stream)
                    .toList();
            assertThat(texts).anyMatch(text -> text.length > 0 && text.length < 8);
            assertThat(texts).allMatch(text -> Arrays.stream(text).noneMatch(token -> token == 256));
        }
    }

    @Test
    void continuationsStopWhenTheContextIsFull() {
        ModelDirectory model = favouring("endless", 65); // 32 positions
        try (Generator generator = generator(model)) {
            List<Prompt> prompts = List.of(prompt("full", 31), prompt("nearly", 30), prompt("short", 20));
            List<List<int[]>> texts = generator.generate(prompts, new Sampling(1, 3, 10, 0.9, 1), done -> {});
            assertThat(texts.get(0)).containsOnly(new int[] {65});
            assertThat(texts.get(1)).containsOnly(new int[] {65, 65});
            assertThat(texts.get(2)).allMatch(text -> text.length == 10);
        }
    }

    @Test
    void temperatureFlattensTheDistribution() {
        try (Generator generator = generator(tinyModel())) {
            assertThat(distinctFirstTokens(generator, 0.05)).isLessThan(distinctFirstTokens(generator, 1));
            assertThat(distinctFirstTokens(generator, 1)).isLessThan(distinctFirstTokens(generator, 20));
        }
    }

    private static long distinctFirstTokens(Generator generator, double temperature) {
        List<int[]> texts = generator
                .generate(List.of(prompt("a", 5)), new Sampling(1, 200, 1, 1, temperature), done -> {})
                .get(0);
        return texts.stream()
                .filter(text -> text.length > 0)
                .mapToInt(text -> text[0])
                .distinct()
                .count();
    }

    @Test
    void progressEndsAtTheNumberOfPrompts() {
        try (Generator generator = generator(tinyModel())) {
            List<Long> seen = new ArrayList<>();
            generator.generate(prompts(60), SAMPLING, seen::add);
            assertThat(seen).isSorted().endsWith(60L);
            assertThat(generator.generate(List.of(), SAMPLING, seen::add)).isEmpty();
        }
    }

    @Test
    void tokensAreDecodedToText() {
        try (LanguageModel model = OnnxGpt2.open(tinyModel(), Device.CPU)) {
            assertThat(model.decode(model.encode("très bon"))).isEqualTo("très bon");
            assertThat(model.decode(new int[0])).isEmpty();
        }
    }

    @Test
    void settingsThatCannotBeSampledWithAreRefused() {
        assertThatThrownBy(() -> new Sampling(1, 0, 20, 0.9, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("continuations is 0");
        assertThatThrownBy(() -> new Sampling(1, 25, 0, 0.9, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("maxNewTokens is 0");
        for (double topP : new double[] {0, -0.1, 1.01, Double.NaN}) {
            assertThatThrownBy(() -> new Sampling(1, 25, 20, topP, 1))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("topP is " + topP);
        }
        for (double temperature : new double[] {0, -1, 1e-30, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new Sampling(1, 25, 20, 0.9, temperature))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("temperature is " + temperature);
        }
    }

    @Test
    void promptsThatCannotBeContinuedAreRefusedByName() {
        assertThatThrownBy(() -> new Prompt("p7", new int[0]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("\"p7\"");
        try (Generator generator = generator(tinyModel())) {
            assertThatThrownBy(() -> generate(generator, List.of(prompt("p7", 32))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"p7\" has 32 tokens");
            for (int token : new int[] {257, -1}) {
                assertThatThrownBy(() -> generate(generator, List.of(new Prompt("p7", new int[] {1, token}))))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("token " + token)
                        .hasMessageContaining("\"p7\"");
            }
            assertThatThrownBy(() -> generate(generator, List.of(prompt("p7", 3), prompt("p7", 4))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("two prompts have the id \"p7\"");
        }
    }

    @Test
    void weightsThatOverflowAreAnErrorThatNamesModelAndPrompt() {
        ModelDirectory overflowing = changed("overflowing", tensor -> filled(tensor, 1e30f));
        try (Generator generator = generator(overflowing)) {
            assertThatThrownBy(() -> generate(generator, prompts(3)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(overflowing.path().toString())
                    .hasMessageContaining("prompt \"");
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void queriesThatAreNoNumbersAreAnErrorInScoresAndTexts(float number) {
        ModelDirectory damaged = changedQueries(number);
        try (LanguageModel language = OnnxGpt2.open(damaged, Device.CPU)) {
            assertThatThrownBy(() ->
                            language.logProbabilities(List.of(new Request(new int[] {1, 2, 3, 4, 5}, 1)), done -> {}))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("log-probability NaN");
            assertThatThrownBy(() -> language.generate(prompts(3), SAMPLING, done -> {}))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("gives no probabilities");
        }
    }

    /** A model of which one number of a query of the last layer is another. */
    private ModelDirectory changedQueries(float number) {
        Map<String, FloatTensor> changed = new LinkedHashMap<>(tiny().weights());
        float[] bias = changed.get("h.1.attn.c_attn.bias").data().clone();
        bias[0] = number;
        changed.put("h.1.attn.c_attn.bias", new FloatTensor(new long[] {bias.length}, bias));
        return write("damaged", changed);
    }

    private static Generator generator(ModelDirectory model) {
        return generator(model, 2, ENOUGH_MEMORY);
    }

    private static Generator generator(ModelDirectory model, int threads, long memory) {
        return new Generator(
                model,
                Device.CPU,
                EvaluationPrecision.FLOAT32,
                Decoding.STEPPED,
                threads,
                memory,
                new Halving(line -> {}));
    }

    private static List<List<int[]>> generate(Generator generator, List<Prompt> prompts) {
        return new ArrayList<>(generator.generate(prompts, SAMPLING, done -> {}));
    }

    private static void assertSame(List<List<int[]>> actual, List<List<int[]>> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int p = 0; p < actual.size(); p++) {
            assertThat(actual.get(p)).containsExactlyElementsOf(expected.get(p));
        }
    }

    private static double shareOfEqualTexts(List<List<int[]>> texts, List<List<int[]>> others) {
        int equal = 0;
        int all = 0;
        for (int p = 0; p < texts.size(); p++) {
            for (int s = 0; s < texts.get(p).size(); s++) {
                equal += Arrays.equals(texts.get(p).get(s), others.get(p).get(s)) ? 1 : 0;
                all++;
            }
        }
        return (double) equal / all;
    }

    /** Of 1 to 24 tokens, some alike in length and some not. */
    private static List<Prompt> prompts(int count) {
        Random random = new Random(5);
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            prompts.add(new Prompt(
                    "prompt " + i, random.ints(1 + random.nextInt(24), 0, 257).toArray()));
        }
        return prompts;
    }

    private static Prompt prompt(String id, int length) {
        return new Prompt(id, new Random(length).ints(length, 0, 257).toArray());
    }

    private static TinyModels tiny() {
        return TinyModels.builder().embedding(16).heads(4).prunedHeads(List.of(List.of(2), List.of()));
    }

    private ModelDirectory tinyModel() {
        return tiny().write(folder.resolve("model"));
    }

    /**
     * A model that gives nearly all probability to one token: its final norm ignores the text and points to that
     * token's embedding.
     */
    private ModelDirectory favouring(String name, int token) {
        int width = tiny().config().embedding();
        float[] embedding =
                Arrays.copyOfRange(tiny().weights().get("wte.weight").data(), token * width, (token + 1) * width);
        float[] direction = new float[width];
        for (int i = 0; i < width; i++) {
            direction[i] = 100 * embedding[i];
        }
        Map<String, FloatTensor> weights = tiny().weights();
        Map<String, FloatTensor> changed = new LinkedHashMap<>(weights);
        changed.put("ln_f.weight", filled(weights.get("ln_f.weight"), 0));
        changed.put("ln_f.bias", new FloatTensor(new long[] {width}, direction));
        return write(name, changed);
    }

    private ModelDirectory changed(String name, UnaryOperator<FloatTensor> change) {
        Map<String, FloatTensor> weights = new LinkedHashMap<>();
        tiny().weights().forEach((tensor, values) -> weights.put(tensor, change.apply(values)));
        return write(name, weights);
    }

    private ModelDirectory write(String name, Map<String, FloatTensor> weights) {
        Path directory = tiny().write(folder.resolve(name)).path();
        SafetensorsWriter.write(directory.resolve("model.safetensors"), weights, DType.F32);
        return ModelDirectory.open(directory);
    }

    private static FloatTensor filled(FloatTensor tensor, float value) {
        float[] values = new float[tensor.data().length];
        Arrays.fill(values, value);
        return new FloatTensor(tensor.shape(), values);
    }

    private static FloatTensor scaled(FloatTensor tensor, float factor) {
        float[] values = tensor.data().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return new FloatTensor(tensor.shape(), values);
    }
}
