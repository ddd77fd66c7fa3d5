package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.gate.GateMessages;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.report.GateReliabilityFiles;
import io.github.fairnessgate.result.EvidenceFile;
import io.github.fairnessgate.result.InspectedModel;
import io.github.fairnessgate.worker.WorkerException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Measures a baseline and a candidate, as often as the thresholds want to look, and pronounces the verdict. */
public final class Checking {

    private final ModelHost host;

    public Checking(ModelHost host) {
        this.host = host;
    }

    public Outcome run(EvaluationSettings settings, GateSettings gate) throws WorkerException, InterruptedException {
        requireNoShard();
        gate.history().ifPresent(written -> HistoryFile.requireSound(host, written));
        Judgement judgement = Judgement.of(host, gate); // from here on, the time counts that a report names
        PairMeasuring measuring = new PairMeasuring(host, settings);
        PairMeasuring.Plan plan = measuring.plan();
        Measuring.preflight(
                plan.source().thresholds(),
                plan.suites(),
                Optional.empty()); // what cannot be judged is told before a model is looked for
        PairMeasuring.Pair pair = measuring.find(plan);
        if (gate.onlyVerified()) {
            InspectedModel.requireVerified(
                    pair.after().source(), pair.inspected().record().shipped());
        }
        measuring.requirePower(plan, pair);
        List<Look> looks = new ArrayList<>();
        for (List<SuiteSpec> wanted = plan.suites(); !wanted.isEmpty(); wanted = further(plan, looks)) {
            looks.add(measuring.look(plan, pair, wanted, looks.size() + 1));
        }
        measuring.requireUnchanged(pair, looks.get(0));
        InspectedModel after = PairMeasuring.inspect(pair.before(), pair.after())
                .requireMeasured(looks.get(0).candidate().provenance().model());
        EvidenceFile.Judged judged = new EvidenceFile.Judged(
                host.libraries().plugin(),
                host.build(),
                plan.source(),
                plan.accepted(),
                looks,
                Optional.of(pair.before().directory()),
                Optional.of(after),
                GateReliabilityFiles.read(host.locations().output()));
        return judgement.pronounce(judged, measuring.gpus(pair), pair.told(), Judgement.keeper(host, gate, judged));
    }

    /** A part of what was measured says nothing about the whole. */
    private void requireNoShard() {
        host.told().property(Parameters.SHARD).ifPresent(shard -> {
            throw new InvalidInputException(shard.text() + " (" + shard.origin() + ") divides fairness:evaluate among "
                    + "jobs, but fairness:check judges everything. Measure the shards with fairness:evaluate, and give "
                    + "all of them to fairness:check with -D" + Parameters.SHARDS + "=FOLDER.");
        });
    }

    /** What has to be measured before there is a verdict; empty if nothing. */
    private List<SuiteSpec> further(PairMeasuring.Plan plan, List<Look> looks) {
        GateResult gate = Judgement.decide(plan.source(), plan.accepted(), looks);
        if (!gate.continues()) {
            return List.of();
        }
        GateMessages.looks(gate).stream().skip(gate.looks().size() - 1L).forEach(host.messages()::info);
        SortedMap<String, Integer> next = gate.next();
        return plan.suites().stream()
                .filter(suite -> next.containsKey(suite.id()))
                .map(suite -> suite.withContinuations(next.get(suite.id())))
                .toList();
    }
}
