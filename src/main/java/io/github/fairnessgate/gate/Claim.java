package io.github.fairnessgate.gate;

/**
 * A statement that a rule is broken, as far as it rests on chance; compared by identity, as two rules may make claims
 * with equal p-values.
 */
final class Claim {

    private final double pValue;

    private final double share;

    /** @param share of alpha that may be spent on it: 1 unless the claim can be made at several looks */
    Claim(double pValue, double share) {
        this.pValue = pValue;
        this.share = share;
    }

    /**
     * The p-value as one against the whole alpha (weighted Bonferroni over the looks), for adjustment together with
     * other claims.
     */
    double ofWholeAlpha() {
        return Math.min(1, pValue / share);
    }

    double pValue() {
        return pValue;
    }
}
