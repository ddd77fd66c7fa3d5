package io.github.fairnessgate.compress;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.train.FrozenGpt2.HeadImportance;
import io.github.fairnessgate.train.PartKind;
import io.github.fairnessgate.train.PartMask;
import io.github.fairnessgate.train.PartMask.Part;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Removes attention heads for good, the least important first. The last head of a layer always stays: a layer without
 * heads could not be loaded.
 *
 * @param location where the stage stands in the recipe
 * @param importance how heads are ranked
 * @param heads what to remove: below 1 a share of all heads of the model, else a number of heads
 * @param step share of all heads that a round removes, above 0 to 1; a round removes one head at least
 * @param settings windows and guard
 * @param fairness there if importance is {@link Importance#FASP}
 */
record HeadPruning(
        Location location,
        Importance importance,
        BigDecimal heads,
        BigDecimal step,
        PruningSettings settings,
        Optional<FairnessSettings> fairness)
        implements Stage {

    /** How important a head is. */
    enum Importance {
        /** See {@link HeadImportance#MICHEL}. */
        MICHEL,
        /** See {@link HeadImportance#TAYLOR_POSITION}. */
        TAYLOR_POSITION,
        /** The sum of the absolute weights, see {@link Magnitudes}. */
        MAGNITUDE,
        /**
         * Heads that the loss needs stay; of the others those go first without which bias is least. See
         * {@link HeadEffects}.
         */
        FASP;

        /** The name in the recipe. */
        String id() {
            return EnumText.of(this);
        }
    }

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
        return budget(present(input), input.layers());
    }

    /**
     * What earlier stages may have left, less what this one removes: as a shape says which heads are gone only
     * afterwards, they are counted.
     *
     * @param present heads that the model has at most
     * @return heads that it has at most after this stage
     * @throws InvalidInputException if so many cannot be removed
     */
    int mostLeft(int present, int layers) {
        int removed = budget(present, layers);
        return settings.mayStopEarly() ? present : present - removed;
    }

    private int budget(int present, int layers) {
        int budget = PruningReader.count(heads, present);
        int removable = present - layers;
        if (budget > removable) {
            throw location.problem(
                    ("heads is %s, which removes %d heads, but the model has %d heads in %d layers and every layer "
                                    + "keeps one," + " so at most %d can be removed.")
                            .formatted(heads.toPlainString(), budget, present, layers, removable));
        }
        if (budget == 0) {
            throw location.problem(
                    ("heads is %s, which is less than half a head of the model's %d, so nothing would be removed; "
                                    + "raise it.")
                            .formatted(heads.toPlainString(), present));
        }
        fairness.ifPresent(settings -> {
            int critical = settings.criticalHeads(present);
            if (budget > present - critical) {
                throw location.problem(
                        ("heads is %s, which removes %d heads, but critical is %s, which keeps %d of the model's "
                                        + "%d; lower one of them.")
                                .formatted(
                                        heads.toPlainString(),
                                        budget,
                                        settings.critical().toPlainString(),
                                        critical,
                                        present));
            }
        });
        return budget;
    }

    /** Heads of all layers. */
    static int present(Gpt2Config model) {
        return IntStream.range(0, model.layers()).map(model::heads).sum();
    }

    @Override
    public Map<String, String> data() {
        return fairness.map(settings ->
                        Map.of(settings.pairs().name(), settings.pairs().digest()))
                .orElse(Map.of());
    }

    @Override
    public StageReport run(ModelDirectory input, Path output, StageContext context) {
        Gpt2Config config = input.config();
        int perRound = Math.max(1, PruningReader.roundedShare(step, present(config)));
        HeadRanking ranking = ranking(input, context);
        StructuredPruning.Result result = new StructuredPruning(location, settings, "heads", budget(config), perRound)
                .run(input, output, context, new Heads(input, ranking), method());
        int mostImportant = mostImportantLayer(ranking.meaningForLoss(result.firstImportance()), context);
        return new StageReport.OfHeadPruning(
                importance.id(),
                layers(config, result),
                mostImportant,
                result.course(),
                ranking.fairnessReport(ModelDirectory.open(output), context).orElse(null));
    }

    /** By the mean of its heads; says so in the log, because of GPT-2 it is known that the first layer matters most. */
    private int mostImportantLayer(double[][] scores, StageContext context) {
        double[] means = Arrays.stream(scores)
                .mapToDouble(layer -> Arrays.stream(layer).average().orElseThrow())
                .toArray();
        List<Integer> descending = IntStream.range(0, means.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer layer) -> means[layer])
                        .reversed())
                .toList();
        int most = descending.get(0);
        context.progress()
                .info(String.format(
                        Locale.ROOT,
                        "%s: by %s the heads of layer %d matter most for the loss (mean %.4g), those of layer 0"
                                + " rank %d of %d (mean %.4g)",
                        method(),
                        importance.id(),
                        most,
                        means[most],
                        descending.indexOf(0) + 1,
                        means.length,
                        means[0]));
        return most;
    }

    private static List<StageReport.PrunedLayer> layers(Gpt2Config config, StructuredPruning.Result result) {
        return IntStream.range(0, config.layers())
                .mapToObj(layer -> {
                    List<Integer> present = HeadRemoval.presentHeads(config, layer);
                    return new StageReport.PrunedLayer(IntStream.range(0, present.size())
                            .mapToObj(position -> new StageReport.Head(
                                    present.get(position),
                                    result.firstImportance()[layer][position],
                                    result.removedIn()[layer][position]))
                            .toList());
                })
                .toList();
    }

    private HeadRanking ranking(ModelDirectory input, StageContext context) {
        return switch (importance) {
            case MICHEL -> HeadRanking.byLoss(HeadImportance.MICHEL);
            case TAYLOR_POSITION -> HeadRanking.byLoss(HeadImportance.TAYLOR_POSITION);
            case MAGNITUDE -> HeadRanking.byMagnitude(input);
            case FASP -> new FairHeadRanking(location, method(), fairness.orElseThrow(), input, context);
        };
    }

    private record Heads(ModelDirectory input, HeadRanking ranking) implements StructuredPruning.Method {

        @Override
        public PartKind kind() {
            return PartKind.HEADS;
        }

        @Override
        public double[][] importance(FrozenGpt2 model, int[][] examples, PartMask mask) {
            return ranking.importance(model, examples, mask);
        }

        /** The least important heads, but for the last one of each layer. */
        @Override
        public List<Part> next(double[][] scores, PartMask mask, int count) {
            int[] left = IntStream.range(0, mask.layers())
                    .map(layer -> mask.indices(layer).size())
                    .toArray();
            List<Part> going = new ArrayList<>();
            for (Part candidate : StructuredPruning.ascending(scores, mask)) {
                if (going.size() < count && left[candidate.layer()] > 1 && ranking.mayGo(candidate)) {
                    left[candidate.layer()]--;
                    going.add(candidate);
                }
            }
            return going.size() == count ? going : List.of();
        }

        @Override
        public void write(PartMask mask, Path output) {
            Gpt2Config config = input.config();
            HeadRemoval.prune(
                    input,
                    IntStream.range(0, config.layers())
                            .mapToObj(layer -> removed(mask, layer))
                            .toList(),
                    output);
        }

        /** All heads that the result lacks, in the numbers of the unpruned model. */
        private List<Integer> removed(PartMask mask, int layer) {
            List<Integer> present = HeadRemoval.presentHeads(input.config(), layer);
            List<Integer> staying =
                    mask.indices(layer).stream().map(present::get).toList();
            return IntStream.range(0, input.config().baseHeads())
                    .boxed()
                    .filter(head -> !staying.contains(head))
                    .toList();
        }
    }
}
