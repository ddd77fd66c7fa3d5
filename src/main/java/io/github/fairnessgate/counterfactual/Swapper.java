package io.github.fairnessgate.counterfactual;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Exchanges the words of a list in texts: whole words in lower case, upper case or with a capital, without what an
 * apostrophe adds to them (<i>king's</i>, <i>he'll</i>). Parts of compounds with hyphens are no whole words, nor is
 * what a digit or an underscore is joined to.
 */
public final class Swapper {

    /** Letters, with apostrophes and hyphens between them. */
    private static final Pattern WORD =
            Pattern.compile("(?<![\\p{L}\\p{M}\\p{N}_])[\\p{L}\\p{M}]++(?:['’-][\\p{L}\\p{M}]++)*+(?![\\p{N}_])");

    private final Map<String, List<String>> counterparts;

    /** @param list what is exchanged */
    public Swapper(SwapList list) {
        this.counterparts = list.counterparts();
    }

    /** The text with every word of the list exchanged. */
    public SwappedText swap(String text) {
        StringBuilder swapped = new StringBuilder();
        List<SwappedText.Replacement> replacements = new ArrayList<>();
        int copied = 0;
        Matcher words = WORD.matcher(text);
        while (words.find()) {
            int end = words.start() + listed(words.group());
            String counterpart = counterpart(text, words.start(), end);
            if (!counterpart.isEmpty()) {
                swapped.append(text, copied, words.start());
                int start = swapped.length();
                swapped.append(counterpart);
                replacements.add(new SwappedText.Replacement(words.start(), end, start, swapped.length()));
                copied = end;
            }
        }
        return new SwappedText(swapped.append(text, copied, text.length()).toString(), replacements);
    }

    /** How many of a word's characters are a word of the list: all, those before an apostrophe, or 0. */
    private int listed(String word) {
        String plain = plain(word);
        int end = plain.length();
        while (end > 0 && !counterparts.containsKey(plain.substring(0, end))) {
            end = plain.lastIndexOf('\'', end - 1);
        }
        return Math.max(0, end);
    }

    /** In the case of the word that it stands for; empty if that is in no case of those that are known. */
    private String counterpart(String text, int start, int end) {
        String word = text.substring(start, end);
        if (word.isEmpty()) {
            return "";
        }
        String plain = plain(word);
        return WordCase.of(word)
                .map(form -> form.apply(Pronouns.counterpart(plain, counterparts.get(plain), text, end)))
                .orElse("");
    }

    /** As lists have it: as long as the word, so letters whose lower case is longer stay as they are. */
    private static String plain(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return (lower.length() == word.length() ? lower : word).replace('’', '\'');
    }
}
