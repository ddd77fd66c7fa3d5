package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Where an {@link Evaluation} comes from. Holds nothing that changes from one run to the next.
 *
 * @param model digest of the model, SHA-256 in hexadecimal
 * @param source what the user named: a path, coordinates, {@code builtin:...}
 * @param device device class, {@code cpu} or {@code cuda}
 * @param precision in which numbers the layers multiply, {@code float32} or {@code float16}
 * @param data digest of every suite's data, by suite
 * @param versions versions of the evaluator and of the libraries that computed
 * @param settings how a suite was run where that is not the usual way, by suite: a limit, a number of continuations,
 *     another beginning or end of texts than {@code <|endoftext|>}
 * @param judging who judged what the model wrote, and what was cut for it, by suite
 * @param processors fingerprints of the kinds of processors that computed, by suite: SHA-256 of the log-probabilities
 *     that each gives the same sequences with this model. Nothing of suites that were measured before there were any
 */
public record Provenance(
        String model,
        String source,
        String device,
        String precision,
        SortedMap<String, String> data,
        SortedMap<String, String> versions,
        SortedMap<String, String> settings,
        SortedMap<String, Judging> judging,
        SortedMap<String, SortedSet<String>> processors) {

    public Provenance {
        Objects.requireNonNull(model, "the provenance lacks the model");
        Objects.requireNonNull(source, "the provenance lacks the source");
        Objects.requireNonNull(device, "the provenance lacks the device");
        precision = precision == null
                ? EvaluationPrecision.FLOAT32.id()
                : precision; // evaluations from before there was another
        data = withoutGaps(data, "data");
        versions = withoutGaps(versions, "versions");
        settings = withoutGaps(settings, "settings");
        judging.forEach((suite, judged) -> Objects.requireNonNull(judged, "the provenance lacks who judged " + suite));
        judging = new TreeMap<>(judging);
        processors = processors == null ? new TreeMap<>() : new TreeMap<>(processors);
    }

    private static SortedMap<String, String> withoutGaps(SortedMap<String, String> texts, String name) {
        texts.forEach(
                (key, text) -> Objects.requireNonNull(text, "the provenance's " + name + " lack a text for " + key));
        return new TreeMap<>(texts);
    }

    /** Of a model in float32 whose texts nobody has judged yet. */
    public Provenance(
            String model,
            String source,
            String device,
            SortedMap<String, String> data,
            SortedMap<String, String> versions,
            SortedMap<String, String> settings) {
        this(model, source, device, data, versions, settings, new TreeMap<>());
    }

    /** Of a model in float32. */
    public Provenance(
            String model,
            String source,
            String device,
            SortedMap<String, String> data,
            SortedMap<String, String> versions,
            SortedMap<String, String> settings,
            SortedMap<String, Judging> judging) {
        this(
                model,
                source,
                device,
                EvaluationPrecision.FLOAT32.id(),
                data,
                versions,
                settings,
                judging,
                new TreeMap<>());
    }

    /** Of a model that nothing was measured of yet. */
    public static Provenance of(
            String model,
            String source,
            Device device,
            EvaluationPrecision precision,
            SortedMap<String, String> versions) {
        return new Provenance(
                model,
                source,
                device.id(),
                precision.id(),
                new TreeMap<>(),
                versions,
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>());
    }

    /** What the numbers were computed on and in, for people: {@code cuda}, {@code cuda, float16}. */
    public String computing() {
        return precision.equals(EvaluationPrecision.FLOAT32.id()) ? device : device + ", " + precision;
    }

    /** The same model and libraries, also on the suites of another provenance, which is of the same model. */
    Provenance with(Provenance later) {
        return new Provenance(
                model,
                source,
                device,
                precision,
                united(data, later.data),
                versions,
                united(settings, later.settings),
                united(judging, later.judging),
                united(processors, later.processors));
    }

    private static <T> SortedMap<String, T> united(SortedMap<String, T> own, SortedMap<String, T> later) {
        SortedMap<String, T> all = new TreeMap<>(own);
        all.putAll(later);
        return all;
    }

    /** The same model and libraries, under the name that the user gave the model. */
    Provenance from(String named, SortedMap<String, String> run) {
        return new Provenance(model, named, device, precision, data, versions, run, judging, processors);
    }

    /** The same model and libraries, on these suites. */
    Provenance on(SortedMap<String, String> digests, SortedMap<String, Judging> judgings) {
        return new Provenance(model, source, device, precision, digests, versions, settings, judgings, processors);
    }

    /** The same, computed by these kinds of processors, by suite. */
    Provenance by(SortedMap<String, SortedSet<String>> kinds) {
        return new Provenance(model, source, device, precision, data, versions, settings, judging, kinds);
    }

    /** The most kinds of processors that computed one suite; 0 if nobody knows. */
    public int kindsOfProcessors() {
        return processors.values().stream().mapToInt(SortedSet::size).max().orElse(0);
    }
}
