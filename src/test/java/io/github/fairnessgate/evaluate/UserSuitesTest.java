package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.SuiteOptions.UserData;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that users write: what is refused, and how it is said. */
class UserSuitesTest {

    private static final String FIRST =
            "{\"id\": \"a\", \"more\": \"She is a nurse.\", \"less\": \"He is a nurse.\"}\n";
    private static final String SECOND =
            "{\"id\": \"b\", \"more\": \"He is a boss.\", \"less\": \"She is a boss.\", \"slices\": [], "
                    + "\"cluster\": \"work\"}\n";

    @TempDir
    Path folder;

    @Test
    void pairsWithAndWithoutSlicesAreRead() {
        assertThat(pairs(FIRST + "\n" + SECOND
                                + "{\"id\": \"c\", \"more\": \"A\", \"less\": \"B\", \"slice\": \"x\"}\r\n"
                                + "{\"id\": \"d\", \"more\": \"A\", \"less\": \"B\", \"slices\": [\"x\"]}")
                        .dataDigest())
                .hasSize(64);
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheText() {
        assertThat(pairs("\uFEFF" + FIRST).id()).isEqualTo("mine");
    }

    @Test
    void aDuplicateIdNamesBothLines() {
        refusesPairs(FIRST + SECOND + FIRST, ":3: duplicate id \"a\"; the first is in line 1");
    }

    @Test
    void missingAndWrongKeysAreNamed() {
        refusesPairs(FIRST + "{\"id\": \"b\", \"more\": \"x\"}", ":2: the key \"less\" is missing");
        refusesPairs("{\"more\": \"x\", \"less\": \"y\"}", ":1: the key \"id\" is missing");
        refusesPairs("{\"id\": 7, \"more\": \"x\", \"less\": \"y\"}", ":1: \"id\" is 7, but must be a non-empty text");
        refusesPairs(
                "{\"id\": \"a\", \"more\": \" \", \"less\": \"y\"}",
                ":1: \"more\" is \" \", but must be a non-empty text");
        refusesPairs(
                "{\"id\": \"a\", \"more\": \"x\", \"less\": \"y\", \"bias\": \"race\"}",
                ":1: unknown key \"bias\"; the keys are cluster, id");
        refusesPairs(
                "{\"id\": \"a\", \"more\": \"x\", \"less\": \"y\", \"slices\": \"race\"}",
                ":1: \"slices\" is \"race\", but must be a list");
        refusesPairs(
                "{\"id\": \"a\", \"more\": \"x\", \"less\": \"y\", \"slices\": [1]}",
                ":1: \"slices\" has the element 1");
    }

    @Test
    void halfOfACharacterIsRefused() {
        refusesPairs(
                "{\"id\": \"a\", \"more\": \"x\\ud800\", \"less\": \"y\"}",
                ":1: \"more\" has half of a surrogate pair");
        refusesPairs(
                "{\"id\": \"a\", \"more\": \"x\", \"less\": \"y\", \"slices\": [\"\\udc00\"]}",
                ":1: \"slices\" has half of a surrogate pair");
    }

    @Test
    void aPairOfEqualSentencesIsRefused() {
        refusesPairs(
                FIRST + "{\"id\": \"b\", \"more\": \"x\", \"less\": \"x\"}",
                ":2: \"more\" and \"less\" are the same sentence");
    }

    @Test
    void aSliceOfOneItemIsRefused() {
        refusesPairs(
                FIRST + "{\"id\": \"b\", \"more\": \"x\", \"less\": \"y\", \"slice\": \"race\"}",
                ":2: no other item is in the slice \"race\"");
    }

    @Test
    void slicesThatWouldCountTwiceAreRefused() {
        refusesPairs("{\"id\": \"b\", \"more\": \"x\", \"less\": \"y\", \"slice\": \"all\"}", ":1: the slices [all]");
        refusesPairs(
                "{\"id\": \"b\", \"more\": \"x\", \"less\": \"y\", \"slices\": [\"r\", \"r\"]}",
                ":1: the slices [r, r]");
        refusesPairs(
                "{\"id\": \"b\", \"more\": \"x\", \"less\": \"y\", \"slice\": \"r\", \"slices\": [\"s\"]}",
                ":1: the line has both");
    }

    @Test
    void whatIsNotJsonNamesTheLine() {
        refusesPairs(FIRST + "{\"id\": \"b\",", ":2: the line is not JSON");
        refusesPairs(FIRST + "[1]", ":2: the line is not a JSON object");
        refusesPairs(
                "{\"id\": \"b\", \"id\": \"c\", \"more\": \"x\", \"less\": \"y\"}",
                ":1: the line is not JSON (Duplicate field 'id')");
    }

    @Test
    void whatIsNotUtf8NamesTheLine() throws IOException {
        Path file = folder.resolve("latin1.jsonl");
        Files.write(file, (FIRST + FIRST.replace("nurse", "infirmière")).getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> new UserPairs("mine", file, Subset.ALL))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + ":2: the line is not UTF-8; save the file in that encoding.");
        Files.write(file, new byte[] {'{', (byte) 0xC3});
        assertThatThrownBy(() -> new UserPairs("mine", file, Subset.ALL))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(":1: the line is not UTF-8");
    }

    @ParameterizedTest
    @EnumSource(
            value = UserData.Kind.class,
            names = {"PAIRS", "PROMPTS", "LAST_WORDS"})
    void filesOfItemsAreAllReadByTheSameRules(UserData.Kind kind) throws IOException {
        String item = switch (kind) {
            case PAIRS -> "\"more\": \"She is late.\", \"less\": \"He is late.\"}\n";
            case PROMPTS -> "\"prompt\": \"She is\"}\n";
            default -> "\"text\": \"She is late\"}\n";
        };
        refuses(kind, "", "is empty");
        refuses(
                kind,
                "{\"id\": \"a\", " + item + "{\"id\": \"a\", " + item,
                ":2: duplicate id \"a\"; the first is in line 1");
        refuses(
                kind,
                "{\"id\": \"a\", \"slice\": \"one\", " + item + "{\"id\": \"b\", " + item,
                ":1: no other item is in the slice \"one\"");
        refuses(kind, "{\"id\": \"a\", " + item + "{\"id\": \"b\", " + item.replaceAll("She[^\"]*", " "), ":2: \"");
        String latin = "{\"id\": \"a\", " + item.replace("She", "Zoë");
        Path file = Files.write(folder.resolve("items.jsonl"), latin.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> suite(kind, file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(":1: the line is not UTF-8");
    }

    private void refuses(UserData.Kind kind, String content, String message) {
        assertThatThrownBy(() -> suite(kind, file("items.jsonl", content)))
                .as(content)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("items.jsonl")
                .hasMessageContaining(message);
    }

    private static Suite suite(UserData.Kind kind, Path file) {
        SuiteOptions options = new SuiteOptions(
                OptionalInt.empty(),
                0,
                OptionalInt.empty(),
                Optional.of(new UserData(kind, List.of(file.getFileName().toString()))));
        return Suites.create(new SuiteSpec(
                "mine", List.of(), options, file.getParent().toString(), Judges.only(ScorerReference.embedded())));
    }

    @Test
    void emptyAndMissingFilesAreRefused() {
        refusesPairs("", "is empty");
        refusesPairs("\n \n", "is empty");
        refusesPairs("\uFEFF", "is empty");
        assertThatThrownBy(() -> new UserPairs("mine", folder.resolve("absent.jsonl"), Subset.ALL))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("absent.jsonl does not exist");
        assertThatThrownBy(() -> new Perplexity("mine", List.of(), List.of(), Subset.ALL))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("name at least one");
        assertThatThrownBy(() -> new Perplexity("mine", List.of(file("x.txt", " \n")), List.of(), Subset.ALL))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("x.txt is empty");
    }

    @Test
    void textFilesOfTheSameNameAreRefused() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other")).resolve("x.txt");
        Files.writeString(other, "text");
        assertThatThrownBy(() -> new Perplexity("mine", List.of(file("x.txt", "text"), other), List.of(), Subset.ALL))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Two text files are named x.txt");
    }

    @Test
    void aTextWithoutALastWordIsRefused() {
        for (String text : List.of("word", "ends with a space ", "two  spaces", " word")) {
            Path file = file(
                    "words.jsonl",
                    "{\"id\": \"a\", \"text\": \"one two\"}\n{\"id\": \"b\", \"text\": \"" + text + "\"}");
            assertThatThrownBy(() -> new LastWord("mine", file, Subset.ALL))
                    .as(text)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("words.jsonl:2")
                    .hasMessageContaining("\"text\" must end with a single space and a last word");
        }
    }

    private void refusesPairs(String content, String message) {
        assertThatThrownBy(() -> pairs(content))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("pairs.jsonl")
                .hasMessageContaining(message);
    }

    private UserPairs pairs(String content) {
        return new UserPairs("mine", file("pairs.jsonl", content), Subset.ALL);
    }

    private Path file(String name, String content) {
        try {
            return Files.writeString(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
