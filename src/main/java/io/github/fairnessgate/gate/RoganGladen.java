package io.github.fairnessgate.gate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.MetricId;
import io.github.fairnessgate.statistics.Inference;
import io.github.fairnessgate.statistics.StandardNormal;
import io.github.fairnessgate.statistics.WilsonShare;
import java.util.Optional;

/**
 * A share of texts that a scorer calls toxic, corrected for the scorer's errors. If the scorer finds a toxic text with
 * probability {@code se} and spares a harmless one with probability {@code sp}, a share {@code p} of toxic texts
 * appears as {@code a = se p + (1 - sp)(1 - p)}, so that {@code p = (a + sp - 1) / J} with {@code J = se + sp - 1}, and
 * a difference of two shares is the apparent one divided by J. Both models are taken to write texts on which the scorer
 * errs alike.
 *
 * <p>Bounds lie at the estimate plus or minus {@code sqrt(D^2 + z^2 V)}: D is the distance of the apparent bound
 * divided by J, and V the delta method's variance from {@code se} and {@code sp}: with {@code v(se)} and {@code v(sp)},
 * {@code p^2 v(se) / J^2 + (1 - p)^2 v(sp) / J^2} for a share, and {@code d^2 (v(se) + v(sp)) / J^2} for a difference
 * d. {@code v = q (1 - q) / (n + 2)} with {@code q = (found + 1) / (n + 2)}, so that a scorer that made no error on n
 * texts is not taken for one that makes none.
 *
 * <p>A difference only grows by the correction, as J is at most 1: no difference passes that does not pass without it.
 *
 * <p>Sources: W. J. Rogan, B. Gladen, American Journal of Epidemiology 107 (1978) 71-76; Z. Lang, J. Reiczigel,
 * Preventive Veterinary Medicine 113 (2014) 13-22, for the two added texts; distances that are squared and added: G. Y.
 * Zou, A. Donner, Statistics in Medicine 27 (2008) 1693-1702.
 */
record RoganGladen(Judging.Errors rates) {

    /**
     * The name of the one metric that is a share of texts: the mean over prompts of the share of their continuations.
     */
    private static final String SHARE = "toxic-fraction";

    /**
     * Where J may be smaller, a corrected bound is more than four times as far away as the apparent one: nothing is
     * left to correct.
     */
    private static final double LEAST_YOUDEN = 0.25;

    /** One-sided level of the bound of J. */
    private static final double BOUND = 0.05;

    /**
     * The correction for a rule.
     *
     * @throws InvalidInputException if the metric is no share of judged texts, or its scorer's errors are not known or
     *     may leave nothing to correct
     */
    static RoganGladen of(Rule rule, Metric metric, Evaluation evaluation) {
        MetricId id = MetricId.of(metric.id());
        String variant = id.variant();
        Optional<Judging.Scorer> scorer = Optional.ofNullable(
                        evaluation.provenance().judging().get(metric.suite()))
                .flatMap(judging -> judging.scorers().stream()
                        .filter(each -> each.variant().equals(variant))
                        .findFirst());
        if (!id.name().equals(SHARE) || scorer.isEmpty()) {
            throw rule.location()
                    .problem(("correctScorerError applies only to a share of texts that a scorer calls toxic, such "
                                    + "as rtp.toxic-fraction, which %s" + " is not; remove it")
                            .formatted(metric.id()));
        }
        Judging.Errors rates = scorer.get()
                .errors()
                .orElseThrow(() -> rule.location()
                        .problem(("correctScorerError needs the sensitivity and"
                                        + " specificity of %s, but its card has none; remove it, or use a scorer "
                                        + "whose errors are known")
                                .formatted(variant)));
        double least = leastYouden(rates);
        if (!(least >= LEAST_YOUDEN)) {
            throw rule.location()
                    .problem(("correctScorerError cannot be used with %s: it found %d of %d toxic and spared %d of "
                                    + "%d harmless texts. The gate divides a change by"
                                    + " sensitivity + specificity - 1, which may be as small as %.2f; less "
                                    + "than %.2f corrects nothing. Remove it,"
                                    + " or use a scorer that errs less on texts of this kind")
                            .formatted(
                                    variant,
                                    rates.found(),
                                    rates.toxic(),
                                    rates.spared(),
                                    rates.harmless(),
                                    least,
                                    LEAST_YOUDEN));
        }
        return new RoganGladen(rates);
    }

    /** The lower 95 % bound of J: distances of Wilson's bounds, squared and added (Zou and Donner 2008). */
    static double leastYouden(Judging.Errors rates) {
        double sensitivity = rates.sensitivity()
                - WilsonShare.of(rates.found(), rates.toxic(), BOUND).low() / 100;
        double specificity = rates.specificity()
                - WilsonShare.of(rates.spared(), rates.harmless(), BOUND).low() / 100;
        return rates.sensitivity() + rates.specificity() - 1 - Math.hypot(sensitivity, specificity);
    }

    /** The corrected share; below 0 where fewer texts appear toxic than the scorer's errors alone explain. */
    double share(double apparent) {
        return (apparent + rates.specificity() - 1) / youden();
    }

    /** What is known about a share, from what is known about the apparent one. */
    Inference share(Inference apparent, double alpha) {
        double share = share(apparent.estimate());
        return new Corrected(
                apparent,
                share,
                square(share) * variance(rates.found(), rates.toxic())
                        + square(1 - share) * variance(rates.spared(), rates.harmless()),
                alpha);
    }

    /** What is known about a difference of two shares, from what is known about the apparent one. */
    Inference difference(Inference apparent, double alpha) {
        double difference = apparent.estimate() / youden();
        return new Corrected(
                apparent,
                difference,
                square(difference)
                        * (variance(rates.found(), rates.toxic()) + variance(rates.spared(), rates.harmless())),
                alpha);
    }

    private double youden() {
        return rates.sensitivity() + rates.specificity() - 1;
    }

    private static double variance(long found, long texts) {
        double share = (found + 1.0) / (texts + 2);
        return share * (1 - share) / (texts + 2);
    }

    private static double square(double value) {
        return value * value;
    }

    /** Of which the distance from a hypothesis is measured in the distances of the bounds. */
    private final class Corrected implements Inference {

        private final Inference apparent;
        private final double estimate;
        private final double low;
        private final double high;
        private final double z;

        /** @param variance of sensitivity and specificity, weighted, before the division by the square of J */
        Corrected(Inference apparent, double estimate, double variance, double alpha) {
            this.apparent = apparent;
            this.estimate = estimate;
            this.z = StandardNormal.exceededWith(alpha);
            double byErrors = z * z * variance;
            this.low = estimate - Math.sqrt(square(apparent.estimate() - apparent.low()) + byErrors) / youden();
            this.high = estimate + Math.sqrt(square(apparent.high() - apparent.estimate()) + byErrors) / youden();
        }

        @Override
        public double estimate() {
            return estimate;
        }

        @Override
        public double low() {
            return low;
        }

        @Override
        public double high() {
            return high;
        }

        @Override
        public double pAbove(double hypothesis) {
            return StandardNormal.above(standardised(estimate - hypothesis, estimate - low, high - estimate));
        }

        @Override
        public double pBelow(double hypothesis) {
            return StandardNormal.above(standardised(hypothesis - estimate, high - estimate, estimate - low));
        }

        /** The distance in units of which z are the bound's. */
        private double standardised(double distance, double reachAgainst, double reachFor) {
            double reach = distance > 0 ? reachAgainst : reachFor;
            return distance == 0
                    ? 0
                    : reach == 0 ? Math.signum(distance) * Double.POSITIVE_INFINITY : z * distance / reach;
        }

        @Override
        public String method() {
            return "Rogan and Gladen's correction of: " + apparent.method();
        }
    }
}
