package io.github.fairnessgate.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.SelfTest;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.metric.MetricId;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code self-test.json}: what the gate said of the baseline itself and of the harmed model, with rules as in
 * {@code report.json}.
 */
public final class SelfTestJson {

    /** Its name. */
    public static final String FILE = "self-test.json";

    private static final int SCHEMA_VERSION = 1;

    private SelfTestJson() {}

    record Document(
            int schemaVersion,
            String plugin,
            boolean passed,
            List<String> problems,
            String model,
            String thresholds,
            BigDecimal alpha,
            Measured measured,
            List<Judged> baselineAgain,
            Control control) {}

    record Judged(Verdict verdict, boolean passed, List<ReportJson.RuleEntry> rules) {

        static Judged of(GateResult gate) {
            return new Judged(
                    gate.verdict(),
                    gate.passed(),
                    gate.results().stream()
                            .map(result -> ReportJson.rule(gate, result))
                            .toList());
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Control(double nats, List<String> harmedSuites, Judged result) {}

    /**
     * Writes the file.
     *
     * @param plugin its version
     * @param measured what the test was made with
     * @param thresholds what they are called on every machine
     * @param nats by how much the logits of the harmed model's words were raised at most
     * @throws io.github.fairnessgate.InvalidInputException if the file cannot be written
     */
    public static void write(
            Path file, String plugin, Measured measured, String thresholds, double nats, SelfTest test) {
        Document document = new Document(
                SCHEMA_VERSION,
                plugin,
                test.passed(),
                test.problems(),
                measured.model(),
                thresholds,
                test.control().thresholds().alpha(),
                measured,
                test.again().stream().map(Judged::of).toList(),
                new Control(nats, test.harmed().stream().sorted().toList(), Judged.of(test.control())));
        AtomicFiles.write(
                file, out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, document));
    }

    /**
     * Reads a file back.
     *
     * @param verdict what the verdict was reached with that the self-test is to be shown with
     * @throws InvalidInputException if it is no such file, contradicts itself, or is about another gate; says so in a
     *     sentence
     */
    static GateReliability.SelfTested read(String text, Measured verdict) {
        Document document =
                GateReliabilityReader.read(FILE, "self-test", text, Document.class, Document::measured, verdict);
        try {
            Control control = document.control();
            return new GateReliability.SelfTested(
                    document.passed(),
                    document.problems(),
                    document.baselineAgain().size(),
                    (int) document.baselineAgain().stream()
                            .filter(Judged::passed)
                            .count(),
                    control.nats(),
                    control.harmedSuites(),
                    control.result().verdict(),
                    control.result().rules().stream()
                            .filter(rule -> isTested(rule, control))
                            .map(rule -> new GateReliability.Tested(
                                    rule.metric(), rule.slice(), rule.baseline(), rule.candidate(), rule.verdict()))
                            .toList());
        } catch (NullPointerException | IllegalArgumentException e) {
            throw GateReliabilityReader.unusable(FILE, "self-test", e);
        }
    }

    /** As {@link SelfTest#tested}. */
    private static boolean isTested(ReportJson.RuleEntry rule, Control control) {
        return rule.role().equals("fairness")
                && rule.level().equals("error")
                && control.harmedSuites().contains(MetricId.suiteOf(rule.metric()));
    }
}
