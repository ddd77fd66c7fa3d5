package io.github.fairnessgate.gate;

/**
 * A statement that a rule is broken, as far as it rests on chance; compared by identity, as two rules
 * may make claims with equal p-values.
 */
final class Claim {

    private final double pValue;

    Claim(double pValue) {
        this.pValue = pValue;
    }

    double pValue() {
        return pValue;
    }
}
