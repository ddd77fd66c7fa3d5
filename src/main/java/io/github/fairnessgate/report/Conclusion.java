package io.github.fairnessgate.report;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.Printable;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import io.github.fairnessgate.gate.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a gate came to, in one sentence for people who read no table: {@code Language quality fell: StereoSet language
 * model score (LMS) 73.1 -> 67.7, limit -3.0; 1 more rule failed; the 12 fairness rules passed}. Every form of the
 * report says the same. Every rule that could fail the gate is counted in it.
 */
public final class Conclusion {

    private static final List<Rule.Role> ROLES = List.of(Rule.Role.FAIRNESS, Rule.Role.CAPABILITY, Rule.Role.COST);

    private final GateResult gate;
    private final List<RuleResult> results;

    private Conclusion(GateResult gate) {
        this.gate = gate;
        this.results = Outcome.worstFirst(gate).stream()
                .filter(result -> Outcome.of(gate, result) != Outcome.REPORTED)
                .toList();
    }

    /** On one printable line, without a full stop. */
    public static String sentence(GateResult gate) {
        return Printable.line(new Conclusion(gate).sentence());
    }

    private String sentence() {
        List<String> parts = new ArrayList<>();
        List<RuleResult> others = results;
        RuleResult first = results.get(0);
        if (Outcome.of(gate, first) == Outcome.PASSED) {
            parts.add("Every limit is kept");
        } else {
            parts.add(worst(first));
            others = results.subList(1, results.size());
        }
        others.stream()
                .filter(result -> Outcome.of(gate, result) != Outcome.PASSED)
                .collect(Collectors.groupingBy(this::fate, LinkedHashMap::new, Collectors.counting()))
                .forEach((fate, count) -> parts.add(
                        String.format(Locale.ROOT, "%d more %s %s", count, count == 1 ? "rule" : "rules", fate)));
        ROLES.stream().flatMap(this::passed).forEach(parts::add);
        return String.join("; ", parts);
    }

    /** How a rule that did not pass ended. */
    private String fate(RuleResult result) {
        String end = isFailure(result) ? "failed" : "inconclusive";
        if (Outcome.of(gate, result) == Outcome.FAILED) {
            return end;
        }
        return end + (gate.acceptance(result).isPresent() ? ", accepted by an exception" : ", warning only");
    }

    private String worst(RuleResult result) {
        RuleText text = RuleText.of(result);
        return "%s: %s %s -> %s, %s%s"
                .formatted(
                        what(result),
                        RuleName.of(result),
                        text.before(),
                        text.after(),
                        BrokenLimits.of(result).stream()
                                .map(limit -> RuleText.limit(result, limit))
                                .collect(Collectors.joining(", ", "limit ", "")),
                        Outcome.of(gate, result) == Outcome.FAILED
                                ? ""
                                : gate.acceptance(result)
                                        .map(exception -> " (accepted until " + exception.until() + ")")
                                        .orElse(" (warning only)"));
    }

    private static boolean isFailure(RuleResult result) {
        return result.verdict().filter(Verdict.FAIL::equals).isPresent();
    }

    private static String what(RuleResult result) {
        boolean failed = isFailure(result);
        return switch (result.rule().role()) {
            case CAPABILITY -> failed ? "Language quality fell" : "The data do not show that language quality was kept";
            case COST ->
                failed ? "The model costs too much" : "The rounds do not show that the model costs little enough";
            case FAIRNESS, EXPLORATORY -> failed ? "Fairness got worse" : "The data do not show that fairness was kept";
        };
    }

    private Stream<String> passed(Rule.Role role) {
        List<RuleResult> own =
                results.stream().filter(result -> result.rule().role() == role).toList();
        long passed = own.stream()
                .filter(result -> Outcome.of(gate, result) == Outcome.PASSED)
                .count();
        String rules = EnumText.of(role) + (own.size() == 1 ? " rule" : " rules");
        if (own.isEmpty()) {
            return Stream.empty();
        }
        if (passed == own.size()) {
            return Stream.of(
                    passed == 1
                            ? "the " + rules + " passed"
                            : String.format(Locale.ROOT, "the %d %s passed", passed, rules));
        }
        return Stream.of(
                own.size() == 1
                        ? "the " + rules + " did not pass"
                        : String.format(Locale.ROOT, "%d of %d %s passed", passed, own.size(), rules));
    }
}
