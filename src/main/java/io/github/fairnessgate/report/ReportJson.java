package io.github.fairnessgate.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.artifact.AtomicFiles;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Evaluation.Value;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Interval;
import io.github.fairnessgate.gate.Limit;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.Verdict;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code report.json}: the report for machines. Its form is described by {@code report.schema.json};
 * {@code schemaVersion} is raised whenever a reader of the old form would misread the new one.
 */
public final class ReportJson {

    private static final int SCHEMA_VERSION = 1;

    private ReportJson() {
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Document(int schemaVersion, String plugin, Verdict verdict, boolean passed, String thresholds, BigDecimal alpha,
            Model baseline, Model candidate, List<RuleEntry> rules) {
    }

    record Model(Provenance provenance, List<Value> values) {
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RuleEntry(String metric, String slice, String role, String level, int line, SortedMap<String, BigDecimal> limits,
            double baseline, double candidate, double harmIncrease, ChangeEntry change, CandidateEntry candidateAlone,
            int items, int clusters, Verdict verdict, String reason) {
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ChangeEntry(String kind, double estimate, IntervalEntry interval, double pValue, double adjustedPValue, String method,
            Long worse, Long better, Double exactMcNemar, Double midPMcNemar) {
    }

    record CandidateEntry(IntervalEntry interval, double pValue, double adjustedPValue, String method) {
    }

    /** A bound is left out where the data give none. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record IntervalEntry(Double low, Double high, double level) {

        static IntervalEntry of(Interval interval) {
            return new IntervalEntry(finite(interval.low()), finite(interval.high()), interval.level());
        }

        private static Double finite(double bound) {
            return Double.isFinite(bound) ? bound : null;
        }
    }

    /** @throws io.github.fairnessgate.InvalidInputException if the file cannot be written */
    public static void write(Path file, Report report) {
        AtomicFiles.write(file, out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, document(report)));
    }

    private static Document document(Report report) {
        GateResult gate = report.gate();
        return new Document(SCHEMA_VERSION, report.pluginVersion(), gate.verdict(), gate.passed(), report.thresholds(),
                gate.thresholds().alpha(), model(report.baseline()), model(report.candidate()),
                gate.results().stream().map(ReportJson::rule).toList());
    }

    private static Model model(Evaluation evaluation) {
        return new Model(evaluation.provenance(), evaluation.values());
    }

    private static RuleEntry rule(RuleResult result) {
        SortedMap<String, BigDecimal> limits = new TreeMap<>();
        for (Limit limit : result.rule().limits()) {
            limits.put(limit.kind().key(), limit.value());
        }
        return new RuleEntry(result.metric().id(), result.rule().slice(), lower(result.rule().role()), lower(result.rule().level()),
                result.rule().location().line(), limits, result.baseline(), result.candidate(), result.harmIncrease(),
                result.change().map(ReportJson::change).orElse(null),
                result.candidateAlone().map(alone -> new CandidateEntry(IntervalEntry.of(alone.interval()), alone.pValue(), alone.adjustedPValue(),
                        alone.method())).orElse(null),
                result.items(), result.clusters(), result.verdict().orElse(null), result.reason());
    }

    private static ChangeEntry change(RuleResult.Change change) {
        return new ChangeEntry(lower(change.kind()), change.estimate(), IntervalEntry.of(change.interval()), change.pValue(), change.adjustedPValue(),
                change.method(),
                change.counts().map(RuleResult.ChangedItems::increased).orElse(null),
                change.counts().map(RuleResult.ChangedItems::decreased).orElse(null),
                change.counts().map(RuleResult.ChangedItems::exactMcNemar).orElse(null),
                change.counts().map(RuleResult.ChangedItems::midPMcNemar).orElse(null));
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
