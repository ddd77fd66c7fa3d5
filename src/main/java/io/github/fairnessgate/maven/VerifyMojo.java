package io.github.fairnessgate.maven;

import io.github.fairnessgate.gate.Look;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/** Judges evaluations that exist, without running a model, and fails the build when the thresholds are not kept. */
@Mojo(name = "verify", defaultPhase = LifecyclePhase.VERIFY, requiresProject = false, threadSafe = true)
public class VerifyMojo extends AbstractFairnessMojo {

    /** What is tolerated: a YAML file, or {@code default}, {@code strict} or {@code paper}. */
    @Parameter(property = Parameters.THRESHOLDS, defaultValue = Parameters.DEFAULT_THRESHOLDS)
    private String thresholds;

    /** What was accepted before: the file that the goal {@code baseline} writes; {@code src/main/fairness/baseline.json} by default, if it exists. */
    @Parameter(property = Parameters.BASELINE)
    private String baseline;

    /** Whether a gate that does not pass fails the build; if not, it warns. */
    @Parameter(property = Parameters.FAIL_ON_VIOLATION, defaultValue = "true")
    private boolean failOnViolation;

    /**
     * The forms that the report is written in beside {@code report.json}: some of {@code html}, {@code junit}, {@code sarif}, {@code markdown},
     * {@code badge} and {@code github} (annotations, only where {@code GITHUB_ACTIONS} is set).
     */
    @Parameter(property = Parameters.REPORTS, defaultValue = Parameters.DEFAULT_REPORTS)
    private List<String> reports;

    private final WorkerLauncher workerLauncher;

    @Inject
    public VerifyMojo(WorkerLauncher workerLauncher) {
        this.workerLauncher = workerLauncher;
    }

    @Override
    void run() throws MojoFailureException {
        Judgement judgement = judgement(reports, failOnViolation);
        List<Look> looks = MeasuredLooks.read(outputDirectory());
        BaselineSource accepted = existingBaseline(baseline);
        judgement.pronounce(workerLauncher.versions().plugin(), thresholds(thresholds), accepted, looks);
    }
}
