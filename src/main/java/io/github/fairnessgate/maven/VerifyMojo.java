package io.github.fairnessgate.maven;

import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.GateSettings;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.pipeline.VerifySettings;
import io.github.fairnessgate.pipeline.Verifying;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Judges evaluations that exist, without running a model, and fails the build when the thresholds are not kept. With {@code bundle} it first checks that
 * an evidence bundle is sound: that every digest holds and that everything in it follows from its items.
 */
@Mojo(name = "verify", defaultPhase = LifecyclePhase.VERIFY, requiresProject = false, threadSafe = true)
public class VerifyMojo extends AbstractHostMojo {

    /**
     * What is tolerated: a YAML file, or {@code default}, {@code strict} or {@code paper}; {@code default} if nothing is given. With {@code bundle}, what the
     * bundle was judged by if nothing is given.
     */
    @Parameter(property = Parameters.THRESHOLDS)
    private String thresholds;

    /**
     * What was accepted before: the file that the goal {@code baseline} writes; {@code src/main/fairness/baseline.json} by default, if it exists. With
     * {@code bundle}, a file counts only if it is named here.
     */
    @Parameter(property = Parameters.BASELINE)
    private String baseline;

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
     * An evidence bundle to judge in place of the evaluations in the output folder: a file, or Maven coordinates
     * {@code groupId:artifactId[:extension[:classifier]]:version}, where the extension is {@code zip} and the classifier {@code fairness} if nothing else is said.
     */
    @Parameter(property = Parameters.BUNDLE)
    private String bundle;

    /** With {@code bundle}: the model that the bundle has to be about as its candidate, in any form that {@code model} of the goal {@code check} may have. */
    @Parameter(property = Parameters.CANDIDATE)
    private String candidate;

    /** With {@code bundle}: the original model that the bundle's candidate has to be compared with. */
    @Parameter(property = Parameters.MODEL)
    private String model;

    /**
     * Whether what the verdict follows from is kept in {@code evidence.zip} in the output folder. With {@code bundle} there is one already.
     */
    @Parameter(property = Parameters.EVIDENCE, defaultValue = "true")
    private String evidence;

    /** Whether the evidence is attached to the build as a zip with the classifier {@code fairness}, to be installed and deployed with it. */
    @Parameter(property = Parameters.ATTACH, defaultValue = "true")
    private String attach;

    /**
     * What becomes of files that are shipped with the candidate and that nothing was compared with: {@code warn}, or {@code fail}, by which the build is
     * broken.
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

    @Override
    Outcome run() {
        VerifySettings settings = new VerifySettings(ParameterValues.given(thresholds), ParameterValues.given(baseline), ParameterValues.given(bundle),
                ParameterValues.given(candidate), ParameterValues.given(model));
        return new Verifying(host()).run(settings, GateSettings.of(reports, failOnViolation, evidence, attach, unverifiedFiles));
    }
}
