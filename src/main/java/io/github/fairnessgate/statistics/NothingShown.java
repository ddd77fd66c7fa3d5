package io.github.fairnessgate.statistics;

/** A number of which the data show nothing but an estimate: it could be any. */
public record NothingShown(double estimate) implements Inference {

    @Override
    public double low() {
        return Double.NEGATIVE_INFINITY;
    }

    @Override
    public double high() {
        return Double.POSITIVE_INFINITY;
    }

    @Override
    public double pAbove(double hypothesis) {
        return 1;
    }

    @Override
    public double pBelow(double hypothesis) {
        return 1;
    }

    @Override
    public String method() {
        return "no bound: equal numbers without a range";
    }
}
