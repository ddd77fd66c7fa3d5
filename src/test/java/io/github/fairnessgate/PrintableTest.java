package io.github.fairnessgate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {

    @Test
    void whatIsHostileIsOneLineOfPrintableCharacters() {
        Hostile.assertHarmlessInALog(Printable.text(Hostile.TEXT));
        assertThat(Printable.text(Hostile.TEXT))
                .hasLineCount(1)
                .doesNotContain("\n")
                .startsWith("x\\n::error file")
                .contains("\\u{1b}[2K", "\\u{202e}", "\\u{d800}", "\\u{e0041}", "\\t");
    }

    /** Whatever Unicode this Java knows. */
    @Test
    void everyControlFormatSeparatorAndHalfIsWrittenOut() {
        for (int code = 0; code <= Character.MAX_CODE_POINT; code++) {
            int type = Character.getType(code);
            boolean invisible = type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR
                    || type == Character.SURROGATE
                    || code >= 0xFE00 && code <= 0xFE0F
                    || code >= 0xE0100 && code <= 0xE01EF
                    || (code & 0xFFFE) == 0xFFFE;
            String text = "a" + Character.toString(code) + "b";
            if (invisible) {
                assertThat(Printable.text(text))
                        .as("U+%04X", code)
                        .matches("a\\\\([nrt]|u\\{" + Integer.toHexString(code) + "})b");
            } else if (Character.isLetter(code)
                    && !Character.UnicodeBlock.of(code).toString().contains("HANGUL")
                    && code != 0xFFA0) {
                assertThat(Printable.text(text)).as("U+%04X", code).isSameAs(text);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "stereoset.ss/micro race",
                "C:\\models\\new",
                "Größe, naïve, e\u0301",
                "日本語、中文、한국어",
                "النماذج العربية",
                "עברית",
                "می\u200cخواهم",
                "क्\u200dष",
                "Привет",
                "\uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67",
                "\uD83D\uDC69\uD83C\uDFFD\u200D\uD83D\uDE80",
                "\u2764\ufe0f\u200d\uD83D\uDD25",
                "\u26a0\ufe0f 1\ufe0f\u20e3",
                "a::b",
                "## heading",
                "#[1]",
                "50 % ± 3",
                "\u00a0\u3000"
            })
    void whatPeopleWriteStaysAsItIs(String text) {
        assertThat(Printable.text(text)).isEqualTo(text);
        assertThat(Printable.line(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"::error::x", "  ::error::x", "\u00a0\u3000::error::x", "\t::error::x", "::stop-commands::x"})
    void aLineBeginsNoWorkflowCommand(String text) {
        assertThat(Printable.text(text).strip()).doesNotStartWith("::").contains("\\u{3a}:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a ##[error]b", "###[group]x", "a##vso[task.complete result=Succeeded]", "##teamcity[testFailed]"
            })
    void norIsThereOneWithinIt(String text) {
        assertThat(Printable.text(text)).doesNotContainPattern("##\\w*\\[").contains("#\\u{23}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\u200db",
                "a\u200cb",
                "1\ufe0f",
                "a\ufe0fb",
                "\u26a0\ufe0f\ufe0f",
                "\u200d",
                "\u0627\u200d",
                "\u0627\u200d\u200d\u0627"
            })
    void aJoinerThatJoinsNothingIsWrittenOut(String text) {
        assertThat(Printable.text(text)).contains("\\u{");
    }

    @Test
    void cleaningTwiceIsCleaningOnce() {
        for (String text : new String[] {
            Hostile.TEXT, "::x", "##[x]", Hostile.TEXT.repeat(30), "a".repeat(5000), "\u001b".repeat(5000)
        }) {
            assertThat(Printable.text(Printable.text(text))).isEqualTo(Printable.text(text));
            assertThat(Printable.line(Printable.line(text))).isEqualTo(Printable.line(text));
            assertThat(Printable.name(Printable.name(text))).isEqualTo(Printable.name(text));
        }
    }

    @Test
    void whatIsTooLongSaysHowMuchWasCutAndKeepsItsEnd() {
        String cut = Printable.line("begin " + "a".repeat(1_000_000) + " end");
        assertThat(cut)
                .hasSizeLessThanOrEqualTo(Printable.LONGEST_LINE)
                .startsWith("begin aaa")
                .endsWith("aaa end")
                .containsPattern(" \\.\\.\\. \\(99\\d{4} characters cut\\) \\.\\.\\. ");
        assertThat(Printable.name("\uD83D\uDE00".repeat(500)))
                .hasSizeLessThanOrEqualTo(Printable.LONGEST_NAME)
                .satisfies(Hostile::assertHarmless);
        assertThat(Printable.line("\u001b".repeat(1_999)))
                .hasSizeLessThanOrEqualTo(Printable.LONGEST_LINE)
                .contains("characters cut");
    }

    @Test
    void theMessageOfBadInputIsOneBoundedLine() {
        assertThat(new InvalidInputException(Hostile.TEXT.repeat(100)).getMessage())
                .hasSizeLessThanOrEqualTo(Printable.LONGEST_LINE)
                .satisfies(Hostile::assertHarmlessInALog);
        assertThat(new InvalidInputException(Hostile.TEXT, new RuntimeException()).getMessage())
                .satisfies(Hostile::assertHarmlessInALog);
    }

    @Test
    void theLanguageOfTheMachineDoesNotMatter() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr-TR"));
        try {
            assertThat(Printable.text("\u001b")).isEqualTo("\\u{1b}");
        } finally {
            Locale.setDefault(before);
        }
    }
}
