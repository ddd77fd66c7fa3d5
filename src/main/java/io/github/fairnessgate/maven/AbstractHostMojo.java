package io.github.fairnessgate.maven;

import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import java.io.File;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Parameters of goals that look for models. Maven reads flat parameters from superclasses alone, which is why they are
 * classes above each other.
 */
abstract class AbstractHostMojo extends AbstractFairnessMojo {

    /**
     * Whether the revision of a model on the Hugging Face hub may be a branch or tag. Every build looks it up, and
     * reports name the commit.
     */
    @Parameter(property = Parameters.ALLOW_MOVING_REVISION, defaultValue = "false")
    private boolean allowMovingRevision;

    /**
     * Whether a model without safetensors may have its weights as a Python pickle ({@code pytorch_model.bin}). The
     * plugin converts it and executes nothing in it.
     */
    @Parameter(property = Parameters.ALLOW_PICKLE, defaultValue = "true")
    private String allowPickle;

    /**
     * The folder for unpacked models, native libraries and cached evaluations. By default {@code .cache/fairness} in
     * the local repository.
     */
    @Parameter(property = Parameters.CACHE_DIRECTORY)
    private File cacheDirectory;

    private final MavenServices services;

    AbstractHostMojo(MavenServices services) {
        this.services = services;
    }

    final MavenModelHost host() {
        return new MavenModelHost(
                session(),
                project(),
                getLog(),
                locations(),
                told(),
                services,
                pluginArtifacts(),
                new MavenModelHost.ModelAccess(
                        MavenLocations.cache(session(), cacheDirectory),
                        allowMovingRevision,
                        ParameterValues.isTrue(allowPickle, Parameters.ALLOW_PICKLE)));
    }
}
