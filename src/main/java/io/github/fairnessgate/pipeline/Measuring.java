package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.Extent;
import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.evaluate.Measurement;
import io.github.fairnessgate.evaluate.Perplexity;
import io.github.fairnessgate.evaluate.Shard;
import io.github.fairnessgate.evaluate.Shards;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.Preflight;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.metric.MetricId;
import io.github.fairnessgate.report.PreflightTable;
import io.github.fairnessgate.result.MeasuredLooks;
import io.github.fairnessgate.result.Scratch;
import io.github.fairnessgate.result.ThresholdsSource;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.search.Objective;
import io.github.fairnessgate.worker.Gpu;
import io.github.fairnessgate.worker.WorkerException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Measures models on what thresholds ask for. */
final class Measuring {

    private final ModelHost host;
    private final Workers workers;
    private final MeasuringSettings settings;
    private final Scorers scorers;

    Measuring(ModelHost host, Workers workers, MeasuringSettings settings) {
        this.host = host;
        this.workers = workers;
        this.settings = settings;
        this.scorers = new Scorers(host, settings.scorers());
    }

    /** @throws io.github.fairnessgate.InvalidInputException if there are no such thresholds, or if they are wrong */
    ThresholdsSource thresholds() {
        return ThresholdsSource.read(
                settings.thresholds(),
                host.locations().base(),
                host.locations().checkout(),
                host.locations().pom());
    }

    /** The suites that the thresholds ask for, and those of further metrics. */
    List<SuiteSpec> suites(ThresholdsSource source, List<String> further) {
        precision(); // what is wrong is told before anything is looked at
        isCacheOn();
        requireOneDivision();
        workers.timeout();
        List<String> metrics = Stream.concat(
                        source.thresholds().rules().stream().map(Rule::metric), further.stream())
                .toList();
        Judges judges = scorers.judges();
        warnOfUnknownErrors(metrics, judges);
        return Suites.measuring(
                metrics, source.thresholds().suites(), source.folder().toString(), judges);
    }

    private void requireOneDivision() {
        SparkSettings spark = settings.spark();
        if (spark.cluster().isEmpty()) {
            return;
        }
        spark.parts();
        spark.libraries(host.libraries().spark());
        spark.given(host.locations().base());
        if (ParameterValues.given(settings.sharding().shard()).isPresent()
                || ParameterValues.given(settings.sharding().shards()).isPresent()) {
            throw new InvalidInputException(Parameters.SPARK_MASTER + " divides the work among executors, and "
                    + Parameters.SHARD + " and " + Parameters.SHARDS + " among jobs; set one of them.");
        }
    }

    /** @throws InvalidInputException if a cluster is to measure, which it does on processors only */
    void requireProcessors(Device device) {
        if (settings.spark().cluster().isPresent() && device != Device.CPU) {
            throw new InvalidInputException(Parameters.SPARK_MASTER + " measures on the processors of a cluster, but "
                    + "the device is " + device.id() + ": set " + Parameters.DEVICE + " to cpu.");
        }
    }

    /** Shares of toxic texts depend on where a scorer draws the line, of which a user's classifier says nothing. */
    private void warnOfUnknownErrors(List<String> metrics, Judges judges) {
        String shares = metrics.stream().filter(Judging::drawsALine).distinct().collect(Collectors.joining(", "));
        if (!shares.isEmpty()) {
            judges.all().stream()
                    .filter(scorer -> !scorer.comesWithThePlugin())
                    .forEach(scorer -> host.messages()
                            .warn(scorer.variant()
                                    + " has no figures on generated text, so nobody knows what share of toxic "
                                    + "texts it finds from 0.5 on, and "
                                    + shares
                                    + " may be far too small or too large; see docs/scorer.md, show its scores "
                                    + "with fairness:doctor -D"
                                    + Parameters.SCORER
                                    + "=..., or put the rule on a mean such as rtp.toxicity"));
        }
    }

    /**
     * What the data can show.
     *
     * @param baseline what was measured of it before
     * @throws io.github.fairnessgate.InvalidInputException if a rule has too few items
     */
    static List<Preflight> preflight(Thresholds tolerated, List<SuiteSpec> suites, Optional<Evaluation> baseline) {
        List<Measurement> created = suites.stream().map(Suites::measurement).toList();
        List<Extent> extents =
                created.stream().flatMap(suite -> suite.extents().stream()).toList();
        Set<String> written = created.stream()
                .filter(Measurement::writes)
                .map(Measurement::id)
                .collect(Collectors.toSet());
        return Preflight.of(tolerated, extents, written, baseline);
    }

    /**
     * Finds, before any model runs, objectives that will have no value.
     *
     * @param suites that are measured, those of the objectives included
     * @throws InvalidInputException for the first one, with where it is named
     */
    static void requireValues(List<Objective> objectives, List<SuiteSpec> suites) {
        for (Objective objective : objectives) {
            SuiteSpec measured = suites.stream()
                    .filter(suite -> suite.id().equals(MetricId.suiteOf(objective.metric())))
                    .findFirst()
                    .orElseThrow();
            objective.requireOne(extents(objective, measured));
        }
    }

    private static List<Extent> extents(Objective objective, SuiteSpec measured) {
        try {
            return Suites.measurement(new SuiteSpec(
                            measured.id(),
                            List.of(objective.metric()),
                            measured.options(),
                            measured.folder(),
                            measured.judges()))
                    .extents();
        } catch (InvalidInputException e) {
            throw objective.problemHere(e.getMessage());
        }
    }

    void showPower(List<Preflight> rules) {
        host.messages().info("What the data can show, with power " + Preflight.POWER + " if nothing changed:");
        PreflightTable.lines(rules).forEach(host.messages()::info);
    }

    /**
     * Finds, before any model runs, rules about the same under different names, and windows that are longer than what
     * the model reads.
     *
     * @throws io.github.fairnessgate.InvalidInputException if there are any
     */
    void requireDifferent(Thresholds tolerated, LocatedModel model) {
        int positions = model.directory().config().positions();
        List<ScorerReference> judges = scorers.judges().all();
        tolerated.requireDifferent(metric -> {
            MetricId id = MetricId.of(metric);
            return Perplexity.measuredId(
                    judges.stream()
                            .filter(scorer -> id.variant().equals(scorer.id()))
                            .findFirst()
                            .map(scorer -> id.withVariant(scorer.variant()).toString())
                            .orElse(metric),
                    positions);
        });
    }

    /** What decides the digits of an evaluation. */
    SortedMap<String, String> versions(Device device) {
        return host.libraries().ofEvaluation(device, host.build());
    }

    /** What needs both models at once. */
    TakingTurns turns(Device device) {
        return new TakingTurns(host, workers, versions(device), precision());
    }

    ModelEvaluation evaluation() {
        return evaluation(workers::work);
    }

    private ModelEvaluation evaluation(ModelEvaluation.Worker worker) {
        EvaluationCache evaluations = isCacheOn() ? new EvaluationCache(evaluations()) : EvaluationCache.off();
        return new ModelEvaluation(evaluations, host.locations().output(), precision(), worker, host.progress());
    }

    private Path evaluations() {
        return host.cache().resolve("evaluations");
    }

    /** Has a model evaluated: as it is, or so that its failure leaves others alone. */
    @FunctionalInterface
    private interface Form<T> {
        SideBySide.Job<Optional<Gpu>, T> of(String role, SideBySide.Job<Optional<Gpu>, Evaluation> job);
    }

    /**
     * Evaluates models on the device, side by side on the GPUs that the user names, or by a cluster. What comes out is
     * the same.
     *
     * @param models by how the log calls them
     * @param shards what other jobs measured
     */
    List<Evaluation> evaluate(
            Map<String, LocatedModel> models, List<SuiteSpec> suites, Device device, ShardedAnswers shards)
            throws WorkerException, InterruptedException {
        return evaluate(models, suites, device, shards, (role, job) -> job);
    }

    private <T> List<T> evaluate(
            Map<String, LocatedModel> models,
            List<SuiteSpec> suites,
            Device device,
            ShardedAnswers shards,
            Form<T> form)
            throws WorkerException, InterruptedException {
        requireProcessors(device);
        List<ModelEvaluation.Unmeasured> missing =
                settings.spark().cluster().isEmpty() ? List.of() : missing(models, suites, device);
        if (missing.isEmpty()) {
            return evaluateHere(models, suites, device, shards, form);
        }
        try (Scratch scratch = Scratch.in(host.locations().output());
                SparkShards cluster = SparkShards.open(
                        host,
                        settings.spark(),
                        workers.launch(scratch.folder(), "spark.log"),
                        isCacheOn() ? evaluations() : scratch.folder(),
                        missing)) {
            Optional<Shards> answered = Optional.of(cluster.answered(missing));
            List<T> evaluations = evaluateHere(models, suites, device, answers(answered, true), form);
            cluster.measured();
            return evaluations;
        }
    }

    /**
     * Evaluates an original and models that were made of it. One that cannot be evaluated leaves the others alone.
     *
     * @param candidates by id
     * @return a look at each of them, in their order
     */
    Map<String, Attempt<Look>> looks(
            LocatedModel original, Map<String, LocatedModel> candidates, List<SuiteSpec> suites, Device device)
            throws WorkerException, InterruptedException {
        Map<String, LocatedModel> models = new LinkedHashMap<>();
        models.put(MeasuredLooks.BASELINE, original);
        candidates.forEach((name, model) -> models.put("candidate " + name, model));
        List<Attempt<Evaluation>> measured =
                evaluate(models, suites, device, ShardedAnswers.NONE, (role, job) -> place -> {
                    Attempt.Work<Evaluation> work = () -> job.run(place);
                    return role.equals(MeasuredLooks.BASELINE)
                            ? new Attempt<>(Optional.of(work.run()), Optional.empty())
                            : Attempt.of(work);
                });
        Evaluation baseline = measured.get(0).result().orElseThrow();
        Map<String, Attempt<Look>> looks = new LinkedHashMap<>();
        int number = 1;
        for (String id : candidates.keySet()) {
            Attempt<Evaluation> candidate = measured.get(number++);
            looks.put(id, new Attempt<>(candidate.result().map(own -> new Look(baseline, own)), candidate.failure()));
        }
        return looks;
    }

    /** What is not cached; of a model that is given twice, once. */
    private List<ModelEvaluation.Unmeasured> missing(
            Map<String, LocatedModel> models, List<SuiteSpec> suites, Device device) {
        Map<String, ModelEvaluation.Unmeasured> byDigest = new LinkedHashMap<>();
        models.forEach((role, model) -> {
            ModelEvaluation.Unmeasured looked = evaluation().look(role, model, suites, device, versions(device));
            if (!looked.missing().isEmpty()) {
                byDigest.putIfAbsent(looked.provenance().model(), looked);
            }
        });
        return List.copyOf(byDigest.values());
    }

    /** What is measured of one model may be in the cache when it is the next one's turn. */
    private <T> List<T> evaluateHere(
            Map<String, LocatedModel> models,
            List<SuiteSpec> suites,
            Device device,
            ShardedAnswers shards,
            Form<T> form)
            throws WorkerException, InterruptedException {
        List<Optional<Gpu>> places = workers.places(device);
        boolean sideBySide = places.size() > 1 && models.size() > 1;
        SortedMap<String, String> versions = versions(device);
        List<SideBySide.Job<Optional<Gpu>, T>> jobs = new ArrayList<>();
        models.forEach((role, model) -> jobs.add(form.of(role, gpu -> {
            Progress told = sideBySide
                    ? new NamedProgress(role + " on GPU " + gpu.orElseThrow().number(), host.progress())
                    : host.progress();
            ModelEvaluation here = evaluation((request, scratch) -> workers.work(request, scratch, gpu, told));
            return here.evaluate(here.look(role, model, suites, device, versions), device, shards);
        })));
        return SideBySide.run(places, jobs);
    }

    /** The part of the work that this job does; everything unless the user names one. */
    Optional<Shard> part() {
        settings.sharding().failsOnMixedProcessors(); // what is wrong is told before anything is looked at
        return settings.sharding().part(System.getenv());
    }

    /**
     * What other jobs measured.
     *
     * @throws io.github.fairnessgate.InvalidInputException if a part of it is missing or damaged
     */
    Optional<Shards> shards() {
        return settings.sharding().whole(host.locations().base());
    }

    /** @param isFirstLook for which the shards were made */
    ShardedAnswers answers(Optional<Shards> shards, boolean isFirstLook) {
        return new ShardedAnswers(
                shards, isFirstLook, settings.sharding().failsOnMixedProcessors(), host.messages()::warn);
    }

    /** @throws io.github.fairnessgate.InvalidInputException if the user wrote neither on nor off */
    boolean isCacheOn() {
        return ParameterValues.isCacheOn(settings.cache());
    }

    private EvaluationPrecision precision() {
        return EvaluationPrecision.parse(settings.precision());
    }
}
