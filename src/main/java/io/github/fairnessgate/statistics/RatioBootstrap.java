package io.github.fairnessgate.statistics;

import java.util.Arrays;

/**
 * Studentised bootstrap (bootstrap-t), over clusters, of a ratio of totals, {@code R = sum a_k / sum w_k}, or of its
 * difference from another one, {@code R - R'}, of the same clusters with other numerators and other denominators: as
 * where two models are asked the same and do not answer equally often.
 *
 * <p>Clusters are drawn with replacement, all their numbers together. The standard error is the delta method's,
 * {@code se^2 = K / (K - 1) sum U_k^2} with the influence {@code U_k = (a_k - R w_k) / sum w}, less that on the other
 * ratio. Bounds and p-values follow from {@code t* = (R* - R) / se*} as in {@link ClusterBootstrap}; more than
 * {@value ClusterBootstrap#MOST_CLUSTERS} clusters are put into groups as there.
 *
 * <p>A draw in which a denominator is 0 has no ratio. It counts as being further out than any other draw, on either
 * side, so that it widens the interval and never makes a p-value smaller.
 *
 * <p>Source: A. C. Davison, D. V. Hinkley, Bootstrap Methods and their Application (1997), sections 2.7.2 (the delta
 * method's variance, for a ratio) and 5.2.
 */
public final class RatioBootstrap implements Inference {

    private final Ratio ratio;
    private final Ratio less;
    private final double alpha;
    private final double estimate;
    private final double standardError;
    private final int clusters;
    private final int draws;
    private final double[] studentised;

    /**
     * A ratio of totals.
     *
     * @param sums numerators of the clusters, at least two
     * @param weights their denominators, none below 0 and one above
     */
    public record Ratio(double[] sums, double[] weights) {

        /** Of nothing, which is 0. */
        public static final Ratio NONE = new Ratio(new double[0], new double[0]);

        double value() {
            return sums.length == 0
                    ? 0
                    : Arrays.stream(sums).sum() / Arrays.stream(weights).sum();
        }

        private Ratio grouped() {
            return new Ratio(ClusterBootstrap.grouped(sums), ClusterBootstrap.grouped(weights));
        }

        private double total(double[] numbers, char[] drawn) {
            double total = 0;
            for (char k : drawn) {
                total += numbers[k];
            }
            return total;
        }
    }

    /** @param less subtracted; {@link Ratio#NONE} where the ratio itself is inferred */
    public RatioBootstrap(Ratio ratio, Ratio less, double alpha, ClusterBootstrap.Supply supply) {
        this.ratio = ratio.grouped();
        this.less = less.grouped();
        this.alpha = alpha;
        this.clusters = this.ratio.sums().length;
        Draw sample = draw(Draw.everyCluster(clusters));
        this.estimate = sample.value();
        this.standardError = sample.error();
        Resamples resamples = standardError == 0 ? new Resamples(new char[0][]) : supply.of(clusters);
        this.draws = resamples.count();
        double[] t = new double[draws];
        int defined = 0;
        for (int resample = 0; resample < draws; resample++) {
            Draw draw = draw(resamples.draw(resample));
            if (!Double.isNaN(draw.value())) {
                t[defined] = draw.studentised(sample);
                defined++;
            }
        }
        this.studentised = Arrays.copyOf(t, defined);
        Arrays.sort(studentised);
    }

    private Draw draw(char[] drawn) {
        double weight = ratio.total(ratio.weights(), drawn);
        double value = ratio.total(ratio.sums(), drawn) / weight;
        boolean difference = less.sums().length > 0;
        double otherWeight = difference ? less.total(less.weights(), drawn) : 1;
        double other = difference ? less.total(less.sums(), drawn) / otherWeight : 0;
        if (!(weight > 0 && otherWeight > 0)) {
            return new Draw(Double.NaN, 0);
        }
        double squares = 0;
        for (char k : drawn) {
            double influence = (ratio.sums()[k] - value * ratio.weights()[k]) / weight
                    - (difference ? (less.sums()[k] - other * less.weights()[k]) / otherWeight : 0);
            squares += influence * influence;
        }
        double error = Math.sqrt(squares * clusters / (clusters - 1.0));
        return Draw.of(value - other, error, Math.abs(value) + Math.abs(other));
    }

    /** Whether clusters are all equal. */
    public boolean isConstant() {
        return standardError == 0;
    }

    @Override
    public double estimate() {
        return estimate;
    }

    @Override
    public double low() {
        return standardError == 0
                ? estimate
                : beyond(studentised.length - rank() + undefined(), Double.POSITIVE_INFINITY);
    }

    @Override
    public double high() {
        return standardError == 0 ? estimate : beyond(rank() - 1 - undefined(), Double.NEGATIVE_INFINITY);
    }

    /** The bound that belongs to the t* of this index; to the one without a ratio where there is no such index. */
    private double beyond(int index, double otherwise) {
        return estimate - (index < 0 || index >= studentised.length ? otherwise : studentised[index]) * standardError;
    }

    @Override
    public double pAbove(double hypothesis) {
        return standardError == 0
                ? ClusterBootstrap.pOfIncrease(estimate - hypothesis, 0, studentised, clusters)
                : p(Arrays.stream(studentised)
                        .filter(t -> t >= (estimate - hypothesis) / standardError)
                        .count());
    }

    @Override
    public double pBelow(double hypothesis) {
        return standardError == 0
                ? ClusterBootstrap.pOfDecrease(estimate - hypothesis, 0, studentised, clusters)
                : p(Arrays.stream(studentised)
                        .filter(t -> t <= (estimate - hypothesis) / standardError)
                        .count());
    }

    private double p(long further) {
        return (1.0 + further + undefined()) / (draws + 1.0);
    }

    private int undefined() {
        return draws - studentised.length;
    }

    private int rank() {
        return (int) Math.floor(alpha * (draws + 1) + 1e-9);
    }

    @Override
    public String method() {
        return less.sums().length > 0
                ? "studentised cluster bootstrap of a difference of ratios"
                : "studentised cluster bootstrap of a ratio";
    }
}
