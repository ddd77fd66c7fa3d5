package io.github.fairnessgate.statistics;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A change over clusters. Interval and estimate are the bootstrap's. The test that nothing changed takes the larger of
 * the p-values of the bootstrap and of the sign-flip test: the first makes it agree with the interval, the second keeps
 * its level with few clusters.
 *
 * @param bootstrap of the change, with the bounds of rare changes where they are heard
 * @param ofSignFlips one-sided p-value of the sign-flip test against an increase
 */
public record PairedClusterChange(Inference bootstrap, double ofSignFlips) implements Inference {

    @Override
    public double estimate() {
        return bootstrap.estimate();
    }

    @Override
    public double low() {
        return bootstrap.low();
    }

    @Override
    public double high() {
        return bootstrap.high();
    }

    /** {@inheritDoc} Only the hypothesis of no change, 0, has a sign-flip test. */
    @Override
    public double pAbove(double hypothesis) {
        return hypothesis == 0 ? Math.max(bootstrap.pAbove(0), ofSignFlips) : bootstrap.pAbove(hypothesis);
    }

    @Override
    public double pBelow(double hypothesis) {
        return bootstrap.pBelow(hypothesis);
    }

    @Override
    public Optional<SecondOpinion> secondOpinion() {
        return bootstrap.secondOpinion();
    }

    @Override
    public OptionalDouble signFlip() {
        return OptionalDouble.of(ofSignFlips);
    }

    @Override
    public String method() {
        return bootstrap.method() + ", sign-flip test";
    }
}
