package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.result.MeasuredLooks;
import io.github.fairnessgate.worker.WorkerException;

/** Measures a baseline and a candidate, and judges nothing. */
public final class Evaluating {

    private final ModelHost host;

    public Evaluating(ModelHost host) {
        this.host = host;
    }

    public Outcome run(EvaluationSettings settings) throws WorkerException, InterruptedException {
        PairMeasuring measuring = new PairMeasuring(host, settings);
        PairMeasuring.Plan plan = measuring.plan();
        PairMeasuring.Pair pair = measuring.find(plan);
        Look look = measuring.look(pair, plan.suites(), 1);
        measuring.requireUnchanged(pair, look);
        host.messages()
                .info("Evaluations: " + MeasuredLooks.folder(host.locations().output()));
        return Outcome.GOOD;
    }
}
