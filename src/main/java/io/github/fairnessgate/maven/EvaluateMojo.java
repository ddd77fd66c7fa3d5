package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.Evaluating;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.worker.WorkerException;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Measures the baseline and the candidate on every suite that the thresholds or the baseline file name. What was
 * measured before is taken from the cache.
 */
@Mojo(name = "evaluate", defaultPhase = LifecyclePhase.INTEGRATION_TEST, requiresProject = false, threadSafe = true)
public class EvaluateMojo extends AbstractEvaluationMojo {

    /**
     * The part of the work that this job does, to divide it among jobs: {@code 3/8} is the third of eight. {@code auto}
     * takes both numbers from the variables of GitLab or Slurm, and {@code auto/8} the first from those of a Kubernetes
     * Indexed Job. The goal then writes the folder {@code shards/3-of-8} and no evaluation. The candidate must exist.
     */
    @Parameter(property = Parameters.SHARD)
    private String shard;

    @Inject
    public EvaluateMojo(MavenServices services) {
        super(services);
    }

    @Override
    String shard() {
        return shard;
    }

    @Override
    Outcome run() throws WorkerException, InterruptedException {
        return new Evaluating(host()).run(evaluation());
    }
}
