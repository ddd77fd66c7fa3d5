package io.github.fairnessgate;

import java.util.regex.Pattern;

/**
 * The one place where text from outside (a file, a bundle, a hub, a model, a library) becomes one line of printable
 * characters, before it reaches a log, a table, a report for people, an annotation or the message of an exception. What
 * could move the cursor, begin a line, turn the direction of text, hide, or be taken for a command of a CI system is
 * written out: a line break as {@code \n}, anything else by its code point in braces. Letters, accents, symbols and
 * emoji stay as they are. What is printable already comes out unchanged, so that cleaning twice is cleaning once.
 *
 * <p>Which characters those are is written down here and not asked of Java, because what one machine wrote is compared
 * with what another one makes of it.
 */
public final class Printable {

    /** The most characters of a {@link #line}. */
    public static final int LONGEST_LINE = 2_000;

    /** The most characters of a {@link #name}. */
    public static final int LONGEST_NAME = 200;

    /** Characters that the note about a cut may take. */
    private static final int NOTE = 50;

    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final int TEXT_STYLE = 0xFE0E;
    private static final int EMOJI_STYLE = 0xFE0F;
    private static final int KEYCAP = 0x20E3;

    /**
     * First and last of every range: controls, format characters, separators of lines and paragraphs, halves of
     * surrogate pairs, whatever Unicode says is not to be displayed, and what is no character.
     */
    private static final int[][] WRITTEN_OUT = {
        {0x0000, 0x001F},
        {0x007F, 0x009F},
        {0x00AD, 0x00AD},
        {0x034F, 0x034F},
        {0x0600, 0x0605},
        {0x061C, 0x061C},
        {0x06DD, 0x06DD},
        {0x070F, 0x070F},
        {0x0890, 0x0891},
        {0x08E2, 0x08E2},
        {0x115F, 0x1160},
        {0x17B4, 0x17B5},
        {0x180B, 0x180F},
        {0x200B, 0x200F},
        {0x2028, 0x202E},
        {0x2060, 0x206F},
        {0x3164, 0x3164},
        {0xD800, 0xDFFF},
        {0xFDD0, 0xFDEF},
        {0xFE00, 0xFE0F},
        {0xFEFF, 0xFEFF},
        {0xFFA0, 0xFFA0},
        {0xFFF0, 0xFFFB},
        {0xFFFE, 0xFFFF},
        {0x110BD, 0x110BD},
        {0x110CD, 0x110CD},
        {0x13430, 0x1343F},
        {0x1BCA0, 0x1BCA3},
        {0x1D173, 0x1D17A},
        {0xE0000, 0xE0FFF}
    };

    /**
     * Scripts whose letters join, from Arabic to Sinhala, Khmer and Mongolian: there a joiner between two letters is
     * part of the spelling.
     */
    private static final int[][] JOINING_SCRIPTS = {
        {0x0620, 0x0DFF}, {0x1780, 0x18AF}, {0xFB50, 0xFDCF}, {0xFDF0, 0xFDFF}, {0xFE70, 0xFEFC}
    };

    /** What may be shown as an emoji: there a joiner makes one of two, and a variation selector chooses the style. */
    private static final int[][] SYMBOLS = {
        {0x00A9, 0x00A9},
        {0x00AE, 0x00AE},
        {0x203C, 0x203C},
        {0x2049, 0x2049},
        {0x2122, 0x2122},
        {0x2139, 0x2139},
        {0x2190, 0x2BFF},
        {0x3030, 0x3030},
        {0x303D, 0x303D},
        {0x3297, 0x3297},
        {0x3299, 0x3299},
        {0x1F000, 0x1FAFF}
    };

    /**
     * The end of {@code ##[}, {@code ##vso[} and {@code ##teamcity[}, by which CI systems know commands anywhere in a
     * line.
     */
    private static final Pattern COMMAND = Pattern.compile("#[A-Za-z]{0,20}\\[");

    private Printable() {}

    /** The whole text on one line. */
    public static String text(String raw) {
        StringBuilder visible = null;
        for (int index = 0; index < raw.length(); index += Character.charCount(raw.codePointAt(index))) {
            if (visible == null && !isPlain(raw, index, raw.codePointAt(index))) {
                visible = new StringBuilder(raw.length() + NOTE).append(raw, 0, index);
            }
            if (visible != null) {
                visible.append(piece(raw, index));
            }
        }
        return visible == null ? raw : visible.toString();
    }

    /**
     * A sentence or a line of a log: of what is longer than {@value #LONGEST_LINE} characters the middle is cut, with a
     * note of how much.
     */
    public static String line(String raw) {
        return bounded(raw, LONGEST_LINE);
    }

    /**
     * A name, a cell of a table, or what a library says: as {@link #line}, with at most {@value #LONGEST_NAME}
     * characters.
     */
    public static String name(String raw) {
        return bounded(raw, LONGEST_NAME);
    }

    private static String bounded(String raw, int most) {
        if (raw.length() <= most) {
            String whole = text(raw);
            if (whole.length() <= most) {
                return whole;
            }
        }
        int room = most - NOTE;
        StringBuilder begin = new StringBuilder();
        int from = 0;
        for (String piece = piece(raw, from);
                begin.length() + piece.length() <= room * 2 / 3;
                piece = piece(raw, from)) {
            begin.append(piece);
            from += Character.charCount(raw.codePointAt(from));
        }
        StringBuilder end = new StringBuilder();
        int to = raw.length();
        for (int start = raw.offsetByCodePoints(to, -1);
                start >= from && end.length() + piece(raw, start).length() <= room / 3;
                start = raw.offsetByCodePoints(to, -1)) {
            end.insert(0, piece(raw, start));
            to = start;
        }
        return begin + " ... (" + (to - from) + " characters cut) ... " + end;
    }

    /** What is shown for the character that begins at an index. */
    private static String piece(String raw, int index) {
        int code = raw.codePointAt(index);
        if (isPlain(raw, index, code)) {
            return Character.toString(code);
        }
        return switch (code) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> "\\u{" + Integer.toHexString(code) + "}";
        };
    }

    private static boolean isPlain(String raw, int index, int code) {
        if (code == ':') {
            return !beginsCommand(raw, index);
        }
        if (code == '#') {
            return index == 0
                    || raw.charAt(index - 1) != '#'
                    || !COMMAND.matcher(raw).region(index, raw.length()).lookingAt();
        }
        if (code >= ' ' && code <= '~') {
            return true;
        }
        return !isIn(WRITTEN_OUT, code) && (code & 0xFFFE) != 0xFFFE || isSpelling(raw, index, code);
    }

    /** Whether this is the first of two colons with which the line begins, as the commands of GitHub Actions do. */
    private static boolean beginsCommand(String raw, int index) {
        return raw.startsWith("::", index)
                && raw.codePoints().limit(raw.codePointCount(0, index)).allMatch(Printable::isBlank);
    }

    private static boolean isBlank(int code) {
        return Character.isWhitespace(code) || Character.isSpaceChar(code);
    }

    /** Whether an invisible character does what it is made for. */
    private static boolean isSpelling(String raw, int index, int code) {
        if (index == 0) {
            return false;
        }
        int before = raw.codePointBefore(index);
        int after = index + 1 < raw.length() ? raw.codePointAt(index + 1) : 0;
        return switch (code) {
            case ZERO_WIDTH_NON_JOINER -> joins(before, after, JOINING_SCRIPTS);
            case ZERO_WIDTH_JOINER ->
                joins(before, after, JOINING_SCRIPTS)
                        || (before == EMOJI_STYLE && index > 1 && isIn(SYMBOLS, raw.codePointBefore(index - 1))
                                        || isIn(SYMBOLS, before))
                                && isIn(SYMBOLS, after);
            case TEXT_STYLE, EMOJI_STYLE ->
                isIn(SYMBOLS, before)
                        || after == KEYCAP && (before >= '0' && before <= '9' || before == '#' || before == '*');
            default -> false;
        };
    }

    private static boolean joins(int before, int after, int[][] scripts) {
        return isIn(scripts, before) && isIn(scripts, after) && !isIn(WRITTEN_OUT, before) && !isIn(WRITTEN_OUT, after);
    }

    private static boolean isIn(int[][] ranges, int code) {
        for (int[] range : ranges) {
            if (code >= range[0] && code <= range[1]) {
                return true;
            }
        }
        return false;
    }
}
