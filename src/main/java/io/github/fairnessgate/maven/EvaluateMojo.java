package io.github.fairnessgate.maven;

import io.github.fairnessgate.pipeline.Evaluating;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.worker.WorkerException;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Measures the baseline and the candidate on every suite that the thresholds or the baseline file name. What was
 * measured before is taken from the cache.
 */
@Mojo(name = "evaluate", defaultPhase = LifecyclePhase.INTEGRATION_TEST, requiresProject = false, threadSafe = true)
public class EvaluateMojo extends AbstractEvaluationMojo {

    @Inject
    public EvaluateMojo(MavenServices services) {
        super(services);
    }

    @Override
    Outcome run() throws WorkerException, InterruptedException {
        return new Evaluating(host()).run(evaluation());
    }
}
