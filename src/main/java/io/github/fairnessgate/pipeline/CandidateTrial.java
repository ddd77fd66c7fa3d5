package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.evaluate.InTurns;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.search.CandidateResult;
import io.github.fairnessgate.search.Objective;
import io.github.fairnessgate.search.Tried;
import io.github.fairnessgate.worker.WorkerException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures candidates beside the original, and judges each alone. */
final class CandidateTrial {

    private final Measuring measuring;
    private final List<Objective> objectives;
    private final LocatedModel model;
    private final Device device;

    /** @param model that the candidates were made of */
    CandidateTrial(Measuring measuring, List<Objective> objectives, LocatedModel model, Device device) {
        this.measuring = measuring;
        this.objectives = objectives;
        this.model = model;
        this.device = device;
    }

    /**
     * Measures candidates on some data.
     *
     * @param candidates by id
     * @param share of the data of the thresholds
     * @return by id, in their order; one that cannot be measured leaves the others alone
     */
    Map<String, Attempt<CandidateResult.Measured>> of(
            Map<String, LocatedModel> candidates, List<SuiteSpec> suites, Thresholds thresholds, double share)
            throws WorkerException, InterruptedException {
        List<SuiteSpec> alone =
                suites.stream().filter(suite -> !InTurns.is(suite.id())).toList();
        List<SuiteSpec> inTurns =
                suites.stream().filter(suite -> InTurns.is(suite.id())).toList();
        Map<String, Attempt<CandidateResult.Measured>> found = new LinkedHashMap<>();
        for (Map.Entry<String, Attempt<Look>> attempt :
                measuring.looks(model, candidates, alone, device).entrySet()) {
            String id = attempt.getKey();
            LocatedModel candidate = candidates.get(id);
            found.put(
                    id,
                    attempt.getValue().result().isEmpty()
                            ? Attempt.failed(attempt.getValue().failure().orElseThrow())
                            : Attempt.of(() -> {
                                Look look = measuring
                                        .turns(device)
                                        .added(attempt.getValue().result().get(), inTurns, model, candidate, device);
                                model.requireStill(look.baseline().provenance().model());
                                candidate.requireStill(
                                        look.candidate().provenance().model());
                                return measured(id, look, thresholds, share);
                            }));
        }
        return found;
    }

    private CandidateResult.Measured measured(String id, Look look, Thresholds thresholds, double share) {
        List<Double> original = objectives.stream()
                .map(objective -> objective.value(look.baseline()))
                .toList();
        Tried tried = new Tried(
                id,
                Gate.decide(thresholds, look.baseline(), look.candidate()),
                objectives.stream().map(objective -> objective.cost(look)).toList());
        return new CandidateResult.Measured(
                share,
                tried,
                objectives.stream()
                        .map(objective -> objective.value(look.candidate()))
                        .toList(),
                original);
    }
}
