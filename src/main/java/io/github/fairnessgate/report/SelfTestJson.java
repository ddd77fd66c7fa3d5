package io.github.fairnessgate.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.artifact.AtomicFiles;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.SelfTest;
import io.github.fairnessgate.gate.Verdict;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;

/** {@code self-test.json}: what the gate said of the baseline itself and of the harmed model, with rules as in {@code report.json}. */
public final class SelfTestJson {

    private static final int SCHEMA_VERSION = 1;

    private SelfTestJson() {
    }

    record Document(int schemaVersion, String plugin, boolean passed, List<String> problems, String model, String thresholds, BigDecimal alpha,
            List<Judged> baselineAgain, Control control) {
    }

    record Judged(Verdict verdict, boolean passed, List<ReportJson.RuleEntry> rules) {

        static Judged of(GateResult gate) {
            return new Judged(gate.verdict(), gate.passed(), gate.results().stream().map(result -> ReportJson.rule(gate, result)).toList());
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Control(double nats, List<String> harmedSuites, Judged result) {
    }

    /**
     * Writes the file.
     *
     * @param plugin     its version
     * @param model      digest of the baseline
     * @param thresholds as the user named them
     * @param nats       by how much the logits of the harmed model's words were raised at most
     * @throws io.github.fairnessgate.InvalidInputException if the file cannot be written
     */
    public static void write(Path file, String plugin, String model, String thresholds, double nats, SelfTest test) {
        Document document = new Document(SCHEMA_VERSION, plugin, test.passed(), test.problems(), model, thresholds,
                test.control().thresholds().alpha(), test.again().stream().map(Judged::of).toList(),
                new Control(nats, test.harmed().stream().sorted().toList(), Judged.of(test.control())));
        AtomicFiles.write(file, out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, document));
    }
}
