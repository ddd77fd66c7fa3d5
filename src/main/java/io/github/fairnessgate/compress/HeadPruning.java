package io.github.fairnessgate.compress;

import io.github.fairnessgate.artifact.Gpt2Config;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Removes attention heads for good, the least important first. Importance is estimated again after
 * every round. The last head of a layer always stays: a layer without heads could not be loaded.
 *
 * @param location       where the stage stands in the recipe
 * @param importance     how heads are ranked
 * @param heads          what to remove: below 1 a share of all heads of the model, else a number of heads
 * @param examples       windows to estimate importance on, 1 or more
 * @param sequenceLength tokens of a window, 2 or more
 * @param step           share of all heads that a round removes, above 0 to 1; a round removes one head at least
 */
public record HeadPruning(Location location, Importance importance, BigDecimal heads, int examples, int sequenceLength,
        BigDecimal step) implements Stage {

    /** How important a head is. */
    public enum Importance {
        /** The mean over examples of {@code |dL/dxi(h)|}, see {@link FrozenGpt2#headImportance}. */
        MICHEL;

        /** The name in the recipe. */
        public String id() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    @Override
    public String method() {
        return "head-pruning";
    }

    @Override
    public Gpt2Config plan(Gpt2Config input) {
        if (sequenceLength > input.positions()) {
            throw location.problem("sequenceLength is %d, but the model has only %d positions; lower sequenceLength."
                    .formatted(sequenceLength, input.positions()));
        }
        budget(input);
        return input;
    }

    /** How many heads go. */
    private int budget(Gpt2Config input) {
        int present = IntStream.range(0, input.layers()).map(input::heads).sum();
        int budget = heads.compareTo(BigDecimal.ONE) < 0
                ? (int) Math.round(heads.doubleValue() * present)
                : heads.intValueExact();
        int removable = present - input.layers();
        if (budget > removable) {
            throw location.problem(("heads is %s, which removes %d heads, but the model has %d heads in %d layers and every layer keeps one,"
                    + " so at most %d can go.").formatted(heads.toPlainString(), budget, present, input.layers(), removable));
        }
        if (budget == 0) {
            throw location.problem("heads is %s, which is less than half a head of the model's %d, so nothing would be removed; raise it."
                    .formatted(heads.toPlainString(), present));
        }
        return budget;
    }

    @Override
    public StageReport run(ModelDirectory input, Path output, StageContext context) {
        Gpt2Config config = input.config();
        int[][] windows = choose(context.windows(sequenceLength, examples, location), context.seed());
        double lossBefore;
        Rounds rounds;
        try (FrozenGpt2 model = FrozenGpt2.open(input, context.device())) {
            lossBefore = model.loss(windows);
            rounds = removeLeastImportant(model, windows, context);
        }
        HeadRemoval.prune(input, removedHeads(config, rounds.removedIn()), output);
        double lossAfter;
        try (FrozenGpt2 model = FrozenGpt2.open(ModelDirectory.open(output), context.device())) {
            lossAfter = model.loss(windows);
        }
        return new StageReport.OfHeadPruning(importance.id(), examples, layers(config, rounds), lossBefore, lossAfter);
    }

    private int[][] choose(int[][] windows, long seed) {
        int[] order = WindowOrder.permutation(windows.length, seed);
        return IntStream.range(0, examples).mapToObj(i -> windows[order[i]]).toArray(int[][]::new);
    }

    /**
     * What the rounds did.
     *
     * @param firstImportance of every head before the first removal, by layer
     * @param removedIn       the round in which each head went, from 1; 0 for those that stay
     */
    private record Rounds(double[][] firstImportance, int[][] removedIn) {
    }

    private Rounds removeLeastImportant(FrozenGpt2 model, int[][] windows, StageContext context) {
        Gpt2Config config = model.config();
        boolean[][] kept = IntStream.range(0, config.layers()).mapToObj(layer -> allTrue(config.heads(layer))).toArray(boolean[][]::new);
        int[][] removedIn = Arrays.stream(kept).map(heads -> new int[heads.length]).toArray(int[][]::new);
        int budget = budget(config);
        int present = Arrays.stream(kept).mapToInt(heads -> heads.length).sum();
        int perRound = Math.max(1, (int) Math.round(step.doubleValue() * present));
        double[][] firstImportance = null;
        for (int round = 1, removed = 0; removed < budget; round++) {
            double[][] scores = model.headImportance(windows, kept);
            firstImportance = firstImportance == null ? scores : firstImportance;
            List<Position> going = leastImportant(scores, kept, Math.min(perRound, budget - removed));
            for (Position head : going) {
                kept[head.layer()][head.head()] = false;
                removedIn[head.layer()][head.head()] = round;
            }
            removed += going.size();
            context.progress().step(method(), removed, budget);
        }
        return new Rounds(firstImportance, removedIn);
    }

    private static boolean[] allTrue(int size) {
        boolean[] values = new boolean[size];
        Arrays.fill(values, true);
        return values;
    }

    /** A head among those that its layer has in the model as it is. */
    private record Position(int layer, int head) {
    }

    /** The {@code count} least important heads in place, but for the last one of each layer; ties go to the earlier layer and head. */
    private static List<Position> leastImportant(double[][] scores, boolean[][] kept, int count) {
        List<Position> candidates = new ArrayList<>();
        for (int layer = 0; layer < kept.length; layer++) {
            for (int head = 0; head < kept[layer].length; head++) {
                if (kept[layer][head]) {
                    candidates.add(new Position(layer, head));
                }
            }
        }
        candidates.sort(Comparator.comparingDouble(position -> scores[position.layer()][position.head()]));
        int[] left = Arrays.stream(kept).mapToInt(HeadPruning::count).toArray();
        List<Position> going = new ArrayList<>();
        for (Position candidate : candidates) {
            if (going.size() < count && left[candidate.layer()] > 1) {
                left[candidate.layer()]--;
                going.add(candidate);
            }
        }
        return going;
    }

    private static int count(boolean[] values) {
        return (int) IntStream.range(0, values.length).filter(i -> values[i]).count();
    }

    /** For each layer all heads that the result lacks, in the numbers of the unpruned model. */
    private static List<List<Integer>> removedHeads(Gpt2Config config, int[][] removedIn) {
        List<List<Integer>> removed = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            List<Integer> present = HeadRemoval.presentHeads(config, layer);
            List<Integer> gone = new ArrayList<>(config.prunedHeads().get(layer));
            for (int position = 0; position < present.size(); position++) {
                if (removedIn[layer][position] > 0) {
                    gone.add(present.get(position));
                }
            }
            removed.add(gone.stream().sorted().toList());
        }
        return removed;
    }

    private static List<StageReport.PrunedLayer> layers(Gpt2Config config, Rounds rounds) {
        return IntStream.range(0, config.layers()).mapToObj(layer -> {
            List<Integer> present = HeadRemoval.presentHeads(config, layer);
            return new StageReport.PrunedLayer(IntStream.range(0, present.size()).mapToObj(position -> new StageReport.Head(
                    present.get(position), rounds.firstImportance()[layer][position], rounds.removedIn()[layer][position])).toList());
        }).toList();
    }
}
