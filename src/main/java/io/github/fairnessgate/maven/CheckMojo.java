package io.github.fairnessgate.maven;

import io.github.fairnessgate.worker.WorkerException;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/** Measures the baseline and the candidate, writes the reports, and fails the build when the thresholds are not kept. */
@Mojo(name = "check", defaultPhase = LifecyclePhase.VERIFY, requiresProject = false, threadSafe = true)
public class CheckMojo extends AbstractEvaluationMojo {

    /** Whether a gate that does not pass fails the build; if not, it warns. */
    @Parameter(property = Parameters.FAIL_ON_VIOLATION, defaultValue = "true")
    private boolean failOnViolation;

    @Inject
    public CheckMojo(ModelLocator modelLocator, WorkerLauncher workerLauncher) {
        super(modelLocator, workerLauncher);
    }

    @Override
    void run() throws MojoFailureException, WorkerException, InterruptedException {
        judgement().begin();
        super.run();
    }

    @Override
    void conclude(Measured measured) throws MojoFailureException {
        judgement().pronounce(versions().plugin(), measured.source(), measured.thresholds(), measured.baseline(), measured.candidate());
    }

    private Judgement judgement() {
        return new Judgement(getLog(), outputDirectory(), failOnViolation);
    }
}
