package io.github.fairnessgate.setup;

import java.util.ArrayList;
import java.util.List;

/**
 * One thing that {@code fairness:doctor} looked at.
 *
 * @param level how it is
 * @param subject what was looked at, in a word or two
 * @param fact what was found
 * @param advice what to do; empty where nothing is
 */
public record Finding(Level level, String subject, String fact, String advice) {

    /** From good to bad. */
    enum Level {
        OK,
        /** Works, but not as it could. */
        WARN,
        /** A goal will fail. */
        PROBLEM
    }

    static Finding ok(String subject, String fact) {
        return new Finding(Level.OK, subject, fact, "");
    }

    static Finding warn(String subject, String fact, String advice) {
        return new Finding(Level.WARN, subject, fact, advice);
    }

    static Finding problem(String subject, String fact, String advice) {
        return new Finding(Level.PROBLEM, subject, fact, advice);
    }

    /** Aligned lines, the advice below its fact. */
    static List<String> lines(List<Finding> findings) {
        int level = Level.PROBLEM.name().length();
        int subject = findings.stream()
                .mapToInt(finding -> finding.subject.length())
                .max()
                .orElse(0);
        String form = "%-" + level + "s  %-" + Math.max(1, subject) + "s  %s";
        List<String> lines = new ArrayList<>();
        for (Finding finding : findings) {
            lines.add(form.formatted(finding.level, finding.subject, finding.fact));
            if (!finding.advice.isEmpty()) {
                lines.add(form.formatted("", "", "-> " + finding.advice));
            }
        }
        return lines;
    }
}
