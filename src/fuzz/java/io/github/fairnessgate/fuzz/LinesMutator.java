package io.github.fairnessgate.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Deletes, repeats, exchanges and changes lines of a text. */
public final class LinesMutator implements Mutator {

    private final Mutator line;

    /** @param line changes one line, and says what means the same as it */
    public LinesMutator(Mutator line) {
        this.line = line;
    }

    @Override
    public byte[] changed(byte[] good, Random random) {
        List<String> lines = lines(good);
        int at = random.nextInt(lines.size());
        switch (random.nextInt(8)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
            case 2 -> Collections.swap(lines, at, random.nextInt(lines.size()));
            case 3 -> lines.addAll(Collections.nCopies(1 << random.nextInt(10), lines.get(at)));
            default -> lines.set(at, changedLine(lines.get(at), random));
        }
        return text(lines, "\n");
    }

    private String changedLine(String text, Random random) {
        if (text.isEmpty()) {
            return Hostile.value(random);
        }
        return new String(line.changed(text.getBytes(StandardCharsets.UTF_8), random), StandardCharsets.UTF_8);
    }

    /** Lines that mean the same, other ends of lines, and an end without one. */
    @Override
    public Optional<byte[]> sameMeaning(byte[] good, Random random) {
        List<String> lines = lines(good);
        lines.replaceAll(text -> text.isEmpty() || random.nextBoolean()
                ? text
                : line.sameMeaning(text.getBytes(StandardCharsets.UTF_8), random)
                        .map(LinesMutator::oneLine)
                        .orElse(text));
        byte[] text = text(lines, random.nextBoolean() ? "\n" : "\r\n");
        return Optional.of(text);
    }

    private static String oneLine(byte[] text) {
        return new String(text, StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .reduce("", String::concat);
    }

    private static List<String> lines(byte[] good) {
        return new ArrayList<>(new String(good, StandardCharsets.UTF_8).lines().toList());
    }

    private static byte[] text(List<String> lines, String end) {
        return (String.join(end, lines) + end).getBytes(StandardCharsets.UTF_8);
    }
}
