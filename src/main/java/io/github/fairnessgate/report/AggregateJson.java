package io.github.fairnessgate.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.AcceptedException;
import io.github.fairnessgate.gate.Limit;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.report.ReportJson.IntervalEntry;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code aggregate.json}: the results of all modules for machines. Its form is described by
 * {@code aggregate.schema.json}.
 */
public final class AggregateJson {

    private static final int SCHEMA_VERSION = 1;

    private AggregateJson() {}

    record Document(
            int schemaVersion,
            String plugin,
            String project,
            @JsonInclude(JsonInclude.Include.NON_NULL) Identity build,
            Standing verdict,
            boolean passed,
            List<ModuleEntry> modules) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ModuleEntry(
            String module,
            String file,
            Standing verdict,
            boolean passed,
            String problem,
            String conclusion,
            Identity build,
            String baseline,
            String candidate,
            String digest,
            String thresholds,
            Rules rules,
            Worst worst) {}

    /** Numbers of rules that are not exploratory. */
    record Rules(long failed, long inconclusive, long passed, long accepted) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Worst(
            String metric,
            String slice,
            Verdict verdict,
            String acceptedUntil,
            SortedMap<String, BigDecimal> limits,
            Double baseline,
            Double candidate,
            Double harmIncrease,
            Double shareOfLimit) {}

    /** @throws io.github.fairnessgate.InvalidInputException if the file cannot be written */
    public static void write(Path file, Aggregate aggregate) {
        Document document = new Document(
                SCHEMA_VERSION,
                aggregate.plugin(),
                aggregate.project(),
                aggregate.build().isUnknown() ? null : aggregate.build(),
                aggregate.verdict(),
                aggregate.passed(),
                aggregate.modules().stream().map(AggregateJson::module).toList());
        AtomicFiles.write(
                file, out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, document));
    }

    private static ModuleEntry module(ModuleResult module) {
        return module.report()
                .map(report -> new ModuleEntry(
                        module.module(),
                        module.file(),
                        module.standing(),
                        module.passed(),
                        null,
                        Conclusion.sentence(report.gate()),
                        report.build().isUnknown() ? null : report.build(),
                        report.baseline().provenance().source(),
                        report.candidate().provenance().source(),
                        report.candidate().provenance().model(),
                        report.thresholds(),
                        new Rules(
                                module.count(Verdict.FAIL),
                                module.count(Verdict.INCONCLUSIVE),
                                module.count(Verdict.PASS),
                                module.accepted()),
                        module.worst().map(worst -> worst(report, worst)).orElse(null)))
                .orElseGet(() -> new ModuleEntry(
                        module.module(),
                        module.file(),
                        module.standing(),
                        module.passed(),
                        module.problem(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null));
    }

    private static Worst worst(Report report, WorstChange worst) {
        RuleResult result = worst.result();
        SortedMap<String, BigDecimal> limits = new TreeMap<>();
        for (Limit limit : result.rule().limits()) {
            limits.put(limit.kind().key(), limit.value());
        }
        return new Worst(
                result.metric().id(),
                result.rule().slice(),
                result.verdict().orElseThrow(),
                report.gate()
                        .acceptance(result)
                        .map(AcceptedException::until)
                        .map(Object::toString)
                        .orElse(null),
                limits,
                IntervalEntry.finite(result.baseline()),
                IntervalEntry.finite(result.candidate()),
                IntervalEntry.finite(result.harmIncrease()),
                worst.share().isPresent() ? worst.share().getAsDouble() : null);
    }
}
