package io.github.fairnessgate.gate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the gate has to say in words: what got worse, by how much, how sure, and what the limit is. */
public final class GateMessages {

    private GateMessages() {}

    /**
     * The verdict in one line: {@code 2 of 14 rules failed, 1 inconclusive, 1 of them accepted}. Exploratory rules do
     * not count.
     */
    public static String headline(GateResult result) {
        List<RuleResult> confirmatory = result.results().stream()
                .filter(rule -> rule.rule().role() != Rule.Role.EXPLORATORY)
                .toList();
        long failed = count(confirmatory, Verdict.FAIL);
        long inconclusive = count(confirmatory, Verdict.INCONCLUSIVE);
        if (failed + inconclusive == 0) {
            return confirmatory.size() == 1
                    ? "the rule passed"
                    : String.format(Locale.ROOT, "all %d rules passed", confirmatory.size());
        }
        String rules = confirmatory.size() == 1 ? "rule" : "rules";
        String open = failed == 0
                ? String.format(Locale.ROOT, "%d of %d %s inconclusive", inconclusive, confirmatory.size(), rules)
                : String.format(Locale.ROOT, "%d of %d %s failed", failed, confirmatory.size(), rules)
                        + (inconclusive == 0 ? "" : String.format(Locale.ROOT, ", %d inconclusive", inconclusive));
        long accepted = confirmatory.stream()
                .filter(rule -> result.acceptance(rule).isPresent())
                .count();
        return open
                + (accepted == 0
                        ? ""
                        : accepted == failed + inconclusive
                                ? ", accepted by exceptions"
                                : String.format(Locale.ROOT, ", %d of them accepted", accepted));
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
                    lines.add(String.format(
                            Locale.ROOT, "  %d. %s", number, RuleText.of(rule).line()));
                    lines.add("     %s%s: %s".formatted(verdict, note(result, rule), rule.reason()));
                }
            }
        }
        return lines;
    }

    /** A line for every look that was taken, and one that says what is to be drawn if the gate is not at its end. */
    public static List<String> looks(GateResult result) {
        List<String> lines =
                new ArrayList<>(result.looks().stream().map(LookTaken::sentence).toList());
        next(result).ifPresent(lines::add);
        return lines;
    }

    /** What is to be drawn if the gate is not at its end. */
    public static Optional<String> next(GateResult result) {
        return result.continues()
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "open after look %d of %d: fairness:check draws more (%s) and looks again",
                        result.looks().size(),
                        result.thresholds().escalation().orElseThrow().looks(),
                        LookTaken.drawn(result.next())))
                : Optional.empty();
    }

    private static String note(GateResult result, RuleResult rule) {
        return result.acceptance(rule)
                .map(exception -> " (accepted until %s)".formatted(exception.until()))
                .orElse(rule.rule().decides() ? "" : " (warning only)");
    }

    /** A line for every exception: what became of it. Those that need attention come first. */
    public static List<String> exceptions(GateResult result) {
        return result.exceptions().stream()
                .sorted(Comparator.comparing(use -> use.state() == ExceptionUse.State.USED))
                .map(use -> "exception for " + use.sentence())
                .toList();
    }

    /** A line for every margin of the baseline file: how much of it the candidate has used. */
    public static List<String> budgets(GateResult result) {
        return result.budgets().stream()
                .map(budget -> String.format(
                        Locale.ROOT,
                        "%s has used %.0f %% of its margin (%s %s) since the original model",
                        budget.subject(),
                        100 * budget.share(),
                        budget.margin().kind().key(),
                        budget.margin().value().toPlainString()))
                .toList();
    }

    private static long count(List<RuleResult> results, Verdict verdict) {
        return results.stream()
                .filter(result -> result.verdict().filter(verdict::equals).isPresent())
                .count();
    }
}
