package io.github.fairnessgate.sparsity;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A share of the weights that are compared with one another, wherever they stand.
 *
 * @param value above 0 and below 1
 */
public record Share(BigDecimal value) implements Target {

    public Share {
        if (value.signum() <= 0 || value.compareTo(BigDecimal.ONE) >= 0) {
            throw new IllegalArgumentException("a share of " + value);
        }
    }

    /** How many of {@code size} weights that is, halves rounded up. */
    public long of(long size) {
        return value.multiply(BigDecimal.valueOf(size))
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
    }

    /** How many of {@code size} weights that is. */
    public int of(int size) {
        return Math.toIntExact(of((long) size));
    }
}
