package io.github.fairnessgate.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.report.ReportJson.IntervalEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a gate found once, for those who come later.
 *
 * @param schema of the entry, {@value #SCHEMA}
 * @param result digest of everything but {@code build}: the same result has it in every build of a version
 * @param build that it is the result of
 * @param baseline digest of the model before compression
 * @param candidate digest of the model after compression
 * @param thresholds as the user named them
 * @param rules one for each
 */
record HistoryEntry(
        int schema,
        String result,
        Identity build,
        String baseline,
        String candidate,
        String thresholds,
        Verdict verdict,
        List<Value> rules) {

    static final int SCHEMA = 1;

    /**
     * A rule.
     *
     * @param rule its anchor, which is the same in every build
     * @param name for people
     * @param verdict left out where the rule never decides
     * @param kind what changed, as in {@code report.json}; left out with the numbers of a change that is not known
     * @param change above 0 is worse, above 1 of a ratio; of a signed change, upwards
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Value(
            String rule,
            String name,
            String role,
            Verdict verdict,
            Double before,
            Double after,
            String kind,
            Double change,
            Double low,
            Double high) {

        static Value of(RuleResult result) {
            return new Value(
                    RuleRow.anchor(result),
                    RuleName.of(result),
                    EnumText.of(result.rule().role()),
                    result.verdict().orElse(null),
                    IntervalEntry.finite(result.baseline()),
                    IntervalEntry.finite(result.candidate()),
                    result.change().map(change -> EnumText.of(change.kind())).orElse(null),
                    result.change()
                            .map(change -> IntervalEntry.finite(change.estimate()))
                            .orElse(null),
                    result.change()
                            .map(change ->
                                    IntervalEntry.finite(change.interval().low()))
                            .orElse(null),
                    result.change()
                            .map(change ->
                                    IntervalEntry.finite(change.interval().high()))
                            .orElse(null));
        }
    }

    static HistoryEntry of(Report report) {
        HistoryEntry entry = new HistoryEntry(
                SCHEMA,
                "",
                report.build(),
                report.baseline().provenance().model(),
                report.candidate().provenance().model(),
                report.thresholds(),
                report.gate().verdict(),
                report.gate().results().stream().map(Value::of).toList());
        return new HistoryEntry(
                SCHEMA,
                entry.digest(),
                entry.build,
                entry.baseline,
                entry.candidate,
                entry.thresholds,
                entry.verdict,
                entry.rules);
    }

    /** On one line, without its end. */
    String line() {
        try {
            return Json.MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an entry can always be written as JSON", e);
        }
    }

    /** Of what was found, and of which version. */
    String digest() {
        HistoryEntry content = new HistoryEntry(
                SCHEMA,
                "",
                new Identity(build.project(), build.version(), "", "", "", ""),
                baseline,
                candidate,
                thresholds,
                verdict,
                rules);
        return Digests.sha256(content.line().getBytes(StandardCharsets.UTF_8));
    }
}
