package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.runtime.LanguageModel;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Puts a model to suites. */
public final class Evaluator {

    private Evaluator() {}

    /** @param provenance where the model comes from; the suites' data digests are added */
    public static Evaluation evaluate(
            LanguageModel model, List<Suite> suites, Provenance provenance, Progress progress) {
        List<Evaluation> parts = new ArrayList<>();
        for (Suite suite : suites) {
            parts.add(Evaluation.of(suite.evaluate(model, progress), provenance.on(dataOf(suite), new TreeMap<>())));
        }
        return Evaluation.merge(parts);
    }

    private static SortedMap<String, String> dataOf(Suite suite) {
        SortedMap<String, String> data = new TreeMap<>();
        data.put(suite.id(), suite.dataDigest());
        return data;
    }
}
