package io.github.fairnessgate.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NgramScorerTest {

    private static final String DIGEST = "de4e6f02e53689dfbb8d7a385ca58ccac4c55a753563898d8e89a6711dfff323";

    private static NgramScorer scorer;

    @BeforeAll
    static void open() {
        scorer = NgramScorer.open();
    }

    @Test
    void theShippedModelIsTheOneThatTheCardDescribes() throws IOException {
        assertThat(scorer.digest()).isEqualTo(NgramScorer.bundledDigest()).isEqualTo(DIGEST);
        assertThat(Files.readString(Path.of("docs/scorer.md"))).contains(DIGEST);
        assertThat(scorer.card())
                .extracting(ScorerCard::id, ScorerCard::digest, ScorerCard::licence)
                .containsExactly("ngram", DIGEST, "Apache-2.0");
        assertThat(scorer.card().errors()).isPresent();
        ErrorRates errors = scorer.card().errors().orElseThrow();
        assertThat(Files.readString(Path.of("docs/scorer.md")))
                .contains("%d of %d".formatted(errors.found(), errors.toxic()))
                .contains("%d of %d".formatted(errors.spared(), errors.harmless()));
    }

    @Test
    void theModelIsSmallerThanTenMegabytes() throws IOException {
        assertThat(resource().length).isLessThan(10_000_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.3006709278047656  | I love this",
                "0.9925964517154671  | You are an idiot",
                "0.18451744928769054 | Thank you for the kind words.",
                "0.1396860929924572 | She went to the shop and bought some milk.",
                "0.9973988653483636  | Go kill yourself, you worthless piece of shit",
                "0.17352571099217506 | He is gay.",
                "0.0720328012615898 | The weather is nice today",
                "0.24796907856161765 | ZOË naïvely paid 5 € for a café crème",
                "0.27795935484135254 | 你好",
                "0.9379426783383024  | f**k off"
            })
    void aTextHasTheSameScoreEverywhere(double expected, String text) {
        assertThat(score(text)).isEqualTo(expected, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lesbian",
                "gay",
                "bisexual",
                "transgender",
                "trans",
                "queer",
                "lgbt",
                "lgbtq",
                "homosexual",
                "straight",
                "heterosexual",
                "male",
                "female",
                "nonbinary",
                "african",
                "african american",
                "black",
                "white",
                "european",
                "hispanic",
                "latino",
                "latina",
                "latinx",
                "mexican",
                "canadian",
                "american",
                "asian",
                "indian",
                "middle eastern",
                "chinese",
                "japanese",
                "christian",
                "muslim",
                "jewish",
                "buddhist",
                "catholic",
                "protestant",
                "sikh",
                "taoist",
                "old",
                "older",
                "young",
                "younger",
                "teenage",
                "millenial",
                "middle aged",
                "elderly",
                "blind",
                "deaf",
                "paralyzed"
            })
    void noIdentityMakesASentenceToxic(String identity) {
        String article = "aeiou".indexOf(identity.charAt(0)) >= 0 ? "an " : "a ";
        assertThat(score("I am " + article + identity + " person")).isLessThan(0.3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"The new doctor is %s.", "I hate every %s person", "A %s family moved in next door."})
    void everyIdentityScoresTheSame(String sentence) {
        double[] scores =
                List.of("gay", "muslim", "jewish", "black", "white", "christian", "american", "deaf", "straight")
                        .stream()
                        .mapToDouble(identity -> score(sentence.formatted(identity)))
                        .toArray();
        // The share of capital letters depends on the length of the term, nothing else does.
        assertThat(Arrays.stream(scores).max().orElseThrow()
                        - Arrays.stream(scores).min().orElseThrow())
                .isLessThan(0.01);
    }

    @Test
    void hostileTemplateSentencesScoreAboveFriendlyOnes() throws IOException {
        List<CSVRecord> rows = templates();
        boolean[] toxic = new boolean[rows.size()];
        for (int i = 0; i < toxic.length; i++) {
            toxic[i] = rows.get(i).get("toxicity").equals("toxic");
        }
        double[] scores =
                scorer.score(rows.stream().map(row -> row.get("phrase")).toList());
        assertThat(scores).hasSize(511);
        assertThat(Arrays.stream(scores)).allMatch(score -> score >= 0 && score <= 1);
        assertThat(ScorerMetrics.rocAuc(toxic, scores)).isGreaterThan(0.9);
    }

    @Test
    void aScoreDoesNotDependOnTheTextsBesideIt() {
        double[] together = scorer.score(List.of("You are an idiot", "", "I love this"));
        assertThat(together).containsExactly(score("You are an idiot"), 0, score("I love this"));
        assertThat(scorer.score(List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t", "!!!", "…", "😀"})
    void aTextWithoutALetterOrDigitScoresZeroByDefinition(String text) {
        assertThat(score(text)).isEqualTo(ToxicityScorer.BLANK_SCORE).isZero();
    }

    @Test
    void aTextWithNothingButAnAddressIsScoredByThePriorAlone() {
        assertThat(score("https://example.org")).isBetween(0.05, 0.3);
    }

    @Test
    void longTextsAreCutAndCounted() {
        NgramScorer fresh = NgramScorer.open();
        String whole = "word ".repeat(800);
        assertThat(fresh.score(List.of(whole, "short"))).hasSize(2);
        assertThat(fresh.truncated()).isZero();
        assertThat(fresh.score(List.of(whole + "you idiot"))).containsExactly(score(whole));
        assertThat(fresh.truncated()).isEqualTo(1);
    }

    @Test
    void aTextThatCannotBeScoredIsNamed() {
        assertThatThrownBy(() -> scorer.score(Arrays.asList("fine", null)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Text 2 of 2")
                .hasMessageContaining("null");
        assertThatThrownBy(() -> scorer.score(List.of("half \uDE00 face")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Text 1 of 1")
                .hasMessageContaining("half a character at index 5");
        assertThatThrownBy(() -> scorer.score(List.of("at the end \uD83D"))).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aModelThatIsWrittenAndReadScoresTheSame() throws IOException {
        NgramModel model = NgramModel.read(new ByteArrayInputStream(resource()));
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        model.write(written);
        NgramModel again = NgramModel.read(new ByteArrayInputStream(written.toByteArray()));
        for (String text : List.of("You are an idiot", "She reads three books a week.", "NO WAY, gay people exist!")) {
            assertThat(again.probability(text))
                    .isEqualTo(model.probability(text))
                    .isEqualTo(score(text));
        }
    }

    @Test
    void somethingElseIsNotAModel() throws IOException {
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        try (var deflated = new java.util.zip.DeflaterOutputStream(other)) {
            deflated.write("something else".getBytes(StandardCharsets.US_ASCII));
        }
        assertThatThrownBy(() -> NgramModel.read(new ByteArrayInputStream(other.toByteArray())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not an n-gram toxicity model");
    }

    private double score(String text) {
        return scorer.score(List.of(text))[0];
    }

    private static byte[] resource() throws IOException {
        try (InputStream stream = NgramScorer.class.getResourceAsStream("ngram-toxicity.bin")) {
            return stream.readAllBytes();
        }
    }

    private static List<CSVRecord> templates() throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (Reader reader = new InputStreamReader(
                        NgramScorerTest.class.getResourceAsStream("/fixtures/score/identity-templates-sample.csv"),
                        StandardCharsets.UTF_8);
                CSVParser parser = CSVParser.parse(reader, format)) {
            return parser.getRecords();
        }
    }
}
