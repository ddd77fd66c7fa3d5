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
 * {@code compressed}. If nothing changed since the last build, the goal keeps its result. Before it compresses, it
 * reads the thresholds and looks for the scorer and the data of the {@code check} that follows.
 */
@Mojo(name = "compress", defaultPhase = LifecyclePhase.PREPARE_PACKAGE, requiresProject = false, threadSafe = true)
public class CompressMojo extends AbstractMeasuringMojo {

    /** The recipe: a YAML file, or the name of a bundled recipe. */
    @Parameter(property = Parameters.RECIPE, defaultValue = Parameters.DEFAULT_RECIPE)
    private String recipe;

    /** Whether the zip is attached to the build. It is then installed and deployed with the build. */
    @Parameter(property = Parameters.ATTACH, defaultValue = "true")
    private String attach;

    /** Whether to compress again even if nothing changed. */
    @Parameter(property = Parameters.FORCE, defaultValue = "false")
    private boolean force;

    @Inject
    public CompressMojo(MavenServices services) {
        super(services);
    }

    @Override
    Outcome run() throws WorkerException, InterruptedException {
        return new Compressing(host())
                .run(new CompressionSettings(model(), recipe, attach, force, measuring(), compute()));
    }
}
