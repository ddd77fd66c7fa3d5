package io.github.fairnessgate.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The WikiText-103 test text (Merity et al. 2016) and what lm-evaluation-harness's task {@code wikitext} makes of such
 * a text: pages, words, and a text that is closer to what people write.
 */
final class WikiText {

    static final String FILE = "wikitext/wiki.test.tokens";

    private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    /** What stands inside brackets or quotation marks, without the spaces around it. */
    private static final List<Pattern> ENCLOSED = List.of(
            enclosed("(\\()", "[^)]", "(\\))"),
            enclosed("(\\[)", "[^\\]]", "(\\])"),
            enclosed("(\\{)", "[^}]", "(\\})"),
            enclosed("(\")", "[^\"]", "(\")"),
            enclosed("(')", "[^']", "(')"));

    /** Separators inside numbers and words, then punctuation; applied in this order. */
    private static final String[][] BEFORE_ENCLOSED = {
        {"s '", "s'"},
        {" @-@ ", "-"},
        {" @,@ ", ","},
        {" @.@ ", "."},
        {" : ", ": "},
        {" ; ", "; "},
        {" . ", ". "},
        {" ! ", "! "},
        {" ? ", "? "},
        {" , ", ", "}
    };

    private static final String[][] AFTER_ENCLOSED = {
        {"= = = =", "===="},
        {"= = =", "==="},
        {"= =", "=="},
        {" \u00b0 ", "\u00b0"},
        {" \n", "\n"},
        {"\n ", "\n"},
        {" N ", " 1 "},
        {" 's", "'s"}
    };

    private WikiText() {}

    static String text() {
        return BundledData.text(FILE);
    }

    /**
     * The pages of a text: each begins at a heading of the first level. A line of a table or formula that looks like
     * such a heading begins a page too, as in the data set that lm-evaluation-harness reads.
     */
    static List<String> pages(String text) {
        List<String> pages = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            if (isHeading(line)) {
                addPage(pages, lines);
                lines.clear();
            }
            lines.add(line);
        }
        addPage(pages, lines);
        return pages;
    }

    /**
     * Words as lm-evaluation-harness counts them: pieces between white space, with an empty one at either end where the
     * page has space there.
     */
    static int words(String page) {
        return SPACE.split(page, -1).length;
    }

    /**
     * A page without the marks of WikiText's tokenizer, by the rules of lm-evaluation-harness. One rule of its list,
     * for an apostrophe before a digit, is left out: it is written so that it matches nothing.
     */
    static String detokenized(String page) {
        String text = replaced(page, BEFORE_ENCLOSED);
        for (Pattern enclosed : ENCLOSED) {
            text = enclosed.matcher(text).replaceAll("$1$2$3");
        }
        return replaced(text, AFTER_ENCLOSED);
    }

    private static boolean isHeading(String line) {
        String heading = line.replace("= = =", "===").replace("= =", "==").strip();
        return heading.startsWith("= ") && heading.endsWith(" =");
    }

    private static void addPage(List<String> pages, List<String> lines) {
        String page = String.join("\n", lines);
        if (!page.isBlank()) {
            pages.add(page);
        }
    }

    private static String replaced(String text, String[][] rules) {
        String result = text;
        for (String[] rule : rules) {
            result = result.replace(rule[0], rule[1]);
        }
        return result;
    }

    private static Pattern enclosed(String open, String inside, String close) {
        return Pattern.compile(open + "\\s*(" + inside + "*?)\\s*" + close, Pattern.UNICODE_CHARACTER_CLASS);
    }
}
