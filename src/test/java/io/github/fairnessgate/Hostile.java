package io.github.fairnessgate;

import static org.assertj.core.api.Assertions.assertThat;

/** What somebody may write into a file so that a log, a page or a CI system says something that we did not. */
public final class Hostile {

    /**
     * Line breaks of every kind, workflow commands, a forged verdict, terminal sequences, marks that hide or turn text,
     * halves of surrogate pairs, markup.
     */
    public static final String TEXT = "x\n::error file=pom.xml::INJECTED\r\n"
            + "::stop-commands::t\u2028::error::2\u2029::error::3\u0085::error::4\n[INFO] Verdict: PASS (all 99 "
            + "rules passed)"
            + "\u0000\u0007\b\u001b[2K\u001b]0;title\u0007\u009b31m\u000b\f\t\u200b\u200e\u200f\u202d\u202e\u2066\u2069\u061c\ufeff\u00ad\u034f\u115f\u3164\ufe0f\u180e\u2060"
            + "\udc00\ud800" + Character.toString(0xE0001) + Character.toString(0xE0041)
            + Character.toString(0xE007F) + "\ufffe"
            + "|a`b``c|<img src=x onerror=alert(1)>![i](https://evil.example/x.png)[l](javascript:x) "
            + "https://evil.example www.evil.example @everyone #1 ##[error]no ##vso[task.complete]";

    /** The same without halves of surrogate pairs and what else YAML cannot hold. */
    public static final String YAML_TEXT = TEXT.replaceAll("[\\x{D800}-\\x{DFFF}\\x{FFFE}]", "");

    private Hostile() {}

    /** The text as YAML in double quotes. */
    public static String yaml() {
        StringBuilder quoted = new StringBuilder("\"");
        YAML_TEXT
                .codePoints()
                .forEach(code -> quoted.append(
                        code > ' ' && code < 0x7f && code != '"' && code != '\\'
                                ? Character.toString(code)
                                : "\\U%08x".formatted(code)));
        return quoted.append('"').toString();
    }

    /** Asserts that an output has the lines that it is meant to have and nothing that is not printable. */
    public static void assertHarmless(String output) {
        output.codePoints()
                .filter(code -> code != '\n')
                .forEach(code -> assertThat(Character.getType(code))
                        .as("U+%04X in %s", code, output)
                        .isNotIn(
                                (int) Character.CONTROL,
                                (int) Character.FORMAT,
                                (int) Character.LINE_SEPARATOR,
                                (int) Character.PARAGRAPH_SEPARATOR,
                                (int) Character.SURROGATE));
        assertThat(output).doesNotContain("\u034f", "\u115f", "\u3164", "\ufffe", "##[", "##vso[");
        assertThat(output.lines()).noneMatch(line -> line.strip().startsWith("[INFO]"));
    }

    /** The same, and that no line is a command of GitHub Actions. */
    public static void assertHarmlessInALog(String output) {
        assertHarmless(output);
        assertThat(output.lines()).noneMatch(line -> line.strip().startsWith("::"));
    }
}
