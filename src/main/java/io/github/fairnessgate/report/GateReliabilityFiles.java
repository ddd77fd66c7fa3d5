package io.github.fairnessgate.report;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.FileErrors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What {@code fairness:self-test} and {@code fairness:certify} left in an output folder, as text. Nothing says yet that
 * it is about this gate.
 *
 * @param selfTest {@link SelfTestJson#FILE}
 * @param certification {@link CertificationJson#FILE}
 */
public record GateReliabilityFiles(Optional<String> selfTest, Optional<String> certification) {

    /** None. */
    public static final GateReliabilityFiles NONE = new GateReliabilityFiles(Optional.empty(), Optional.empty());

    /** @throws InvalidInputException if there is a file that cannot be read */
    public static GateReliabilityFiles read(Path folder) {
        return new GateReliabilityFiles(
                text(folder.resolve(SelfTestJson.FILE)), text(folder.resolve(CertificationJson.FILE)));
    }

    private static Optional<String> text(Path file) {
        return Files.isRegularFile(file)
                ? Optional.of(FileErrors.text(
                        file, BoundedFiles.LARGEST, file.toString(), "remove it, or run its goal again"))
                : Optional.empty();
    }

    /** Those that there are, by name. */
    public SortedMap<String, String> files() {
        SortedMap<String, String> files = new TreeMap<>();
        selfTest.ifPresent(text -> files.put(SelfTestJson.FILE, text));
        certification.ifPresent(text -> files.put(CertificationJson.FILE, text));
        return files;
    }

    /**
     * What they say about a verdict. What is about another model, other thresholds, another version of the plugin or
     * another candidate, or cannot be read, only leaves a note that says so.
     *
     * @param verdict what it was reached with
     * @param candidate digest of the candidate
     */
    public GateReliability about(Measured verdict, String candidate) {
        List<String> notes = new ArrayList<>();
        return new GateReliability(
                selfTest.flatMap(text -> usable(text, file -> SelfTestJson.read(file, verdict), notes)),
                certification.flatMap(
                        text -> usable(text, file -> CertificationJson.read(file, verdict, candidate), notes)),
                notes);
    }

    private static <T> Optional<T> usable(String text, Function<String, T> reader, List<String> notes) {
        try {
            return Optional.of(reader.apply(text));
        } catch (InvalidInputException e) {
            notes.add(e.getMessage());
            return Optional.empty();
        }
    }
}
