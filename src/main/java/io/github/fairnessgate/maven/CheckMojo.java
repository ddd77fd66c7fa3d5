package io.github.fairnessgate.maven;

import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.Checking;
import io.github.fairnessgate.pipeline.GateSettings;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.worker.WorkerException;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Measures the baseline and the candidate, writes the reports, and fails the build if the candidate does not pass the
 * thresholds.
 */
@Mojo(name = "check", defaultPhase = LifecyclePhase.VERIFY, requiresProject = false, threadSafe = true)
public class CheckMojo extends AbstractEvaluationMojo {

    /** Whether a gate that does not pass fails the build. Otherwise it warns. */
    @Parameter(property = Parameters.FAIL_ON_VIOLATION, defaultValue = "true")
    private String failOnViolation;

    /**
     * The report formats in addition to {@code report.json}: {@code html}, {@code junit}, {@code sarif},
     * {@code code-quality}, {@code markdown}, {@code badge}, {@code csv} and {@code github} (annotations, only if
     * {@code GITHUB_ACTIONS} is set).
     */
    @Parameter(property = Parameters.REPORTS, defaultValue = Parameters.DEFAULT_REPORTS)
    private List<String> reports;

    /**
     * Whether the build writes its evidence to {@code evidence.zip} in the output folder. {@code fairness:verify
     * -Dfairness.bundle=...} checks it without the models.
     */
    @Parameter(property = Parameters.EVIDENCE, defaultValue = "true")
    private String evidence;

    /**
     * Whether the evidence is attached to the build as a zip with the classifier {@code fairness}. It is then installed
     * and deployed with the build.
     */
    @Parameter(property = Parameters.ATTACH, defaultValue = "true")
    private String attach;

    /**
     * What happens if the candidate has files that the plugin cannot verify: {@code warn}, or {@code fail}, which ends
     * the build before anything is measured.
     */
    @Parameter(property = Parameters.UNVERIFIED_FILES, defaultValue = "warn")
    private String unverifiedFiles;

    /**
     * The file that the result is appended to, once, for instance {@code src/main/fairness/history.jsonl}. It is to be
     * committed; pages draw the course of every rule from it. None by default.
     */
    @Parameter(property = Parameters.HISTORY)
    private String history;

    @Inject
    public CheckMojo(MavenServices services) {
        super(services);
    }

    @Override
    void begin() {
        locations().results().clear();
    }

    @Override
    void skip(String by) {
        leaveWord(by);
    }

    @Override
    Outcome run() throws WorkerException, InterruptedException {
        return new Checking(host())
                .run(
                        evaluation(),
                        GateSettings.of(
                                reports,
                                failOnViolation,
                                evidence,
                                attach,
                                unverifiedFiles,
                                ParameterValues.given(history)));
    }
}
