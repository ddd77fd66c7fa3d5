package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.pipeline.SelfTesting;
import io.github.fairnessgate.worker.WorkerException;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Tests the gate itself, with your model and your thresholds: the baseline must pass against itself, measured anew with other chance, and a copy of
 * it that was harmed on purpose must fail. Writes {@code self-test.json}; fails the build if the gate does not behave.
 */
@Mojo(name = "self-test", requiresProject = false, threadSafe = true)
public class SelfTestMojo extends AbstractMeasuringMojo {

    /** How many times the baseline is measured anew. More say more about thresholds with generated text, and nothing about others. */
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
