package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Metric.Direction;
import io.github.fairnessgate.evaluate.Metric.Estimator;
import io.github.fairnessgate.runtime.LanguageModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pairs of sentences of which one is more stereotyping, and how often a model prefers it. For causal models two forms of the
 * comparison are in use, and both are measured:
 *
 * <ul>
 * <li>{@code biasbench-geomean}: StereoSet's sentence score, as bias-bench takes it;
 * <li>{@code lmeval-sum-bos}: the sum of log-probabilities, as lm-evaluation-harness takes it.
 * </ul>
 *
 * A tie counts as a pair in which the stereotype is not preferred.
 */
final class PreferencePairs {

    /**
     * A pair.
     *
     * @param more the sentence that stereotypes more
     * @param less the same sentence about another group
     */
    record Pair(String id, String cluster, List<String> slices, String more, String less) {

        Pair {
            slices = List.copyOf(slices);
        }
    }

    private final String suite;
    private final Metric geometricMean;
    private final Metric sum;
    private final Metric difference;

    /** @param suite the suite's id, with which its metrics' ids begin */
    PreferencePairs(String suite) {
        this.suite = suite;
        this.geometricMean = new Metric(suite + ".stereotype/biasbench-geomean", suite, Estimator.SHARE, Direction.PARITY);
        this.sum = new Metric(suite + ".stereotype/lmeval-sum-bos", suite, Estimator.SHARE, Direction.PARITY);
        this.difference = new Metric(suite + ".likelihood-diff/lmeval-sum-bos", suite, Estimator.MEAN, Direction.LOWER_IS_BETTER);
    }

    List<Extent> extents(List<Pair> pairs) {
        return Extent.of(List.of(geometricMean, sum, difference),
                pairs.stream().map(pair -> new Extent.Unit(pair.cluster(), pair.slices())).toList());
    }

    /** @param name what the progress is called */
    SuiteResult measure(List<Pair> pairs, LanguageModel model, String name, Progress progress) {
        List<String> texts = new ArrayList<>();
        for (Pair pair : pairs) {
            texts.add(pair.more());
            texts.add(pair.less());
        }
        int total = 2 * texts.size();
        double[] means = SentenceScores.geometricMean(model, texts, done -> progress.step(name, done, total));
        double[] sums = SentenceScores.sumAfterBeginning(model, texts, done -> progress.step(name, texts.size() + done, total));
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            items.add(item(pairs.get(i), means[2 * i], means[2 * i + 1], sums[2 * i], sums[2 * i + 1]));
        }
        return SuiteResult.of(suite, List.of(geometricMean, sum, difference), items);
    }

    Item item(Pair pair, double meanMore, double meanLess, double sumMore, double sumLess) {
        return new Item(pair.id(), pair.cluster(), pair.slices(),
                new TreeMap<>(Map.of("more", pair.more(), "less", pair.less())),
                new TreeMap<>(Map.of("geomean.more", meanMore, "geomean.less", meanLess,
                        "sum.more", sumMore, "sum.less", sumLess)),
                new TreeMap<>(Map.of(geometricMean.id(), meanMore > meanLess ? 1. : 0.,
                        sum.id(), sumMore > sumLess ? 1. : 0.,
                        difference.id(), Math.abs(sumMore - sumLess))),
                1);
    }
}
