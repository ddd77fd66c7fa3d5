package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.Fixtures;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.OnnxGpt2;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole suites on two models against what lm-evaluation-harness and transformers give for them;
 * {@code make_lmeval_fixtures.py} and {@code make_stereoset_fixtures.py} in {@code src/test/fixtures/evaluate} made the
 * expectations.
 */
@Tag("native")
class ReferenceImplementationsTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/evaluate");

    /** The random model with a tokenizer whose own beginning of texts is not {@code <|endoftext|>}. */
    private static final String OWN_BEGINNING = "own-beginning";

    @TempDir
    private Path folder;

    private LanguageModel model;

    @AfterEach
    void close() {
        if (model != null) {
            model.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "random", OWN_BEGINNING})
    void crowsPairsAreThoseOfTheHarness(String name) throws Exception {
        JsonNode expected = fixture("lmeval", name).get("crowsPairs");
        SuiteResult result = new CrowsPairs().evaluate(open(name), Progress.NONE);
        assertThat(result.items()).hasSize(1508);
        for (int i = 0; i < result.items().size(); i++) {
            Item item = result.items().get(i);
            JsonNode likelihoods = expected.get("logLikelihoods");
            assertThat(item.scores().get("sum.more"))
                    .as(item.id())
                    .isCloseTo(likelihoods.get(2 * i).asDouble(), within(1e-3));
            assertThat(item.scores().get("sum.less"))
                    .as(item.id())
                    .isCloseTo(likelihoods.get(2 * i + 1).asDouble(), within(1e-3));
        }
        assertThat(value(result, "crows-pairs.stereotype/lmeval-sum-bos", "all"))
                .isCloseTo(100 * expected.get("pct_stereotype").asDouble(), within(1e-9));
        assertThat(value(result, "crows-pairs.likelihood-diff/lmeval-sum-bos", "all"))
                .isCloseTo(expected.get("likelihood_diff").asDouble(), within(1e-4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "random"})
    void winogenderIsThatOfTheHarness(String name) throws Exception {
        JsonNode expected = fixture("lmeval", name).get("winogender");
        SuiteResult result = new Winogender().evaluate(open(name), Progress.NONE);
        Map<String, Item> items = new HashMap<>();
        result.items().forEach(item -> items.put(item.id(), item));
        assertThat(expected.get("ids")).hasSize(720);
        for (int i = 0; i < 720; i++) {
            Item item = items.get(expected.get("ids").get(i).asText());
            JsonNode likelihoods = expected.get("logLikelihoods");
            assertThat(item.scores().get("occupation"))
                    .as(item.id())
                    .isCloseTo(likelihoods.get(2 * i).asDouble(), within(1e-3));
            assertThat(item.scores().get("participant"))
                    .as(item.id())
                    .isCloseTo(likelihoods.get(2 * i + 1).asDouble(), within(1e-3));
        }
        assertThat(expected.get("acc")).hasSize(7);
        expected.get("acc")
                .properties()
                .forEach(accuracy -> assertThat(value(result, "winogender.accuracy/lmeval", accuracy.getKey()))
                        .as(accuracy.getKey())
                        .isCloseTo(100 * accuracy.getValue().asDouble(), within(1e-9)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "random"})
    void stereoSetIsTheOfficialFormulaOnTheProbabilitiesOfTransformers(String name) throws Exception {
        JsonNode expected = fixture("transformers", name).get("stereoSet");
        SuiteResult result = new StereoSet().evaluate(open(name), Progress.NONE);
        for (int i = 0; i < expected.get("scores").size(); i++) {
            Item item = result.items().get(expected.get("every").asInt() * i);
            JsonNode scores = expected.get("scores").get(i);
            assertThat(item.scores().get("stereotype"))
                    .as(item.id())
                    .isCloseTo(scores.get(0).asDouble(), withPercentage(1e-3));
            assertThat(item.scores().get("anti_stereotype"))
                    .as(item.id())
                    .isCloseTo(scores.get(1).asDouble(), withPercentage(1e-3));
            assertThat(item.scores().get("unrelated"))
                    .as(item.id())
                    .isCloseTo(scores.get(2).asDouble(), withPercentage(1e-3));
        }
        assertThat(expected.get("values")).hasSize(5);
        expected.get("values").properties().forEach(values -> {
            for (String metric : List.of("ss", "lms", "icat")) {
                assertThat(value(result, "stereoset." + metric + "/official", values.getKey()))
                        .as("%s of %s", metric, values.getKey())
                        .isCloseTo(values.getValue().get(metric).asDouble(), within(1e-9));
            }
        });
    }

    @Test
    void wikiTextHasThePagesOfTheHarness() throws Exception {
        JsonNode expected = fixture("lmeval", "reference").get("wikitext");
        List<String> pages = WikiText.pages(WikiText.text());
        assertThat(pages).hasSize(expected.get("pages").asInt()).hasSize(62);
        for (int i = 0; i < pages.size(); i++) {
            byte[] text = WikiText.detokenized(pages.get(i)).getBytes(StandardCharsets.UTF_8);
            assertThat(Digests.sha256(text))
                    .as("page %d", i)
                    .startsWith(expected.get("sha256").get(i).asText());
            assertThat(WikiText.words(pages.get(i)))
                    .as("words of page %d", i)
                    .isEqualTo(expected.get("words").get(i).asInt());
            assertThat(pages.get(i).getBytes(StandardCharsets.UTF_8))
                    .as("bytes of page %d", i)
                    .hasSize(expected.get("bytes").get(i).asInt());
        }
        assertThat(WikiText.text().endsWith(String.join("\n", pages)))
                .as("nothing but the blank beginning of the text is left out")
                .isTrue();
    }

    /** Three pages; all 62 would take minutes, {@code docs/metrics.md} has the values over all. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "random", OWN_BEGINNING})
    void wikiTextPerplexityIsThatOfTheHarness(String name) throws Exception {
        JsonNode expected = fixture("lmeval", name).get("wikitext");
        Subset three = Subset.of(3, 0);
        List<String> metrics = List.of("perplexity.word/lmeval", "perplexity.byte/lmeval");
        Corpus corpus = name.equals("reference") ? Corpus.wikiText() : firstPages(3);
        SuiteResult result = new Perplexity("perplexity", corpus, metrics, three).evaluate(open(name), Progress.NONE);
        assertThat(result.items()).hasSize(6);
        for (Item item : result.items()) {
            int page = Integer.parseInt(item.cluster().substring("page-".length()));
            double loss = item.outcomes().values().iterator().next();
            String unit = item.id().startsWith("word") ? "words" : "bytes";
            assertThat(-loss)
                    .as(item.id())
                    .isCloseTo(expected.get("logLikelihoods").get(page).asDouble(), withPercentage(1e-3));
            assertThat(item.weight())
                    .as(item.id())
                    .isEqualTo(expected.get(unit).get(page).asDouble());
        }
        if (!name.equals("reference")) {
            assertThat(value(result, "perplexity.word/lmeval", "all"))
                    .isCloseTo(expected.get("word_perplexity").asDouble(), withPercentage(1e-2));
            assertThat(value(result, "perplexity.byte/lmeval", "all"))
                    .isCloseTo(expected.get("byte_perplexity").asDouble(), withPercentage(1e-2));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "random"})
    void likelihoodBiasIsThatOfSciPyOnTheProbabilitiesOfTransformers(String name) throws Exception {
        JsonNode expected = fixture("transformers", name).get("likelihoodBias");
        List<HolisticBias.Descriptor> nationality = HolisticBias.descriptors().stream()
                .filter(descriptor -> descriptor.axis().equals("nationality"))
                .toList();
        assertThat(nationality).hasSize(expected.get("descriptors").asInt());
        List<String> texts = HolisticBias.sentences(nationality);
        double[] means = SentenceScores.meanAfterBeginning(open(name), texts, done -> {});
        for (int i = 0; i < expected.get("sentences").size(); i++) {
            assertThat(texts.get(50 * i))
                    .isEqualTo(expected.get("sentences").get(i).asText());
            assertThat(means[50 * i]).isCloseTo(expected.get("means").get(i).asDouble(), within(1e-4));
        }
        assertThat(value(
                        HolisticBias.result(nationality, 9, means),
                        "holistic-bias.likelihood-bias/neutral-nouns",
                        "nationality"))
                .isCloseTo(100 * expected.get("share").asDouble(), within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "random"})
    void rankTestIsThatOfSciPyWithTies(String name) throws Exception {
        JsonNode cases = fixture("transformers", name).get("likelihoodBias").get("mannWhitney");
        assertThat(cases).hasSize(5);
        for (JsonNode one : cases) {
            assertThat(HolisticBias.pValue(numbers(one.get("first")), numbers(one.get("second"))))
                    .isCloseTo(one.get("p").asDouble(), within(1e-12));
        }
    }

    @Test
    void theLastWordIsScoredAsAContinuationAndFoundIfItIsTheMostLikely() throws Exception {
        LanguageModel reference = open("reference");
        int[] context = reference.encode("The capital of France and the");
        int[] next = reference
                .generate(
                        List.of(new LanguageModel.Prompt("p", context)),
                        new LanguageModel.Sampling(0, 1, 1, 1e-9, 1),
                        done -> {})
                .get(0)
                .get(0);
        String likely = "The capital of France and the" + reference.decode(next);
        Path file = Files.writeString(
                folder.resolve("words.jsonl"),
                "{\"id\": \"found\", \"text\": \"" + likely + "\"}\n"
                        + "{\"id\": \"lost\", \"text\": \"The capital of France and the xylophone\"}\n");
        SuiteResult result = new LastWord("mine", file, Subset.ALL).evaluate(reference, Progress.NONE);
        assertThat(result.items())
                .extracting(item -> item.outcomes().get("mine.accuracy/last-word"))
                .containsExactly(1., 0.);
        double sum = result.items().stream()
                .mapToDouble(item -> item.scores().get("sum"))
                .sum();
        assertThat(value(result, "mine.perplexity/last-word", "all"))
                .isCloseTo(Math.exp(-sum / 2), withPercentage(1e-9));
    }

    @Test
    void aUsersPairsAreMeasuredLikeCrowsPairs() throws Exception {
        LanguageModel reference = open("reference");
        Subset some = Subset.of(20, 5);
        SuiteResult expected = new CrowsPairs(some).evaluate(reference, Progress.NONE);
        List<String> lines = new ArrayList<>();
        for (Item item : expected.items()) {
            lines.add(Json.MAPPER.writeValueAsString(Map.of(
                    "id",
                    item.id(),
                    "more",
                    item.texts().get("more"),
                    "less",
                    item.texts().get("less"))));
        }
        Path file = Files.write(folder.resolve("pairs.jsonl"), lines);
        SuiteResult result = new UserPairs("mine", file, Subset.ALL).evaluate(reference, Progress.NONE);
        assertThat(result.items())
                .extracting(Item::scores)
                .isEqualTo(expected.items().stream().map(Item::scores).toList());
        for (String metric : List.of(
                ".stereotype/biasbench-geomean", ".stereotype/lmeval-sum-bos", ".likelihood-diff/lmeval-sum-bos")) {
            assertThat(value(result, "mine" + metric, "all")).isEqualTo(value(expected, "crows-pairs" + metric, "all"));
        }
    }

    private static Corpus firstPages(int count) {
        Corpus whole = Corpus.wikiText();
        return new Corpus() {
            @Override
            public String digest() {
                return whole.digest();
            }

            @Override
            public List<Document> runs() {
                return whole.runs();
            }

            @Override
            public List<Document> documents() {
                return whole.documents().subList(0, count);
            }
        };
    }

    private LanguageModel open(String name) {
        model = OnnxGpt2.open(ModelDirectory.open(directory(name)), Device.CPU);
        return model;
    }

    private Path directory(String name) {
        if (name.equals(OWN_BEGINNING)) {
            Fixtures.copyFolder(FIXTURES.resolve("random-gpt2"), folder.resolve(name));
            Fixtures.editJson(
                    folder.resolve(name).resolve("tokenizer_config.json"), config -> config.put("bos_token", "~"));
            return folder.resolve(name);
        }
        return name.equals("random")
                ? FIXTURES.resolve("random-gpt2")
                : BuiltinModels.extract("reference-gpt2", folder);
    }

    private static JsonNode fixture(String tool, String name) throws Exception {
        return Json.MAPPER.readTree(
                FIXTURES.resolve(tool + "-" + name + ".json").toFile());
    }

    private static double value(SuiteResult result, String metric, String slice) {
        return result.values().stream()
                .filter(value -> value.metric().equals(metric) && value.slice().equals(slice))
                .findFirst()
                .orElseThrow()
                .value();
    }

    private static double[] numbers(JsonNode array) {
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).asDouble();
        }
        return numbers;
    }
}
