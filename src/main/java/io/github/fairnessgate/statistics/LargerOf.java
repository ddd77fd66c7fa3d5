package io.github.fairnessgate.statistics;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is known about the larger of two numbers. It is below a bound just if both are, so that the larger upper bound
 * is one of the larger number at the same level (intersection-union). It is above a bound if either is; lower bound and
 * test are those of the number with the larger estimate, which assumes that it is clear which one that is wherever
 * something depends on it.
 */
public record LargerOf(Inference one, Inference other) implements Inference {

    /** The number with the larger estimate. */
    public Inference larger() {
        return other.estimate() > one.estimate() ? other : one;
    }

    @Override
    public double estimate() {
        return larger().estimate();
    }

    @Override
    public double low() {
        return larger().low();
    }

    @Override
    public double high() {
        return Math.max(one.high(), other.high());
    }

    @Override
    public double pAbove(double hypothesis) {
        return larger().pAbove(hypothesis);
    }

    @Override
    public double pBelow(double hypothesis) {
        return Math.max(one.pBelow(hypothesis), other.pBelow(hypothesis));
    }

    @Override
    public String method() {
        return Widest.method(List.of(larger(), larger() == one ? other : one), Inference::method);
    }

    @Override
    public Optional<SecondOpinion> secondOpinion() {
        Inference smaller = larger() == one ? other : one;
        return larger().secondOpinion()
                .map(opinion -> new SecondOpinion(
                        opinion.low(),
                        smaller.secondOpinion()
                                .map(lesser -> Math.max(opinion.high(), lesser.high()))
                                .orElse(opinion.high()),
                        opinion.method()));
    }

    @Override
    public OptionalDouble signFlip() {
        return larger().signFlip();
    }

    @Override
    public Optional<McNemar> mcNemar() {
        return larger().mcNemar();
    }
}
