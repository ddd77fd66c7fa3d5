package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.EvaluationSettings;
import io.github.fairnessgate.pipeline.ShardSettings;
import org.apache.maven.plugins.annotations.Parameter;

/** Parameters of goals that measure a baseline and a candidate. */
abstract class AbstractEvaluationMojo extends AbstractClusterMojo {

    /**
     * The model to judge, in any form that {@code model} may have. By default, the model that the goal {@code compress}
     * made.
     */
    @Parameter(property = Parameters.CANDIDATE)
    private String candidate;

    /**
     * The file of accepted values, which the goal {@code baseline} writes. By default
     * {@code src/main/fairness/baseline.json}, if it exists. Every metric in it is measured, even if no rule names it.
     */
    @Parameter(property = Parameters.BASELINE)
    private String baseline;

    /**
     * A folder with the shards that other jobs measured with {@code fairness:evaluate -Dfairness.shard=...}, at any
     * depth. All of them must be there; nothing that they answered is measured again.
     */
    @Parameter(property = Parameters.SHARDS)
    private String shards;

    AbstractEvaluationMojo(MavenServices services) {
        super(services);
    }

    /** The part that this goal measures; null for everything. */
    String shard() {
        return null;
    }

    @Override
    final ShardSettings sharding() {
        return new ShardSettings(shard(), shards, mixedProcessors());
    }

    final EvaluationSettings evaluation() {
        return new EvaluationSettings(model(), candidate, baseline, measuring(), compute());
    }
}
