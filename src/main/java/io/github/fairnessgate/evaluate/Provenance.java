package io.github.fairnessgate.evaluate;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where an {@link Evaluation} comes from. Holds nothing that changes from one run to the next.
 *
 * @param model       digest of the model, SHA-256 in hexadecimal
 * @param source      what the user named: a path, coordinates, {@code builtin:...}
 * @param device      device class, {@code cpu} or {@code cuda}
 * @param data        digest of every suite's data, by suite
 * @param versions    versions of the evaluator and of the libraries that computed
 * @param settings    how a suite was run where that is not the usual way, by suite: a limit, a number of continuations
 * @param judging     who judged what the model wrote, and what was cut for it, by suite
 */
public record Provenance(
        String model,
        String source,
        String device,
        SortedMap<String, String> data,
        SortedMap<String, String> versions,
        SortedMap<String, String> settings,
        SortedMap<String, Judging> judging) {

    public Provenance {
        data = new TreeMap<>(data);
        versions = new TreeMap<>(versions);
        settings = new TreeMap<>(settings);
        judging = new TreeMap<>(judging);
    }

    /** Of a model whose texts nobody has judged yet. */
    public Provenance(String model, String source, String device, SortedMap<String, String> data, SortedMap<String, String> versions,
            SortedMap<String, String> settings) {
        this(model, source, device, data, versions, settings, new TreeMap<>());
    }

    /** The same model and libraries, also on the suites of another provenance, which is of the same model. */
    Provenance with(Provenance later) {
        return new Provenance(model, source, device, united(data, later.data), versions, united(settings, later.settings), united(judging, later.judging));
    }

    private static <T> SortedMap<String, T> united(SortedMap<String, T> own, SortedMap<String, T> later) {
        SortedMap<String, T> all = new TreeMap<>(own);
        all.putAll(later);
        return all;
    }

    /** The same model and libraries, on these suites. */
    Provenance on(SortedMap<String, String> digests, SortedMap<String, Judging> judgings) {
        return new Provenance(model, source, device, digests, versions, settings, judgings);
    }
}
