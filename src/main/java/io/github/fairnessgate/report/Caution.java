package io.github.fairnessgate.report;

import io.github.fairnessgate.Printable;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.model.ShippedFiles;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * What nobody may overlook, whatever the verdict is: a warning about the models, files that nothing verified, a test of
 * the gate that did not pass, a relaxation of the gate. Every form of the report shows it.
 *
 * @param about what it is about, in a few words
 * @param sentence that says it
 */
record Caution(String about, String sentence) {

    private static final String PREFIX = "fairness.";

    /** The gravest first. */
    static List<Caution> of(Report report) {
        return Stream.of(
                        cautions("the two models", report.warnings().stream()),
                        cautions("files of the candidate", report.shipped().flatMap(ShippedFiles::warning).stream()),
                        cautions("tests of the gate", report.tests().warnings().stream()),
                        cautions("relaxed gate", report.run().relaxations().stream()))
                .flatMap(cautions -> cautions)
                .toList();
    }

    private static Stream<Caution> cautions(String about, Stream<String> sentences) {
        return sentences.map(sentence -> new Caution(about, Printable.line(sentence)));
    }

    /** What it is about, as the id of a rule of a scanner: {@code fairness.relaxed-gate}. */
    String id() {
        return PREFIX + about.replace(' ', '-');
    }

    /** SHA-256 of what it says, in hexadecimal. */
    String digest() {
        return Digests.sha256((id() + "\n" + sentence).getBytes(StandardCharsets.UTF_8));
    }
}
