package io.github.fairnessgate.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Changes lines, keys, values, indentation, anchors, tags and documents of a YAML text that has neither block scalars
 * nor '#' in values.
 */
public final class YamlMutator implements Mutator {

    private static final List<String> PIECES = List.of(
            "&a [*a]",
            "*a",
            "&a x",
            "!!java.net.URL [x]",
            "!!binary aGk=",
            "!!python/object:os.system x",
            "<<: *a",
            "<<: {a: 1}",
            "---",
            "...",
            "%YAML 1.2",
            "%TAG ! tag:x,2000:",
            "\t",
            "? {a: 1}",
            "? [a]",
            "|",
            ">",
            "- - - -",
            "{",
            "}",
            "[",
            "]",
            "'",
            "\"",
            "~",
            "0x10",
            "0o17",
            "1_000",
            ".inf",
            "-.inf",
            ".nan",
            "+1",
            "01",
            "yes",
            "2026-01-01",
            "=",
            "@x",
            "`x`",
            "\"\\x\"",
            "\"\\u0000\"",
            "\u0085",
            "\u2028",
            "\uFEFF",
            "a: b: c",
            ": x",
            "#");
    private static final int MOST_CHANGES = 3;

    @Override
    public byte[] changed(byte[] good, Random random) {
        List<String> lines = lines(good);
        for (int change = random.nextInt(MOST_CHANGES); change >= 0 && !lines.isEmpty(); change--) {
            change(lines, random.nextInt(lines.size()), random);
        }
        return text(lines, "\n");
    }

    private static void change(List<String> lines, int at, Random random) {
        String line = lines.get(at);
        switch (random.nextInt(13)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
            case 2 -> Collections.swap(lines, at, random.nextInt(lines.size()));
            case 3 -> lines.set(at, " ".repeat(random.nextInt(9)) + line.strip());
            case 4 -> lines.add(at, " ".repeat(random.nextInt(5)) + PIECES.get(random.nextInt(PIECES.size())));
            case 5 -> lines.set(at, " ".repeat(1 << random.nextInt(13)) + line);
            case 6 -> lines.addAll(at, bomb(random));
            case 7 ->
                lines.set(
                        at,
                        new String(
                                new ByteMutator().changed(line.getBytes(StandardCharsets.UTF_8), random),
                                StandardCharsets.UTF_8));
            case 8 -> lines.set(at, word(line, random, PIECES.get(random.nextInt(PIECES.size()))));
            case 9 -> lines.set(at, word(line, random, "\"" + "x".repeat(1 << random.nextInt(15)) + "\""));
            default -> lines.set(at, word(line, random, Hostile.value(random)));
        }
    }

    /** Aliases that hold more and more. */
    private static List<String> bomb(Random random) {
        List<String> lines = new ArrayList<>(List.of("b0: &b0 [x, x]"));
        for (int i = 1; i <= random.nextInt(30); i++) {
            lines.add("b%d: &b%d [*b%d, *b%d]".formatted(i, i, i - 1, i - 1));
        }
        return lines;
    }

    /** With one word replaced. */
    private static String word(String line, Random random, String other) {
        String[] words = line.split("(?<=[\\s:,\\[\\]{}])|(?=[\\s:,\\[\\]{}])");
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < words.length; i++) {
            if (words[i].matches("[^\\s:,\\[\\]{}-]+.*")) {
                places.add(i);
            }
        }
        if (places.isEmpty()) {
            return line + other;
        }
        words[places.get(random.nextInt(places.size()))] = other;
        return String.join("", words);
    }

    /** Comments, spaces at the ends of lines, and other ends of lines; every value stays in its line. */
    @Override
    public Optional<byte[]> sameMeaning(byte[] good, Random random) {
        List<String> lines = lines(good);
        lines.replaceAll(line -> random.nextInt(3) > 0 || line.isBlank()
                ? line
                : line + (random.nextBoolean() ? "  " : " # more: [1, {a: b"));
        lines.add("# the end");
        return Optional.of(text(lines, random.nextBoolean() ? "\n" : "\r\n"));
    }

    private static List<String> lines(byte[] good) {
        return new ArrayList<>(new String(good, StandardCharsets.UTF_8).lines().toList());
    }

    private static byte[] text(List<String> lines, String end) {
        return (String.join(end, lines) + end).getBytes(StandardCharsets.UTF_8);
    }
}
