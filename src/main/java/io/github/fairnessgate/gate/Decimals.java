package io.github.fairnessgate.gate;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * Writes numbers with a fixed number of decimals, and never onto or across a border on which they are not.
 *
 * @param decimals of every number
 * @param borders numbers with at most as many decimals
 */
record Decimals(int decimals, List<Double> borders) {

    /** Distance from a border below which a number is on it but for rounding errors. */
    private static final double ROUNDING_ERROR = 1e-9;

    /** {@code 46.6}. */
    String plain(double number) {
        return text(number, "", false);
    }

    /** {@code +0.6}; without a sign only if it is 0, so that what rounds to nothing is seen to be something. */
    String signed(double number) {
        return text(number, "", true);
    }

    /** {@code x1.107}. */
    String factor(double number) {
        return text(number, "x", false);
    }

    private String text(double number, String prefix, boolean signed) {
        if (Double.isNaN(number)) {
            return "undefined";
        }
        if (Double.isInfinite(number)) {
            return prefix + (number > 0 ? signed ? "+inf" : "inf" : "-inf");
        }
        BigDecimal rounded = rounded(number);
        for (double border : borders) {
            BigDecimal at = rounded(border);
            boolean beside = Math.abs(number - border) >= ROUNDING_ERROR;
            if (beside && number > border && rounded.compareTo(at) <= 0) {
                return ">" + prefix + sign(border, signed) + at.abs().toPlainString();
            }
            if (beside && number < border && rounded.compareTo(at) >= 0) {
                return "<" + prefix + sign(border, signed) + at.abs().toPlainString();
            }
        }
        return prefix + sign(number, signed) + rounded.abs().toPlainString();
    }

    private static String sign(double number, boolean signed) {
        if (Math.abs(number) < ROUNDING_ERROR) {
            return "";
        }
        return number < 0 ? "-" : signed ? "+" : "";
    }

    private BigDecimal rounded(double number) {
        return BigDecimal.valueOf(number).setScale(decimals, RoundingMode.HALF_EVEN);
    }
}
