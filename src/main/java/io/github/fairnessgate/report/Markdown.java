package io.github.fairnessgate.report;

/** Text within GitHub's Markdown. */
final class Markdown {

    private Markdown() {
    }

    /** Whether a build may go on. */
    static String symbol(boolean passed) {
        return passed ? "\u2705" : "\u274c";
    }

    /** Code within a cell of a table. */
    static String code(String text) {
        return "`" + text.replace("`", "'").replace("|", "\\|") + "`";
    }

    /** Text of which no character is markup. */
    static String escaped(String text) {
        return text.replaceAll("([\\\\`*_{}\\[\\]<>#|])", "\\\\$1");
    }
}
