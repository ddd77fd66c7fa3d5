package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.Compressing;
import io.github.fairnessgate.pipeline.CompressionSettings;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.worker.WorkerException;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Compresses the model by the recipe, and attaches the result to the build as a zip with the classifier
 * {@code compressed}. If nothing changed since the last build, the goal keeps its result.
 */
@Mojo(name = "compress", defaultPhase = LifecyclePhase.PREPARE_PACKAGE, requiresProject = false, threadSafe = true)
public class CompressMojo extends AbstractModelMojo {

    /** The recipe: a YAML file, or the name of a bundled recipe. */
    @Parameter(property = Parameters.RECIPE, defaultValue = Parameters.DEFAULT_RECIPE)
    private String recipe;

    /** Whether the zip is attached to the build. It is then installed and deployed with the build. */
    @Parameter(property = Parameters.ATTACH, defaultValue = "true")
    private String attach;

    /** Whether to compress again even if nothing changed. */
    @Parameter(property = Parameters.FORCE, defaultValue = "false")
    private boolean force;

    /**
     * Whether the build keeps the compressed model of an earlier build if nothing changed. {@code off} is for releases:
     * it compresses again.
     */
    @Parameter(property = Parameters.CACHE, defaultValue = Parameters.DEFAULT_CACHE)
    private String cache;

    /**
     * The thresholds of the {@code check} that follows. The goal reads them before it compresses, so a mistake in them
     * ends the build at once.
     */
    @Parameter(property = Parameters.THRESHOLDS)
    private String thresholds;

    @Inject
    public CompressMojo(MavenServices services) {
        super(services);
    }

    @Override
    Outcome run() throws WorkerException, InterruptedException {
        return new Compressing(host())
                .run(new CompressionSettings(model(), recipe, thresholds, attach, force, cache, compute()));
    }
}
