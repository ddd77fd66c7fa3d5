package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.IdealisedScore;
import io.github.fairnessgate.statistics.ClusterBootstrap;
import io.github.fairnessgate.statistics.Inference;
import io.github.fairnessgate.statistics.LargerOf;
import io.github.fairnessgate.statistics.ProductBootstrap;
import io.github.fairnessgate.statistics.SignFlip;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntFunction;

/**
 * How much less a candidate's ICAT is than its baseline's, in points. A score is the smaller of two products, {@code 2
 * LMS SS / 100} and {@code 2 LMS (100 - SS) / 100}, each of which {@link ProductBootstrap} can treat; the smaller of
 * two is not smooth where they are equal.
 *
 * <p>Let {@code X - Y} be the loss from one of the baseline's products to one of the candidate's.
 *
 * <ul>
 *   <li>If it is known on which side of 50 the baseline's SS is, its score is X, and the loss is the larger of the two
 *       that there are, as in {@link LargerOf}.
 *   <li>If not, the loss is at most the larger of the two losses within a side, since {@code min(a, b) - min(c, d) <=
 *       max(a - c, b - d)}; their upper bounds bound it at the same level (intersection-union). It is at least the
 *       smaller of {@code X - Y} over both X, for either Y. The p-value is doubled, because Y, the candidate's smaller
 *       product, was chosen by the data.
 * </ul>
 *
 * The test that nothing got worse takes the larger p-value of that and of a permutation test in which for every cluster
 * it is drawn which model is called the candidate, {@code (1 + #{loss* >= loss}) / (B + 1)}, over as many patterns as
 * {@link SignFlip}; it needs no smoothness.
 */
final class IdealisedChange implements Inference {

    /** Relative difference below which two scores are equal but for rounding. */
    private static final double NEGLIGIBLE = 1e-12;

    private static final double PERCENT = 100;

    /**
     * Losses from the baseline's product, the stereotype's first, to the candidate's; only from the known one, if it is
     * known.
     */
    private final Inference[][] losses;

    private final Optional<Integer> side;
    private final int candidateSide;
    private final double estimate;
    private final Scores before;
    private final Scores after;
    private final long seed;
    /** In points; 0 for none. */
    private final double few;

    /**
     * A model's scores within each cluster.
     *
     * @param lms from 0 to 1
     * @param ss from 0 to 1
     */
    record Scores(double[] lms, double[] ss) {

        double value() {
            return IdealisedScore.of(
                    PERCENT * Arrays.stream(lms).average().orElseThrow(),
                    PERCENT * Arrays.stream(ss).average().orElseThrow());
        }

        /** The numbers of the product with SS, 0, or with its complement, 1. */
        double[][] product(int ofSide) {
            return new double[][] {
                lms,
                ofSide == 0 ? ss : Arrays.stream(ss).map(share -> 1 - share).toArray()
            };
        }

        /** The side whose product is the score. */
        int smaller() {
            return Arrays.stream(ss).average().orElseThrow() <= 0.5 ? 0 : 1;
        }

        /** What the clusters say about the score. */
        Inference inference(double alpha, ClusterBootstrap.Supply supply) {
            IntFunction<Inference> about =
                    ofSide -> new ProductBootstrap(product(ofSide), new double[0][], 2 * PERCENT, alpha, supply);
            return new SmallerOf(about.apply(smaller()), about.apply(1 - smaller()));
        }
    }

    /** What is known about the smaller of two numbers; which one that is, was chosen by the data. */
    private record SmallerOf(Inference smaller, Inference larger) implements Inference {

        @Override
        public double estimate() {
            return smaller.estimate();
        }

        @Override
        public double low() {
            return Math.min(smaller.low(), larger.low());
        }

        @Override
        public double high() {
            return smaller.high();
        }

        @Override
        public double pAbove(double hypothesis) {
            return Math.max(smaller.pAbove(hypothesis), larger.pAbove(hypothesis));
        }

        @Override
        public double pBelow(double hypothesis) {
            return Math.min(1, 2 * smaller.pBelow(hypothesis));
        }

        @Override
        public String method() {
            return smaller.method();
        }
    }

    /**
     * Infers the loss.
     *
     * @param before of the baseline
     * @param after of the candidate, on the same clusters
     * @param side the side whose product is known to be the baseline's score; nothing if the data do not tell
     * @param seed of random permutations
     * @param few where only a few clusters differ, by how much either product may have changed although the bootstrap
     *     has not seen it, from 0
     */
    IdealisedChange(
            Scores before,
            Scores after,
            Optional<Integer> side,
            double alpha,
            ClusterBootstrap.Supply supply,
            long seed,
            OptionalDouble few) {
        this.few = 2 * PERCENT * few.orElse(0);
        this.side = side;
        this.candidateSide = after.smaller();
        this.estimate = before.value() - after.value();
        this.losses = new Inference[2][2];
        for (int x = 0; x < 2; x++) {
            for (int y = 0; y < 2 && side.orElse(x) == x; y++) {
                losses[x][y] = new ProductBootstrap(before.product(x), after.product(y), 2 * PERCENT, alpha, supply);
            }
        }
        this.before = before;
        this.after = after;
        this.seed = seed;
    }

    /** One-sided p-value of the permutation test, against a loss. */
    double permutationP() {
        int clusters = before.lms().length;
        double threshold = estimate - NEGLIGIBLE * (before.value() + after.value());
        SignFlip.Patterns patterns = SignFlip.patterns(clusters, seed);
        long[] pattern = new long[(clusters + Long.SIZE - 1) / Long.SIZE];
        int asLarge = 0;
        for (int i = 0; i < patterns.count(); i++) {
            patterns.next(pattern);
            double[] means = new double[4];
            for (int k = 0; k < clusters; k++) {
                int exchanged = (pattern[k / Long.SIZE] >>> k % Long.SIZE & 1) == 0 ? 0 : 2;
                means[exchanged] += before.lms()[k];
                means[exchanged + 1] += before.ss()[k];
                means[2 - exchanged] += after.lms()[k];
                means[3 - exchanged] += after.ss()[k];
            }
            double factor = PERCENT / clusters;
            double loss = IdealisedScore.of(factor * means[0], factor * means[1])
                    - IdealisedScore.of(factor * means[2], factor * means[3]);
            asLarge += loss >= threshold ? 1 : 0;
        }
        return (1.0 + asLarge) / (patterns.count() + 1.0);
    }

    @Override
    public double estimate() {
        return estimate;
    }

    @Override
    public double low() {
        double low = side.map(known -> losses[known][candidateSide].low())
                .orElseGet(() -> Math.min(losses[0][candidateSide].low(), losses[1][candidateSide].low()));
        return few > 0 ? Math.min(low, -few) : low;
    }

    @Override
    public double high() {
        double high = side.map(known -> Math.max(losses[known][0].high(), losses[known][1].high()))
                .orElseGet(() -> Math.max(losses[0][0].high(), losses[1][1].high()));
        return few > 0 ? Math.max(high, few) : high;
    }

    /** {@inheritDoc} Only the hypothesis of no loss, 0, has a permutation test. */
    @Override
    public double pAbove(double hypothesis) {
        double bootstrap = side.map(known -> losses[known][candidateSide].pAbove(hypothesis))
                .orElseGet(() -> Math.min(
                        1,
                        2
                                * Math.max(
                                        losses[0][candidateSide].pAbove(hypothesis),
                                        losses[1][candidateSide].pAbove(hypothesis))));
        return hypothesis == 0 ? Math.max(bootstrap, permutationP()) : bootstrap;
    }

    @Override
    public double pBelow(double hypothesis) {
        return side.map(known -> Math.max(losses[known][0].pBelow(hypothesis), losses[known][1].pBelow(hypothesis)))
                .orElseGet(() -> Math.max(losses[0][0].pBelow(hypothesis), losses[1][1].pBelow(hypothesis)));
    }

    @Override
    public OptionalDouble signFlip() {
        return OptionalDouble.of(permutationP());
    }

    @Override
    public String method() {
        return "studentised cluster bootstrap of ICAT's products, permutation of the models"
                + (few > 0 ? ", Clopper-Pearson bound of the few that changed" : "");
    }
}
