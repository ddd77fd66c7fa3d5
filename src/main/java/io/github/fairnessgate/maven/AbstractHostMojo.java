package io.github.fairnessgate.maven;

import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import java.io.File;
import java.util.List;
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

    /**
     * Whether modules run this goal on a model that this project lacks; says so. A build that leaves all of them out
     * judges nothing, which must not pass without a word.
     *
     * @param model as the user wrote it; null for none
     */
    final boolean isLeftToModules(String model) {
        if (model == null) {
            return false;
        }
        AggregatedModels.Modules modules = modulesWith(model);
        if (!modules.built().isEmpty()) {
            getLog().info(leftTo(model, modules.built()) + ", which "
                    + project().getArtifactId() + " lacks, and run the goal on it.");
        }
        if (!modules.leftOut().isEmpty()) {
            told().withoutEffect(List.of(leftTo(model, modules.leftOut())
                    + ", and this build leaves them out (-pl, -N or -rf), so that nothing is "
                    + "measured or judged in them. Build them as well, unless another build does."));
        }
        return !modules.isEmpty();
    }

    private String leftTo(String model, List<String> modules) {
        return "fairness:" + goal() + " does nothing in " + project().getArtifactId() + ": its modules "
                + String.join(", ", modules) + " have the model " + model;
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
