package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.pipeline.ScorerSettings;
import io.github.fairnessgate.pipeline.SparkSettings;
import io.github.fairnessgate.setup.Doctor;
import io.github.fairnessgate.setup.DoctorSettings;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Shows what this machine has and lacks for the other goals: device, driver, CUDA libraries, memory, disk, caches and
 * versions, and whether the worker works. With {@code model}, it also shows whether that is enough for the model.
 */
@Mojo(name = "doctor", requiresProject = false, aggregator = true, threadSafe = true)
public class DoctorMojo extends AbstractModelMojo {

    /** The recipe whose needs are compared with this machine, if a model is given. */
    @Parameter(property = Parameters.RECIPE, defaultValue = Parameters.DEFAULT_RECIPE)
    private String recipe;

    /**
     * A scorer to try, named as for {@code check}. It scores ten sentences, five of them harmless, so that a wrong
     * label is visible at once. None by default.
     */
    @Parameter(property = Parameters.SCORER)
    private String scorer;

    /** The label of {@code scorer}, as for {@code check}. */
    @Parameter(property = Parameters.SCORER_LABEL)
    private String scorerLabel;

    /** The master of an Apache Spark cluster to try, named as for {@code check}. None by default. */
    @Parameter(property = Parameters.SPARK_MASTER)
    private String sparkMaster;

    /** The version of the cluster's Spark, as for {@code check}. */
    @Parameter(property = Parameters.SPARK_VERSION)
    private String sparkVersion;

    /** A file with properties of Spark, as for {@code check}. */
    @Parameter(property = Parameters.SPARK_PROPERTIES)
    private String sparkProperties;

    /** Whether a problem fails the build. */
    @Parameter(property = Parameters.FAIL_ON_PROBLEM, defaultValue = "false")
    private String failOnProblem;

    @Inject
    public DoctorMojo(MavenServices services) {
        super(services);
    }

    /** It looks at the machine; another build may go on. */
    @Override
    boolean sharesOutput() {
        return false;
    }

    /** It looks at the machine, whatever modules do. */
    @Override
    boolean isLeftToModules() {
        return false;
    }

    @Override
    Outcome run() throws InterruptedException {
        return new Doctor(
                        host(),
                        new DoctorSettings(
                                model(),
                                recipe,
                                new ScorerSettings(scorer, scorerLabel, null, null),
                                new SparkSettings(sparkMaster, sparkVersion, sparkProperties, 1),
                                failOnProblem,
                                compute()))
                .run();
    }
}
