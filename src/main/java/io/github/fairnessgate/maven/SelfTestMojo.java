package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.pipeline.SelfTesting;
import io.github.fairnessgate.worker.WorkerException;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Tests the gate itself with your model and your thresholds. The baseline, measured again with another random seed,
 * must pass against itself, and a copy that was harmed on purpose must fail. The goal writes {@code self-test.json},
 * and fails the build if the gate errs.
 */
@Mojo(name = "self-test", requiresProject = false, threadSafe = true)
public class SelfTestMojo extends AbstractMeasuringMojo {

    /**
     * How many times the baseline is measured again. More repetitions say more about rules on generated text, and
     * nothing about other rules.
     */
    @Parameter(property = Parameters.REPETITIONS, defaultValue = "1")
    private int repetitions;

    @Inject
    public SelfTestMojo(MavenServices services) {
        super(services);
    }

    @Override
    Outcome run() throws WorkerException, InterruptedException {
        return new SelfTesting(host(), measuring(), compute()).run(model(), repetitions);
    }
}
