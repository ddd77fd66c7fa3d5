package io.github.fairnessgate.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwapListReaderTest {

    @TempDir
    private Path directory;

    @Test
    void aFileIsReadWithCommentsBlanksAndTheByteOrderMark() throws IOException {
        String text =
                "\ufeff# people\n\n Muslim \tChristian\r\nmosque\tchurch\n  # pronouns\nhis\ther\nhim\ther\nhis\thers\n"
                        + "mother-in-law\tfather-in-law\nDr.\tProf.\nx’y\tz\n";
        Files.writeString(directory.resolve("swaps.tsv"), text);
        SwapList list = SwapListReader.read("swaps.tsv", directory);
        assertThat(list.name()).isEqualTo("swaps.tsv");
        assertThat(list.digest()).isEqualTo(Digests.sha256(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(list.counterparts())
                .containsEntry("muslim", List.of("christian"))
                .containsEntry("christian", List.of("muslim"))
                .containsEntry("her", List.of("his", "him"))
                .containsEntry("hers", List.of("his"))
                .containsEntry("dr", List.of("prof"))
                .containsEntry("x'y", List.of("z"))
                .hasSize(14);
        assertThat(new Swapper(list)
                        .swap("A MUSLIM, Dr. X’Y and her mother-in-law's mosque")
                        .text())
                .isEqualTo("A CHRISTIAN, Prof. Z and his father-in-law's church");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            boy\\tgirl\\ngirl\\tman        | 2: "girl" has another counterpart in line 1, but a word can have one only (swaps go in both directions); remove one of the lines.
            a\\tb\\nb\\tc\\nc\\ta           | 2: "b" has another counterpart in line 1, but a word can have one only (swaps go in both directions); remove one of the lines.
            boy\\tgirl\\n#\\nBoy\\tgirl     | 3: "boy" and "girl" are a pair in line 1 already, in both directions; remove one of the lines.
            boy\\tgirl\\ngirl\\tboy        | 2: "girl" and "boy" are a pair in line 1 already, in both directions; remove one of the lines.
            his\\ther\\nher\\this          | 2: "her" and "his" are a pair in line 1 already, in both directions; remove one of the lines.
            boy\\tBoy                     | 1: "boy" is paired with itself; name its counterpart, or remove the line.
            boy\\t                        | 1: a word is missing beside the tab; write two words, or remove the line.
            \\tboy                        | 1: a word is missing beside the tab; write two words, or remove the line.
            boy\\tgirl\\tx                 | 1: found 3 columns, but a line has two words with a tab between them; remove the others.
            boy girl                     | 1: found 1 column, but a line has two words with a tab between them; add the tab and the second word.
            boy\\tlittle girl             | 1: "little girl" is not one word; write letters, with apostrophes or hyphens between them if need be.
            boy\\tg1rl                    | 1: "g1rl" is not one word; write letters, with apostrophes or hyphens between them if need be.
            him\\tthem                    | 1: "him" can only be paired as her and him, her and his, or hers and his; change the pair.
            # nothing\\n                  | 2: the file ends without a pair of words; write one pair a line, two words with a tab between them, or name builtin:winobias.
            """)
    void aListThatCannotBeUsedIsRefusedWithItsLine(String written, String message) throws IOException {
        Path file = directory.resolve("swaps.tsv");
        Files.writeString(file, written.replace("\\t", "\t").replace("\\n", "\n"));
        assertThatThrownBy(() -> SwapListReader.read("swaps.tsv", directory))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + ":" + message);
    }

    @Test
    void whatIsNotUtf8IsRefusedWithItsLine() throws IOException {
        Path file = directory.resolve("latin.tsv");
        Files.write(file, "boy\tgirl\ngar\u00e7on\tfille\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> SwapListReader.read("latin.tsv", directory))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + ":2: byte 0xe7 is not UTF-8; save the file in that encoding.");
    }

    @Test
    void aListThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> SwapListReader.read("no.tsv", directory))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("The swaps " + directory.resolve("no.tsv") + " do not exist; correct 'swaps' in the recipe"
                        + " (paths are relative to the recipe's folder), or name builtin:winobias.");
    }
}
