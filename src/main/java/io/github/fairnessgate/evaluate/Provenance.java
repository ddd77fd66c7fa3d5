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
 */
public record Provenance(
        String model,
        String source,
        String device,
        SortedMap<String, String> data,
        SortedMap<String, String> versions,
        SortedMap<String, String> settings) {

    public Provenance {
        data = new TreeMap<>(data);
        versions = new TreeMap<>(versions);
        settings = new TreeMap<>(settings);
    }

    Provenance withData(SortedMap<String, String> digests) {
        return new Provenance(model, source, device, digests, versions, settings);
    }
}
