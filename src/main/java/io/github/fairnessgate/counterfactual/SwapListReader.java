package io.github.fairnessgate.counterfactual;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.UserPath;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.Utf8;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@link SwapList}s from files of two columns; docs/recipes.md has the rules. */
public final class SwapListReader {

    /** The list that is in the jar. */
    public static final String BUILTIN = "builtin:winobias";

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}]+(?:['’-][\\p{L}\\p{M}]+)*\\.?");

    private final Path file;
    private final List<SwapList.Pair> pairs = new ArrayList<>();
    private final Map<String, Integer> lineOfWord = new HashMap<>();
    private final Map<SwapList.Pair, Integer> lineOfPair = new HashMap<>();

    private SwapListReader(Path file) {
        this.file = file;
    }

    /**
     * Reads what a recipe names.
     *
     * @param name {@code builtin:winobias} or a file
     * @param baseDirectory what a relative path starts from
     * @throws InvalidInputException if there is no such list or it cannot be used, with its line
     */
    public static SwapList read(String name, Path baseDirectory) {
        if (name.equals(BUILTIN)) {
            return WinoBiasSwaps.read();
        }
        Path file = UserPath.resolve(baseDirectory, name);
        byte[] content = bytes(file);
        return new SwapListReader(file).list(name, content);
    }

    private static byte[] bytes(Path file) {
        try {
            return BoundedFiles.bytes(file, BoundedFiles.LARGEST_WRITTEN);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(
                    "The swaps " + file + " do not exist; correct 'swaps' in the recipe (paths are relative to the"
                            + " recipe's folder), or name " + BUILTIN + ".",
                    e);
        } catch (IOException e) {
            throw new InvalidInputException("The swaps " + file + " cannot be read: " + Reason.of(e) + ".", e);
        }
    }

    private SwapList list(String name, byte[] content) {
        String[] lines = text(content).split("\r?\n|\r", -1);
        for (int number = 1; number <= lines.length; number++) {
            String line = lines[number - 1];
            if (!line.isBlank() && !line.strip().startsWith("#")) {
                add(line, number);
            }
        }
        if (pairs.isEmpty()) {
            throw new InvalidInputException(
                    file + ":" + lines.length + ": the file ends without a pair of words; write one pair a line, two"
                            + " words with a tab between them, or name " + BUILTIN + ".");
        }
        return SwapList.of(name, Digests.sha256(content), pairs);
    }

    private String text(byte[] content) {
        try {
            return Utf8.decodeUnmarked(content);
        } catch (Utf8.NotUtf8Exception e) {
            long line = 1;
            for (int i = 0; i < e.position(); i++) {
                line += content[i] == '\n' ? 1 : 0;
            }
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s:%d: byte 0x%02x is not UTF-8; save the file in that encoding.",
                            file,
                            line,
                            content[e.position()]),
                    e);
        }
    }

    private void add(String line, int number) {
        String[] cells = line.split("\t", -1);
        if (cells.length != 2) {
            throw problem(
                    number,
                    "found %d %s, but a line has two words with a tab between them; %s"
                            .formatted(
                                    cells.length,
                                    cells.length == 1 ? "column" : "columns",
                                    cells.length == 1 ? "add the tab and the second word" : "remove the others"));
        }
        SwapList.Pair pair = new SwapList.Pair(word(cells[0], number), word(cells[1], number));
        if (pair.one().equals(pair.other())) {
            throw problem(
                    number, "\"" + pair.one() + "\" is paired with itself; name its counterpart, or remove the line");
        }
        requireNew(pair, number);
        pairs.add(pair);
    }

    private String word(String cell, int number) {
        String word = cell.strip();
        if (word.isEmpty()) {
            throw problem(number, "a word is missing beside the tab; write two words, or remove the line");
        }
        if (!WORD.matcher(word).matches()) {
            throw problem(
                    number,
                    "\"%s\" is not one word; write letters, with apostrophes or hyphens between them if need be"
                            .formatted(word));
        }
        return plain(word);
    }

    /** As a {@link SwapList} has it. */
    static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace('’', '\'').replaceAll("\\.$", "");
    }

    /** Nothing but a pronoun of the rule may be in two pairs: of two counterparts nobody knows which one is meant. */
    private void requireNew(SwapList.Pair pair, int number) {
        Integer same = lineOfPair.get(pair);
        if (same != null) {
            throw problem(
                    number,
                    "\"%s\" and \"%s\" are a pair in line %d already, in both directions; remove one of the lines"
                            .formatted(pair.one(), pair.other(), same));
        }
        lineOfPair.put(pair, number);
        lineOfPair.put(new SwapList.Pair(pair.other(), pair.one()), number);
        if (Pronouns.are(pair)) {
            return;
        }
        for (String word : List.of(pair.one(), pair.other())) {
            Integer before = lineOfWord.putIfAbsent(word, number);
            if (before != null || Pronouns.COUNTERPARTS.containsKey(word)) {
                throw problem(
                        number,
                        before == null
                                ? "\"%s\" can only be paired as her and him, her and his, or hers and his; change the pair"
                                        .formatted(word)
                                : "\"%s\" has another counterpart in line %d, but a word can have one only (swaps go in both"
                                                .formatted(word, before)
                                        + " directions); remove one of the lines");
            }
        }
    }

    private InvalidInputException problem(int line, String sentence) {
        return new InvalidInputException(file + ":" + line + ": " + sentence + ".");
    }
}
