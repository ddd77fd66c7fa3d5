package io.github.fairnessgate.maven;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.gate.GateMessages;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.report.GateReliabilityFiles;
import io.github.fairnessgate.worker.Gpu;
import io.github.fairnessgate.worker.WorkerException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProjectHelper;

/** Measures the baseline and the candidate, writes the reports, and fails the build when the thresholds are not kept. */
@Mojo(name = "check", defaultPhase = LifecyclePhase.VERIFY, requiresProject = false, threadSafe = true)
public class CheckMojo extends AbstractEvaluationMojo {

    /** Whether a gate that does not pass fails the build; if not, it warns. */
    @Parameter(property = Parameters.FAIL_ON_VIOLATION, defaultValue = "true")
    private String failOnViolation;

    /**
     * The forms that the report is written in beside {@code report.json}: some of {@code html}, {@code junit}, {@code sarif}, {@code markdown},
     * {@code badge} and {@code github} (annotations, only where {@code GITHUB_ACTIONS} is set).
     */
    @Parameter(property = Parameters.REPORTS, defaultValue = Parameters.DEFAULT_REPORTS)
    private List<String> reports;

    /**
     * Whether what the verdict follows from is kept in {@code evidence.zip} in the output folder, to be checked by
     * {@code fairness:verify -Dfairness.bundle=...} without the models.
     */
    @Parameter(property = Parameters.EVIDENCE, defaultValue = "true")
    private String evidence;

    /** Whether the evidence is attached to the build as a zip with the classifier {@code fairness}, to be installed and deployed with it. */
    @Parameter(property = Parameters.ATTACH, defaultValue = "true")
    private String attach;

    /**
     * What becomes of files that are shipped with the candidate and that nothing was compared with: {@code warn}, or {@code fail}, by which the build is
     * broken before anything is measured.
     */
    @Parameter(property = Parameters.UNVERIFIED_FILES, defaultValue = "warn")
    private String unverifiedFiles;

    private final MavenProjectHelper projectHelper;
    private Judgement judgement;
    private EvidenceFile evidenceFile;
    private boolean kept;
    private boolean attached;
    private boolean onlyVerified;

    @Inject
    public CheckMojo(ModelLocator modelLocator, WorkerLauncher workerLauncher, MavenProjectHelper projectHelper) {
        super(modelLocator, workerLauncher);
        this.projectHelper = projectHelper;
    }

    @Override
    void begin() {
        removeReports();
        evidenceFile();
    }

    @Override
    void skip(String by) {
        leaveWord(by);
    }

    @Override
    void run() throws MojoFailureException, WorkerException, InterruptedException {
        evidenceFile = evidenceFile();
        judgement = judgement(reports, failOnViolation);
        kept = isTrue(evidence, Parameters.EVIDENCE);
        attached = isTrue(attach, Parameters.ATTACH);
        onlyVerified = InspectedModel.isStrict(unverifiedFiles);
        super.run();
    }

    @Override
    void prepare(Thresholds tolerated, List<SuiteSpec> suites) {
        preflight(tolerated, suites, Optional.empty());
    }

    @Override
    void inspected(String candidate, InspectedModel model) {
        if (onlyVerified) {
            InspectedModel.requireVerified(candidate, model.record().shipped());
        }
    }

    @Override
    void show(Thresholds tolerated, List<SuiteSpec> suites, Supplier<Optional<Evaluation>> known) {
        showPower(preflight(tolerated, suites, known.get()));
    }

    @Override
    List<SuiteSpec> further(Measured measured, List<SuiteSpec> suites) {
        GateResult gate = Judgement.decide(measured.source(), measured.accepted(), measured.looks());
        if (!gate.continues()) {
            return List.of();
        }
        GateMessages.looks(gate).stream().skip(gate.looks().size() - 1L).forEach(getLog()::info);
        SortedMap<String, Integer> next = gate.next();
        return suites.stream().filter(suite -> next.containsKey(suite.id())).map(suite -> suite.withContinuations(next.get(suite.id()))).toList();
    }

    @Override
    void conclude(Measured measured) throws MojoFailureException {
        InspectedModel after = inspect(measured.before(), measured.after()).requireMeasured(measured.looks().get(0).candidate().provenance().model());
        EvidenceFile.Judged judged = new EvidenceFile.Judged(versions().plugin(), pluginVersion(), measured.source(), measured.accepted(), measured.looks(),
                Optional.of(measured.before().directory()), Optional.of(after), GateReliabilityFiles.read(outputDirectory()));
        judgement.pronounce(judged, measured.gpus().stream().map(Gpu::number).toList(), measured.settings(),
                kept ? evidenceFile.keeper(judged, attached ? Optional.of(file -> attachEvidence(projectHelper, file)) : Optional.empty()) : Judgement.Keeper.NONE);
    }
}
