package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.SpecialTokens;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.model.Tokenizer;
import io.github.fairnessgate.runtime.Generator.Decoding;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Models whose texts begin and end with tokens of their own, and whose embedding has other rows than their tokenizer
 * has tokens.
 */
@Tag("native")
class SpecialTokensTest {

    private static final int ROWS = 300;
    private static final Sampling SAMPLING = new Sampling(11, 20, 15, 1, 2);
    private static final List<Prompt> PROMPTS =
            List.of(new Prompt("one", new int[] {1, 2, 3}), new Prompt("two", new int[] {70, 80}));

    @TempDir
    Path folder;

    private Path model;

    @BeforeEach
    void writeModel() {
        model = TinyModels.builder()
                .vocabulary(ROWS)
                .write(folder.resolve("model"))
                .path();
    }

    private ModelDirectory with(String file, String content) throws IOException {
        Files.writeString(model.resolve(file), content);
        return ModelDirectory.open(model);
    }

    private ModelDirectory configured(String before, String after) throws IOException {
        String config = Files.readString(model.resolve("config.json"));
        assertThat(config).contains(before);
        return with("config.json", config.replace(before, after));
    }

    private static List<int[]> texts(ModelDirectory directory, Decoding decoding) {
        try (Generator generator = new Generator(
                directory, Device.CPU, EvaluationPrecision.FLOAT32, decoding, 1, 1L << 30, new Halving(line -> {}))) {
            return generator.generate(PROMPTS, SAMPLING, done -> {}).stream()
                    .flatMap(List::stream)
                    .toList();
        }
    }

    private static int[] until(int[] text, int... stops) {
        int end = IntStream.range(0, text.length)
                .filter(i -> Arrays.stream(stops).anyMatch(stop -> stop == text[i]))
                .findFirst()
                .orElse(text.length);
        return Arrays.copyOf(text, end);
    }

    /** Chance goes by token and step, so a text is the one of a model that nothing stops, cut off. */
    @ParameterizedTest
    @EnumSource(Decoding.class)
    void aTextEndsWithTheTokensThatTheModelNames(Decoding decoding) throws IOException {
        ModelDirectory endless = configured("\"eos_token_id\" : 299", "\"eos_token_id\" : null");
        List<int[]> whole = texts(endless, decoding);
        assertThat(whole).allMatch(text -> text.length == 15);
        assertThat(endless.specialTokens().stops()).isEmpty();
        assertThat(endless.tokenizer().notes()).anyMatch(note -> note.startsWith("No token ends a text that"));
        int often = whole.get(0)[4];
        int other = whole.get(7)[9];

        ModelDirectory one = configured("\"eos_token_id\" : null", "\"eos_token_id\" : " + often);
        assertThat(texts(one, decoding))
                .usingElementComparator(Arrays::compare)
                .isEqualTo(whole.stream().map(text -> until(text, often)).toList());
        ModelDirectory two =
                with("generation_config.json", "{\"eos_token_id\": [" + other + ", 99999, " + often + "]}");
        assertThat(two.specialTokens().stops()).containsExactlyInAnyOrder(often, other);
        assertThat(texts(two, decoding))
                .usingElementComparator(Arrays::compare)
                .isEqualTo(whole.stream().map(text -> until(text, often, other)).toList());
        assertThat(two.digest()).isNotEqualTo(one.digest()).isNotEqualTo(endless.digest());
        assertThat(two.tokenizerFiles()).contains(model.resolve("generation_config.json"));
    }

    @Test
    void whatBeginsAndEndsTextsIsToldWhereItIsNotTheEndOfText() throws IOException {
        assertThat(ModelDirectory.open(model).specialTokens())
                .isEqualTo(new SpecialTokens(299, 299, 299, List.of(299), Optional.empty()));
        configured("\"eos_token_id\" : 299", "\"eos_token_id\" : [ 299, 7 ]");
        assertThat(with("tokenizer_config.json", "{\"bos_token\": \"ab\"}").specialTokens())
                .isEqualTo(new SpecialTokens(
                        257,
                        299,
                        299,
                        List.of(7, 299),
                        Optional.of("every text follows \"ab\" (token 257), and a generated one ends with "
                                + "\"(\" (token 7) or \"<|endoftext|>\" (token 299)")));
        assertThat(with("tokenizer_config.json", "{\"bos_token\": null, \"eos_token\": \"ac\"}")
                        .specialTokens()
                        .beginning())
                .isEqualTo(258);
    }

    /** The twin has the same weights, and a token for every row. */
    @Test
    void rowsWithoutATokenCountInEveryProbabilityAndAreNoText() throws IOException {
        ModelDirectory twin = ModelDirectory.open(model);
        Path padded = TinyModels.builder()
                .vocabulary(ROWS)
                .write(folder.resolve("padded"))
                .path();
        TinyModels.writeTokenizer(padded.resolve("tokenizer.json"), 290);
        ModelDirectory model290 = ModelDirectory.open(padded);
        assertThat(model290.tokenizer().notes())
                .anyMatch(note -> note.startsWith("The embedding has 10 rows without a token (300 rows, 290 tokens)"));
        List<Request> requests = IntStream.range(0, ROWS)
                .mapToObj(token -> new Request(new int[] {5, 6, token}, 2))
                .toList();
        try (LanguageModel one = OnnxGpt2.open(twin, Device.CPU);
                LanguageModel other = OnnxGpt2.open(model290, Device.CPU)) {
            List<float[]> expected = one.logProbabilities(requests, done -> {});
            List<float[]> found = other.logProbabilities(requests, done -> {});
            assertThat(found).usingElementComparator(Arrays::compare).isEqualTo(expected);
            assertThat(found.stream().mapToDouble(value -> Math.exp(value[0])).sum())
                    .isCloseTo(1, offset(1e-5));
            List<int[]> texts = new ArrayList<>();
            other.generate(PROMPTS, SAMPLING, done -> {}).forEach(texts::addAll);
            assertThat(texts).anyMatch(text -> Arrays.stream(text).anyMatch(token -> token >= 290));
            assertThat(other.decode(new int[] {64, 295, 65})).isEqualTo("ab");
        }
    }

    @Test
    void aTokenBeyondTheEmbeddingIsRefusedInTheTextThatContainsIt() throws IOException {
        ModelDirectory directory = with("tokenizer_config.json", "{\"pad_token\": \"[PAD]\"}");
        assertThat(directory.tokenizer().notes())
                .anyMatch(note ->
                        note.contains("the token \"[PAD]\" with number 300, for which the embedding has no row"));
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            assertThat(tokenizer.encode("[PAD")).hasSize(4);
            assertThatThrownBy(() -> tokenizer.encode("a[PAD]"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("has the token \"[PAD]\" with number 300");
        }
    }
}
