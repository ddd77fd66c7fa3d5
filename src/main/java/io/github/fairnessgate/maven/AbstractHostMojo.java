package io.github.fairnessgate.maven;

import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import java.io.File;
import org.apache.maven.plugins.annotations.Parameter;

/** Parameters of goals that look for models. Maven reads flat parameters from superclasses alone, which is why they are classes above each other. */
abstract class AbstractHostMojo extends AbstractFairnessMojo {

    /**
     * Whether the revision of a model on the Hugging Face hub may be a branch or tag. It is looked up in every build, and the commit that
     * it led to is what the reports name.
     */
    @Parameter(property = Parameters.ALLOW_MOVING_REVISION, defaultValue = "false")
    private boolean allowMovingRevision;

    /**
     * Whether a model's weights may be a Python pickle ({@code pytorch_model.bin}) where it has no safetensors. It is converted by a reader that runs
     * nothing of it.
     */
    @Parameter(property = Parameters.ALLOW_PICKLE, defaultValue = "true")
    private String allowPickle;

    /** Unpacked models, native libraries and evaluations; {@code .cache/fairness} in the local repository by default. */
    @Parameter(property = Parameters.CACHE_DIRECTORY)
    private File cacheDirectory;

    private final MavenServices services;

    AbstractHostMojo(MavenServices services) {
        this.services = services;
    }

    final MavenModelHost host() {
        return new MavenModelHost(session(), project(), getLog(), locations(), told(), services, pluginArtifacts(), new MavenModelHost.ModelAccess(
                MavenLocations.cache(session(), cacheDirectory), allowMovingRevision, ParameterValues.isTrue(allowPickle, Parameters.ALLOW_PICKLE)));
    }
}
