package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import io.github.fairnessgate.gate.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One sentence for people who read no table: what made the gate not pass, by the first rule that did. */
final class WhatGotWorse {

    private WhatGotWorse() {}

    /** @return nothing where every rule that decides was kept */
    static Optional<String> sentence(GateResult gate) {
        List<RuleResult> failed = gate.results().stream()
                .filter(result -> Outcome.of(gate, result) == Outcome.FAILED)
                .toList();
        Optional<RuleResult> first = failed.stream()
                .filter(result -> isFailure(result))
                .findFirst()
                .or(() -> failed.stream().findFirst());
        return first.map(result -> {
            RuleText text = RuleText.of(result);
            String change = text.change().isEmpty() ? "" : text.change() + ", ";
            return "%s: %s %s -> %s (%s%s)%s."
                    .formatted(
                            what(result),
                            text.subject(),
                            text.before(),
                            text.after(),
                            change,
                            text.limit(),
                            others(failed.size() - 1));
        });
    }

    private static boolean isFailure(RuleResult result) {
        return result.verdict().filter(Verdict.FAIL::equals).isPresent();
    }

    private static String what(RuleResult result) {
        boolean capability = result.rule().role() == Rule.Role.CAPABILITY;
        if (isFailure(result)) {
            return capability ? "Language quality fell" : "Fairness got worse";
        }
        return capability
                ? "The data do not show that language quality was kept"
                : "The data do not show that fairness was kept";
    }

    private static String others(int count) {
        return count == 0
                ? ""
                : String.format(Locale.ROOT, "; %d more %s did not pass", count, count == 1 ? "rule" : "rules");
    }
}
