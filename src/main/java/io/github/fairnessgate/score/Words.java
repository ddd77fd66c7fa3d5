package io.github.fairnessgate.score;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The words of a text as the n-gram scorer sees them: compatibility forms and accents removed (NFKD), lower case,
 * without web addresses, user names and HTML entities, no character more than twice in a row. A word is a run of
 * letters, digits, apostrophes and asterisks; any other visible character is a word of its own.
 *
 * <p>Every term of a list of identities becomes the same word {@link #IDENTITY}, several in a row one, so that no
 * identity can score differently from another.
 */
final class Words {

    /** Stands for any identity term; no text contains it, because it is neither visible nor part of a word. */
    static final String IDENTITY = "\u0001";

    /** A comment of this many characters says what it says early on; what follows is mostly pasted repetition. */
    private static final int MOST_CHARACTERS = 4000;

    private final Set<String> identityTerms;

    /** @param identityTerms lower-case single words */
    Words(Set<String> identityTerms) {
        this.identityTerms = Set.copyOf(identityTerms);
    }

    static boolean isTooLong(String text) {
        return text.length() > MOST_CHARACTERS;
    }

    /** Whether there is a letter or digit of any script. */
    static boolean hasWord(String text) {
        return text.codePoints().anyMatch(Character::isLetterOrDigit);
    }

    List<String> of(String text) {
        String normal = normal(text);
        List<String> words = new ArrayList<>();
        for (int start = 0; start < normal.length(); ) {
            int end = start;
            while (end < normal.length() && isPartOfWord(normal.charAt(end))) {
                end++;
            }
            if (end == start) {
                int next = start + Character.charCount(normal.codePointAt(start));
                if (isVisible(normal.codePointAt(start))) {
                    words.add(normal.substring(start, next));
                }
                start = next;
            } else {
                add(words, normal.substring(start, end));
                start = end;
            }
        }
        return words;
    }

    private void add(List<String> words, String word) {
        if (!identityTerms.contains(word)) {
            words.add(word);
        } else if (words.isEmpty() || !words.get(words.size() - 1).equals(IDENTITY)) {
            words.add(IDENTITY);
        }
    }

    private static boolean isPartOfWord(char c) {
        return c >= 'a' && c <= 'z'
                || c >= '0' && c <= '9'
                || c == '\''
                || c == '*'
                || c > 127 && Character.isLetterOrDigit(c);
    }

    private static boolean isVisible(int codePoint) {
        return !Character.isWhitespace(codePoint) && !Character.isISOControl(codePoint);
    }

    private static String normal(String text) {
        String cut = isTooLong(text) ? text.substring(0, MOST_CHARACTERS) : text;
        String plain = isPlain(cut) ? cut : Normalizer.normalize(cut, Normalizer.Form.NFKD);
        String lower = plain.toLowerCase(Locale.ROOT);
        StringBuilder kept = new StringBuilder(lower.length());
        for (int i = 0; i < lower.length(); ) {
            int skipped = skipped(lower, i);
            if (skipped > 0) {
                kept.append(' ');
                i += skipped;
                continue;
            }
            char c = lower.charAt(i) == '\u2019' ? '\'' : lower.charAt(i);
            int length = kept.length();
            boolean third = length >= 2 && kept.charAt(length - 1) == c && kept.charAt(length - 2) == c;
            if (!third && Character.getType(c) != Character.NON_SPACING_MARK) {
                kept.append(c);
            }
            i++;
        }
        return kept.toString();
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return false;
            }
        }
        return true;
    }

    /**
     * How many characters from {@code start} on say nothing about the text: an address, a user name, an entity; 0 if
     * none.
     */
    private static int skipped(String text, int start) {
        char c = text.charAt(start);
        if (c == 'h' && (text.startsWith("http://", start) || text.startsWith("https://", start))
                || c == 'w' && text.startsWith("www.", start)) {
            int end = start;
            while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
                end++;
            }
            return end - start;
        }
        if (c == '@' || c == '&') {
            int end = start + 1;
            while (end < text.length()
                    && (Character.isLetterOrDigit(text.charAt(end))
                            || text.charAt(end) == '_'
                            || text.charAt(end) == '#')) {
                end++;
            }
            boolean entity = c == '&' && end < text.length() && text.charAt(end) == ';';
            return entity ? end + 1 - start : c == '@' && end > start + 1 ? end - start : 0;
        }
        return 0;
    }
}
