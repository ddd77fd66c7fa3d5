package io.github.fairnessgate.report;

import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;

/** What people call a rule, beside the id of its metric. */
final class RuleName {

    private RuleName() {}

    /** {@code StereoSet stereotype preference, race}; metric and slice by their ids if the metric has no name. */
    static String of(RuleResult result) {
        String subject = RuleText.of(result).subject();
        String metric = result.metric().id();
        String title = Suites.title(metric);
        return title.equals(metric)
                ? subject
                : title + subject.substring(metric.length()).replaceFirst("^ (?!\\()", ", ");
    }
}
