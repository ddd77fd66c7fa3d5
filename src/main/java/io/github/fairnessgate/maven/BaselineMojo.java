package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.BaselineSettings;
import io.github.fairnessgate.pipeline.Baselining;
import io.github.fairnessgate.pipeline.Outcome;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Accepts the candidate that was evaluated: writes the baseline file, whose limits only become tighter. What does not pass is accepted only with
 * a reason, and only until a day.
 */
@Mojo(name = "baseline", requiresProject = false, threadSafe = true)
public class BaselineMojo extends AbstractFairnessMojo {

    /** What is tolerated: a YAML file, or {@code default}, {@code strict} or {@code paper}. */
    @Parameter(property = Parameters.THRESHOLDS, defaultValue = Parameters.DEFAULT_THRESHOLDS)
    private String thresholds;

    /** The file, which belongs into version control; {@code src/main/fairness/baseline.json} by default. */
    @Parameter(property = Parameters.BASELINE)
    private String baseline;

    /** Why numbers that do not pass are accepted until {@code until}; without it they are not. */
    @Parameter(property = Parameters.REASON)
    private String reason;

    /** The last day of what is accepted with a {@code reason}, like {@code 2026-12-31}, at most a year ahead; by default in 90 days. */
    @Parameter(property = Parameters.UNTIL)
    private String until;

    /**
     * How much worse than the best candidate that was accepted a later one may be, as a share from 0 to 1 of each rule's margin; by
     * default what the file says, and 0.5 for a new one. It does not loosen a limit that is in the file.
     */
    @Parameter(property = Parameters.SLACK)
    private String slack;

    @Override
    Outcome run() {
        MavenHost host = new MavenHost(session(), project(), getLog(), locations(), told(), Optional.empty());
        return new Baselining(host).run(new BaselineSettings(thresholds, baseline, reason, until, slack));
    }
}
