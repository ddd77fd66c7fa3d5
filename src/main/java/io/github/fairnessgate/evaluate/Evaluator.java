package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.OnnxGpt2;
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
        return Evaluation.merge(suites.stream()
                .map(suite -> evaluate(model, suite, provenance, progress))
                .toList());
    }

    /**
     * The same, going on where an earlier run was stopped.
     *
     * @param provenance where the model comes from; the suites' data digests are added
     * @param cache has what the earlier run was answered, and gets what this one is
     */
    public static Evaluation evaluate(
            OnnxGpt2 model, List<Suite> suites, Provenance provenance, EvaluationCache cache, Progress progress) {
        cache.forget();
        String processor = model.fingerprint();
        List<Evaluation> parts = new ArrayList<>();
        for (Suite suite : suites) {
            try (EvaluationCache.Unfinished unfinished = cache.unfinished(suite, provenance, processor, progress)) {
                parts.add(evaluate(model.remembering(unfinished.answers()), suite, provenance, progress));
            }
        }
        return Evaluation.merge(parts);
    }

    private static Evaluation evaluate(LanguageModel model, Suite suite, Provenance provenance, Progress progress) {
        return Evaluation.of(suite.evaluate(model, progress), provenance.on(dataOf(suite), new TreeMap<>()));
    }

    private static SortedMap<String, String> dataOf(Suite suite) {
        SortedMap<String, String> data = new TreeMap<>();
        data.put(suite.id(), suite.dataDigest());
        return data;
    }
}
