package io.github.fairnessgate.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.OldFiles;
import io.github.fairnessgate.runtime.Answers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Evaluations of one model on one suite, found by content: model, data and scorers, suite version, device class,
 * precision and the versions of the plugin and of the libraries that compute. Time stamps and paths play no part.
 *
 * <p>The name of an entry proves nothing. Every entry has a {@value #SEAL}: what it answers, and the digest of what it
 * holds. Both are compared with the request and with the content on every hit, and what does not fit counts as absent.
 *
 * <p>Beside them are the answers of measurements that are not finished ({@link AnswerFile}).
 */
public final class EvaluationCache {

    private static final String ROLE = "result";
    private static final String SEAL = "entry.json";
    private static final String ANSWERS = ".answers";

    private final Optional<Path> directory;

    /** A cache in a folder, which need not exist. */
    public EvaluationCache(Path directory) {
        this(Optional.of(directory));
    }

    private EvaluationCache(Optional<Path> directory) {
        this.directory = directory;
    }

    /** A cache that finds nothing and keeps nothing. */
    public static EvaluationCache off() {
        return new EvaluationCache(Optional.empty());
    }

    /** Where it is; empty if it is off. */
    public Optional<Path> folder() {
        return directory;
    }

    /**
     * What an entry is of.
     *
     * @param request what decides its numbers, by name
     * @param sha256 of the summary, which holds the digests of all items
     */
    record Seal(SortedMap<String, Object> request, String sha256) {

        Seal {
            request = request == null ? Collections.emptySortedMap() : new TreeMap<>(request);
        }
    }

    /**
     * An evaluation that proves to be what is asked for; one that does not counts as absent, and {@code progress} is
     * told why.
     */
    public Optional<Evaluation> find(Suite suite, Provenance provenance, Progress progress) {
        SortedMap<String, Object> request = request(suite, provenance);
        Optional<Path> entry =
                directory.map(folder -> folder.resolve(digest(request))).filter(Files::isDirectory);
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(entry.get(), suite, provenance, request));
        } catch (InvalidInputException unproven) {
            progress.info(
                    "The cached evaluation " + entry.get() + " is not used, and " + suite.id() + " is measured again: "
                            + unproven.getMessage().lines().findFirst().orElse(""));
            return Optional.empty();
        }
    }

    /** Whether there is an entry; whether it can be used is found out by reading it. */
    public boolean has(Suite suite, Provenance provenance) {
        return directory
                .map(folder -> folder.resolve(digest(request(suite, provenance))))
                .filter(Files::isDirectory)
                .isPresent();
    }

    private static Evaluation read(Path entry, Suite suite, Provenance provenance, SortedMap<String, Object> request) {
        Seal seal = seal(entry.resolve(SEAL));
        Optional<String> other = differing(request, seal.request());
        if (other.isPresent()) {
            throw new InvalidInputException(
                    "its " + SEAL + " says that it answers a request with a different " + other.get() + ".");
        }
        Path summary = EvaluationFiles.summary(entry, ROLE);
        byte[] content = bytes(summary);
        if (!Digests.sha256(content).equals(seal.sha256())) {
            throw new InvalidInputException(
                    "its " + summary.getFileName() + " is not the one that " + SEAL + " was written with.");
        }
        Evaluation evaluation = EvaluationFiles.read(entry, summary, content);
        requireAnswer(evaluation, suite, provenance);
        return evaluation;
    }

    private static Seal seal(Path file) {
        try {
            Seal seal = Json.MAPPER.readValue(bytes(file), Seal.class);
            if (seal == null) {
                throw new InvalidInputException("its " + SEAL + " is empty.");
            }
            return seal;
        } catch (IOException e) {
            throw new InvalidInputException("its " + SEAL + " does not say what it answers.", e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return BoundedFiles.bytes(file, BoundedFiles.LARGEST);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("it has no " + file.getFileName() + ".", e);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "its " + file.getFileName() + " cannot be read ("
                            + e.getClass().getSimpleName() + ").",
                    e);
        }
    }

    /** The name of the first thing that two requests differ in. */
    private static Optional<String> differing(SortedMap<String, Object> asked, SortedMap<String, Object> answered) {
        return asked.entrySet().stream()
                .filter(wanted -> !wanted.getValue().equals(answered.get(wanted.getKey())))
                .map(wanted -> wanted.getKey())
                .findFirst()
                .or(() -> asked.size() == answered.size() ? Optional.empty() : Optional.of("set of settings"));
    }

    /** What the evaluation says of itself has to fit as well, and its numbers have to follow from its items. */
    private static void requireAnswer(Evaluation evaluation, Suite suite, Provenance provenance) {
        Provenance measured = evaluation.provenance();
        if (!measured.model().equals(provenance.model())) {
            throw new InvalidInputException("it was made with a different model.");
        }
        if (!measured.device().equals(provenance.device())
                || !measured.precision().equals(provenance.precision())
                || !measured.versions().equals(provenance.versions())) {
            throw new InvalidInputException("it was made with a different device, precision or version.");
        }
        if (!measured.data().equals(Map.of(suite.id(), suite.dataDigest()))) {
            throw new InvalidInputException("it was made with different data or a different scorer.");
        }
        boolean own = evaluation.items().keySet().equals(Set.of(suite.id()))
                && evaluation.metrics().stream()
                        .allMatch(metric -> metric.suite().equals(suite.id()));
        if (!own) {
            throw new InvalidInputException("it has the results of a different suite.");
        }
        if (evaluation.contradiction().isPresent()) {
            throw new InvalidInputException("its numbers do not follow from its items.");
        }
    }

    /**
     * Keeps an evaluation of one suite.
     *
     * @throws InvalidInputException if it is not of the suite's data, or cannot be written
     */
    public void keep(Suite suite, Evaluation evaluation) {
        requireAnswer(evaluation, suite, evaluation.provenance());
        SortedMap<String, Object> request = request(suite, evaluation.provenance());
        directory.ifPresent(folder -> AtomicFiles.writeFolder(folder.resolve(digest(request)), aside -> {
            EvaluationFiles.write(aside, ROLE, evaluation);
            Seal seal = new Seal(request, Digests.sha256(EvaluationFiles.summary(aside, ROLE)));
            AtomicFiles.write(
                    aside.resolve(SEAL),
                    out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, seal));
        }));
        directory.ifPresent(folder -> AtomicFiles.delete(answers(folder, request)));
    }

    /**
     * What was answered before a measurement that was not finished stopped, and where its next answers go.
     *
     * @param processor tells processors apart that compute other last digits
     * @param progress is told how many answers there are
     * @return nothing to go on with if the cache is off, or if another process measures the same
     */
    Unfinished unfinished(Suite suite, Provenance provenance, String processor, Progress progress) {
        SortedMap<String, Object> request = request(suite, provenance);
        Optional<AnswerFile> file = directory.flatMap(folder -> {
            Path own = answers(folder, request);
            SortedMap<String, Object> computed = new TreeMap<>(request);
            computed.put("processor", processor);
            return AnswerFile.open(own, computed, progress);
        });
        return new Unfinished(file);
    }

    /** An unfinished measurement; closed when it is finished, or was given up. */
    record Unfinished(Optional<AnswerFile> file) implements AutoCloseable {

        Answers answers() {
            return file.map(Answers.class::cast).orElse(Answers.NONE);
        }

        @Override
        public void close() {
            file.ifPresent(AnswerFile::close);
        }
    }

    private static Path answers(Path folder, SortedMap<String, Object> request) {
        return folder.resolve(digest(request) + ANSWERS);
    }

    /** The name of a file of answers of a model to a suite, by which shards know it. */
    static String answersOf(Suite suite, Provenance provenance) {
        return digest(request(suite, provenance)) + ANSWERS;
    }

    /** {@link #unfinished(Suite, Provenance, String, Progress)} of a shard; without a cache, in a folder. */
    AnswerFile unfinished(
            Suite suite, Provenance provenance, String processor, Shard shard, Path otherwise, Progress progress) {
        SortedMap<String, Object> computed = request(suite, provenance);
        computed.put("processor", processor);
        String name = answersOf(suite, provenance);
        Path without = otherwise.resolve(name);
        return directory
                .flatMap(folder -> AnswerFile.open(
                        folder.resolve(name.replace(ANSWERS, "-" + shard.name() + ANSWERS)), computed, progress))
                .or(() -> AnswerFile.open(without, computed, progress))
                .orElseThrow();
    }

    /**
     * Removes what measurements left that nobody went on with for a month.
     *
     * @throws InvalidInputException if that is not possible
     */
    void forget() {
        directory.ifPresent(folder -> OldFiles.forget(folder, "*" + ANSWERS));
    }

    /** All that decides the numbers. The data's digest is also of the scorers and of how prompts are continued. */
    static SortedMap<String, Object> request(Suite suite, Provenance provenance) {
        SortedMap<String, Object> content = new TreeMap<>();
        content.put("suite", suite.id());
        content.put("suiteVersion", suite.version());
        content.put("data", suite.dataDigest());
        if (!suite.measured().isEmpty()) {
            content.put("measured", suite.measured());
        }
        content.put("model", provenance.model());
        content.put("device", provenance.device());
        content.put("precision", provenance.precision());
        content.put("versions", provenance.versions());
        return content;
    }

    private static String digest(SortedMap<String, Object> request) {
        try {
            return Digests.sha256(Json.MAPPER.writeValueAsBytes(request));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of text can always be written as JSON", e);
        }
    }
}
