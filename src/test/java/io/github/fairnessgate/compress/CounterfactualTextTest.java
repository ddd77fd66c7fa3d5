package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.counterfactual.SwapList;
import io.github.fairnessgate.counterfactual.SwapListReader;
import io.github.fairnessgate.counterfactual.SwappedText;
import io.github.fairnessgate.counterfactual.Swapper;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.model.Tokenizer;
import io.github.fairnessgate.train.CounterfactualWindow;
import io.github.fairnessgate.train.TeacherCombination;
import io.github.fairnessgate.train.TokenSwaps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("native")
class CounterfactualTextTest {

    private static final List<String> DOCUMENTS = List.of(
            "The businesswoman said she would ask her husband, \ud83d\ude00 and HIS brother; the waitress's dog, too.",
            "Nothing to see here.",
            "He gave the prince 2 crowns — naïve, he said to her.",
            "A stewardess met a stepfather.");

    @TempDir
    private Path directory;

    private final SwapList swaps = SwapListReader.read("builtin:winobias", Path.of(""));
    private final Swapper swapper = new Swapper(swaps);

    /** With a token for each byte, and with tokens for words. */
    @ParameterizedTest
    @CsvSource({"tiny, 80", "reference-gpt2, 20"})
    void alignedTokensHaveReadTheCounterfactualOfTheSameText(String model, int least) {
        try (Tokenizer tokenizer = tokenizer(model)) {
            AlignedStream stream = AlignedStream.of(documents(), tokenizer);
            int[] tokens = stream.tokens();
            assertThat(tokens).isEqualTo(TokenStream.of(text(), tokenizer).windows(tokens.length)[0]);
            CounterfactualWindow whole = stream.counterfactual(0, tokens.length);
            int end = tokenizer.specialTokens().end();
            int pairs = 0;
            int begin = 0;
            for (AlignedStream.Document document : documents()) {
                int size = tokenizer.encode(document.text()).length;
                int other = whole.aligned()[begin + size - 1]
                        + 1
                        - tokenizer.encode(document.counterfactual().text()).length;
                SwappedText.Places places = document.counterfactual().places();
                for (int token = begin; token < begin + size; token++) {
                    String read = tokenizer.decode(Arrays.copyOfRange(tokens, begin, token + 1));
                    if (whole.aligned()[token] < 0 || read.endsWith("\ufffd")) {
                        continue;
                    }
                    String counterfactual = document.counterfactual().text();
                    assertThat(tokenizer.decode(Arrays.copyOfRange(whole.tokens(), other, whole.aligned()[token] + 1)))
                            .isEqualTo(counterfactual.substring(0, places.of(read.length())));
                    pairs++;
                }
                begin += size;
                if (begin < tokens.length) {
                    assertThat(tokens[begin]).isEqualTo(end);
                    assertThat(whole.tokens()[whole.aligned()[begin]]).isEqualTo(end);
                    begin++;
                }
            }
            assertThat(pairs).isGreaterThan(least);
        }
    }

    @Test
    void windowsBeginWithWhatComesBehindTheTextBefore() {
        try (Tokenizer tokenizer = tokenizer("reference-gpt2")) {
            AlignedStream stream = AlignedStream.of(documents(), tokenizer);
            int[] tokens = stream.tokens();
            CounterfactualWindow whole = stream.counterfactual(0, tokens.length);
            for (int from = 1; from + 6 <= tokens.length; from++) {
                CounterfactualWindow window = stream.counterfactual(from, 6);
                assertThat(window.tokens()).hasSize(6);
                for (int place = 0; place < 6; place++) {
                    int aligned = window.aligned()[place];
                    if (aligned >= 0) {
                        assertThat(window.tokens()[aligned]).isEqualTo(whole.tokens()[whole.aligned()[from + place]]);
                    }
                }
                if (whole.aligned()[from - 1] >= 0) {
                    assertThat(window.tokens()[0]).isEqualTo(whole.tokens()[whole.aligned()[from - 1] + 1]);
                }
            }
        }
    }

    @Test
    void tokensThatAreWholeWordsAreExchanged() {
        try (Tokenizer tokenizer = tokenizer("reference-gpt2")) {
            TokenSwaps tokens = SwapVocabulary.of(swaps, tokenizer);
            assertThat(tokens.tokens()).isSorted().hasSizeGreaterThan(40);
            int her = index(tokens, tokenizer, " her");
            assertThat(Arrays.stream(tokens.counterparts()[her])
                            .mapToObj(other -> tokenizer.decode(new int[] {tokens.tokens()[other]})))
                    .containsExactlyInAnyOrder(" his", " him");
            assertThat(Arrays.stream(tokens.counterparts()[index(tokens, tokenizer, " She")])
                            .mapToObj(other -> tokenizer.decode(new int[] {tokens.tokens()[other]})))
                    .containsExactly(" He");
            for (int token = 0; token < tokens.tokens().length; token++) {
                for (int other : tokens.counterparts()[token]) {
                    assertThat(tokens.counterparts()[other]).contains(token);
                }
            }
        }
    }

    private static int index(TokenSwaps tokens, Tokenizer tokenizer, String word) {
        return Arrays.binarySearch(tokens.tokens(), tokenizer.encode(word)[0]);
    }

    @Test
    void documentsWithAWordAreAddedButForThoseThatAreHeldOut() {
        try (Tokenizer tokenizer = tokenizer("tiny")) {
            int[][] windows = TokenStream.of(text(), tokenizer).windows(8);
            CounterfactualText all = augmented(windows, new HeldOut(windows, new int[0][]), tokenizer);
            assertThat(all.report().addedDocuments()).isEqualTo(3);
            assertThat(all.report().swappedWords()).isEqualTo(13);
            assertThat(all.windows().trained().length)
                    .isEqualTo(windows.length + all.report().addedWindows());
            String added = tokenizer.decode(Arrays.stream(all.windows().trained())
                    .skip(windows.length)
                    .flatMapToInt(Arrays::stream)
                    .toArray());
            assertThat(added)
                    .startsWith(
                            "The businessman said he would ask his wife, \ud83d\ude00 and HER sister; the waiter's dog")
                    .contains("She gave the princess 2 crowns — naïve, she said to him.");
            int[][] first = {windows[1]};
            CounterfactualText some = augmented(
                    windows,
                    new HeldOut(
                            IntStream.range(0, windows.length)
                                    .filter(window -> window != 1)
                                    .mapToObj(window -> windows[window])
                                    .toArray(int[][]::new),
                            first),
                    tokenizer);
            assertThat(some.report().addedDocuments()).isEqualTo(2);
            assertThat(some.windows().validated()).isSameAs(first);
            assertThat(some.windows().trained().length)
                    .isEqualTo(windows.length - 1 + some.report().addedWindows());
        }
    }

    private CounterfactualText augmented(int[][] windows, HeldOut split, Tokenizer tokenizer) {
        return CounterfactualText.of(
                new Counterfactual(null, swaps, true, Optional.of(TeacherCombination.MEAN)),
                DOCUMENTS,
                windows,
                split,
                tokenizer,
                Progress.NONE);
    }

    @Test
    void theReportSaysWhatWasSwappedAndAddedAndATextWithoutWordsIsRefusedBeforeAnyStage() throws IOException {
        ModelDirectory model =
                TinyModels.builder().layers(2).heads(2).embedding(8).write(directory.resolve("model"));
        Files.writeString(directory.resolve("text.txt"), "He is a king and she is a queen. ".repeat(20));
        String recipe = """
                version: 1
                seed: 1
                text: text.txt
                stages:
                  - method: distillation
                    layers: 1
                    steps: 2
                    batchSize: 2
                    sequenceLength: 16
                    loss: {ce: 1}
                    counterfactual: {teacher: max}
                """;
        CompressionReport report = compress(model, recipe);
        StageReport.OfDistillation stage =
                (StageReport.OfDistillation) report.stages().get(0).stage();
        assertThat(stage.counterfactual())
                .isEqualTo(new StageReport.CounterfactualText("builtin:winobias", true, "max", 80, 1, 41, 0));
        assertThat(Json.MAPPER
                        .readTree(directory.resolve("out/compression.json").toFile())
                        .at("/stages/0/stage/counterfactual/addedDocuments")
                        .intValue())
                .isEqualTo(1);
        compress(model, recipe.replace("    counterfactual: {teacher: max}\n", ""));
        assertThat(Files.readString(directory.resolve("out/compression.json"))).doesNotContain("counterfactual");
        Files.writeString(directory.resolve("text.txt"), "It rains. ".repeat(100));
        assertThatThrownBy(() -> compress(model, recipe))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("recipe.yaml:11: the text text.txt has none of the 251 words of builtin:winobias, so its"
                        + " counterfactual is the text itself; name a list with words of the text under swaps, give"
                        + " another text, or remove counterfactual.");
    }

    private CompressionReport compress(ModelDirectory model, String recipe) {
        return Compressor.run(
                        model,
                        RecipeReader.parse(recipe, "recipe.yaml", directory),
                        directory.resolve("out"),
                        directory.resolve("checkpoints"),
                        Device.CPU,
                        Map.of(),
                        Progress.NONE,
                        folder -> {})
                .report();
    }

    private List<AlignedStream.Document> documents() {
        return DOCUMENTS.stream()
                .map(document -> new AlignedStream.Document(document, swapper.swap(document)))
                .toList();
    }

    private static TrainingText text() {
        return new TrainingText("text", "", List.of(), DOCUMENTS);
    }

    private Tokenizer tokenizer(String model) {
        return Tokenizer.open(
                model.equals("tiny")
                        ? TinyModels.create(directory.resolve(model))
                        : ModelDirectory.open(BuiltinModels.extract(model, directory)));
    }
}
