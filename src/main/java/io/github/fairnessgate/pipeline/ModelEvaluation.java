package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.EvaluationFiles;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.Shard;
import io.github.fairnessgate.evaluate.Shards;
import io.github.fairnessgate.evaluate.Suite;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.result.Scratch;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Evaluates models: takes from the cache what is there, and has a worker measure the rest. */
final class ModelEvaluation {

    private final EvaluationCache cache;
    private final EvaluationPrecision precision;
    private final Path parent;
    private final Worker worker;
    private final Progress progress;

    /** Carries a request out; {@code scratch} is deleted afterwards. */
    @FunctionalInterface
    interface Worker {
        void run(WorkerRequest request, Path scratch) throws WorkerException, InterruptedException;
    }

    /**
     * @param parent the folder that holds the worker's scratch folder
     * @param precision of every model: what is compared is measured alike
     */
    ModelEvaluation(
            EvaluationCache cache, Path parent, EvaluationPrecision precision, Worker worker, Progress progress) {
        this.precision = precision;
        this.cache = cache;
        this.parent = parent;
        this.worker = worker;
        this.progress = progress;
    }

    /**
     * A model of which some is measured and some is not.
     *
     * @param role how the log calls the model: {@code baseline}, {@code candidate}
     * @param specs all that is wanted
     * @param known what the cache has of it
     * @param missing what it has not
     */
    record Unmeasured(
            String role,
            LocatedModel model,
            List<SuiteSpec> specs,
            Provenance provenance,
            List<Evaluation> known,
            List<Wanted> missing) {

        /** The names of the files with the answers that are missing. */
        List<String> answerFiles() {
            return missing.stream()
                    .map(wanted -> Shards.answersOf(wanted.suite(), provenance))
                    .toList();
        }

        /** What a worker on the processors of another machine is asked; its answers go to folders in its own. */
        WorkerRequest.Evaluate request(ShippedFiles files) {
            return new WorkerRequest.Evaluate(
                    files.model(model.directory()),
                    provenance.model(),
                    missing.stream().map(wanted -> files.suite(wanted.spec())).toList(),
                    provenance.versions(),
                    Device.CPU,
                    EvaluationPrecision.parse(provenance.precision()),
                    WorkerRequest.Answering.NONE,
                    "");
        }
    }

    /** Takes from the cache what is there. */
    Unmeasured look(
            String role, LocatedModel model, List<SuiteSpec> specs, Device device, SortedMap<String, String> versions) {
        Provenance provenance = Provenance.of(model.directory().digest(), model.source(), device, precision, versions);
        List<Evaluation> known = new ArrayList<>();
        List<Wanted> missing = new ArrayList<>();
        for (SuiteSpec spec : specs) {
            Suite suite = Suites.create(spec);
            cache.find(suite, provenance, progress)
                    .ifPresentOrElse(known::add, () -> missing.add(new Wanted(spec, suite)));
        }
        return new Unmeasured(role, model, specs, provenance, known, missing);
    }

    /** Measures what is missing. */
    Evaluation evaluate(Unmeasured one, Device device, ShardedAnswers shards)
            throws WorkerException, InterruptedException {
        if (one.specs().isEmpty()) {
            return Evaluation.none(one.provenance());
        }
        shards.require(one.missing().stream().map(Wanted::suite).toList(), one.provenance());
        progress.info("Evaluating the " + one.role() + " " + one.model().source()
                + (one.missing().isEmpty()
                        ? ": nothing to do, all of it is cached"
                        : one.known().isEmpty()
                                ? ""
                                : ": " + one.known().size() + " of "
                                        + one.specs().size() + " suites are cached"));
        List<Evaluation> parts = new ArrayList<>(one.known());
        if (!one.missing().isEmpty()) {
            parts.addAll(measure(one.model(), one.provenance(), one.missing(), device, Optional.of(cache), shards));
        }
        return whole(parts, one.model(), one.specs());
    }

    /** Takes from the cache what is there, and measures the rest here. */
    Evaluation evaluate(
            String role, LocatedModel model, List<SuiteSpec> specs, Device device, SortedMap<String, String> versions)
            throws WorkerException, InterruptedException {
        return evaluate(look(role, model, specs, device, versions), device, ShardedAnswers.NONE);
    }

    /** What a model wrote before, of those suites whose results are cached. */
    Optional<Evaluation> cached(
            LocatedModel model, List<SuiteSpec> specs, Device device, SortedMap<String, String> versions) {
        Provenance provenance = Provenance.of(model.directory().digest(), model.source(), device, precision, versions);
        List<Evaluation> parts = specs.stream()
                .map(Suites::create)
                .filter(Suite::writes)
                .map(suite -> cache.find(suite, provenance, Progress.NONE))
                .flatMap(Optional::stream)
                .toList();
        return parts.isEmpty() ? Optional.empty() : Optional.of(Evaluation.merge(parts));
    }

    /** Whether nothing has to be measured, if what is in the cache can be used. */
    boolean isCached(LocatedModel model, List<SuiteSpec> specs, Device device, SortedMap<String, String> versions) {
        Provenance provenance = Provenance.of(model.directory().digest(), model.source(), device, precision, versions);
        return specs.stream().map(Suites::create).allMatch(suite -> cache.has(suite, provenance));
    }

    /** Evaluates a model once more: takes nothing from the cache and leaves nothing there. */
    Evaluation evaluateAgain(
            LocatedModel model, List<SuiteSpec> specs, Device device, SortedMap<String, String> versions)
            throws WorkerException, InterruptedException {
        Provenance provenance = Provenance.of(model.directory().digest(), model.source(), device, precision, versions);
        List<Wanted> wanted = specs.stream()
                .map(spec -> new Wanted(spec, Suites.create(spec)))
                .toList();
        return whole(measure(model, provenance, wanted, device, Optional.empty(), ShardedAnswers.NONE), model, specs);
    }

    private static Evaluation whole(List<Evaluation> parts, LocatedModel model, List<SuiteSpec> specs) {
        SortedMap<String, String> settings = new TreeMap<>();
        for (SuiteSpec spec : specs) {
            List<String> texts = Stream.of(
                            spec.settings(), model.directory().specialTokens().difference())
                    .flatMap(Optional::stream)
                    .toList();
            if (!texts.isEmpty()) {
                settings.put(spec.id(), String.join("; ", texts));
            }
        }
        return Evaluation.merge(parts).from(model.source(), settings);
    }

    /** What to measure, and the suite with the data as they were when it was looked for in the cache. */
    record Wanted(SuiteSpec spec, Suite suite) {}

    private List<Evaluation> measure(
            LocatedModel model,
            Provenance provenance,
            List<Wanted> missing,
            Device device,
            Optional<EvaluationCache> kept,
            ShardedAnswers shards)
            throws WorkerException, InterruptedException {
        try (Scratch scratch = Scratch.in(parent)) {
            Path output = scratch.folder().resolve("evaluation");
            WorkerRequest.Answering answering = new WorkerRequest.Answering(
                    kept.flatMap(EvaluationCache::folder).map(Path::toString).orElse(null), null, shards.folder());
            worker.run(
                    request(
                            model,
                            provenance,
                            missing.stream().map(Wanted::spec).toList(),
                            device,
                            answering,
                            output),
                    scratch.folder());
            Evaluation measured = EvaluationFiles.read(output, WorkerRequest.Evaluate.ROLE);
            requireMeasured(measured.provenance(), provenance, model, missing);
            List<Evaluation> parts = missing.stream()
                    .map(wanted -> measured.only(wanted.suite()))
                    .toList();
            for (int i = 0; i < parts.size(); i++) {
                Suite suite = missing.get(i).suite();
                Evaluation part = parts.get(i);
                kept.ifPresent(own -> own.keep(suite, part));
            }
            return parts;
        }
    }

    private static WorkerRequest request(
            LocatedModel model,
            Provenance provenance,
            List<SuiteSpec> specs,
            Device device,
            WorkerRequest.Answering answering,
            Path output) {
        return new WorkerRequest.Evaluate(
                model.directory().path().toString(),
                provenance.model(),
                specs,
                provenance.versions(),
                device,
                EvaluationPrecision.parse(provenance.precision()),
                answering,
                output.toString());
    }

    /**
     * Answers one shard of the questions, whatever the cache has: other jobs may not have it.
     *
     * @param output an existing folder that receives the answers
     */
    void answer(
            String role,
            LocatedModel model,
            List<SuiteSpec> specs,
            Device device,
            SortedMap<String, String> versions,
            Shard part,
            Path output)
            throws WorkerException, InterruptedException {
        Provenance provenance = Provenance.of(model.directory().digest(), model.source(), device, precision, versions);
        progress.info("Evaluating shard " + part + " of the " + role + " " + model.source());
        try (Scratch scratch = Scratch.in(parent)) {
            WorkerRequest.Answering answering = new WorkerRequest.Answering(
                    cache.folder().map(Path::toString).orElse(null), part, null);
            worker.run(request(model, provenance, specs, device, answering, output), scratch.folder());
        }
    }

    /** Nothing is kept, and nothing is judged, whose model and data are not the ones that were looked at before. */
    private static void requireMeasured(
            Provenance measured, Provenance wanted, LocatedModel model, List<Wanted> missing) {
        if (!measured.model().equals(wanted.model())) {
            throw new InvalidInputException(
                    "The model " + model.source() + " changed while it was being evaluated (its SHA-256 was "
                            + wanted.model() + " and is "
                            + measured.model() + "): run the build again when nothing else writes to it.");
        }
        missing.stream()
                .filter(one -> !one.suite()
                        .dataDigest()
                        .equals(measured.data().get(one.suite().id())))
                .findFirst()
                .ifPresent(one -> {
                    throw new InvalidInputException(
                            "The data of " + one.spec().id() + " changed while " + model.source()
                                    + " was being evaluated: run the build again when nothing else writes to them.");
                });
    }
}
