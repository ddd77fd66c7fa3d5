package io.github.fairnessgate.statistics;

import java.util.Arrays;

/**
 * Studentised bootstrap (bootstrap-t), over clusters, of products of means: {@code P = mean(u) mean(v)}, or of a
 * product less another one, {@code P = mean(u) mean(v) - mean(u') mean(v')}, times a unit.
 *
 * <p>Clusters are drawn with replacement, all their numbers together. The standard error is the delta method's,
 * {@code se^2 = sum U_k^2 / (K (K - 1))} with the influence {@code U_k = mean(v) (u_k - mean(u)) + mean(u) (v_k -
 * mean(v))} of a cluster, less that on the other product. Bounds and p-values follow from {@code t* = (P* - P) / se*}
 * as in {@link ClusterBootstrap}.
 *
 * <p>A draw whose clusters leave no error has an infinite {@code t*}. If so many do that a bound is infinite, as where
 * the models differ on very few clusters, the bound of a difference comes from those: it is at most the mean of
 * {@code max(0, u_k - u'_k) + max(0, v_k - v'_k)}, as all numbers lie between 0 and 1, and of these few are above 0
 * (Clopper and Pearson) and none, it is assumed, above the largest seen.
 *
 * <p>Source: A. C. Davison, D. V. Hinkley, Bootstrap Methods and their Application (1997), sections 2.7.2 (the delta
 * method's variance) and 5.2.
 */
public final class ProductBootstrap implements Inference {

    private final double[][] product;
    private final double[][] less;
    private final double unit;
    private final double alpha;
    private final double estimate;
    private final double standardError;
    private final double[] studentised;

    /**
     * Infers {@code P}.
     *
     * @param product u and v, numbers from 0 to 1, one for each cluster, at least two
     * @param less u' and v' of the same clusters; empty for none
     */
    public ProductBootstrap(
            double[][] product, double[][] less, double unit, double alpha, ClusterBootstrap.Supply supply) {
        this.product = product;
        this.less = less;
        this.unit = unit;
        this.alpha = alpha;
        int clusters = product[0].length;
        Draw sample = draw(Draw.everyCluster(clusters));
        this.estimate = sample.value();
        this.standardError = sample.error();
        Resamples resamples = standardError == 0 ? new Resamples(new char[0][]) : supply.of(clusters);
        this.studentised = new double[resamples.count()];
        for (int resample = 0; resample < studentised.length; resample++) {
            studentised[resample] = draw(resamples.draw(resample)).studentised(sample);
        }
        Arrays.sort(studentised);
    }

    private Draw draw(char[] clusters) {
        double u = mean(product[0], clusters);
        double v = mean(product[1], clusters);
        double otherU = less.length == 0 ? 0 : mean(less[0], clusters);
        double otherV = less.length == 0 ? 0 : mean(less[1], clusters);
        double squares = 0;
        for (char k : clusters) {
            double influence = v * (product[0][k] - u) + u * (product[1][k] - v);
            if (less.length > 0) {
                influence -= otherV * (less[0][k] - otherU) + otherU * (less[1][k] - otherV);
            }
            squares += influence * influence;
        }
        double error = Math.sqrt(squares / clusters.length / (clusters.length - 1));
        return Draw.of(u * v - otherU * otherV, error, u * v + otherU * otherV);
    }

    private static double mean(double[] values, char[] clusters) {
        double sum = 0;
        for (char k : clusters) {
            sum += values[k];
        }
        return sum / clusters.length;
    }

    @Override
    public double estimate() {
        return unit * estimate;
    }

    @Override
    public double low() {
        if (standardError == 0) {
            return unit * estimate;
        }
        double bound = estimate - studentised[studentised.length - rank()] * standardError;
        return unit
                * (Double.isInfinite(bound) && less.length > 0
                        ? Math.min(estimate, -sparseBound(less, product))
                        : bound);
    }

    @Override
    public double high() {
        if (standardError == 0) {
            return unit * estimate;
        }
        double bound = estimate - studentised[rank() - 1] * standardError;
        return unit
                * (Double.isInfinite(bound) && less.length > 0
                        ? Math.max(estimate, sparseBound(product, less))
                        : bound);
    }

    private double sparseBound(double[][] larger, double[][] smaller) {
        double[] increases = new double[larger[0].length];
        Arrays.setAll(
                increases, k -> Math.max(0, larger[0][k] - smaller[0][k]) + Math.max(0, larger[1][k] - smaller[1][k]));
        long above = Arrays.stream(increases).filter(value -> value > 0).count();
        double[] changes = new double[increases.length];
        Arrays.setAll(changes, k -> Math.abs(larger[0][k] - smaller[0][k]) + Math.abs(larger[1][k] - smaller[1][k]));
        return Arrays.stream(changes).max().orElseThrow()
                * ClusterBootstrap.clopperPearsonUpper(above, increases.length, alpha);
    }

    @Override
    public double pAbove(double hypothesis) {
        return ClusterBootstrap.pOfIncrease(
                estimate - hypothesis / unit, standardError, studentised, product[0].length);
    }

    @Override
    public double pBelow(double hypothesis) {
        return ClusterBootstrap.pOfDecrease(
                estimate - hypothesis / unit, standardError, studentised, product[0].length);
    }

    private int rank() {
        return (int) Math.floor(alpha * (studentised.length + 1) + 1e-9);
    }

    @Override
    public String method() {
        return "studentised cluster bootstrap of a product";
    }
}
