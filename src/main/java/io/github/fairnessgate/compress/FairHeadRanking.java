package io.github.fairnessgate.compress;

import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.train.PartKind;
import io.github.fairnessgate.train.PartMask;
import io.github.fairnessgate.train.PartMask.Part;
import io.github.fairnessgate.yaml.Location;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Heads that the loss needs stay; of the others those go first without which bias is least. Ranks once, before the
 * first round, as its authors do.
 */
final class FairHeadRanking implements HeadRanking {

    /** Halvings of the pairs that reliability is the mean over. */
    private static final int SPLITS = 20;

    private final Location location;
    private final String method;
    private final StageContext context;
    private final FairnessSettings fair;
    private final PairSentences sentences;
    private final Gpt2Config config;
    private HeadEffects effects;
    private Set<Part> critical;
    private StageReport.SplitHalf reliability;

    /**
     * @param location where the stage is in the recipe
     * @param method the stage's, for progress
     */
    FairHeadRanking(
            Location location, String method, FairnessSettings fair, ModelDirectory input, StageContext context) {
        this.location = location;
        this.method = method;
        this.context = context;
        this.fair = fair;
        this.config = input.config();
        this.sentences = PairSentences.of(fair.pairs(), input, location);
    }

    @Override
    public double[][] importance(FrozenGpt2 model, int[][] examples, PartMask mask) {
        if (effects == null) {
            measure(model, examples, mask);
        }
        return ofEachHead(effects::biasChange);
    }

    private double[][] ofEachHead(ToDoubleFunction<Part> value) {
        return IntStream.range(0, config.layers())
                .mapToObj(layer -> IntStream.range(0, config.heads(layer))
                        .mapToDouble(head -> value.applyAsDouble(new Part(layer, head)))
                        .toArray())
                .toArray(double[][]::new);
    }

    @Override
    public double[][] meaningForLoss(double[][] firstImportance) {
        return ofEachHead(effects::lossIncrease);
    }

    private void measure(FrozenGpt2 model, int[][] examples, PartMask mask) {
        List<Part> all = mask.parts();
        effects = HeadEffects.measure(
                model,
                examples,
                sentences,
                fair.bias(),
                mask,
                done -> context.progress().step(method + ": effects of heads", done, all.size()));
        critical = effects.critical(fair.criticalHeads(all.size()));
        reliability = effects.reliability(all.stream().filter(this::mayGo).toList(), SPLITS, context.seed());
        if (!(reliability.mean() >= fair.minReliability())) {
            throw SplitHalfReliability.noise(
                    location,
                    "the effect of heads on bias",
                    fair.pairs(),
                    reliability,
                    fair.minReliability(),
                    "rank heads by michel");
        }
    }

    @Override
    public boolean mayGo(Part head) {
        return !critical.contains(head);
    }

    @Override
    public Optional<StageReport.Fairness> fairnessReport(ModelDirectory output, StageContext context) {
        double biasAfter;
        try (FrozenGpt2 model = FrozenGpt2.open(output, context.device())) {
            biasAfter =
                    fair.bias().of(Arrays.stream(sentences.gaps(model, PartMask.all(PartKind.HEADS, model.config()))));
        }
        List<StageReport.HeadEffect> effectsOfHeads = PartMask.all(PartKind.HEADS, config).parts().stream()
                .map(head -> new StageReport.HeadEffect(
                        head.layer(),
                        HeadRemoval.presentHeads(config, head.layer()).get(head.index()),
                        effects.lossIncrease(head),
                        effects.biasChange(head),
                        critical.contains(head)))
                .toList();
        return Optional.of(new StageReport.Fairness(
                fair.pairs().name(),
                fair.pairs().digest(),
                fair.pairs().pairs().size(),
                fair.bias().id(),
                critical.size(),
                reliability,
                effects.bias(),
                biasAfter,
                effectsOfHeads));
    }
}
