package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.OnnxGpt2;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

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
     * @param shards have the answers of suites that other jobs measured
     */
    public static Evaluation evaluate(
            OnnxGpt2 model,
            List<Suite> suites,
            Provenance provenance,
            EvaluationCache cache,
            Optional<Shards> shards,
            Progress progress) {
        cache.forget();
        List<Evaluation> parts = new ArrayList<>();
        for (Suite suite : suites) {
            Optional<MergedAnswers> answered = shards.flatMap(all -> all.answers(suite, provenance));
            if (answered.isPresent()) {
                Provenance merging = provenance.by(kinds(suite, shards.get().kindsOfProcessors(suite, provenance)));
                try (MergedAnswers merged = answered.get()) {
                    parts.add(evaluate(model.remembering(merged), suite, merging, progress));
                }
            } else {
                Provenance own = provenance.by(kinds(suite, List.of(model.fingerprint())));
                try (EvaluationCache.Unfinished unfinished =
                        cache.unfinished(suite, provenance, model.fingerprint(), progress)) {
                    parts.add(evaluate(model.remembering(unfinished.answers()), suite, own, progress));
                }
            }
        }
        return Evaluation.merge(parts);
    }

    /**
     * Answers one shard of the questions.
     *
     * @param cache has what an earlier run of the shard was answered, and gets what this one is
     * @param output a folder that receives the answer files of all suites
     */
    public static void answer(
            OnnxGpt2 model,
            List<Suite> suites,
            Provenance provenance,
            Shard shard,
            EvaluationCache cache,
            Path output,
            Progress progress) {
        cache.forget();
        String processor = model.fingerprint();
        for (Suite suite : suites) {
            try (AnswerFile answers = cache.unfinished(suite, provenance, processor, shard, output, progress)) {
                suite.evaluate(model.remembering(new ShardAnswers(answers, shard)), progress);
                answers.copyTo(output.resolve(EvaluationCache.answersOf(suite, provenance)));
            }
        }
    }

    private static Evaluation evaluate(LanguageModel model, Suite suite, Provenance provenance, Progress progress) {
        return Evaluation.of(suite.evaluate(model, progress), provenance.on(dataOf(suite), new TreeMap<>()));
    }

    private static SortedMap<String, SortedSet<String>> kinds(Suite suite, Collection<String> fingerprints) {
        SortedMap<String, SortedSet<String>> kinds = new TreeMap<>();
        kinds.put(suite.id(), new TreeSet<>(fingerprints));
        return kinds;
    }

    private static SortedMap<String, String> dataOf(Suite suite) {
        SortedMap<String, String> data = new TreeMap<>();
        data.put(suite.id(), suite.dataDigest());
        return data;
    }
}
