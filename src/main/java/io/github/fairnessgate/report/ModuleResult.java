package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.model.ShippedFiles;
import java.util.Optional;

/**
 * What a module contributes to an {@link Aggregate}. A module that compresses several models has one of these for each.
 *
 * @param module {@code groupId:artifactId}
 * @param file its {@code report.json}, relative to the root of the build, with slashes
 * @param report what its gate found; nothing if there is no result, or none that can be used
 * @param problem why there is no result, in a sentence; empty if there is one
 * @param page its own page, relative to the aggregate's, with slashes; nothing without a result
 */
public record ModuleResult(String module, String file, Optional<Report> report, String problem, Optional<String> page) {

    /** A result. */
    public static ModuleResult of(String module, String file, Report report, String page) {
        return new ModuleResult(module, file, Optional.of(report), "", Optional.of(page));
    }

    /** None. */
    public static ModuleResult none(String module, String file, String problem) {
        return new ModuleResult(module, file, Optional.empty(), problem, Optional.empty());
    }

    Standing standing() {
        return report.map(own -> Standing.of(own.gate().verdict())).orElse(Standing.NO_RESULT);
    }

    /** Whether its build may go on; never without a result. */
    boolean passed() {
        return report.isPresent() && report.get().gate().passed();
    }

    /**
     * What speaks against its result, the gravest alone, in a few words; empty if nothing does: that the gate's own
     * self-test failed or its recipe is not certified, a warning about its two models, files that nothing verified, or
     * a relaxed gate.
     */
    String untrusted() {
        return report.map(ModuleResult::untrusted).orElse("");
    }

    private static String untrusted(Report report) {
        if (!report.tests().warnings().isEmpty()) {
            return "a test of the gate did not pass";
        }
        if (!report.warnings().isEmpty()) {
            return "there is a warning about the two models";
        }
        if (report.shipped().flatMap(ShippedFiles::warning).isPresent()) {
            return "files of the candidate are not verified";
        }
        return report.run().relaxations().isEmpty() ? "" : "the gate is relaxed";
    }

    Optional<WorstChange> worst() {
        return report.flatMap(own -> WorstChange.of(own.gate()));
    }

    /** How many rules have the verdict, exploratory ones left out. */
    long count(Verdict verdict) {
        return report.stream()
                .flatMap(own -> own.gate().results().stream())
                .filter(ModuleResult::counts)
                .filter(result -> result.verdict().filter(verdict::equals).isPresent())
                .count();
    }

    /** How many of the rules that did not pass are accepted by an exception. */
    long accepted() {
        return report.stream()
                .flatMap(own -> own.gate().results().stream()
                        .filter(result -> own.gate().acceptance(result).isPresent()))
                .count();
    }

    private static boolean counts(RuleResult result) {
        return result.rule().role() != Rule.Role.EXPLORATORY;
    }
}
