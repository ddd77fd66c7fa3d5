package io.github.fairnessgate.compress;

import java.math.BigDecimal;

/**
 * What a quantization that protects preferences is told.
 *
 * @param pairs whose preferences are to stay as they are
 * @param share of the weights of linear layers that may keep a higher precision, above 0 and below 1
 * @param minReliability below which effects on the pairs count as noise, 0 to 1
 */
record Protection(BiasPairs pairs, BigDecimal share, double minReliability) {

    /** How many of {@code weights} may be protected. */
    long of(long weights) {
        return share.multiply(BigDecimal.valueOf(weights)).longValue();
    }
}
