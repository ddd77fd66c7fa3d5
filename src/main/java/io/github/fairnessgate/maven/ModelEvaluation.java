package io.github.fairnessgate.maven;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.EvaluationFiles;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.Suite;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

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
     * @param parent    the folder that holds the worker's scratch folder
     * @param precision of every model: what is compared is measured alike
     */
    ModelEvaluation(EvaluationCache cache, Path parent, EvaluationPrecision precision, Worker worker, Progress progress) {
        this.precision = precision;
        this.cache = cache;
        this.parent = parent;
        this.worker = worker;
        this.progress = progress;
    }

    /** @param role how the log calls the model: {@code baseline}, {@code candidate} */
    Evaluation evaluate(String role, LocatedModel model, List<SuiteSpec> specs, Device device, SortedMap<String, String> versions)
            throws WorkerException, InterruptedException {
        Provenance provenance = Provenance.of(model.directory().digest(), model.source(), device, precision, versions);
        List<Evaluation> parts = new ArrayList<>();
        List<SuiteSpec> missing = new ArrayList<>();
        for (SuiteSpec spec : specs) {
            Optional<Evaluation> cached = cache.find(Suites.create(spec), provenance, progress);
            cached.ifPresentOrElse(parts::add, () -> missing.add(spec));
        }
        progress.info("Evaluating the " + role + " " + model.source() + (missing.isEmpty() ? ": nothing to do, all of it is cached"
                : parts.isEmpty() ? "" : ": " + parts.size() + " of " + specs.size() + " suites are cached"));
        if (!missing.isEmpty()) {
            parts.addAll(measure(model, missing, device, versions, cache::keep));
        }
        return whole(parts, model, specs);
    }

    /** What a model wrote before, of those suites whose results are cached. */
    Optional<Evaluation> cached(LocatedModel model, List<SuiteSpec> specs, Device device, SortedMap<String, String> versions) {
        Provenance provenance = Provenance.of(model.directory().digest(), model.source(), device, precision, versions);
        List<Evaluation> parts = specs.stream().map(Suites::create).filter(Suite::writes).map(suite -> cache.find(suite, provenance, Progress.NONE)).flatMap(Optional::stream).toList();
        return parts.isEmpty() ? Optional.empty() : Optional.of(Evaluation.merge(parts));
    }

    /** Evaluates a model once more: takes nothing from the cache and leaves nothing there. */
    Evaluation evaluateAgain(LocatedModel model, List<SuiteSpec> specs, Device device, SortedMap<String, String> versions)
            throws WorkerException, InterruptedException {
        return whole(measure(model, specs, device, versions, (suite, part) -> { }), model, specs);
    }

    private static Evaluation whole(List<Evaluation> parts, LocatedModel model, List<SuiteSpec> specs) {
        SortedMap<String, String> settings = new TreeMap<>();
        specs.forEach(spec -> spec.settings().ifPresent(text -> settings.put(spec.id(), text)));
        return Evaluation.merge(parts).from(model.source(), settings);
    }

    private List<Evaluation> measure(LocatedModel model, List<SuiteSpec> missing, Device device, SortedMap<String, String> versions,
            BiConsumer<Suite, Evaluation> keeper) throws WorkerException, InterruptedException {
        try (Scratch scratch = Scratch.in(parent)) {
            Path output = scratch.folder().resolve("evaluation");
            worker.run(new WorkerRequest.Evaluate(model.directory().path().toString(), model.directory().digest(),
                    missing, versions, device, precision, output.toString()), scratch.folder());
            Evaluation measured = EvaluationFiles.read(output, WorkerRequest.Evaluate.ROLE);
            List<Evaluation> parts = new ArrayList<>();
            for (SuiteSpec spec : missing) {
                Suite suite = Suites.create(spec);
                Evaluation part = measured.only(suite);
                keeper.accept(suite, part);
                parts.add(part);
            }
            return parts;
        }
    }
}
