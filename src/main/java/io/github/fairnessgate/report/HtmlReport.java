package io.github.fairnessgate.report;

import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.GateMessages;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.MetricDefinition;
import io.github.fairnessgate.model.ShippedFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@code report.html}: the report for people, one file that needs no other and no network. Everything that comes from
 * models, data or users is escaped by the template engine.
 */
public final class HtmlReport {

    private HtmlReport() {}

    /**
     * What the template shows.
     *
     * @param style the style sheet
     * @param whole whether the items behind the numbers were at hand
     * @param warnings what nobody may overlook about the two models
     * @param looks those that the gate took, where it may look again
     * @param accepted what became of exceptions, and how much of the margins is used
     * @param texts the items that changed
     * @param script what hides and finds texts
     * @param judging what was cut, and how two scorers agree
     * @param tests of the gate itself
     * @param shipped what is known of the candidate's files
     * @param run what the run was told
     */
    public record Page(
            String style,
            boolean whole,
            String plugin,
            String verdict,
            boolean passed,
            String headline,
            List<String> warnings,
            List<String> looks,
            String thresholds,
            Provenance baseline,
            Provenance candidate,
            List<Row> rules,
            List<String> accepted,
            List<GroupChart> groups,
            List<ChangedTexts> texts,
            Optional<CompressionSummary> compression,
            String script,
            List<ScoreHistogram> histograms,
            List<String> judging,
            List<Origin> provenance,
            List<Definition> definitions,
            GateReliability.View tests,
            Optional<Files> shipped,
            RunSettings run) {}

    /**
     * A rule.
     *
     * @param note that the rule only warns, is only reported, or is accepted by an exception; else empty
     * @param definition the number of its metric among the definitions
     */
    public record Row(RuleText text, String note, String reason, List<ForestPlot> plots, int definition) {}

    /** A line of the provenance. */
    public record Origin(String name, String before, String after) {}

    /**
     * The candidate's files.
     *
     * @param warning names those that nothing was compared with; empty if there are none
     */
    public record Files(String counts, String warning, List<ShippedFile> rows) {

        static Files of(ShippedFiles files) {
            List<ShippedFile> rows = new ArrayList<>();
            files.unverified()
                    .forEach(name -> rows.add(new ShippedFile(name, "NOT VERIFIED", "compared with nothing")));
            files.verified().forEach((name, proof) -> rows.add(new ShippedFile(name, "verified", proof.meaning())));
            files.measured().forEach(name -> rows.add(new ShippedFile(name, "measured", "")));
            return new Files(files.counts(), files.warning().orElse(""), rows);
        }
    }

    /** A file of the candidate. */
    public record ShippedFile(String name, String state, String meaning) {}

    /** What a metric means. */
    public record Definition(String metric, String text) {}

    /** @throws io.github.fairnessgate.InvalidInputException if the file cannot be written */
    public static void write(Path file, Report report) {
        AtomicFiles.write(file, Pages.render("report.ftlh", page(report)));
    }

    private static Page page(Report report) {
        List<String> metrics =
                report.candidate().metrics().stream().map(Metric::id).sorted().toList();
        return new Page(
                Pages.resource("report.css"),
                report.hasItems(),
                report.pluginVersion(),
                report.gate().verdict().name(),
                report.gate().passed(),
                GateMessages.headline(report.gate()),
                report.warnings(),
                GateMessages.looks(report.gate()),
                report.thresholds(),
                report.baseline().provenance(),
                report.candidate().provenance(),
                report.gate().results().stream()
                        .map(result -> row(report.gate(), result, metrics))
                        .toList(),
                accepted(report.gate()),
                GroupChart.of(report.gate(), report.baseline(), report.candidate()),
                ChangedTexts.of(report.gate(), report.baseline(), report.candidate()),
                report.compression(),
                Pages.resource("report.js"),
                ScoreHistogram.of(report.baseline(), report.candidate()),
                judging(report),
                origins(report),
                metrics.stream()
                        .map(metric -> new Definition(
                                metric,
                                Suites.definition(metric)
                                        .map(MetricDefinition::sentence)
                                        .orElse("A metric of your own suite.")))
                        .toList(),
                report.tests().view(),
                report.shipped().map(Files::of),
                report.run());
    }

    private static Row row(GateResult gate, RuleResult result, List<String> metrics) {
        String note = gate.acceptance(result).isPresent()
                ? "accepted until " + gate.acceptance(result).get().until()
                : result.rule().role() == Rule.Role.EXPLORATORY
                        ? "never decides"
                        : result.rule().level() == Rule.Level.WARN ? "warning only" : "";
        return new Row(
                RuleText.of(result),
                note,
                result.reason(),
                ForestPlot.of(result),
                metrics.indexOf(result.metric().id()));
    }

    private static List<String> accepted(GateResult gate) {
        List<String> lines = new ArrayList<>(GateMessages.exceptions(gate));
        lines.addAll(GateMessages.budgets(gate));
        return lines;
    }

    private static List<String> judging(Report report) {
        List<String> lines = new ArrayList<>(JudgingLines.of("baseline", report.baseline()));
        lines.addAll(JudgingLines.of("candidate", report.candidate()));
        return lines;
    }

    private static List<Origin> origins(Report report) {
        Provenance baseline = report.baseline().provenance();
        Provenance candidate = report.candidate().provenance();
        List<Origin> origins = new ArrayList<>();
        origins.add(new Origin("source", baseline.source(), candidate.source()));
        origins.add(new Origin("digest (SHA-256)", baseline.model(), candidate.model()));
        origins.add(new Origin("device", baseline.computing(), candidate.computing()));
        if (!report.gpus().isEmpty()) {
            String gpus = report.gpus().stream().map(String::valueOf).collect(Collectors.joining(", "));
            origins.add(new Origin("GPUs named", gpus, gpus));
        }
        origins.addAll(origins("data of ", baseline, candidate, Provenance::data));
        origins.addAll(origins("how was run: ", baseline, candidate, Provenance::settings));
        origins.addAll(origins("scorers of ", baseline, candidate, HtmlReport::scorers));
        origins.addAll(origins("version of ", baseline, candidate, Provenance::versions));
        return origins;
    }

    private static List<Origin> origins(
            String prefix,
            Provenance baseline,
            Provenance candidate,
            Function<Provenance, SortedMap<String, String>> part) {
        Map<String, String> before = part.apply(baseline);
        Map<String, String> after = part.apply(candidate);
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        return names.stream()
                .map(name -> new Origin(prefix + name, before.getOrDefault(name, ""), after.getOrDefault(name, "")))
                .toList();
    }

    private static SortedMap<String, String> scorers(Provenance provenance) {
        SortedMap<String, String> scorers = new TreeMap<>();
        provenance
                .judging()
                .forEach((suite, judging) -> scorers.put(
                        suite,
                        judging.scorers().stream().map(Judging.Scorer::sentence).collect(Collectors.joining("; "))));
        return scorers;
    }
}
