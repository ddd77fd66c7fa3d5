package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.InTurns;
import io.github.fairnessgate.evaluate.Shard;
import io.github.fairnessgate.evaluate.Shards;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.Preflight;
import io.github.fairnessgate.report.CompressionSummary;
import io.github.fairnessgate.report.RunSettings;
import io.github.fairnessgate.result.BaselineSource;
import io.github.fairnessgate.result.InspectedModel;
import io.github.fairnessgate.result.MeasuredLooks;
import io.github.fairnessgate.result.Scratch;
import io.github.fairnessgate.result.ThresholdsSource;
import io.github.fairnessgate.worker.WorkerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Measures a baseline and a candidate: first what is to be measured, then the models, then their evaluations. */
final class PairMeasuring {

    private final ModelHost host;
    private final EvaluationSettings settings;
    private final Workers workers;
    private final Measuring measuring;
    private final ModelFinder models;

    PairMeasuring(ModelHost host, EvaluationSettings settings) {
        this.host = host;
        this.settings = settings;
        this.workers = new Workers(host, settings.compute());
        this.measuring = new Measuring(host, workers, settings.measuring());
        this.models = new ModelFinder(host);
    }

    /**
     * What is to be measured.
     *
     * @param accepted the baseline file
     * @param suites that thresholds and baseline file ask for
     * @param shards what other jobs measured of them
     */
    record Plan(ThresholdsSource source, BaselineSource accepted, List<SuiteSpec> suites, Optional<Shards> shards) {

        /** Suites that are put to each model alone. */
        List<SuiteSpec> alone() {
            return PairMeasuring.alone(suites);
        }
    }

    private static List<SuiteSpec> alone(List<SuiteSpec> suites) {
        return suites.stream().filter(suite -> !InTurns.is(suite.id())).toList();
    }

    /**
     * The models at hand, before either runs.
     *
     * @param inspected every file of the candidate
     * @param told what is used, and where each setting came from
     */
    record Pair(
            LocatedModel before,
            LocatedModel after,
            InspectedModel inspected,
            List<RunSettings.Setting> told,
            Device device) {}

    /** @throws InvalidInputException if thresholds, the baseline file or a scorer cannot be used */
    Plan plan() {
        ThresholdsSource source = measuring.thresholds();
        BaselineSource accepted = BaselineSource.existing(
                ParameterValues.given(settings.baseline()),
                host.locations().base(),
                host.locations().checkout(),
                host.today());
        List<String> further = AcceptedSuites.metrics(source.thresholds(), accepted.ratchet());
        if (!further.isEmpty()) {
            host.messages()
                    .info("Measured too, because they were accepted before (" + accepted.file() + "): "
                            + String.join(", ", further));
        }
        return new Plan(source, accepted, measuring.suites(source, further), measuring.shards());
    }

    /**
     * Finds both models; evaluations of an earlier run are gone then.
     *
     * @throws InvalidInputException if they cannot be used or compared, or if a file that claims to be the candidate's
     *     measured weights is not
     */
    Pair find(Plan plan) {
        LocatedModel before = models.original(settings.model());
        measuring.requireDifferent(plan.source().thresholds(), before);
        LocatedModel after = candidate();
        List<RunSettings.Setting> told =
                SettingsInUse.ofMeasurement(host.told(), plan.source(), plan.accepted(), before, after);
        new RunSettings(told, List.of()).lines().forEach(host.messages()::info);
        requireRecipe(after);
        CompressedHere.requireNoSwap(host.compressed(after.directory().path()), before, after, host.messages()::warn);
        InspectedModel inspected = inspect(before, after);
        Device device = workers.device();
        MeasuredLooks.delete(host.locations().output());
        return new Pair(before, after, inspected, told, device);
    }

    /** The part of the work that this job does; everything unless the user names one. */
    Optional<Shard> part() {
        return measuring.part();
    }

    /**
     * Answers a part of the questions to both models.
     *
     * @return the folder that receives the answers
     */
    Path answer(Plan plan, Pair pair, Shard part) throws WorkerException, InterruptedException {
        try (Scratch scratch = Scratch.in(host.locations().output())) {
            for (Map.Entry<String, LocatedModel> model : both(pair).entrySet()) {
                measuring
                        .evaluation()
                        .answer(
                                model.getKey(),
                                model.getValue(),
                                plan.alone(),
                                pair.device(),
                                measuring.versions(pair.device()),
                                part,
                                scratch.folder());
                model.getValue().requireStill(model.getValue().directory().digest());
            }
            return Shards.write(host.locations().results().shards(), part, scratch.folder());
        }
    }

    private static Map<String, LocatedModel> both(Pair pair) {
        Map<String, LocatedModel> both = new LinkedHashMap<>();
        both.put(MeasuredLooks.BASELINE, pair.before());
        both.put(MeasuredLooks.CANDIDATE, pair.after());
        return both;
    }

    /**
     * @param suites of the look
     * @param number of the look, 1 for the first
     */
    Look look(Plan plan, Pair pair, List<SuiteSpec> suites, int number) throws WorkerException, InterruptedException {
        List<Evaluation> evaluations = measuring.evaluate(
                both(pair), alone(suites), pair.device(), measuring.answers(plan.shards(), number == 1));
        Look look = measuring
                .turns(pair.device())
                .added(
                        new Look(evaluations.get(0), evaluations.get(1)),
                        suites.stream().filter(suite -> InTurns.is(suite.id())).toList(),
                        pair.before(),
                        pair.after(),
                        pair.device());
        MeasuredLooks.write(host.locations().output(), number, look);
        return look;
    }

    /**
     * @throws InvalidInputException if a model is another one now; nothing that was measured is left for {@code verify}
     *     to judge
     */
    void requireUnchanged(Pair pair, Look measured) {
        try {
            pair.before().requireStill(measured.baseline().provenance().model());
            pair.after().requireStill(measured.candidate().provenance().model());
        } catch (InvalidInputException e) {
            MeasuredLooks.delete(host.locations().output());
            throw e;
        }
    }

    /** @throws InvalidInputException if a file that claims to be the candidate's measured weights is not */
    static InspectedModel inspect(LocatedModel before, LocatedModel after) {
        return InspectedModel.of(after.source(), after.given(), Optional.of(before.directory()));
    }

    /** Numbers of the GPUs that the user named. */
    List<Integer> gpus(Pair pair) {
        return workers.gpus(pair.device()).stream().map(gpu -> gpu.number()).toList();
    }

    /**
     * Finds what the data can show, and says so unless both models were measured before: then the intervals of the
     * result say it.
     */
    void requirePower(Plan plan, Pair pair) {
        List<Preflight> power = Measuring.preflight(
                plan.source().thresholds(),
                plan.suites(),
                measuring.evaluation().cached(pair.before(), plan.alone(), pair.device(), versions(pair)));
        if (!isCached(pair.before(), plan, pair) || !isCached(pair.after(), plan, pair)) {
            measuring.showPower(power);
        }
    }

    private boolean isCached(LocatedModel model, Plan plan, Pair pair) {
        return measuring.evaluation().isCached(model, plan.alone(), pair.device(), versions(pair));
    }

    private SortedMap<String, String> versions(Pair pair) {
        return measuring.versions(pair.device());
    }

    /**
     * A recipe on the command line is read by fairness:compress alone: what is measured may have been made by another.
     */
    private void requireRecipe(LocatedModel after) {
        Optional<CompressionSummary> made = CompressionSummary.of(
                after.directory().path(), after.directory().digest());
        if (ParameterValues.given(settings.candidate()).isEmpty() && made.isPresent()) {
            host.told()
                    .property(Parameters.RECIPE)
                    .filter(wanted -> !wanted.value().strip().equals(made.get().recipe()))
                    .ifPresent(wanted -> host.told()
                            .withoutEffect(
                                    List.of(("%s (%s) has no effect: the candidate %s was made by the recipe %s. Run "
                                                    + "fairness:compress before this goal.")
                                            .formatted(
                                                    wanted.text(),
                                                    wanted.origin(),
                                                    after.source(),
                                                    made.get().recipe()))));
        }
    }

    private LocatedModel candidate() {
        Optional<String> named = ParameterValues.given(settings.candidate());
        Path compressed = host.locations().results().compressed();
        if (named.isEmpty() && !Files.isDirectory(compressed)) {
            throw new InvalidInputException("There is no compressed model in " + compressed
                    + ": run the goal compress before this one, or set <candidate> or -D" + Parameters.CANDIDATE
                    + "=...");
        }
        return models.find(named.orElseGet(compressed::toString));
    }
}
