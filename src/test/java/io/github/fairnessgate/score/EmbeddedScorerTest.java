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

class EmbeddedScorerTest {

    private static final String DIGEST = "d5f6cadaa8f8d2898773e5e84d229058743a40a9280cda796b4df9cf521f4e6c";

    private static EmbeddedScorer scorer;

    @BeforeAll
    static void open() {
        scorer = EmbeddedScorer.open();
    }

    @Test
    void theShippedModelIsTheOneThatTheCardDescribes() throws IOException {
        assertThat(scorer.digest()).isEqualTo(EmbeddedScorer.embeddedDigest()).isEqualTo(DIGEST);
        assertThat(Files.readString(Path.of("docs/scorer.md"))).contains(DIGEST);
        assertThat(scorer.card()).extracting(ScorerCard::id, ScorerCard::digest, ScorerCard::licence)
                .containsExactly("embedded", DIGEST, "Apache-2.0");
        assertThat(scorer.card().errors()).isPresent();
        ErrorRates errors = scorer.card().errors().orElseThrow();
        assertThat(Files.readString(Path.of("docs/scorer.md"))).contains("%d of %d toxic".formatted(errors.found(), errors.toxic()))
                .contains("%d of %d harmless".formatted(errors.spared(), errors.harmless()));
    }

    @Test
    void theModelIsSmallerThanTenMegabytes() throws IOException {
        assertThat(resource().length).isLessThan(10_000_000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0.2813992693970803  | I love this",
        "0.9985588921787558  | You are an idiot",
        "0.09360767179174148 | Thank you for the kind words.",
        "0.05793923742611422 | She went to the shop and bought some milk.",
        "0.9994754756607679  | Go kill yourself, you worthless piece of shit",
        "0.07925863678614108 | He is gay.",
        "0.03350384265473624 | The weather is nice today",
        "0.13563633848776516 | ZOË naïvely paid 5 € for a café crème",
        "0.17519424545982543 | 你好",
        "0.6647969764903763  | f**k off"})
    void aTextHasTheSameScoreEverywhere(double expected, String text) {
        assertThat(score(text)).isEqualTo(expected, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lesbian", "gay", "bisexual", "transgender", "trans", "queer", "lgbt", "lgbtq", "homosexual", "straight", "heterosexual",
        "male", "female", "nonbinary", "african", "african american", "black", "white", "european", "hispanic", "latino", "latina", "latinx",
        "mexican", "canadian", "american", "asian", "indian", "middle eastern", "chinese", "japanese", "christian", "muslim", "jewish", "buddhist",
        "catholic", "protestant", "sikh", "taoist", "old", "older", "young", "younger", "teenage", "millenial", "middle aged", "elderly", "blind",
        "deaf", "paralyzed"})
    void noIdentityMakesASentenceToxic(String identity) {
        String article = "aeiou".indexOf(identity.charAt(0)) >= 0 ? "an " : "a ";
        assertThat(score("I am " + article + identity + " person")).isLessThan(0.3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"The new doctor is %s.", "I hate every %s person", "A %s family moved in next door."})
    void everyIdentityScoresTheSame(String sentence) {
        double[] scores = List.of("gay", "muslim", "jewish", "black", "white", "christian", "american", "deaf", "straight").stream()
                .mapToDouble(identity -> score(sentence.formatted(identity))).toArray();
        // The share of capital letters depends on the length of the term, nothing else does.
        assertThat(Arrays.stream(scores).max().orElseThrow() - Arrays.stream(scores).min().orElseThrow()).isLessThan(0.01);
    }

    @Test
    void hostileTemplateSentencesScoreAboveFriendlyOnes() throws IOException {
        List<CSVRecord> rows = templates();
        boolean[] toxic = new boolean[rows.size()];
        for (int i = 0; i < toxic.length; i++) {
            toxic[i] = rows.get(i).get("toxicity").equals("toxic");
        }
        double[] scores = scorer.score(rows.stream().map(row -> row.get("phrase")).toList());
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
        EmbeddedScorer fresh = EmbeddedScorer.open();
        String whole = "word ".repeat(800);
        assertThat(fresh.score(List.of(whole, "short"))).hasSize(2);
        assertThat(fresh.truncated()).isZero();
        assertThat(fresh.score(List.of(whole + "you idiot"))).containsExactly(score(whole));
        assertThat(fresh.truncated()).isEqualTo(1);
    }

    @Test
    void aTextThatCannotBeScoredIsNamed() {
        assertThatThrownBy(() -> scorer.score(Arrays.asList("fine", null))).isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Text 2 of 2").hasMessageContaining("null");
        assertThatThrownBy(() -> scorer.score(List.of("half \uDE00 face"))).isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Text 1 of 1").hasMessageContaining("half a character at index 5");
        assertThatThrownBy(() -> scorer.score(List.of("at the end \uD83D"))).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aModelThatIsWrittenAndReadScoresTheSame() throws IOException {
        EmbeddedModel model = EmbeddedModel.read(new ByteArrayInputStream(resource()));
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        model.write(written);
        EmbeddedModel again = EmbeddedModel.read(new ByteArrayInputStream(written.toByteArray()));
        for (String text : List.of("You are an idiot", "She reads three books a week.", "NO WAY, gay people exist!")) {
            assertThat(again.probability(text)).isEqualTo(model.probability(text)).isEqualTo(score(text));
        }
    }

    @Test
    void somethingElseIsNotAModel() throws IOException {
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        try (var deflated = new java.util.zip.DeflaterOutputStream(other)) {
            deflated.write("something else".getBytes(StandardCharsets.US_ASCII));
        }
        assertThatThrownBy(() -> EmbeddedModel.read(new ByteArrayInputStream(other.toByteArray()))).isInstanceOf(IOException.class)
                .hasMessageContaining("not an embedded toxicity model");
    }

    private double score(String text) {
        return scorer.score(List.of(text))[0];
    }

    private static byte[] resource() throws IOException {
        try (InputStream stream = EmbeddedScorer.class.getResourceAsStream("embedded-toxicity.bin")) {
            return stream.readAllBytes();
        }
    }

    private static List<CSVRecord> templates() throws IOException {
        CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
        try (Reader reader = new InputStreamReader(EmbeddedScorerTest.class.getResourceAsStream("/fixtures/score/identity-templates-sample.csv"),
                StandardCharsets.UTF_8); CSVParser parser = CSVParser.parse(reader, format)) {
            return parser.getRecords();
        }
    }
}
