package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.Certifying;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.worker.WorkerException;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Judges a recipe and not a single model. The goal compresses the model once for each of several seeds, measures every
 * result, and judges the mean over all models that the recipe could make. It writes {@code certification.json}, and
 * fails the build unless the recipe passes.
 */
@Mojo(name = "certify", requiresProject = false, threadSafe = true)
public class CertifyMojo extends AbstractClusterMojo {

    /** The recipe: a YAML file, or the name of a bundled recipe. */
    @Parameter(property = Parameters.RECIPE, defaultValue = Parameters.DEFAULT_RECIPE)
    private String recipe;

    /**
     * The number of runs, whose seeds count up from the recipe's own, or a list of seeds such as {@code 1,2,3}. At
     * least three.
     */
    @Parameter(property = Parameters.SEEDS, defaultValue = "5")
    private String seeds;

    @Inject
    public CertifyMojo(MavenServices services) {
        super(services);
    }

    @Override
    Outcome run() throws WorkerException, InterruptedException {
        return new Certifying(host(), measuring(), compute()).run(model(), recipe, seeds);
    }
}
