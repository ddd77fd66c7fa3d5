package io.github.fairnessgate.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Printable;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.metric.MetricDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code report.sarif}: what did not pass and every {@link Caution}, as SARIF 2.1.0 for code scanning. A result stands
 * at the line of the thresholds whose rule it is, a caution at their first line; where the thresholds are built in
 * there is no such file in the project, and it stands at the first line of the POM.
 */
public final class SarifReport {

    private static final String VERSION = "2.1.0";
    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
    private static final String FINGERPRINT = "fairnessRule/v1";
    private static final String TOOL = "fairness-maven-plugin";

    private SarifReport() {}

    record Log(@JsonProperty("$schema") String schema, String version, List<Run> runs) {}

    record Run(Tool tool, List<Result> results, String columnKind) {}

    record Tool(Driver driver) {}

    record Driver(String name, String version, List<Descriptor> rules) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Descriptor(String id, Message shortDescription, Message help) {}

    record Message(String text) {}

    record Result(
            String ruleId,
            int ruleIndex,
            String level,
            Message message,
            List<Place> locations,
            Map<String, String> partialFingerprints) {}

    record Place(PhysicalLocation physicalLocation) {}

    record PhysicalLocation(ArtifactLocation artifactLocation, Region region) {}

    record ArtifactLocation(String uri, String uriBaseId) {}

    record Region(int startLine) {}

    /** @throws io.github.fairnessgate.InvalidInputException if the file cannot be written */
    public static void write(Path file, Report report) {
        AtomicFiles.write(
                file, out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, log(report)));
    }

    private static Log log(Report report) {
        List<String> metrics = report.gate().results().stream()
                .map(result -> result.metric().id())
                .distinct()
                .toList();
        List<Caution> cautions = Caution.of(report);
        List<Descriptor> descriptors = Stream.concat(
                        metrics.stream().map(SarifReport::descriptor),
                        cautions.stream()
                                .map(caution -> new Descriptor(caution.id(), new Message(caution.about()), null))
                                .distinct())
                .toList();
        List<String> ids = descriptors.stream().map(Descriptor::id).toList();
        List<Result> results = Stream.concat(
                        report.gate().results().stream()
                                .filter(result -> level(report, result) != null)
                                .map(result -> result(
                                        report,
                                        result,
                                        ids.indexOf(result.metric().id()))),
                        cautions.stream().map(caution -> result(report, caution, ids.indexOf(caution.id()))))
                .toList();
        return new Log(
                SCHEMA,
                VERSION,
                List.of(new Run(
                        new Tool(new Driver(TOOL, report.pluginVersion(), descriptors)), results, "utf16CodeUnits")));
    }

    private static Descriptor descriptor(String metric) {
        return new Descriptor(
                metric,
                new Message(metric),
                Suites.definition(metric)
                        .map(MetricDefinition::sentence)
                        .map(Message::new)
                        .orElse(null));
    }

    /** Nothing for a rule that is kept or only reported. */
    private static String level(Report report, RuleResult result) {
        return switch (Outcome.of(report.gate(), result)) {
            case FAILED -> "error";
            case WARNED -> "warning";
            case PASSED, REPORTED -> null;
        };
    }

    private static Place place(SourceLine line) {
        return new Place(
                new PhysicalLocation(new ArtifactLocation(line.uri(), "%SRCROOT%"), new Region(line.number())));
    }

    private static Result result(Report report, RuleResult result, int index) {
        return new Result(
                result.metric().id(),
                index,
                level(report, result),
                new Message(Printable.line(Outcome.message(report.gate(), result))),
                report.lineOf(result.rule()).map(SarifReport::place).stream().toList(),
                Map.of(FINGERPRINT, RuleIdentity.digest(result)));
    }

    private static Result result(Report report, Caution caution, int index) {
        return new Result(
                caution.id(),
                index,
                "warning",
                new Message(caution.sentence()),
                report.beginning().map(SarifReport::place).stream().toList(),
                Map.of(FINGERPRINT, caution.digest()));
    }
}
