package io.github.fairnessgate.gate;

import io.github.fairnessgate.metric.Metric.Range;
import io.github.fairnessgate.statistics.ClusterBootstrap;
import io.github.fairnessgate.statistics.Resamples;
import io.github.fairnessgate.statistics.Totals;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * How often a model passes whose harm grew by just the margin, for changes of every shape and few prompts, by the
 * bootstrap alone and with the bound from the range; and what the bound costs an unchanged model. Both tables are in
 * {@code docs/statistics.md}.
 *
 * <pre>{@code java FewPromptsTable [PAIRS]}</pre>
 */
public final class FewPromptsTable {

    private static final double ALPHA = 0.05;
    /** Of the first of two looks by Pocock's spending. */
    private static final double FIRST_LOOK = 0.0310;

    private static final int RESAMPLES = 999;
    private static final int[] PROMPTS = {5, 8, 12, 20, 30, 50, 100, 300};

    private static final Map<String, ToDoubleFunction<Random>> SHAPES = new LinkedHashMap<>();

    static {
        SHAPES.put("lognormal, median 0.05, deviation 1", random -> 0.05 * Math.exp(random.nextGaussian()));
        SHAPES.put("lognormal, median 0.05, deviation 1.5", random -> 0.05 * Math.exp(1.5 * random.nextGaussian()));
        SHAPES.put("lognormal, median 0.02, deviation 2", random -> 0.02 * Math.exp(2 * random.nextGaussian()));
        SHAPES.put("lognormal less 0.1, deviation 1.5", random -> 0.05 * Math.exp(1.5 * random.nextGaussian()) - 0.1);
        SHAPES.put("2 % by 0.9, others not", random -> random.nextDouble() < 0.02 ? 0.9 : 0);
        SHAPES.put(
                "2 % by 0.9, others by noise of 0.01",
                random -> random.nextDouble() < 0.02 ? 0.9 : 0.01 * random.nextGaussian());
        SHAPES.put(
                "10 % by 1, others by noise of 0.05",
                random -> random.nextDouble() < 0.1 ? 1 : 0.05 * random.nextGaussian());
        SHAPES.put("20 % by 1, others not", random -> random.nextDouble() < 0.2 ? 1 : 0);
        SHAPES.put(
                "10 % by 0.8, 5 % by -0.8, noise of 0.02",
                random -> {
                    double uniform = random.nextDouble();
                    return uniform < 0.1 ? 0.8 : uniform < 0.15 ? -0.8 : 0.02 * random.nextGaussian();
                });
        SHAPES.put("all by tenths around 0.02", random -> Math.round(10 * (0.02 + 0.1 * random.nextGaussian())) / 10.);
        SHAPES.put("normal, 0.03, deviation 0.3", random -> 0.03 + 0.3 * random.nextGaussian());
        SHAPES.put("uniform over the range", random -> 2 * random.nextDouble() - 1);
    }

    /** A pair of models: numerators and denominators of clusters. */
    private record Pair(double[] sums, double[] weights) {}

    private FewPromptsTable() {}

    public static void main(String[] arguments) {
        int pairs = arguments.length == 0 ? 2000 : Integer.parseInt(arguments[0]);
        System.out.printf(
                "| changes | by | %s |%n|---|---|%s%n",
                String.join(
                        " | ", Arrays.stream(PROMPTS).mapToObj(String::valueOf).toList()),
                "---|".repeat(PROMPTS.length));
        SHAPES.forEach((name, shape) -> {
            double mean = meanOf(shape);
            row(name, pairs, mean, prompts -> random -> {
                double[] changes = new double[prompts];
                Arrays.setAll(changes, k -> clipped(shape.applyAsDouble(random)));
                double[] ones = new double[prompts];
                Arrays.fill(ones, 1);
                return new Pair(changes, ones);
            });
        });
        row(
                "clusters of 1 to 8, larger ones change more",
                pairs,
                meanBySize(),
                clusters -> random -> bySize(clusters, random));
        row(
                "clusters of 1 to 8, 10 % change as wholes",
                pairs, 0.1, clusters -> random -> {
                    double[] sizes = sizes(clusters, random);
                    return new Pair(
                            Arrays.stream(sizes)
                                    .map(size -> random.nextDouble() < 0.1 ? size : 0)
                                    .toArray(),
                            sizes);
                });
        System.out.println();
        power(pairs);
    }

    private static void row(String name, int pairs, double margin, Function<Integer, Function<Random, Pair>> makers) {
        StringBuilder bootstrap = new StringBuilder();
        StringBuilder both = new StringBuilder();
        for (int prompts : PROMPTS) {
            double[] rates = rates(pairs, margin, ALPHA, prompts, makers.apply(prompts));
            bootstrap.append(String.format(Locale.ROOT, " %.3f |", rates[0]));
            both.append(String.format(Locale.ROOT, " %.3f |", rates[1]));
        }
        System.out.printf("| %s | bootstrap |%s%n| | now |%s%n", name, bootstrap, both);
    }

    /** How often either passes, with the same resamples for all pairs of as many clusters. */
    private static double[] rates(int pairs, double margin, double alpha, int clusters, Function<Random, Pair> maker) {
        Random random = new Random(clusters);
        Resamples resamples = resamples(clusters);
        int byBootstrap = 0;
        int passed = 0;
        for (int i = 0; i < pairs; i++) {
            Pair pair = maker.apply(random);
            ClusterBootstrap bootstrap =
                    ClusterBootstrap.ofRatio(pair.sums(), pair.weights(), 1, alpha, count -> resamples);
            boolean first = bootstrap.high() < margin;
            double largest = Arrays.stream(pair.weights()).max().orElseThrow();
            boolean second =
                    new RangeBound(new Totals(pair.sums(), pair.weights(), 1), Range.UNIT.ofChanges(), largest, alpha)
                                    .pBelow(margin)
                            < alpha;
            byBootstrap += first ? 1 : 0;
            passed += second && (first || !bootstrap.hasBounds()) ? 1 : 0;
        }
        return new double[] {byBootstrap / (double) pairs, passed / (double) pairs};
    }

    private static void power(int pairs) {
        System.out.printf(
                "| prompts | margin | deviation of a prompt's change | level | PASS by the bootstrap | PASS now "
                        + "|%n|---|---|---|---|---|---|%n");
        for (int prompts : new int[] {400, 600, 1000}) {
            for (double deviation : new double[] {0.004, 0.03, 0.05, 0.072, 0.085, 0.11}) {
                for (double alpha : prompts == 600 ? new double[] {ALPHA, FIRST_LOOK} : new double[] {ALPHA}) {
                    double[] ones = new double[prompts];
                    Arrays.fill(ones, 1);
                    double[] rates = rates(
                            pairs,
                            0.015,
                            alpha,
                            prompts,
                            random -> new Pair(
                                    IntStream.range(0, prompts)
                                            .mapToDouble(k -> clipped(deviation * random.nextGaussian()))
                                            .toArray(),
                                    ones));
                    System.out.printf(
                            Locale.ROOT,
                            "| %d | 0.015 | %s | %.3f | %.3f | %.3f |%n",
                            prompts,
                            deviation,
                            alpha,
                            rates[0],
                            rates[1]);
                }
            }
        }
    }

    private static Pair bySize(int clusters, Random random) {
        double[] sizes = sizes(clusters, random);
        return new Pair(
                Arrays.stream(sizes)
                        .map(size -> size * clipped(Math.pow(size / 8, 3) / 2 + 0.05 * random.nextGaussian()))
                        .toArray(),
                sizes);
    }

    private static double[] sizes(int clusters, Random random) {
        return IntStream.range(0, clusters)
                .mapToDouble(k -> 1 + random.nextInt(8))
                .toArray();
    }

    private static double meanBySize() {
        double changes = IntStream.rangeClosed(1, 8)
                .mapToDouble(size -> size * Math.pow(size / 8., 3) / 2)
                .sum();
        return changes / IntStream.rangeClosed(1, 8).sum();
    }

    private static double meanOf(ToDoubleFunction<Random> shape) {
        Random random = new Random(1);
        return IntStream.range(0, 4_000_000)
                .mapToDouble(i -> clipped(shape.applyAsDouble(random)))
                .average()
                .orElseThrow();
    }

    private static double clipped(double change) {
        return Math.max(-1, Math.min(1, change));
    }

    private static Resamples resamples(int clusters) {
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(clusters);
        char[][] draws = new char[RESAMPLES][clusters];
        for (char[] draw : draws) {
            for (int k = 0; k < clusters; k++) {
                draw[k] = (char) random.nextInt(clusters);
            }
        }
        return new Resamples(draws);
    }
}
