package io.github.fairnessgate.score;

import java.util.List;
import java.util.Random;

/**
 * L2-regularized logistic regression on sparse vectors, by dual coordinate descent (Yu, Huang, Lin: Dual coordinate
 * descent methods for logistic regression and maximum entropy models. Machine Learning 85, 2011): minimizes
 *
 * <pre>|w|^2 / 2 + sum over examples of cost * log(1 + exp(-y w.x))</pre>
 *
 * The order of the examples is drawn from a fixed seed, so that the same examples give the same weights to the last
 * bit.
 */
final class LogisticRegression {

    private static final int MOST_PASSES = 60;
    private static final double TOLERANCE = 1e-3;
    private static final int MOST_NEWTON_STEPS = 50;

    /**
     * @param features indices, each once
     * @param values one per feature
     * @param cost of the example's loss, above 0
     */
    record Example(int[] features, float[] values, boolean positive, double cost) {}

    private LogisticRegression() {}

    /** Weights w, one per feature. */
    static double[] weights(List<Example> examples, int featureCount, long seed) {
        double[] weights = new double[featureCount];
        double[] duals = new double[examples.size()];
        double[] squares = new double[examples.size()];
        int[] order = new int[examples.size()];
        for (int i = 0; i < order.length; i++) {
            Example example = examples.get(i);
            order[i] = i;
            duals[i] = Math.min(1e-3 * example.cost(), 1e-8);
            for (float value : example.values()) {
                squares[i] += (double) value * value;
            }
            add(weights, example, duals[i]);
        }
        Random random = new Random(seed);
        for (int pass = 0; pass < MOST_PASSES; pass++) {
            shuffle(order, random);
            double largestChange = 0;
            for (int i : order) {
                Example example = examples.get(i);
                double next = optimum(duals[i], signed(weights, example), squares[i], example.cost());
                add(weights, example, next - duals[i]);
                largestChange = Math.max(largestChange, Math.abs(next - duals[i]) / example.cost());
                duals[i] = next;
            }
            if (largestChange < TOLERANCE) {
                break;
            }
        }
        return weights;
    }

    /**
     * The dual variable z in (0, cost) with square * (z - now) + margin + ln(z / (cost - z)) = 0, found in u = ln(z /
     * (cost - z)), where the left side rises with a slope of at least 1.
     */
    private static double optimum(double now, double margin, double square, double cost) {
        double u = Math.log(now / (cost - now));
        double low = -margin - square * (cost - now);
        double high = -margin + square * now;
        u = Math.min(Math.max(u, low), high);
        for (int step = 0; step < MOST_NEWTON_STEPS; step++) {
            double share = 1 / (1 + Math.exp(-u));
            double value = square * (cost * share - now) + margin + u;
            if (value > 0) {
                high = u;
            } else {
                low = u;
            }
            double newton = u - value / (square * cost * share * (1 - share) + 1);
            double next = newton > low && newton < high ? newton : (low + high) / 2;
            if (Math.abs(next - u) < 1e-10) {
                break;
            }
            u = next;
        }
        double z = cost / (1 + Math.exp(-u));
        return Math.min(Math.max(z, cost * 1e-12), cost * (1 - 1e-12));
    }

    private static double signed(double[] weights, Example example) {
        double sum = 0;
        for (int i = 0; i < example.features().length; i++) {
            sum += weights[example.features()[i]] * example.values()[i];
        }
        return example.positive() ? sum : -sum;
    }

    private static void add(double[] weights, Example example, double dual) {
        double signed = example.positive() ? dual : -dual;
        for (int i = 0; i < example.features().length; i++) {
            weights[example.features()[i]] += signed * example.values()[i];
        }
    }

    private static void shuffle(int[] order, Random random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
    }
}
