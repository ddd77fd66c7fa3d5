package io.github.fairnessgate.statistics;

/** The change from a model to itself: none, in its logarithm 0. */
public record SameModel() implements Inference {

    @Override
    public double estimate() {
        return 0;
    }

    @Override
    public double low() {
        return 0;
    }

    @Override
    public double high() {
        return 0;
    }

    @Override
    public double pAbove(double hypothesis) {
        return hypothesis >= 0 ? 1 : 0;
    }

    @Override
    public double pBelow(double hypothesis) {
        return hypothesis <= 0 ? 1 : 0;
    }

    @Override
    public String method() {
        return "equal likelihoods of every text";
    }
}
