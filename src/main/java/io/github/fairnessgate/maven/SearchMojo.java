package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.pipeline.Searching;
import io.github.fairnessgate.worker.WorkerException;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Finds the best recipe that keeps the thresholds. The goal compresses the model by every recipe of a search, screens
 * the results on one side of the data, and judges the few that are left on the other side. It writes the chosen recipe,
 * and fails the build if none keeps the thresholds.
 */
@Mojo(name = "search", requiresProject = false, threadSafe = true)
public class SearchMojo extends AbstractClusterMojo {

    /** The file that says which recipes and values are tried, and what is wanted of the result. */
    @Parameter(property = Parameters.SEARCH)
    private String search;

    @Inject
    public SearchMojo(MavenServices services) {
        super(services);
    }

    @Override
    void begin() {
        Searching.clear(locations().output());
    }

    @Override
    Outcome run() throws WorkerException, InterruptedException {
        String file = ParameterValues.given(search)
                .orElseThrow(
                        () -> new InvalidInputException("No search was given: write a file such as search.yaml, as "
                                + "docs/search.md shows, and set <search> in the plugin's configuration or -D"
                                + Parameters.SEARCH + "=search.yaml."));
        return new Searching(host(), measuring(), compute()).run(model(), file);
    }
}
