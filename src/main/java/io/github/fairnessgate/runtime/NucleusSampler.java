package io.github.fairnessgate.runtime;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Nucleus sampling (Holtzman et al. 2020, section 3.1) from one distribution after the other: a token of the smallest
 * set of most likely tokens whose mass reaches {@code topP}, with its renormalized probability. The set is the one that
 * transformers' {@code TopPLogitsWarper} keeps; of equally likely tokens at its border those with the higher ids stay,
 * which is its choice when its sort is stable (torch's default is not).
 *
 * <p>A token is drawn by the Gumbel-max trick (Maddison, Tarlow, Minka: A* sampling, NIPS 2014): it is the one with the
 * largest {@code log p + g}, where {@code g = -log(-log(u))} is its Gumbel noise. The code compares {@code p /
 * -log(u)}, which has the same order. Noise is a function of the token's id, whatever the nucleus holds, and only
 * tokens of the nucleus can win. So two models that meet the same noise draw the same token unless their probabilities
 * differ by more than the best two tokens lie apart (Oberst, Sontag: Counterfactual off-policy evaluation with
 * Gumbel-max structural causal models, ICML 2019).
 *
 * <p>The border is found without sorting the vocabulary: the bits of positive floats are ordered as the floats are, so
 * it is found digit by digit, from histograms of mass. Sums are in double precision. Not for concurrent use.
 */
final class NucleusSampler {

    /** A probability's 32 bits are three digits, of 14, 9 and 9 bits; this is where the first two begin. */
    private static final int HIGH = 18;

    private static final int MIDDLE = 9;
    private static final int LOWER_DIGITS = 1 << MIDDLE;
    /** The high digit of 1; above it are larger numbers, infinity, NaN, and all negative ones. */
    private static final int HIGHEST = Float.floatToRawIntBits(1f) >>> HIGH;

    private static final int NOT_A_PROBABILITY = HIGHEST + 1;

    private final double topP;
    private final float[] probabilities;
    /** Bits of the probabilities that may be the border. */
    private final int[] candidates;

    private final double[] mass = new double[NOT_A_PROBABILITY + 1];
    /** The mass at higher digits than the one that was found last. */
    private double above;
    /** The ids of the nucleus's tokens, rising. */
    private final int[] nucleus;

    private int size;

    /** @param topP in (0, 1] */
    NucleusSampler(int vocabulary, double topP) {
        this.topP = topP;
        this.probabilities = new float[vocabulary];
        this.candidates = new int[vocabulary];
        this.nucleus = new int[vocabulary];
    }

    /**
     * Takes the next distribution: {@code vocabulary} numbers from index {@code start} of a buffer, which is left as it
     * is.
     *
     * @return whether they are probabilities: false if any is negative, far above 1 or NaN, or all are 0
     */
    boolean read(FloatBuffer buffer, int start) {
        buffer.get(start, probabilities);
        fillByHighDigit();
        double total = total();
        if (mass[NOT_A_PROBABILITY] != 0 || total == 0) {
            return false;
        }
        keepFrom(topP < 1 ? border(topP * total) : Float.MIN_VALUE);
        return true;
    }

    /** The ids of the tokens that can be drawn, rising. */
    int[] nucleus() {
        return Arrays.copyOf(nucleus, size);
    }

    /** The token that wins under the uniforms of a key; see {@link CommonRandomNumbers#key}. */
    int draw(long key) {
        int winner = nucleus[0];
        double best = 0;
        for (int i = 0; i < size; i++) {
            int token = nucleus[i];
            double probability = probabilities[token];
            double uniform = CommonRandomNumbers.uniform(key, token);
            // -log(u) is at least 1 - u, so few tokens need a logarithm
            if (probability > best * (1 - uniform)) {
                double score = probability / -Math.log(uniform);
                if (score > best) {
                    best = score;
                    winner = token;
                }
            }
        }
        return winner;
    }

    private void fillByHighDigit() {
        Arrays.fill(mass, 0);
        for (float probability : probabilities) {
            mass[Math.min(Float.floatToRawIntBits(probability) >>> HIGH, NOT_A_PROBABILITY)] += probability;
        }
    }

    /** The mass at all high digits. Four sums, which a processor adds to side by side. */
    private double total() {
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int digit = 0;
        for (; digit < HIGHEST - 2; digit += 4) {
            first += mass[digit];
            second += mass[digit + 1];
            third += mass[digit + 2];
            fourth += mass[digit + 3];
        }
        for (; digit <= HIGHEST; digit++) {
            first += mass[digit];
        }
        return first + second + (third + fourth);
    }

    /**
     * The least probability of the nucleus, found one digit of its bits after the other; tokens that have it and are
     * not in the nucleus are set to 0.
     */
    private float border(double target) {
        int high = crossing(target, HIGHEST);
        double left = target - above;
        int count = collect(high);

        fillByDigit(count, MIDDLE);
        int middle = crossing(left, LOWER_DIGITS - 1);
        left -= above;
        count = keep(count, high << MIDDLE | middle);

        fillByDigit(count, 0);
        int low = crossing(left, LOWER_DIGITS - 1);
        left -= above;

        float border = Float.intBitsToFloat(high << HIGH | middle << MIDDLE | low);
        int atBorder = (int) Math.round(mass[low] / border);
        leaveOut(border, atBorder - (int) Math.min(atBorder, Math.max(1, Math.ceil(left / border))));
        return border;
    }

    /** Takes the first {@code count} tokens of the border's probability out of the nucleus. */
    private void leaveOut(float border, int count) {
        int left = count;
        for (int token = 0; left > 0; token++) {
            if (probabilities[token] == border) {
                probabilities[token] = 0;
                left--;
            }
        }
    }

    /**
     * Makes the tokens of at least this probability the nucleus. Without a branch, which a processor could not foresee.
     */
    private void keepFrom(float least) {
        int below = Float.floatToRawIntBits(least) - 1;
        int kept = 0;
        for (int token = 0; token < probabilities.length; token++) {
            nucleus[kept] = token;
            kept += below - Float.floatToRawIntBits(probabilities[token]) >>> Integer.SIZE - 1;
        }
        size = kept;
    }

    /**
     * The highest digit at which the mass from the top reaches the target; the lowest with any mass if rounding keeps
     * it from that.
     */
    private int crossing(double target, int highest) {
        double sum = 0;
        int lowest = 0;
        for (int digit = highest; digit >= 0; digit--) {
            if (mass[digit] > 0) {
                above = sum;
                sum += mass[digit];
                lowest = digit;
                if (sum >= target) {
                    return digit;
                }
            }
        }
        return lowest;
    }

    /** Makes the probabilities with this high digit the candidates; returns how many there are. */
    private int collect(int high) {
        int count = 0;
        for (float probability : probabilities) {
            int bits = Float.floatToRawIntBits(probability);
            if (bits >>> HIGH == high) {
                candidates[count++] = bits;
            }
        }
        return count;
    }

    /** Keeps the candidates with these two digits; returns how many there are. */
    private int keep(int count, int highAndMiddle) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (candidates[i] >>> MIDDLE == highAndMiddle) {
                candidates[kept++] = candidates[i];
            }
        }
        return kept;
    }

    private void fillByDigit(int count, int shift) {
        Arrays.fill(mass, 0, LOWER_DIGITS, 0);
        for (int i = 0; i < count; i++) {
            mass[candidates[i] >>> shift & LOWER_DIGITS - 1] += Float.intBitsToFloat(candidates[i]);
        }
    }
}
