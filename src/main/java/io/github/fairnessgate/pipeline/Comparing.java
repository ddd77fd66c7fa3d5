package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.report.SearchFiles;
import io.github.fairnessgate.result.EvidenceFile;
import io.github.fairnessgate.result.ThresholdsSource;
import io.github.fairnessgate.search.CandidateResult;
import io.github.fairnessgate.search.Objective;
import io.github.fairnessgate.search.SearchResult;
import io.github.fairnessgate.worker.WorkerException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shows several candidates side by side: measures all of them on all data, and judges each alone. */
public final class Comparing {

    private static final int FEWEST = 2;

    private final ModelHost host;
    private final Workers workers;
    private final Measuring measuring;

    public Comparing(ModelHost host, MeasuringSettings settings, ComputeSettings compute) {
        this.host = host;
        this.workers = new Workers(host, compute);
        this.measuring = new Measuring(host, workers, settings);
    }

    /**
     * @param written the model, as the user wrote it
     * @param references of the candidates, likewise
     * @param objectives ids of metrics, of which the first decides
     */
    public Outcome run(String written, List<String> references, List<String> objectives)
            throws WorkerException, InterruptedException {
        Path folder = host.locations().output();
        requireSeveral(references);
        List<Objective> wanted = objectives.stream().map(Comparing::objective).toList();
        ThresholdsSource source = measuring.thresholds();
        Thresholds once = source.thresholds().judgedOnce().allowingUnderpowered();
        List<SuiteSpec> suites = measuring.suites(source, objectives);
        Measuring.requireValues(wanted, suites);
        Measuring.preflight(once, suites, Optional.empty());
        ModelFinder finder = new ModelFinder(host);
        LocatedModel model = finder.original(written);
        measuring.requireDifferent(source.thresholds(), model);
        Map<String, LocatedModel> candidates = new LinkedHashMap<>();
        for (String reference : references) {
            LocatedModel candidate = finder.find(reference);
            requireNew(candidate, candidates);
            if (candidate.directory().digest().equals(model.directory().digest())) {
                host.messages().warn("The candidate " + reference + " is the original model itself.");
            }
            candidates.put("c" + (candidates.size() + 1), candidate);
        }
        Device device = workers.device();
        CandidateTrial trial = new CandidateTrial(measuring, wanted, model, device);
        Contest contest = new Contest(host.messages(), candidates, Map.of());
        contest.judge(trial.of(candidates, suites, once, 1));
        List<CandidateResult> results = candidates.entrySet().stream()
                .map(one -> contest.result(
                        one.getKey(),
                        EvidenceFile.portable(
                                one.getValue().source(), host.locations().base())))
                .toList();
        SearchFiles files = SearchFiles.write(
                folder,
                SearchFiles.Form.COMPARISON,
                new SearchFiles.Origin(
                        host.libraries().plugin(),
                        host.identity(),
                        EvidenceFile.portable(source.name(), host.locations().base())),
                SearchResult.of(wanted, once, results, 0));
        files.lines().forEach(host.messages()::info);
        files.warnings().forEach(host.messages()::warn);
        host.messages().info(files.sentence() + "; page: " + files.page());
        return Outcome.GOOD;
    }

    /** Removes what an earlier comparison wrote. */
    public static void clear(Path output) {
        SearchFiles.delete(output, SearchFiles.Form.COMPARISON);
    }

    private static Objective objective(String metric) {
        Objective.problem(metric).ifPresent(problem -> {
            throw new InvalidInputException("An objective in " + Parameters.OBJECTIVES + " is wrong: " + problem + ".");
        });
        return new Objective(metric, Parameters.OBJECTIVES);
    }

    private static void requireNew(LocatedModel candidate, Map<String, LocatedModel> others) {
        others.values().stream()
                .filter(other ->
                        other.directory().digest().equals(candidate.directory().digest()))
                .findFirst()
                .ifPresent(other -> {
                    throw new InvalidInputException("The candidates " + other.source() + " and " + candidate.source()
                            + " are the same model; name each once in " + Parameters.CANDIDATES + ".");
                });
    }

    private static void requireSeveral(List<String> references) {
        if (references.size() < FEWEST) {
            throw new InvalidInputException(
                    "There %s to compare: set <candidates> or -D%s=one,two to at least two models."
                            .formatted(
                                    references.isEmpty() ? "is no candidate" : "is one candidate",
                                    Parameters.CANDIDATES));
        }
    }
}
