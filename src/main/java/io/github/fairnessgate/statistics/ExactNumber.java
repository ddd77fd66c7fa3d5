package io.github.fairnessgate.statistics;

/** A number that is counted and not estimated. */
public record ExactNumber(double estimate) implements Inference {

    @Override
    public double low() {
        return estimate;
    }

    @Override
    public double high() {
        return estimate;
    }

    @Override
    public double pAbove(double hypothesis) {
        return estimate > hypothesis ? 0 : 1;
    }

    @Override
    public double pBelow(double hypothesis) {
        return estimate < hypothesis ? 0 : 1;
    }

    @Override
    public String method() {
        return "counted";
    }
}
