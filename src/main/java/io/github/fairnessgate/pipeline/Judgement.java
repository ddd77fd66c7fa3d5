package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Messages;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.GateMessages;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.model.ShippedFiles;
import io.github.fairnessgate.report.CompressionSummary;
import io.github.fairnessgate.report.Conclusion;
import io.github.fairnessgate.report.ConsoleTable;
import io.github.fairnessgate.report.History;
import io.github.fairnessgate.report.Identity;
import io.github.fairnessgate.report.JudgingLines;
import io.github.fairnessgate.report.ModelWarnings;
import io.github.fairnessgate.report.Relaxations;
import io.github.fairnessgate.report.Report;
import io.github.fairnessgate.report.RunSettings;
import io.github.fairnessgate.report.SeenPairs;
import io.github.fairnessgate.result.BaselineSource;
import io.github.fairnessgate.result.CompressionMeasurements;
import io.github.fairnessgate.result.EvidenceFile;
import io.github.fairnessgate.result.InspectedModel;
import io.github.fairnessgate.result.Keeper;
import io.github.fairnessgate.result.MeasuredLooks;
import io.github.fairnessgate.result.ReportFiles;
import io.github.fairnessgate.result.ThresholdsSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The end of the line: gate, reports, and a build that passes or fails. Reports are written first. */
public final class Judgement {

    private final Messages log;
    private final ReportFiles files;
    private final Path compressed;
    private final boolean failOnViolation;
    private final List<String> relaxations;
    private final Path base;
    private final Identity build;
    private final Optional<Path> history;

    /**
     * @param base what paths in reports are relative to
     * @param build that this is the result of
     * @param history the file that the result is appended to, if it is wanted
     * @param compressed where this build puts a compressed model, if it makes one
     * @param relaxations what lets the build end well whatever the gate says, a sentence each
     */
    public Judgement(
            Messages log,
            ReportFiles files,
            Path compressed,
            boolean failOnViolation,
            List<String> relaxations,
            Path base,
            Identity build,
            Optional<Path> history) {
        this.log = log;
        this.files = files;
        this.compressed = compressed;
        this.failOnViolation = failOnViolation;
        this.relaxations = List.copyOf(relaxations);
        this.base = base;
        this.build = build;
        this.history = history;
    }

    /** @param gate what follows from the verdict */
    static Judgement of(Host host, GateSettings gate) {
        List<String> relaxations = new ArrayList<>();
        if (!gate.failOnViolation()) {
            relaxations.add(
                    host.told().account("failOnViolation") + ": a gate that does not pass does not fail the build.");
        }
        relaxations.addAll(host.relaxations());
        return new Judgement(
                host.messages(),
                ReportFiles.in(host.locations().output(), gate.formats()),
                host.locations().results().compressed(),
                gate.failOnViolation(),
                relaxations,
                host.locations().base(),
                host.identity(),
                gate.history().map(written -> HistoryFile.in(host, written)));
    }

    /** The gate's result, without consequences. */
    static GateResult decide(ThresholdsSource source, BaselineSource accepted, List<Look> looks) {
        accepted.baseline()
                .ifPresent(before -> before.requireOriginal(
                        accepted.file().toString(), looks.get(0).baseline()));
        return Gate.decide(source.thresholds(), accepted.ratchet(), accepted.today(), looks);
    }

    /** What keeps the evidence of a verdict, if it is wanted. */
    static Keeper keeper(Host host, GateSettings gate, EvidenceFile.Judged judged) {
        Optional<Consumer<Path>> attach =
                gate.attach() ? Optional.of(file -> host.attach("fairness", file)) : Optional.empty();
        return gate.evidence()
                ? new EvidenceFile(host.locations().output(), host.locations().base()).keeper(judged, attach)
                : Keeper.NONE;
    }

    /** Judges what an earlier goal measured, and pronounces the verdict. */
    Outcome pronounce(EvidenceFile.Judged judged, List<RunSettings.Setting> settings, Keeper keeper) {
        return pronounce(judged, List.of(), settings, keeper);
    }

    /**
     * Judges, and pronounces the verdict.
     *
     * @param gpus numbers of those that the user named
     * @param settings what decided the verdict
     * @param keeper is called after the reports are written, before the build can fail
     * @return a failure if the gate does not pass and violations fail the build
     */
    Outcome pronounce(
            EvidenceFile.Judged judged, List<Integer> gpus, List<RunSettings.Setting> settings, Keeper keeper) {
        ThresholdsSource source = judged.source();
        BaselineSource accepted = judged.accepted();
        GateResult gate = decide(source, accepted, judged.looks());
        Look latest = Look.latest(judged.looks(), gate);
        Evaluation candidate = latest.candidate();
        return pronounce(
                new Report(
                        judged.plugin(),
                        new Report.Rules(
                                EvidenceFile.portable(source.name(), base),
                                source.place(),
                                accepted.baseline().flatMap(before -> accepted.place())),
                        portable(latest.baseline()),
                        portable(candidate),
                        gate,
                        new Report.About(
                                CompressionSummary.of(
                                        compressed,
                                        candidate.provenance().model(),
                                        CompressionMeasurements.beside(compressed)),
                                judged.gateTests(),
                                gpus,
                                warnings(judged, candidate, gate),
                                judged.after().flatMap(after -> after.record().shipped()),
                                RunSettings.UNKNOWN,
                                build,
                                History.NONE)),
                settings,
                keeper,
                true);
    }

    /** A report says the same on every machine. */
    private Evaluation portable(Evaluation evaluation) {
        return evaluation.from(
                EvidenceFile.portable(evaluation.provenance().source(), base),
                evaluation.provenance().settings());
    }

    private RunSettings.Setting portable(RunSettings.Setting setting) {
        return SettingsInUse.NAMING_FILES.contains(setting.name())
                ? new RunSettings.Setting(
                        setting.name(), EvidenceFile.portable(setting.value(), base), setting.origin())
                : setting;
    }

    private List<String> warnings(EvidenceFile.Judged judged, Evaluation candidate, GateResult gate) {
        Look first = judged.looks().get(0);
        List<String> warnings = new ArrayList<>(ModelWarnings.of(
                ModelWarnings.Side.ofModel(first.baseline().provenance().model(), judged.before()),
                ModelWarnings.Side.ofModel(
                        first.candidate().provenance().model(), judged.after().flatMap(InspectedModel::model))));
        warnings.addAll(CompressionMeasurements.warningsAbout(
                compressed, candidate.provenance().model()));
        warnings.addAll(SeenPairs.warnings(
                compressed,
                candidate.provenance().model(),
                gate.results().stream().map(RuleResult::rule).toList(),
                candidate.provenance().data()));
        return warnings;
    }

    /**
     * Pronounces a verdict that was reached before.
     *
     * @param settings what decided the verdict
     * @param acceptable whether the numbers could be accepted in this project
     * @return a failure if the gate does not pass and violations fail the build
     */
    Outcome pronounce(Report report, List<RunSettings.Setting> settings, Keeper keeper, boolean acceptable) {
        GateResult gate = report.gate();
        Evaluation candidate = report.candidate();
        RunSettings run = new RunSettings(settings.stream().map(this::portable).toList(), relaxations(report));
        history.ifPresentOrElse(
                file -> record(report, report.with(run), file),
                () -> files.write(report.with(run).with(History.NONE)));
        Optional<String> kept = keeper.keep(gate.verdict());
        ConsoleTable.lines(gate).forEach(log::info);
        candidate.provenance().settings().forEach((suite, how) -> log.info(suite + ": " + how));
        JudgingLines.of(MeasuredLooks.BASELINE, report.baseline()).forEach(log::info);
        JudgingLines.of(MeasuredLooks.CANDIDATE, candidate).forEach(log::info);
        GateMessages.looks(gate).forEach(log::info);
        GateMessages.budgets(gate).forEach(log::info);
        GateMessages.exceptions(gate).forEach(log::warn);
        report.tests().confirmations().forEach(log::info);
        report.tests().notes().forEach(log::warn);
        report.tests().warnings().forEach(log::warn);
        shippedFiles(report);
        kept.ifPresent(log::info);
        log.info("Verdict: " + gate.verdict() + " (" + GateMessages.headline(gate) + "); report: " + files.best());
        log.info(Conclusion.sentence(gate) + ".");
        report.warnings().forEach(log::warn);
        List<String> findings = GateMessages.findings(gate);
        if (gate.passed()) {
            findings.forEach(log::warn);
            run.relaxations().forEach(log::warn);
            return Outcome.GOOD;
        }
        return reject(gate, findings, run.relaxations(), acceptable && gate.canBeAccepted());
    }

    /** Whoever appends reads first what others appended, so the file is locked between the two. */
    private void record(Report report, Report whole, Path file) {
        try (HistoryFile locked = HistoryFile.lock(file, build.project())) {
            History results = locked.with(report);
            files.write(whole.with(results));
            locked.write(results);
        }
    }

    private void shippedFiles(Report report) {
        report.shipped()
                .ifPresentOrElse(
                        files -> log.info("Files of the candidate: " + files.counts()),
                        () -> log.warn("NOT VERIFIED: the candidate's files are not at hand, so nobody knows what is "
                                + "shipped with the model that was measured."));
        report.shipped().flatMap(ShippedFiles::warning).ifPresent(log::warn);
    }

    private List<String> relaxations(Report report) {
        List<String> all = new ArrayList<>(relaxations);
        all.addAll(Relaxations.of(report.gate()));
        return all;
    }

    private Outcome reject(GateResult gate, List<String> findings, List<String> relaxed, boolean acceptable) {
        List<String> lines = new ArrayList<>();
        lines.add(GateMessages.headline(gate) + " (report: " + files.best() + ")");
        lines.add(Conclusion.sentence(gate) + ".");
        lines.addAll(findings);
        GateMessages.next(gate).ifPresent(lines::add);
        if (acceptable) {
            lines.add("To accept these numbers for a while: mvn fairness:baseline -D" + Parameters.REASON + "=\"...\"");
        }
        if (failOnViolation) {
            relaxed.forEach(log::warn);
            return new Outcome(lines);
        }
        lines.forEach(log::warn);
        relaxed.forEach(log::warn);
        log.warn("The build goes on, because " + Parameters.FAIL_ON_VIOLATION + " is false.");
        return Outcome.GOOD;
    }
}
