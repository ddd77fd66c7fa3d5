package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.EvaluationSettings;
import org.apache.maven.plugins.annotations.Parameter;

/** Parameters of goals that measure a baseline and a candidate. */
abstract class AbstractEvaluationMojo extends AbstractMeasuringMojo {

    /** The model to judge, in any form that {@code model} may have; what the goal {@code compress} made by default. */
    @Parameter(property = Parameters.CANDIDATE)
    private String candidate;

    /**
     * What was accepted before: the file that the goal {@code baseline} writes; {@code src/main/fairness/baseline.json} by default, if it exists.
     * What it holds is measured, whether a rule names it or not.
     */
    @Parameter(property = Parameters.BASELINE)
    private String baseline;

    AbstractEvaluationMojo(MavenServices services) {
        super(services);
    }

    final EvaluationSettings evaluation() {
        return new EvaluationSettings(model(), candidate, baseline, measuring(), compute());
    }
}
