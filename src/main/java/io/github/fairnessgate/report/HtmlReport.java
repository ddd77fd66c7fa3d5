package io.github.fairnessgate.report;

import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.GateMessages;
import io.github.fairnessgate.gate.GateResult;
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
     * @param assets what makes it look and move
     * @param head what a reader sees first
     * @param rules what did not pass first
     * @param advice what can be done about that
     * @param details behind the rules
     * @param tests of the gate itself
     * @param made how the candidate was made, and what is shipped with it
     * @param run what the run was told
     * @param reference what the numbers come from, and what they mean
     */
    public record Page(
            Assets assets,
            Head head,
            List<RuleRow> rules,
            List<Advice> advice,
            Details details,
            GateReliability.View tests,
            Made made,
            RunSettings run,
            Reference reference) {}

    /** What a page embeds; {@code script} hides and finds texts. */
    public record Assets(String style, String script) {}

    /**
     * What a reader sees first.
     *
     * @param whole whether the items behind the numbers were at hand
     * @param conclusion the verdict in one sentence
     * @param first the anchor of the rule that the sentence is about
     * @param headline the verdict in numbers of rules
     * @param compared the two models, and by what they were judged
     * @param build that this is the result of
     * @param warnings what nobody may overlook about the two models
     * @param looks those that the gate took, where it may look again
     */
    public record Head(
            String plugin,
            boolean whole,
            String verdict,
            boolean passed,
            String conclusion,
            String first,
            String headline,
            Compared compared,
            Identity build,
            List<String> warnings,
            List<String> looks) {}

    /** Two models, as the user named them, and what judged them. */
    public record Compared(String baseline, String candidate, String thresholds) {}

    /** What is wrong with some rules, and what helps. */
    public record Advice(String problem, List<Link> rules, List<Link> remedies) {}

    /** A text and where it leads. */
    public record Link(String text, String target) {}

    /**
     * What is behind the rules.
     *
     * @param accepted what became of exceptions, and how much of the margins is used
     * @param trends how rules moved over the results of the project
     * @param flips where pairs turned
     * @param texts the items that changed
     * @param judging what was cut, and how two scorers agree
     */
    public record Details(
            List<String> accepted,
            List<Trend> trends,
            List<GroupChart> groups,
            List<Flips> flips,
            List<ChangedTexts> texts,
            List<ScoreHistogram> histograms,
            List<String> judging) {}

    /** How the candidate was made, and what is known of its files. */
    public record Made(Optional<CompressionSummary> compression, Optional<Files> shipped) {}

    /** Where numbers come from, and what they mean; {@code documentation} explains more. */
    public record Reference(List<Origin> provenance, List<Definition> definitions, Link documentation, Link reading) {}

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

    /** What a metric means; {@code contrast} is empty where nothing is held against anything. */
    public record Definition(String metric, String title, String contrast, String text) {}

    /** @throws io.github.fairnessgate.InvalidInputException if the file cannot be written */
    public static void write(Path file, Report report) {
        AtomicFiles.write(file, Pages.render("report.ftlh", page(report)));
    }

    private static Page page(Report report) {
        GateResult gate = report.gate();
        List<String> metrics =
                report.candidate().metrics().stream().map(Metric::id).sorted().toList();
        return new Page(
                new Assets(Pages.resource("report.css"), Pages.resource("report.js")),
                head(report),
                Outcome.worstFirst(gate).stream()
                        .map(result -> RuleRow.of(gate, result, metrics))
                        .toList(),
                Remedies.of(report).stream()
                        .map(advice -> advice(report, advice))
                        .toList(),
                new Details(
                        accepted(gate),
                        Trend.of(report.history()),
                        GroupChart.of(gate, report.baseline(), report.candidate()),
                        Flips.of(gate, report.baseline(), report.candidate()),
                        ChangedTexts.of(gate, report.baseline(), report.candidate()),
                        ScoreHistogram.of(report.baseline(), report.candidate()),
                        judging(report)),
                report.tests().view(),
                new Made(report.compression(), report.shipped().map(Files::of)),
                report.run(),
                new Reference(
                        origins(report),
                        metrics.stream().map(HtmlReport::definition).toList(),
                        new Link("Metrics", Documentation.METRICS.address(report.pluginVersion())),
                        new Link("how to read it", Documentation.READING.address(report.pluginVersion()))));
    }

    private static Head head(Report report) {
        GateResult gate = report.gate();
        return new Head(
                report.pluginVersion(),
                report.hasItems(),
                gate.verdict().name(),
                gate.passed(),
                Conclusion.sentence(gate),
                RuleRow.anchor(Outcome.worstFirst(gate).get(0)),
                GateMessages.headline(gate),
                new Compared(
                        report.baseline().provenance().source(),
                        report.candidate().provenance().source(),
                        report.thresholds()),
                report.build(),
                report.warnings(),
                GateMessages.looks(gate));
    }

    private static Advice advice(Report report, Remedies.Advice advice) {
        return new Advice(
                advice.problem(),
                advice.results().stream()
                        .map(result -> new Link(RuleName.of(result), "#" + RuleRow.anchor(result)))
                        .toList(),
                advice.remedies().stream()
                        .map(remedy -> new Link(remedy.text(), remedy.page().address(report.pluginVersion())))
                        .toList());
    }

    private static Definition definition(String metric) {
        Optional<MetricDefinition> known = Suites.definition(metric);
        return new Definition(
                metric,
                Suites.title(metric),
                known.map(definition -> definition.wording().contrast()).orElse(""),
                known.map(MetricDefinition::sentence).orElse("A metric of your own suite."));
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
        if (baseline.kindsOfProcessors() > 1 || candidate.kindsOfProcessors() > 1) {
            origins.add(new Origin(
                    "kinds of processors", mixed(baseline.kindsOfProcessors()), mixed(candidate.kindsOfProcessors())));
        }
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

    private static String mixed(int kinds) {
        return kinds > 1 ? kinds + ": a repetition may change last digits, and some texts" : String.valueOf(kinds);
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
