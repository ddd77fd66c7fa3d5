package io.github.fairnessgate.statistics;

import java.util.Optional;
import java.util.OptionalDouble;

/** An inference about a logarithm, told of the number itself: bounds and tests carry over, as exp is increasing. */
public record ExponentialInference(Inference logarithm) implements Inference {

    @Override
    public double estimate() {
        return Math.exp(logarithm.estimate());
    }

    @Override
    public double low() {
        return Math.exp(logarithm.low());
    }

    @Override
    public double high() {
        return Math.exp(logarithm.high());
    }

    @Override
    public double pAbove(double hypothesis) {
        return logarithm.pAbove(Math.log(hypothesis));
    }

    @Override
    public double pBelow(double hypothesis) {
        return logarithm.pBelow(Math.log(hypothesis));
    }

    @Override
    public String method() {
        return logarithm.method();
    }

    @Override
    public Optional<SecondOpinion> secondOpinion() {
        return logarithm
                .secondOpinion()
                .map(other -> new SecondOpinion(Math.exp(other.low()), Math.exp(other.high()), other.method()));
    }

    @Override
    public OptionalDouble signFlip() {
        return logarithm.signFlip();
    }
}
