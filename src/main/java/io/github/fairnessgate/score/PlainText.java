package io.github.fairnessgate.score;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the contextual scorer reads of a text. Emoji become their names (CLDR 41, English), compatibility characters
 * their plain forms (NFKC), and look-alike letters the ASCII letters that they imitate (the confusables of Unicode
 * Technical Standard 39). A word changes its look-alikes only if it has an ASCII letter or consists of look-alikes
 * alone, so words of other scripts stay as they are. ASCII texts are returned as they are.
 *
 * <p>{@code src/test/fixtures/score/contextual/plain_text.py} makes the table and has the same rules.
 */
final class PlainText {

    private static final String TABLE = "contextual/plain-text.tsv";

    /** Asks for the colourful form of the character before it; says nothing else. */
    private static final String VARIATION = "\uFE0F";

    private final Map<String, String> emoji = new HashMap<>();
    private final Map<Integer, String> letters = new HashMap<>();
    private final int longestEmoji;

    private PlainText(BufferedReader table) {
        table.lines().map(line -> line.split("\t")).forEach(fields -> {
            int[] codePoints = Arrays.stream(fields[1].split(" "))
                    .mapToInt(point -> Integer.parseInt(point, 16))
                    .toArray();
            if (fields[0].equals("emoji")) {
                emoji.put(new String(codePoints, 0, codePoints.length), fields[2]);
            } else {
                letters.put(codePoints[0], fields[2]);
            }
        });
        longestEmoji = emoji.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    /** Reads the table from the plugin's jar. */
    static PlainText load() {
        try (InputStream stream = PlainText.class.getResourceAsStream(TABLE)) {
            if (stream == null) {
                throw new IllegalStateException("the bundled file " + TABLE + " is missing from the plugin's jar");
            }
            return new PlainText(new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException("the bundled file " + TABLE + " cannot be read", e);
        }
    }

    /** @param text without unpaired surrogates */
    String of(String text) {
        if (isAscii(text)) {
            return text;
        }
        return plainWords(Normalizer.normalize(named(text.replace(VARIATION, "")), Normalizer.Form.NFKC));
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }

    /** The longest sequence counts: a flag is one emoji, not its letters. */
    private String named(String text) {
        StringBuilder named = new StringBuilder(text.length());
        for (int start = 0; start < text.length(); ) {
            int end = endOfEmoji(text, start);
            if (end > start) {
                named.append(' ').append(emoji.get(text.substring(start, end))).append(' ');
            } else {
                end = start + Character.charCount(text.codePointAt(start));
                named.append(text, start, end);
            }
            start = end;
        }
        return named.toString();
    }

    private int endOfEmoji(String text, int start) {
        if (text.charAt(start) < 128) {
            return start;
        }
        for (int end = Math.min(text.length(), start + longestEmoji); end > start; end--) {
            if (emoji.containsKey(text.substring(start, end))) {
                return end;
            }
        }
        return start;
    }

    private String plainWords(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int start = 0; start < text.length(); ) {
            int end = start;
            while (end < text.length() && Character.isLetter(text.codePointAt(end))) {
                end += Character.charCount(text.codePointAt(end));
            }
            if (end > start) {
                plain.append(plainWord(text.substring(start, end)));
            } else {
                end = start + Character.charCount(text.codePointAt(start));
                plain.append(text, start, end);
            }
            start = end;
        }
        return plain.toString();
    }

    private String plainWord(String word) {
        boolean mixed = word.chars().anyMatch(c -> c < 128);
        if (isAscii(word) || !mixed && !word.codePoints().allMatch(letters::containsKey)) {
            return word;
        }
        return word.codePoints()
                .mapToObj(c -> letters.getOrDefault(c, Character.toString(c)))
                .collect(Collectors.joining());
    }
}
