package io.github.fairnessgate.statistics;

import java.util.Optional;

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

    /** The interval of another method, which stands beside this one in reports and decides nothing. */
    default Optional<SecondOpinion> secondOpinion() {
        return Optional.empty();
    }

    /**
     * An interval with one-sided bounds at alpha each.
     *
     * @param method its name for a report
     */
    record SecondOpinion(double low, double high, String method) {
    }
}
