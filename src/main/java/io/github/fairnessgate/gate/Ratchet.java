package io.github.fairnessgate.gate;

import io.github.fairnessgate.gate.Rule.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a baseline file adds to thresholds: limits that were in force or were reached before, and exceptions.
 *
 * @param rules of {@link Origin#BASELINE}, metrics named in full, one for each metric and slice
 * @param exceptions at most one for each metric and slice
 */
public record Ratchet(List<Rule> rules, List<AcceptedException> exceptions) {

    /** Adds nothing. */
    public static final Ratchet NONE = new Ratchet(List.of(), List.of());

    public Ratchet {
        rules = List.copyOf(rules);
        exceptions = List.copyOf(exceptions);
    }

    /**
     * The rules, without the limits that a rule of the thresholds that decides sets at least as tight: those are judged
     * there.
     */
    List<Rule> beyond(List<RuleResult> ofThresholds) {
        List<Rule> beyond = new ArrayList<>();
        for (Rule rule : rules) {
            List<Limit> limits = rule.limits().stream()
                    .filter(limit -> ofThresholds.stream().noneMatch(result -> implies(result, rule, limit)))
                    .toList();
            if (!limits.isEmpty()) {
                beyond.add(rule.withLimits(limits));
            }
        }
        return beyond;
    }

    private static boolean implies(RuleResult result, Rule rule, Limit limit) {
        return result.isAbout(rule.metric(), rule.slice())
                && result.rule().decides()
                && Harm.isSame(result.rule(), rule, result.metric())
                && result.rule().limits().stream()
                        .anyMatch(own -> own.kind() == limit.kind() && own.isAtLeastAsTightAs(limit));
    }

    /** How much of each margin is used. */
    List<Budget> spent(List<RuleResult> results) {
        List<Budget> budgets = new ArrayList<>();
        for (Rule rule : rules) {
            Optional<Limit> margin = rule.changeLimit();
            // The rule's own result comes last, and measures the harm that the rule limits.
            Optional<RuleResult> result = results.stream()
                    .filter(candidate -> candidate.isAbout(rule.metric(), rule.slice())
                            && !candidate.rule().isSignedRow())
                    .reduce((first, last) -> last);
            if (margin.isPresent() && result.isPresent()) {
                budgets.add(Budget.of(result.get(), margin.get()));
            }
        }
        return budgets;
    }
}
