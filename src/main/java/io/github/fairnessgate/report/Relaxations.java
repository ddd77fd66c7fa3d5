package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.Thresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What thresholds and baseline file say by which a gate passes although a rule is not kept, or not settled. */
public final class Relaxations {

    private Relaxations() {}

    /** A sentence for each that is in use. */
    public static List<String> of(GateResult gate) {
        List<String> sentences = new ArrayList<>();
        Thresholds thresholds = gate.thresholds();
        if (thresholds.onInconclusive() == Thresholds.OnInconclusive.WARN) {
            sentences.add("onInconclusive is warn: a rule that the data do not settle does not fail the build.");
        }
        if (thresholds.allowUnderpowered()) {
            sentences.add("allowUnderpowered is true: rules may have margins that their data cannot show.");
        }
        long warning = thresholds.rules().stream()
                .filter(rule -> rule.level() == Rule.Level.WARN && rule.role() != Rule.Role.EXPLORATORY)
                .count();
        if (warning > 0) {
            sentences.add(String.format(
                    Locale.ROOT,
                    "%d %s level: warn and cannot fail the build.",
                    warning,
                    warning == 1 ? "rule has" : "rules have"));
        }
        long accepted = gate.results().stream()
                .filter(result -> gate.acceptance(result).isPresent())
                .count();
        if (accepted > 0) {
            sentences.add(String.format(
                    Locale.ROOT,
                    "%d %s not kept, but accepted by an exception of the baseline file.",
                    accepted,
                    accepted == 1 ? "rule is" : "rules are"));
        }
        return sentences;
    }
}
