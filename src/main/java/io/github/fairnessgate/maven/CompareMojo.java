package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.Comparing;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.worker.WorkerException;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Shows several candidates side by side. The goal measures all of them on all data, and judges each alone, at one look.
 * It writes {@code comparison.html} and {@code comparison.json}, and does not fail the build whatever the verdicts are.
 */
@Mojo(name = "compare", requiresProject = false, threadSafe = true)
public class CompareMojo extends AbstractClusterMojo {

    /** The models to compare, in any form that {@code model} may have. At least two. */
    @Parameter(property = Parameters.CANDIDATES)
    private List<String> candidates;

    /** Ids of metrics that are shown beside the rules; the first says which candidate is best. */
    @Parameter(property = Parameters.OBJECTIVES, defaultValue = Parameters.DEFAULT_OBJECTIVES)
    private List<String> objectives;

    @Inject
    public CompareMojo(MavenServices services) {
        super(services);
    }

    @Override
    void begin() {
        Comparing.clear(locations().output());
    }

    @Override
    Outcome run() throws WorkerException, InterruptedException {
        return new Comparing(host(), measuring(), compute()).run(model(), stripped(candidates), stripped(objectives));
    }

    private static List<String> stripped(List<String> written) {
        return written == null ? List.of() : written.stream().map(String::strip).toList();
    }
}
