package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.BaselineSettings;
import io.github.fairnessgate.pipeline.Baselining;
import io.github.fairnessgate.pipeline.Outcome;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Accepts the evaluated candidate: writes the baseline file, whose limits only become tighter. A value that does not
 * pass needs a reason and an end date.
 */
@Mojo(name = "baseline", requiresProject = false, threadSafe = true)
public class BaselineMojo extends AbstractFairnessMojo {

    /** The thresholds: a YAML file, or {@code default}, {@code strict}, {@code paper} or {@code search}. */
    @Parameter(property = Parameters.THRESHOLDS, defaultValue = Parameters.DEFAULT_THRESHOLDS)
    private String thresholds;

    /** The baseline file, to be committed. {@code src/main/fairness/baseline.json} by default. */
    @Parameter(property = Parameters.BASELINE)
    private String baseline;

    /** Why values that do not pass are accepted until {@code until}. Without a reason, they are not accepted. */
    @Parameter(property = Parameters.REASON)
    private String reason;

    /**
     * The last day of an exception with a {@code reason}, for instance {@code 2026-12-31}. At most a year ahead, by
     * default in 90 days.
     */
    @Parameter(property = Parameters.UNTIL)
    private String until;

    /**
     * How much worse than the best accepted candidate a later one may be: a share of each rule's margin, from 0 to 1.
     * By default the file's value, or 0.5 for a new file. It never loosens a limit in the file.
     */
    @Parameter(property = Parameters.SLACK)
    private String slack;

    /**
     * The file that the result of the last {@code check} in the output folder is appended to, once, for instance
     * {@code src/main/fairness/history.jsonl}. It is to be committed; pages draw the course of every rule from it. None
     * by default.
     */
    @Parameter(property = Parameters.HISTORY)
    private String history;

    @Override
    Outcome run() {
        MavenHost host = new MavenHost(session(), project(), getLog(), locations(), told(), Optional.empty());
        return new Baselining(host).run(new BaselineSettings(thresholds, baseline, reason, until, slack, history));
    }
}
