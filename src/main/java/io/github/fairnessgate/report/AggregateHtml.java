package io.github.fairnessgate.report;

import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.GateMessages;
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
     */
    public record Page(
            String style,
            String plugin,
            String project,
            String standing,
            String verdict,
            String headline,
            boolean passed,
            List<Row> modules) {}

    /** A module; the counts are of rules. */
    public record Row(
            String standing,
            String verdict,
            String note,
            String module,
            String file,
            String problem,
            Optional<String> page,
            String headline,
            String candidate,
            String baseline,
            long failed,
            long inconclusive,
            long passed,
            Optional<Worst> worst) {}

    /**
     * The worst change.
     *
     * @param share of its limit, as text; empty where no change is limited
     */
    public record Worst(RuleText text, String share) {}

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
                                aggregate.verdict().style(),
                                aggregate.verdict().text(),
                                aggregate.headline(),
                                aggregate.passed(),
                                aggregate.modules().stream()
                                        .map(AggregateHtml::row)
                                        .toList())));
    }

    private static Row row(ModuleResult module) {
        return new Row(
                module.standing().style(),
                module.standing().text(),
                note(module),
                module.module(),
                module.file(),
                module.problem(),
                module.page(),
                module.report()
                        .map(report -> GateMessages.headline(report.gate()))
                        .orElse(""),
                module.report()
                        .map(report -> report.candidate().provenance().source())
                        .orElse(""),
                module.report()
                        .map(report -> report.baseline().provenance().source())
                        .orElse(""),
                module.count(Verdict.FAIL),
                module.count(Verdict.INCONCLUSIVE),
                module.count(Verdict.PASS),
                module.worst().map(worst -> new Worst(worst.text(), worst.shareText())));
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
