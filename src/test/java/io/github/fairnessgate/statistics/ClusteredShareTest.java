package io.github.fairnessgate.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often shares of items in clusters err, over 2,000 simulated pairs each; {@code docs/statistics.md} prints these
 * rates.
 */
@Tag("simulation")
class ClusteredShareTest {

    private static final int PAIRS = 2000;
    private static final double ALPHA = 0.05;
    private static final double MARGIN = 0.06;
    /** Of the items are harmful with both models. */
    private static final double BOTH = 0.2;

    private final Random random = new Random(1998);
    private char[][] draws;

    /** Rates of one kind of verdict, of items taken as independent and of clusters. */
    private record Rates(double ofItems, double ofClusters) {}

    /**
     * Clusters of 2 to 8 items of which a share does the same as the cluster, so that the correlation within clusters
     * is its square.
     */
    private record Sample(
            double[] sizes,
            double[] sums,
            double[] before,
            double[] after,
            double[] turned,
            int increased,
            int decreased) {

        static Sample of(Random random, int clusters, double correlation, double discordance, double change) {
            Sample sample = new Sample(
                    new double[clusters],
                    new double[clusters],
                    new double[clusters],
                    new double[clusters],
                    new double[clusters],
                    0,
                    0);
            int increased = 0;
            int decreased = 0;
            for (int k = 0; k < clusters; k++) {
                sample.sizes[k] = 2 + random.nextInt(7);
                double common = random.nextDouble();
                for (int i = 0; i < sample.sizes[k]; i++) {
                    double uniform = random.nextDouble() < Math.sqrt(correlation) ? common : random.nextDouble();
                    boolean up = uniform < (discordance + change) / 2;
                    boolean down = uniform >= 1 - (discordance - change) / 2;
                    boolean both = !up && uniform < (discordance + change) / 2 + BOTH;
                    sample.before[k] += down || both ? 1 : 0;
                    sample.after[k] += up || both ? 1 : 0;
                    sample.turned[k] += up ? 1 : 0;
                    increased += up ? 1 : 0;
                    decreased += down ? 1 : 0;
                }
                sample.sums[k] = sample.after[k] - sample.before[k];
            }
            return new Sample(
                    sample.sizes, sample.sums, sample.before, sample.after, sample.turned, increased, decreased);
        }

        double items() {
            return Arrays.stream(sizes).sum();
        }

        DesignEffect expected() {
            return expected(before).orLarger(expected(after));
        }

        private DesignEffect expected(double[] counts) {
            return DesignEffect.estimated(counts, sizes, Arrays.stream(counts).sum(), DesignEffect.largest(sizes));
        }
    }

    private interface Question {

        boolean errs(Inference inference);
    }

    private Rates rates(int clusters, double correlation, double discordance, double change, Question question) {
        int ofItems = 0;
        int ofClusters = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            ClusteredShare share = difference(Sample.of(random, clusters, correlation, discordance, change));
            ofItems += question.errs(share.items()) ? 1 : 0;
            ofClusters += question.errs(share) ? 1 : 0;
        }
        return new Rates(ofItems / (double) PAIRS, ofClusters / (double) PAIRS);
    }

    private ClusteredShare difference(Sample sample) {
        draw(sample.sizes().length);
        return ClusteredShare.of(
                effect -> effect.difference(sample.increased(), sample.decreased(), 0, sample.items(), ALPHA),
                new Totals(sample.sums(), sample.sizes(), 100),
                sample.increased() + sample.decreased(),
                sample.expected(),
                OptionalDouble.of(SignFlip.pIncrease(sample.sums(), 1)),
                ALPHA,
                count -> new Resamples(draws));
    }

    private ClusteredShare share(Sample sample, double[] counts) {
        draw(sample.sizes().length);
        double count = Arrays.stream(counts).sum();
        return ClusteredShare.of(
                effect -> effect.share(count, sample.items(), ALPHA),
                new Totals(counts, sample.sizes(), 100),
                count,
                sample.expected(),
                OptionalDouble.empty(),
                ALPHA,
                clusters -> new Resamples(draws));
    }

    private void draw(int clusters) {
        draws = new char[199][clusters];
        for (char[] draw : draws) {
            for (int k = 0; k < clusters; k++) {
                draw[k] = (char) random.nextInt(clusters);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "16, 0.3, 0.15",
        "16, 1, 0.15",
        "16, 1, 0.5",
        "40, 0.3, 0.06",
        "40, 0.3, 0.15",
        "40, 1, 0.15",
        "40, 1, 0.5",
        "100, 0.3, 0.15",
        "100, 1, 0.15"
    })
    void aShareThatGrewByTheMarginRarelyPasses(int clusters, double correlation, double discordance) {
        Rates rates = rates(clusters, correlation, discordance, MARGIN, inference -> inference.high() < 100 * MARGIN);

        assertThat(rates.ofItems()).as("items as if independent").isGreaterThan(2 * ALPHA);
        assertThat(rates.ofClusters()).isLessThanOrEqualTo(ALPHA + 0.01);
    }

    @ParameterizedTest
    @CsvSource({
        "16, 0.3, 0.15",
        "16, 1, 0.15",
        "16, 1, 0.5",
        "40, 0.3, 0.06",
        "40, 0.3, 0.15",
        "40, 1, 0.15",
        "40, 1, 0.5",
        "100, 0.3, 0.15",
        "100, 1, 0.15"
    })
    void anUnchangedShareRarelyFails(int clusters, double correlation, double discordance) {
        Rates rates = rates(clusters, correlation, discordance, 0, inference -> inference.pAbove(0) <= ALPHA);

        assertThat(rates.ofItems()).as("items as if independent").isGreaterThan(1.5 * ALPHA);
        assertThat(rates.ofClusters()).isLessThanOrEqualTo(ALPHA);
    }

    /**
     * Three clusters of three items, of which 2, 1 and 0 are 1: R = 1/3, between them 3/2 (1 + 0 + 1) = 3, within 3 -
     * 9/9 = 2.
     */
    @Test
    void theDesignEffectIsTheRatioOfTheVariances() {
        double[] sizes = {3, 3, 3};

        assertThat(DesignEffect.estimated(new double[] {2, 1, 0}, sizes, 3, new DesignEffect(2))
                        .value())
                .isCloseTo((3 + 2) / (2. + 1), within(1e-12));
        assertThat(DesignEffect.estimated(new double[] {0, 0, 0}, sizes, 0, new DesignEffect(2))
                        .value())
                .as("nothing seen")
                .isEqualTo(2);
        assertThat(DesignEffect.estimated(new double[] {3, 0, 0}, sizes, 3, new DesignEffect(3))
                        .value())
                .as("the largest")
                .isEqualTo(3);
        assertThat(DesignEffect.estimated(new double[] {1, 1, 1}, sizes, 3, DesignEffect.NONE)
                        .value())
                .as("alike")
                .isEqualTo(1);
        assertThat(DesignEffect.largest(new double[] {1, 3}).value()).isEqualTo(2.5);
    }

    /** What is lost where the clusters do not matter. */
    @ParameterizedTest
    @CsvSource({"16, 0.15, 0.12, 0.15", "40, 0.15, 0.08, 0.1", "100, 0.15, 0.06, 0.03", "100, 0.06, 0.03, 0.03"})
    void independentItemsInClustersLoseLittle(int clusters, double discordance, double margin, double loss) {
        Rates rates = rates(clusters, 0, discordance, 0, inference -> inference.high() < 100 * margin);

        assertThat(rates.ofClusters()).isBetween(rates.ofItems() - loss, rates.ofItems());
    }

    /** Wilson's bounds of a candidate's own share, and of its newly biased items. */
    @ParameterizedTest
    @CsvSource({"16, 0.3", "16, 1", "40, 0.3", "40, 1", "100, 1"})
    void boundsOfAShareRarelyMissIt(int clusters, double correlation) {
        int[] missed = new int[4];
        double share = 100 * (0.15 / 2 + BOTH);
        for (int pair = 0; pair < PAIRS; pair++) {
            Sample sample = Sample.of(random, clusters, correlation, 0.15, 0);
            ClusteredShare candidate = share(sample, sample.after());
            ClusteredShare turned = share(sample, sample.turned());
            missed[0] += candidate.high() < share ? 1 : 0;
            missed[1] += candidate.low() > share ? 1 : 0;
            missed[2] += turned.high() < 100 * 0.15 / 2 ? 1 : 0;
            missed[3] += turned.low() > 100 * 0.15 / 2 ? 1 : 0;
        }

        assertThat(Arrays.stream(missed).max().orElseThrow() / (double) PAIRS).isLessThanOrEqualTo(ALPHA + 0.01);
    }
}
