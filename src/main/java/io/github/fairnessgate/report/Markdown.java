package io.github.fairnessgate.report;

import io.github.fairnessgate.Printable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text within GitHub's Markdown, on one {@linkplain Printable printable} line. No text can end the cell that it stands
 * in, make a link, an image or an element, or call a person or another issue.
 */
final class Markdown {

    /**
     * Invisible, and no part of a name or an address: what stands before and behind it is no mention and no link to
     * GitHub.
     */
    private static final String BREAK = "&#8203;";

    /** Markup, and where a mention, a number of an issue or an address begins. */
    private static final Pattern MARKUP =
            Pattern.compile("[\\\\`*_{}\\[\\]<>&~$|#@]|(?<=\\p{Alnum}):(?=//)|(?i:(?<=www)\\.|(?<=mailto|xmpp):)");

    private static final Pattern ENDS_CODE = Pattern.compile("[`|\\\\]");

    private Markdown() {}

    /** Whether a build may go on. */
    static String symbol(boolean passed) {
        return passed ? "\u2705" : "\u274c";
    }

    /** Code, within a cell of a table too. */
    static String code(String text) {
        String line = Printable.line(text);
        return line.isBlank() || ENDS_CODE.matcher(line).find()
                ? "<code>" + entities(line) + "</code>"
                : "`" + line + "`";
    }

    /** Text of which no character is markup. */
    static String escaped(String text) {
        return MARKUP.matcher(Printable.line(text))
                .replaceAll(markup -> Matcher.quoteReplacement(
                        switch (markup.group()) {
                            case "|" -> "&#124;"; // whether a backslash counts is not the same in all tables
                            case "#" -> "\\#" + BREAK;
                            case "@", ":", "." -> markup.group() + BREAK;
                            default -> "\\" + markup.group();
                        }));
    }

    /** A line in a block of code that three backticks fence. */
    static String fenced(String text) {
        return Printable.line(text).replace("```", "'''");
    }

    /** Every character that means something to Markdown or HTML as an entity. */
    private static String entities(String line) {
        StringBuilder entities = new StringBuilder();
        line.codePoints().forEach(code -> {
            if (code < 0x80 && !Character.isLetterOrDigit(code) && code != ' ') {
                entities.append("&#").append(code).append(';');
            } else {
                entities.appendCodePoint(code);
            }
        });
        return entities.toString();
    }
}
