package io.github.fairnessgate.report;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import java.util.List;

/**
 * A rule on the page.
 *
 * @param anchor by which a link leads to it, the same in every build
 * @param name for people
 * @param role {@code fairness}, {@code capability}, {@code cost} or {@code reported}
 * @param note that the rule only warns, or is accepted by an exception; else empty
 * @param reason of the verdict
 * @param plots its interval against its limits
 * @param definition the number of its metric among the definitions
 */
public record RuleRow(
        String anchor,
        String name,
        String role,
        RuleText text,
        String note,
        String reason,
        List<ForestPlot> plots,
        int definition) {

    /** @param metrics ids of those that have a definition, in their order */
    static RuleRow of(GateResult gate, RuleResult result, List<String> metrics) {
        boolean exploratory = result.rule().role() == Rule.Role.EXPLORATORY;
        return new RuleRow(
                anchor(result),
                RuleName.of(result),
                exploratory ? "reported" : EnumText.of(result.rule().role()),
                RuleText.of(result),
                gate.acceptance(result)
                        .map(exception -> "accepted until " + exception.until())
                        .orElse(!exploratory && result.rule().level() == Rule.Level.WARN ? "warning only" : ""),
                result.reason(),
                ForestPlot.of(result),
                metrics.indexOf(result.metric().id()));
    }

    /** Of metric and slice, without the digest of a scorer. */
    static String anchor(RuleResult result) {
        return "rule-"
                + RuleText.of(result)
                        .subject()
                        .replaceFirst("@[0-9a-f]{8}(?= |$)", "")
                        .replaceAll("[^A-Za-z0-9._-]+", "-");
    }
}
