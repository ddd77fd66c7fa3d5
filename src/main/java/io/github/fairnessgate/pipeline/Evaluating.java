package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.evaluate.Shard;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.result.MeasuredLooks;
import io.github.fairnessgate.worker.WorkerException;
import java.util.Optional;

/** Measures a baseline and a candidate, or one shard of them, and judges nothing. */
public final class Evaluating {

    private final ModelHost host;

    public Evaluating(ModelHost host) {
        this.host = host;
    }

    public Outcome run(EvaluationSettings settings) throws WorkerException, InterruptedException {
        PairMeasuring measuring = new PairMeasuring(host, settings);
        Optional<Shard> part = measuring.part();
        PairMeasuring.Plan plan = measuring.plan();
        if (part.isPresent()) {
            // what cannot be judged is told before many jobs measure it
            Measuring.preflight(plan.source().thresholds(), plan.suites(), Optional.empty());
        }
        PairMeasuring.Pair pair = measuring.find(plan);
        if (part.isPresent()) {
            host.messages()
                    .info("Shard " + part.get() + ": " + measuring.answer(plan, pair, part.get())
                            + "; give all shards to fairness:check with -D" + Parameters.SHARDS + "=FOLDER");
            return Outcome.GOOD;
        }
        Look look = measuring.look(plan, pair, plan.suites(), 1);
        measuring.requireUnchanged(pair, look);
        host.messages()
                .info("Evaluations: " + MeasuredLooks.folder(host.locations().output()));
        return Outcome.GOOD;
    }
}
