package io.github.fairnessgate.gate;

import java.util.Random;
import java.util.function.ToDoubleFunction;

/** Shapes of the changes of prompts, between -1 and 1, most of them skewed so that a few prompts carry the sum. */
enum Shape {
    /** Median 0.05, deviation 1 of the logarithm, at most 1. */
    LOGNORMAL(random -> logNormal(0.05, 1, random)),
    /** Median 0.02, deviation 2 of the logarithm, at most 1. */
    VERY_SKEWED(random -> logNormal(0.02, 2, random)),
    /** 2 % change by 0.9, the others not at all. */
    RARE_AND_LARGE(random -> random.nextDouble() < 0.02 ? 0.9 : 0),
    /** 5 % change by 0.5, the others by normal noise of 0.02. */
    RARE_IN_NOISE(random -> random.nextDouble() < 0.05 ? 0.5 : 0.02 * random.nextGaussian()),
    /** Tenths around 0.02. */
    TIED(random -> Math.round(10 * (0.02 + 0.1 * random.nextGaussian())) / 10.),
    /** One in five collapses entirely. */
    COLLAPSED(random -> random.nextDouble() < 0.2 ? 1 : 0),
    /** 0.03 and normal noise of 0.1. */
    NORMAL(random -> 0.03 + 0.1 * random.nextGaussian()),
    /** Uniform over the range. */
    WIDE(random -> 2 * random.nextDouble() - 1),
    /** 10 % change by 0.8, 5 % by as much the other way, the others by normal noise of 0.02. */
    EITHER_WAY(random -> {
        double uniform = random.nextDouble();
        return uniform < 0.1 ? 0.8 : uniform < 0.15 ? -0.8 : 0.02 * random.nextGaussian();
    });

    /** Of clusters whose size goes with their change. */
    static final double MEAN_BY_SIZE = meanBySize();

    private static final int DRAWS = 4_000_000;

    private final ToDoubleFunction<Random> draw;
    private double mean = Double.NaN;

    Shape(ToDoubleFunction<Random> draw) {
        this.draw = draw;
    }

    double draw(Random random) {
        return Math.max(-1, Math.min(1, draw.applyAsDouble(random)));
    }

    /** Of so many draws that its error does not matter. */
    double mean() {
        if (Double.isNaN(mean)) {
            Random random = new Random(7);
            double sum = 0;
            for (int i = 0; i < DRAWS; i++) {
                sum += draw(random);
            }
            mean = sum / DRAWS;
        }
        return mean;
    }

    /**
     * The mean change of a cluster of 1 to 8 items: the third power of its size, up to 0.5, and normal noise of 0.05.
     */
    static double ofSize(double size, Random random) {
        return Math.max(-1, Math.min(1, Math.pow(size / 8, 3) / 2 + 0.05 * random.nextGaussian()));
    }

    private static double meanBySize() {
        double changes = 0;
        double items = 0;
        for (int size = 1; size <= 8; size++) {
            changes += size * Math.pow(size / 8., 3) / 2;
            items += size;
        }
        return changes / items;
    }

    private static double logNormal(double median, double deviation, Random random) {
        return median * Math.exp(deviation * random.nextGaussian());
    }
}
