package io.github.fairnessgate.result;

import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.gate.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * A list of what every gate of a build came to, for whoever started the build: the action sets the variable
 * {@code FAIRNESS_LEDGER} to an empty file. A line has three fields with tabs between them: a verdict, {@code SKIPPED}
 * or {@code RELAXED}; the file that says so; and a sentence.
 */
final class GateLedger {

    static final String VARIABLE = "FAIRNESS_LEDGER";

    private final Map<String, String> environment;

    /** @param environment the process's variables */
    GateLedger(Map<String, String> environment) {
        this.environment = environment;
    }

    void judged(Verdict verdict, Path report, List<String> relaxations) {
        StringBuilder lines = new StringBuilder(line(verdict.name(), report, ""));
        relaxations.forEach(relaxation -> lines.append(line("RELAXED", report, relaxation)));
        append(lines.toString());
    }

    void skipped(Path marker, String by) {
        append(line("SKIPPED", marker, by));
    }

    private static String line(String word, Path file, String sentence) {
        return String.join("\t", word, field(file.toString()), field(sentence)) + "\n";
    }

    private static String field(String text) {
        return text.replaceAll("\\p{Cntrl}", "\uFFFD");
    }

    private void append(String lines) {
        String file = environment.get(VARIABLE);
        if (file == null || file.isBlank()) {
            return;
        }
        try {
            Files.write(
                    Path.of(file),
                    lines.getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw FileErrors.cannot("write", Path.of(file), e);
        }
    }
}
