package io.github.fairnessgate.compress;

import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.train.PartMask;
import io.github.fairnessgate.train.PartMask.Part;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a model is without each of its heads, one at a time: how much higher its loss is, and how its preferences
 * between the sentences of pairs change (Zayed et al. 2024, Fairness-Aware Structured Pruning in Transformers, arXiv
 * 2312.15398).
 */
final class HeadEffects {

    private final Bias bias;
    private final List<List<Integer>> groups;
    private final double[] gaps;
    private final Map<Part, Double> lossIncrease = new LinkedHashMap<>();
    private final Map<Part, double[]> gapsWithout = new LinkedHashMap<>();

    private HeadEffects(Bias bias, List<List<Integer>> groups, double[] gaps) {
        this.bias = bias;
        this.groups = groups;
        this.gaps = gaps;
    }

    /**
     * Measures every head that is in place.
     *
     * @param examples windows of text for the loss
     * @param progress receives how many heads are done
     */
    static HeadEffects measure(
            FrozenGpt2 model,
            int[][] examples,
            PairSentences sentences,
            Bias bias,
            PartMask mask,
            IntConsumer progress) {
        HeadEffects effects = new HeadEffects(bias, sentences.groups(), sentences.gaps(model, mask));
        double loss = model.loss(examples, mask);
        for (Part head : mask.parts()) {
            PartMask without = mask.without(Set.of(head));
            effects.lossIncrease.put(head, model.loss(examples, without) - loss);
            effects.gapsWithout.put(head, sentences.gaps(model, without));
            progress.accept(effects.gapsWithout.size());
        }
        return effects;
    }

    /** The bias of the whole model, nats. */
    double bias() {
        return biasOn(gaps, allGroups());
    }

    /** How much higher the loss is without a head, nats a token. */
    double lossIncrease(Part head) {
        return lossIncrease.get(head);
    }

    /** How much higher the bias is without a head, nats; below 0 if removing the head makes the model less biased. */
    double biasChange(Part head) {
        return biasChange(head, allGroups());
    }

    private double biasChange(Part head, List<Integer> which) {
        return biasOn(gapsWithout.get(head), which) - biasOn(gaps, which);
    }

    private double biasOn(double[] values, List<Integer> which) {
        return bias.of(
                which.stream().flatMap(group -> groups.get(group).stream()).mapToDouble(pair -> values[pair]));
    }

    private List<Integer> allGroups() {
        return IntStream.range(0, groups.size()).boxed().toList();
    }

    /** The heads without which the loss is highest; ties go to the earlier layer and head. */
    Set<Part> critical(int count) {
        return lossIncrease.keySet().stream()
                .sorted(Comparator.comparingDouble(lossIncrease::get).reversed())
                .limit(count)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** How far the changes of bias of these heads are more than noise; halves are halves of the pairs' clusters. */
    StageReport.SplitHalf reliability(List<Part> heads, int splits, long seed) {
        return SplitHalfReliability.of(
                which -> heads.stream()
                        .mapToDouble(head -> biasChange(head, which))
                        .toArray(),
                groups.size(),
                splits,
                seed);
    }
}
