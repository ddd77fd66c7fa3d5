package io.github.fairnessgate.compress;

import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.QuantizedWeights;
import io.github.fairnessgate.train.GapDerivatives;
import io.github.fairnessgate.yaml.Location;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The linear layers that keep a higher precision because rounding them would move the model's preferences between the
 * sentences of pairs most. With {@code c(p, m)} what the rounding of matrix m adds to the log-odds of pair p, to first
 * order, a matrix is worth the mean of {@code c(p, m)^2} over pairs, divided by its size. Matrices are taken from the
 * most worthy on, as long as they fit the share. (The idea of Al Hakim, Koto and Wicaksono 2026, arXiv 2601.12033, for
 * whole matrices, because a product reads a matrix in one format.)
 */
final class ProtectedMatrices {

    /** Halvings of the pairs that reliability is the mean over. */
    private static final int SPLITS = 20;

    private final Protection protection;
    private final Map<String, Long> sizes;
    private final Map<String, double[]> added;
    private final List<List<Integer>> groups;
    private final StageReport.SplitHalf reliability;
    private final Set<String> names;

    private ProtectedMatrices(
            Protection protection,
            Map<String, Long> sizes,
            Map<String, double[]> added,
            List<List<Integer>> groups,
            long seed) {
        this.protection = protection;
        this.sizes = sizes;
        this.added = added;
        this.groups = groups;
        this.reliability = SplitHalfReliability.of(
                which -> sizes.keySet().stream()
                        .mapToDouble(name -> effect(name, which))
                        .toArray(),
                groups.size(),
                SPLITS,
                seed);
        this.names = chosen();
    }

    /**
     * Finds them.
     *
     * @param rounding what quantization instead of protection adds to the numbers of a matrix, by its name
     * @param location where the stage stands in the recipe
     * @throws io.github.fairnessgate.InvalidInputException if effects cannot be told from noise, or the model cannot
     *     read a sentence
     */
    static ProtectedMatrices choose(
            Protection protection,
            ModelDirectory model,
            Function<String, float[]> rounding,
            Location location,
            StageContext context) {
        PairSentences sentences = PairSentences.of(protection.pairs(), model, location);
        Map<String, Long> sizes = sizes(model.config());
        Map<String, double[]> added = new LinkedHashMap<>();
        sizes.keySet().forEach(name -> added.put(name, new double[sentences.size()]));
        try (GapDerivatives derivatives = GapDerivatives.open(model, sizes.keySet(), rounding, context.device())) {
            for (int pair = 0; pair < sentences.size(); pair++) {
                int number = pair;
                derivatives
                        .of(sentences.more(pair), sentences.less(pair))
                        .forEach((name, value) -> added.get(name)[number] = value);
                context.progress().step("quantization: effects on pairs", pair + 1L, sentences.size());
            }
        }
        ProtectedMatrices matrices =
                new ProtectedMatrices(protection, sizes, added, sentences.groups(), context.seed());
        if (!(matrices.reliability.mean() >= protection.minReliability())) {
            throw SplitHalfReliability.noise(
                    location,
                    "the effect of rounding on preferences",
                    protection.pairs(),
                    matrices.reliability,
                    protection.minReliability(),
                    "leave out protect");
        }
        context.progress().info(matrices.description());
        return matrices;
    }

    /** How many numbers each matrix of a linear layer has, in canonical order. */
    private static Map<String, Long> sizes(Gpt2Config config) {
        Map<String, Long> sizes = new LinkedHashMap<>();
        config.tensorShapes().forEach((name, shape) -> {
            if (QuantizedWeights.isLinear(name)) {
                sizes.put(name, shape[0] * shape[1]);
            }
        });
        return sizes;
    }

    /** @throws io.github.fairnessgate.InvalidInputException if no matrix of such a model fits the share */
    static void requireFit(Protection protection, Gpt2Config config, Location location) {
        Map<String, Long> sizes = sizes(config);
        long all = total(sizes);
        long smallest = sizes.values().stream().min(Comparator.naturalOrder()).orElseThrow();
        if (smallest > protection.of(all)) {
            throw location.problem(String.format(
                    Locale.ROOT,
                    "share is %s, but whole matrices are protected, and the smallest has %.4f of the weights of linear"
                            + " layers; raise it, or leave out protect.",
                    protection.share().toPlainString(),
                    (double) smallest / all));
        }
    }

    private static long total(Map<String, Long> sizes) {
        return sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    private Set<String> chosen() {
        List<String> mostWorthyFirst = sizes.keySet().stream()
                .sorted(Comparator.comparingDouble((String name) -> Math.pow(effect(name), 2) / sizes.get(name))
                        .reversed())
                .toList();
        long left = protection.of(total(sizes));
        Set<String> chosen = new LinkedHashSet<>();
        for (String name : mostWorthyFirst) {
            if (sizes.get(name) <= left) {
                left -= sizes.get(name);
                chosen.add(name);
            }
        }
        return chosen;
    }

    /** Names of the weights that are protected. */
    Set<String> names() {
        return names;
    }

    /** The root of the mean square of what rounding a matrix adds to the gaps of all pairs, nats. */
    private double effect(String name) {
        return effect(name, IntStream.range(0, groups.size()).boxed().toList());
    }

    private double effect(String name, List<Integer> which) {
        return rootMeanSquare(which.stream()
                .flatMap(group -> groups.get(group).stream())
                .mapToDouble(pair -> added.get(name)[pair])
                .toArray());
    }

    /** The same of all matrices but some together: where their additions cancel out, it is less than their sum. */
    private double effectWithout(Set<String> some) {
        double[] sums = new double[groups.stream().mapToInt(List::size).sum()];
        added.forEach((name, values) -> {
            if (!some.contains(name)) {
                for (int pair = 0; pair < sums.length; pair++) {
                    sums[pair] += values[pair];
                }
            }
        });
        return rootMeanSquare(sums);
    }

    private static double rootMeanSquare(double[] values) {
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares / values.length);
    }

    private double share() {
        return (double) names.stream().mapToLong(sizes::get).sum() / total(sizes);
    }

    private String description() {
        return String.format(
                Locale.ROOT,
                "quantization: %d of %d linear layers keep a higher precision (%.1f %% of their weights); log-odds of"
                        + " %s are expected to move by %.3f instead of %.3f nats",
                names.size(),
                sizes.size(),
                100 * share(),
                protection.pairs().name(),
                effectWithout(names),
                effectWithout(Set.of()));
    }

    StageReport.Protected report() {
        List<StageReport.MatrixEffect> matrices = new ArrayList<>();
        sizes.keySet()
                .forEach(name -> matrices.add(new StageReport.MatrixEffect(name, effect(name), names.contains(name))));
        return new StageReport.Protected(
                protection.pairs().name(),
                protection.pairs().digest(),
                protection.pairs().pairs().size(),
                share(),
                reliability,
                effectWithout(Set.of()),
                effectWithout(names),
                matrices);
    }
}
