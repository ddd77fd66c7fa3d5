package io.github.fairnessgate.maven;

import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.GateSettings;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.pipeline.VerifySettings;
import io.github.fairnessgate.pipeline.Verifying;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Judges existing evaluations without running a model, and fails the build if the candidate does not pass the
 * thresholds. With {@code bundle}, it first checks an evidence bundle: every digest must be right, and everything in it
 * must follow from its items.
 */
@Mojo(name = "verify", defaultPhase = LifecyclePhase.VERIFY, requiresProject = false, threadSafe = true)
public class VerifyMojo extends AbstractHostMojo {

    /**
     * The thresholds: a YAML file, or {@code default}, {@code strict}, {@code paper} or {@code search}. By default
     * {@code default}; with {@code bundle}, those of the bundle.
     */
    @Parameter(property = Parameters.THRESHOLDS)
    private String thresholds;

    /**
     * The file of accepted values, which the goal {@code baseline} writes. By default
     * {@code src/main/fairness/baseline.json}, if it exists. With {@code bundle}, a file counts only if it is named
     * here.
     */
    @Parameter(property = Parameters.BASELINE)
    private String baseline;

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
     * An evidence bundle to judge instead of the evaluations in the output folder: a file, or Maven coordinates
     * {@code groupId:artifactId[:extension[:classifier]]:version}. The extension is {@code zip} and the classifier
     * {@code fairness} by default.
     */
    @Parameter(property = Parameters.BUNDLE)
    private String bundle;

    /**
     * With {@code bundle}: the model that must be the bundle's candidate, in any form that {@code model} of the goal
     * {@code check} may have.
     */
    @Parameter(property = Parameters.CANDIDATE)
    private String candidate;

    /** With {@code bundle}: the model that must be the bundle's original. */
    @Parameter(property = Parameters.MODEL)
    private String model;

    /**
     * Whether the build writes its evidence to {@code evidence.zip} in the output folder. With {@code bundle}, there is
     * evidence already.
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
     * the build with an error.
     */
    @Parameter(property = Parameters.UNVERIFIED_FILES, defaultValue = "warn")
    private String unverifiedFiles;

    @Inject
    public VerifyMojo(MavenServices services) {
        super(services);
    }

    @Override
    void begin() {
        if (ParameterValues.given(bundle).isPresent()) {
            locations().results().clearReports(); // the evidence in the folder may be the bundle to judge
        } else {
            locations().results().clear();
        }
    }

    @Override
    void skip(String by) {
        leaveWord(by);
    }

    /** A bundle has models of its own, whatever modules have. */
    @Override
    boolean isLeftToModules() {
        return ParameterValues.given(bundle).isEmpty() && isLeftToModules(model);
    }

    @Override
    Outcome run() {
        VerifySettings settings = new VerifySettings(
                ParameterValues.given(thresholds),
                ParameterValues.given(baseline),
                ParameterValues.given(bundle),
                ParameterValues.given(candidate),
                ParameterValues.given(model));
        return new Verifying(host())
                .run(
                        settings,
                        GateSettings.of(reports, failOnViolation, evidence, attach, unverifiedFiles, Optional.empty()));
    }
}
