package io.github.fairnessgate.report;

import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.RuleText;
import io.github.fairnessgate.gate.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The page of an {@link Aggregate}: one file that needs no other and no network, but for links to the modules' own
 * pages.
 */
public final class AggregateHtml {

    private AggregateHtml() {}

    /**
     * What the template shows.
     *
     * @param style the style sheet
     * @param build which build it was
     */
    public record Page(
            String style,
            String plugin,
            String project,
            Identity build,
            Result result,
            boolean passed,
            List<Row> modules) {}

    /** A module; nothing of a result where there is none, but why. */
    public record Row(
            Result result,
            String note,
            String module,
            String file,
            String problem,
            Optional<String> page,
            Optional<Found> found) {}

    /**
     * Where a build or a module stands.
     *
     * @param style the class of the style sheet
     * @param sentence what it came to
     */
    public record Result(String style, String verdict, String sentence) {}

    /** What a gate found; the counts are of rules. */
    public record Found(
            String candidate,
            String baseline,
            String build,
            long failed,
            long inconclusive,
            long passed,
            Optional<Worst> worst,
            List<Trend> trends) {}

    /**
     * The worst change.
     *
     * @param name of the rule for people
     * @param share of its limit, as text; empty where no change is limited
     */
    public record Worst(String name, RuleText text, String share) {}

    /** @throws io.github.fairnessgate.InvalidInputException if the file cannot be written */
    public static void write(Path file, Aggregate aggregate) {
        AtomicFiles.write(
                file,
                Pages.render(
                        "aggregate.ftlh",
                        new Page(
                                Pages.resource("report.css"),
                                aggregate.plugin(),
                                aggregate.project(),
                                aggregate.build(),
                                new Result(
                                        aggregate.verdict().style(),
                                        aggregate.verdict().text(),
                                        aggregate.headline()),
                                aggregate.passed(),
                                aggregate.modules().stream()
                                        .map(AggregateHtml::row)
                                        .toList())));
    }

    private static Row row(ModuleResult module) {
        return new Row(
                new Result(
                        module.standing().style(),
                        module.standing().text(),
                        module.report()
                                .map(report -> Conclusion.sentence(report.gate()))
                                .orElse("")),
                note(module),
                module.module(),
                module.file(),
                module.problem(),
                module.page(),
                module.report().map(report -> found(module, report)));
    }

    private static Found found(ModuleResult module, Report report) {
        return new Found(
                report.candidate().provenance().source(),
                report.baseline().provenance().source(),
                report.build().sentence(),
                module.count(Verdict.FAIL),
                module.count(Verdict.INCONCLUSIVE),
                module.count(Verdict.PASS),
                module.worst().map(worst -> new Worst(RuleName.of(worst.result()), worst.text(), worst.shareText())),
                Trend.of(report.history()));
    }

    private static String note(ModuleResult module) {
        boolean warns = module.standing() == Standing.INCONCLUSIVE && module.passed();
        return Stream.of(
                        warns ? "warning only" : module.accepted() > 0 ? module.accepted() + " accepted" : "",
                        module.untrusted())
                .filter(note -> !note.isEmpty())
                .collect(Collectors.joining("; "));
    }
}
