package io.github.fairnessgate.gate;

import java.util.ArrayList;
import java.util.List;

/** What the gate has to say in words: what got worse, by how much, how sure, and what the limit is. */
public final class GateMessages {

    private GateMessages() {
    }

    /** The verdict in one line: {@code 2 of 14 rules failed, 1 inconclusive}. Exploratory rules do not count. */
    public static String headline(GateResult result) {
        List<RuleResult> confirmatory = result.results().stream()
                .filter(rule -> rule.rule().role() != Rule.Role.EXPLORATORY).toList();
        long failed = count(confirmatory, Verdict.FAIL);
        long inconclusive = count(confirmatory, Verdict.INCONCLUSIVE);
        if (failed + inconclusive == 0) {
            return confirmatory.size() == 1 ? "the rule passed" : "all %d rules passed".formatted(confirmatory.size());
        }
        String failures = "%d of %d %s failed".formatted(failed, confirmatory.size(), confirmatory.size() == 1 ? "rule" : "rules");
        return inconclusive == 0 ? failures : failures + ", %d inconclusive".formatted(inconclusive);
    }

    /** A line for every confirmatory rule that did not pass, and below it why. Failures come first. */
    public static List<String> findings(GateResult result) {
        List<String> lines = new ArrayList<>();
        int number = 0;
        for (Verdict verdict : List.of(Verdict.FAIL, Verdict.INCONCLUSIVE)) {
            for (RuleResult rule : result.results()) {
                boolean confirmatory = rule.rule().role() != Rule.Role.EXPLORATORY;
                if (confirmatory && rule.verdict().filter(verdict::equals).isPresent()) {
                    number++;
                    lines.add("  %d. %s".formatted(number, RuleText.of(rule).line()));
                    lines.add("     %s%s: %s".formatted(verdict, rule.rule().decides() ? "" : " (warning only)", rule.reason()));
                }
            }
        }
        return lines;
    }

    private static long count(List<RuleResult> results, Verdict verdict) {
        return results.stream().filter(result -> result.verdict().filter(verdict::equals).isPresent()).count();
    }
}
