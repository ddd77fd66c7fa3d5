package io.github.fairnessgate.statistics;

import java.util.Optional;
import java.util.OptionalDouble;

/** What a sample says about one unknown number, in the unit of a metric. */
public interface Inference {

    /** The number's estimate. */
    double estimate();

    /** Its one-sided lower bound at alpha; may be infinite. */
    double low();

    /** Its one-sided upper bound at alpha; may be infinite. */
    double high();

    /** One-sided p-value of the hypothesis that the number is at most {@code hypothesis}: small if it is above. */
    double pAbove(double hypothesis);

    /** One-sided p-value of the hypothesis that the number is at least {@code hypothesis}: small if it is below. */
    double pBelow(double hypothesis);

    /** The method's name for a report; where several are heard, all of them and which one decided either bound. */
    String method();

    /** The interval of another method, which reports show beside this one and which decides nothing. */
    default Optional<SecondOpinion> secondOpinion() {
        return Optional.empty();
    }

    /**
     * Of a change, the one-sided p-value against an increase of the sign-flip test, or of exchanging the models; a part
     * of {@code pAbove(0)}.
     */
    default OptionalDouble signFlip() {
        return OptionalDouble.empty();
    }

    /** McNemar's test of the pairs that changed, where outcomes are yes or no. */
    default Optional<McNemar> mcNemar() {
        return Optional.empty();
    }

    /** What a disparity between groups changes by chance alone. */
    default Optional<ByChance> byChance() {
        return Optional.empty();
    }

    /**
     * An interval with one-sided bounds at alpha each.
     *
     * @param method its name for a report
     */
    record SecondOpinion(double low, double high, String method) {}

    /**
     * The change of a disparity if it is drawn for every cluster which model is called the candidate.
     *
     * @param low the quantile at alpha
     * @param median the median
     * @param high the quantile at 1 - alpha
     * @param pValue one-sided p-value of the permutation test, part of the change's
     */
    record ByChance(double low, double median, double high, double pValue) {}
}
