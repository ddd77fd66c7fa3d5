package io.github.fairnessgate.compress;

import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.Tokenizer;
import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.train.FrozenGpt2.HeadImportance;
import io.github.fairnessgate.train.Kept;
import io.github.fairnessgate.train.Kept.Part;
import io.github.fairnessgate.train.PartKind;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Removes attention heads for good, the least important first. The last head of a layer always stays: a layer without heads
 * could not be loaded.
 *
 * @param location   where the stage stands in the recipe
 * @param importance how heads are ranked
 * @param heads      what to remove: below 1 a share of all heads of the model, else a number of heads
 * @param step       share of all heads that a round removes, above 0 to 1; a round removes one head at least
 * @param settings   windows and guard
 * @param fairness   there if importance is {@link Importance#FASP}
 */
record HeadPruning(Location location, Importance importance, BigDecimal heads, BigDecimal step, PruningSettings settings,
        Optional<FairnessSettings> fairness) implements Stage {

    /** How important a head is. */
    enum Importance {
        /** See {@link HeadImportance#MICHEL}. */
        MICHEL,
        /** See {@link HeadImportance#TAYLOR_POSITION}. */
        TAYLOR_POSITION,
        /** The sum of the absolute weights, see {@link Magnitudes}. */
        MAGNITUDE,
        /** Heads that the loss needs stay; of the others those go first without which bias is least. See {@link HeadEffects}. */
        FASP;

        /** The name in the recipe. */
        String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Halvings of the pairs that reliability is the mean over. */
    private static final int SPLITS = 20;

    @Override
    public String method() {
        return "head-pruning";
    }

    @Override
    public Gpt2Config plan(Gpt2Config input) {
        settings.requireFit(input, location);
        budget(input);
        return input;
    }

    /** How many heads go. */
    int budget(Gpt2Config input) {
        int present = present(input);
        int budget = PruningReader.count(heads, present);
        int removable = present - input.layers();
        if (budget > removable) {
            throw location.problem(("heads is %s, which removes %d heads, but the model has %d heads in %d layers and every layer keeps one,"
                    + " so at most %d can be removed.").formatted(heads.toPlainString(), budget, present, input.layers(), removable));
        }
        if (budget == 0) {
            throw location.problem("heads is %s, which is less than half a head of the model's %d, so nothing would be removed; raise it."
                    .formatted(heads.toPlainString(), present));
        }
        fairness.ifPresent(settings -> {
            int critical = settings.criticalHeads(present);
            if (budget > present - critical) {
                throw location.problem("heads is %s, which removes %d heads, but critical is %s, which keeps %d of the model's %d; lower one of them."
                        .formatted(heads.toPlainString(), budget, settings.critical().toPlainString(), critical, present));
            }
        });
        return budget;
    }

    private static int present(Gpt2Config model) {
        return IntStream.range(0, model.layers()).map(model::heads).sum();
    }

    @Override
    public Map<String, String> data() {
        return fairness.map(settings -> Map.of(settings.pairs().name(), settings.pairs().digest())).orElse(Map.of());
    }

    @Override
    public StageReport run(ModelDirectory input, Path output, StageContext context) {
        Gpt2Config config = input.config();
        int perRound = Math.max(1, PruningReader.roundedShare(step, present(config)));
        Heads method = importance == Importance.FASP ? new FairHeads(input, context, fairness.orElseThrow()) : new Heads(input);
        StructuredPruning.Result result = new StructuredPruning(location, settings, "heads", budget(config), perRound)
                .run(input, output, context, method, method());
        int mostImportant = mostImportantLayer(method.meaningForLoss(result.firstImportance()), context);
        return new StageReport.OfHeadPruning(importance.id(), layers(config, result), mostImportant, result.course(),
                method.fairnessReport(ModelDirectory.open(output), context));
    }

    /** By the mean of its heads; says so in the log, because of GPT-2 it is known that the first layer matters most. */
    private int mostImportantLayer(double[][] scores, StageContext context) {
        double[] means = Arrays.stream(scores).mapToDouble(layer -> Arrays.stream(layer).average().orElseThrow()).toArray();
        List<Integer> descending = IntStream.range(0, means.length).boxed()
                .sorted(Comparator.comparingDouble((Integer layer) -> means[layer]).reversed()).toList();
        int most = descending.get(0);
        context.progress().info(String.format(Locale.ROOT, "%s: by %s the heads of layer %d matter most for the loss (mean %.4g), those of layer 0"
                + " rank %d of %d (mean %.4g)", method(), importance.id(), most, means[most], descending.indexOf(0) + 1, means.length, means[0]));
        return most;
    }

    private static List<StageReport.PrunedLayer> layers(Gpt2Config config, StructuredPruning.Result result) {
        return IntStream.range(0, config.layers()).mapToObj(layer -> {
            List<Integer> present = HeadRemoval.presentHeads(config, layer);
            return new StageReport.PrunedLayer(IntStream.range(0, present.size()).mapToObj(position -> new StageReport.Head(
                    present.get(position), result.firstImportance()[layer][position], result.removedIn()[layer][position])).toList());
        }).toList();
    }

    private class Heads implements StructuredPruning.Method {

        private final ModelDirectory input;

        Heads(ModelDirectory input) {
            this.input = input;
        }

        @Override
        public PartKind kind() {
            return PartKind.HEADS;
        }

        @Override
        public double[][] importance(FrozenGpt2 model, int[][] examples, Kept kept) {
            return switch (importance) {
                case MICHEL -> model.headImportance(examples, kept, HeadImportance.MICHEL);
                case TAYLOR_POSITION -> model.headImportance(examples, kept, HeadImportance.TAYLOR_POSITION);
                case MAGNITUDE -> Magnitudes.ofHeads(input);
                case FASP -> throw new IllegalStateException("measured by FairHeads");
            };
        }

        /** Whether a head may be removed at all. */
        boolean mayGo(Part head) {
            return true;
        }

        /** The least important heads, but for the last one of each layer. */
        @Override
        public List<Part> next(double[][] scores, Kept kept, int count) {
            int[] left = IntStream.range(0, kept.layers()).map(layer -> kept.indices(layer).size()).toArray();
            List<Part> going = new ArrayList<>();
            for (Part candidate : StructuredPruning.ascending(scores, kept)) {
                if (going.size() < count && left[candidate.layer()] > 1 && mayGo(candidate)) {
                    left[candidate.layer()]--;
                    going.add(candidate);
                }
            }
            return going.size() == count ? going : List.of();
        }

        @Override
        public void write(Kept kept, Path output) {
            Gpt2Config config = input.config();
            HeadRemoval.prune(input, IntStream.range(0, config.layers()).mapToObj(layer -> removed(kept, layer)).toList(), output);
        }

        /** All heads that the result lacks, in the numbers of the unpruned model. */
        private List<Integer> removed(Kept kept, int layer) {
            List<Integer> present = HeadRemoval.presentHeads(input.config(), layer);
            List<Integer> staying = kept.indices(layer).stream().map(present::get).toList();
            return IntStream.range(0, input.config().baseHeads()).boxed().filter(head -> !staying.contains(head)).toList();
        }

        /** What each head means for the loss, from what it was ranked by before the first round. */
        double[][] meaningForLoss(double[][] firstImportance) {
            return firstImportance;
        }

        /** Null where bias plays no part. */
        StageReport.Fairness fairnessReport(ModelDirectory output, StageContext context) {
            return null;
        }
    }

    /** Ranks once, before the first round, as its authors do. */
    private final class FairHeads extends Heads {

        private final StageContext context;
        private final FairnessSettings fair;
        private final HeadEffects.Sentences sentences;
        private final Gpt2Config config;
        private HeadEffects effects;
        private Set<Part> critical;
        private StageReport.SplitHalf reliability;

        FairHeads(ModelDirectory input, StageContext context, FairnessSettings fair) {
            super(input);
            this.context = context;
            this.fair = fair;
            this.config = input.config();
            this.sentences = tokenize(input);
        }

        private HeadEffects.Sentences tokenize(ModelDirectory input) {
            List<int[]> sequences = new ArrayList<>();
            try (Tokenizer tokenizer = Tokenizer.open(input)) {
                for (BiasPairs.Pair pair : fair.pairs().pairs()) {
                    for (String sentence : List.of(pair.more(), pair.less())) {
                        int[] tokens = IntStream.concat(IntStream.of(tokenizer.specialTokens().beginning()), Arrays.stream(tokenizer.encode(sentence))).toArray();
                        if (tokens.length > config.positions()) {
                            throw location.problem("a sentence of %s has %d tokens, but the model reads only %d: \"%s\"; shorten it."
                                    .formatted(fair.pairs().name(), tokens.length, config.positions(), sentence));
                        }
                        sequences.add(tokens);
                    }
                }
            }
            return new HeadEffects.Sentences(List.copyOf(sequences), fair.pairs().pairs().stream().map(BiasPairs.Pair::cluster).toList());
        }

        @Override
        public double[][] importance(FrozenGpt2 model, int[][] examples, Kept kept) {
            if (effects == null) {
                measure(model, examples, kept);
            }
            return ofEachHead(effects::biasChange);
        }

        private double[][] ofEachHead(ToDoubleFunction<Part> value) {
            return IntStream.range(0, config.layers()).mapToObj(layer -> IntStream.range(0, config.heads(layer))
                    .mapToDouble(head -> value.applyAsDouble(new Part(layer, head))).toArray()).toArray(double[][]::new);
        }

        @Override
        double[][] meaningForLoss(double[][] firstImportance) {
            return ofEachHead(effects::lossIncrease);
        }

        private void measure(FrozenGpt2 model, int[][] examples, Kept kept) {
            List<Part> all = kept.parts();
            effects = HeadEffects.measure(model, examples, sentences, fair.bias(), kept,
                    done -> context.progress().step(method() + ": effects of heads", done, all.size()));
            critical = effects.critical(fair.criticalHeads(all.size()));
            reliability = effects.reliability(all.stream().filter(this::mayGo).toList(), SPLITS, context.seed());
            if (!(reliability.mean() >= fair.minReliability())) {
                throw location.problem(String.format(Locale.ROOT, "the effect of heads on bias cannot be told from noise: over %d pairs of %s its split-half"
                                + " reliability is %.2f (%.2f to %.2f in %d halvings), below minReliability %s; give more pairs, or rank heads by michel.",
                        fair.pairs().pairs().size(), fair.pairs().name(), reliability.mean(), reliability.lowest(), reliability.highest(), SPLITS,
                        fair.minReliability()));
            }
        }

        @Override
        boolean mayGo(Part head) {
            return !critical.contains(head);
        }

        @Override
        StageReport.Fairness fairnessReport(ModelDirectory output, StageContext context) {
            double biasAfter;
            try (FrozenGpt2 model = FrozenGpt2.open(output, context.device())) {
                biasAfter = fair.bias().of(Arrays.stream(sentences.gaps(model, Kept.all(PartKind.HEADS, model.config()))));
            }
            List<StageReport.HeadEffect> effectsOfHeads = Kept.all(PartKind.HEADS, config).parts().stream().map(head -> new StageReport.HeadEffect(
                    head.layer(), HeadRemoval.presentHeads(config, head.layer()).get(head.index()), effects.lossIncrease(head),
                    effects.biasChange(head), critical.contains(head))).toList();
            return new StageReport.Fairness(fair.pairs().name(), fair.pairs().digest(), fair.pairs().pairs().size(), fair.bias().id(),
                    critical.size(), reliability, effects.bias(), biasAfter, effectsOfHeads);
        }
    }
}
