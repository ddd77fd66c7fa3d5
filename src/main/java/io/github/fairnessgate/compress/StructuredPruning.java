package io.github.fairnessgate.compress;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.train.PartKind;
import io.github.fairnessgate.train.PartMask;
import io.github.fairnessgate.train.PartMask.Part;
import io.github.fairnessgate.yaml.Location;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What prunings of heads, neurons and blocks have in common: the least important parts are masked round by round,
 * importance is estimated again after every round, and a guard watches the loss on windows that importance never sees.
 * In the end the masked parts are removed for good, and what was written is held against what was measured.
 *
 * @param location where the stage stands in the recipe
 * @param settings windows and guard
 * @param unit what the budget counts, for messages: {@code heads}
 * @param budget how many go
 * @param perRound how many go in a round, 1 or more
 */
record StructuredPruning(Location location, PruningSettings settings, String unit, int budget, int perRound) {

    /**
     * The share by which the written model's loss may differ from the masked one's: rounding, and on a GPU that of
     * TF32.
     */
    private static final double TOLERANCE = 1e-4;

    private static final double TOLERANCE_ON_GPU = 0.01;

    /** What a kind of pruning does in its own way. */
    interface Method {

        PartKind kind();

        /**
         * For each layer the importance of its parts; the lowest goes first, and what masked parts get does not matter.
         */
        double[][] importance(FrozenGpt2 model, int[][] examples, PartMask mask);

        /** The parts that go next, {@code count} of the budget; an empty list if there are no more that may go. */
        List<Part> next(double[][] importance, PartMask mask, int count);

        /** Writes configuration and weights of the model without the parts that are masked. */
        void write(PartMask mask, Path output);
    }

    /**
     * What was done.
     *
     * @param firstImportance of every part before the first removal, by layer
     * @param removedIn the round in which each part went, from 1; 0 for those that stay
     * @param mask what stays
     * @param course for the report
     */
    record Result(double[][] firstImportance, int[][] removedIn, PartMask mask, StageReport.Course course) {}

    /**
     * Prunes.
     *
     * @throws io.github.fairnessgate.InvalidInputException if the text is too short, or the budget cannot be reached
     */
    Result run(ModelDirectory input, Path output, StageContext context, Method method, String stage) {
        int[][] windows = draw(context);
        int[][] examples = Arrays.copyOf(windows, settings.examples());
        int[][] heldOut = Arrays.copyOfRange(windows, settings.examples(), windows.length);
        Rounds rounds;
        try (FrozenGpt2 model = FrozenGpt2.open(input, context.device())) {
            rounds = new Rounds(model, heldOut, method.kind());
            while (rounds.removed < budget && removeNext(rounds, method, examples)) {
                context.progress().step(stage, rounds.removed, budget);
            }
        }
        method.write(rounds.mask, output);
        double lossAfter = verifiedLoss(ModelDirectory.open(output), heldOut, rounds, context);
        boolean stopped = rounds.removed < budget;
        if (stopped) {
            context.progress()
                    .info(String.format(
                            Locale.ROOT,
                            "%s stopped by the loss guard: %d of %d %s removed, loss %.4f to %.4f nats a token",
                            stage,
                            rounds.removed,
                            budget,
                            unit,
                            rounds.lossBefore,
                            lossAfter));
        }
        return new Result(
                rounds.firstImportance,
                rounds.removedIn,
                rounds.mask,
                new StageReport.Course(
                        settings.examples(),
                        settings.heldOut(),
                        budget,
                        rounds.removed,
                        stopped,
                        List.copyOf(rounds.done),
                        rounds.lossBefore,
                        lossAfter));
    }

    /** Windows in an order of their own: first the examples, then those held out. */
    private int[][] draw(StageContext context) {
        return context.drawn(
                settings.sequenceLength(), Math.addExact(settings.examples(), settings.heldOut()), location);
    }

    /** How far a pruning is. */
    private static final class Rounds {

        private final FrozenGpt2 model;
        private final int[][] heldOut;
        private final double lossBefore;
        private final int[][] removedIn;
        private final List<StageReport.Round> done = new ArrayList<>();
        private PartMask mask;
        private double loss;
        private int removed;
        private double[][] firstImportance;

        Rounds(FrozenGpt2 model, int[][] heldOut, PartKind kind) {
            this.model = model;
            this.heldOut = heldOut;
            this.mask = PartMask.all(kind, model.config());
            this.removedIn = IntStream.range(0, mask.layers())
                    .mapToObj(layer -> new int[mask.size(layer)])
                    .toArray(int[][]::new);
            this.lossBefore = model.loss(heldOut);
            this.loss = lossBefore;
        }

        void remove(List<Part> going, PartMask left, int count, double lossWithout) {
            mask = left;
            loss = lossWithout;
            removed += count;
            done.add(new StageReport.Round(removed, lossWithout));
            going.forEach(part -> removedIn[part.layer()][part.index()] = done.size());
        }
    }

    /** One round; false if the guard ends the pruning. */
    private boolean removeNext(Rounds rounds, Method method, int[][] examples) {
        int count = Math.min(perRound, budget - rounds.removed);
        double[][] importance = method.importance(rounds.model, examples, rounds.mask);
        requireNumbers(importance, rounds.mask);
        if (rounds.firstImportance == null) {
            rounds.firstImportance = importance;
        }
        List<Part> going = method.next(importance, rounds.mask, count);
        if (going.isEmpty()) {
            throw location.problem("budget unreachable: after %d of %d %s, no %d more can be removed; ask for fewer."
                    .formatted(rounds.removed, budget, unit, count));
        }
        PartMask left = rounds.mask.without(going);
        double loss = rounds.model.loss(rounds.heldOut, left);
        if (settings.guard().isPresent() && settings.guard().get().refuses(loss, rounds.lossBefore)) {
            stopOrFail(settings.guard().get(), rounds, count, loss);
            return false;
        }
        if (!Double.isFinite(loss)) {
            throw location.problem(
                    "without %d of the model's %s the loss is %s; the model cannot be pruned that far. Ask for fewer."
                            .formatted(rounds.removed + count, unit, loss));
        }
        rounds.remove(going, left, count, loss);
        return true;
    }

    private void stopOrFail(LossGuard guard, Rounds rounds, int count, double loss) {
        if (guard.reaction() == LossGuard.Reaction.STOP && rounds.removed > 0) {
            return;
        }
        throw location.problem(String.format(
                Locale.ROOT,
                "budget unreachable under the loss guard: %d of %d %s could be removed"
                        + " (loss %.4f to %.4f nats a token on %d held-out windows), but without %d more the loss "
                        + "is %.4f, which is %.4f above the start"
                        + " where maxLossIncrease is %s; ask for fewer, allow more%s.",
                rounds.removed,
                budget,
                unit,
                rounds.lossBefore,
                rounds.loss,
                rounds.heldOut.length,
                count,
                loss,
                loss - rounds.lossBefore,
                guard.maxLossIncrease(),
                rounds.removed > 0 ? ", or set onGuard to stop" : perRound > 1 ? ", or make step smaller" : ""));
    }

    /** Ranking by something that is no number would remove just anything. */
    private void requireNumbers(double[][] importance, PartMask mask) {
        for (Part part : mask.parts()) {
            if (Double.isNaN(importance[part.layer()][part.index()])) {
                throw location.problem(
                        ("the importance of part %d of layer %d is not a number, so parts cannot be ranked; the "
                                        + "model is damaged.")
                                .formatted(part.index(), part.layer()));
            }
        }
    }

    /** The loss of what was written, which must have the parts and the loss of what was masked. */
    private double verifiedLoss(ModelDirectory written, int[][] heldOut, Rounds rounds, StageContext context) {
        Gpt2Config config = written.config();
        int present = PartMask.all(rounds.mask.kind(), config).parts().size();
        if (present != rounds.mask.parts().size()) {
            throw new IllegalStateException("the written model has " + present + " parts instead of "
                    + rounds.mask.parts().size());
        }
        try (FrozenGpt2 model = FrozenGpt2.open(written, context.device())) {
            double loss = model.loss(heldOut);
            double tolerance = context.device() == Device.CPU ? TOLERANCE : TOLERANCE_ON_GPU;
            if (!(Math.abs(loss - rounds.loss) <= tolerance * rounds.loss)) {
                throw new IllegalStateException(
                        "the written model has loss " + loss + ", but with masked parts it was " + rounds.loss);
            }
            return loss;
        }
    }

    /** Parts that are in place, the least important first; ties go to the earlier layer and number. */
    static List<Part> ascending(double[][] importance, PartMask mask) {
        return mask.parts().stream()
                .sorted(Comparator.comparingDouble(part -> importance[part.layer()][part.index()]))
                .toList();
    }
}
