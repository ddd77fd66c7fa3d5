package io.github.fairnessgate.runtime;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Nucleus sampling (Holtzman et al. 2020, section 3.1) from one distribution after the other: the smallest set of most
 * likely tokens whose mass reaches {@code topP}, renormalized, is sampled by inverting its cumulative distribution in
 * the order of token ids. The set is the one that transformers' {@code TopPLogitsWarper} keeps; of equally likely tokens
 * at its border those with the higher ids stay, which is its choice when its sort is stable (torch's default is not).
 *
 * <p>The border is found without sorting the vocabulary: the bits of positive floats are ordered as the floats are,
 * so it is found digit by digit, from histograms of mass. Sums are in double precision. Not for concurrent use.
 */
final class NucleusSampler {

    /** A probability's 32 bits are three digits, of 14, 9 and 9 bits; this is where the first two begin. */
    private static final int HIGH = 18;
    private static final int MIDDLE = 9;
    private static final int LOWER_DIGIT = (1 << MIDDLE) - 1;
    /** The high digit of 1; above it are larger numbers, infinity, NaN, and all negative ones. */
    private static final int HIGHEST = Float.floatToRawIntBits(1f) >>> HIGH;
    private static final int NOT_A_PROBABILITY = HIGHEST + 1;
    /** Tokens whose mass is added up before any of them is looked at. */
    private static final int BLOCK = 512;

    private final double topP;
    private final float[] probabilities;
    /** Bits of the probabilities that may be the border. */
    private final int[] candidates;
    private final double[] mass = new double[NOT_A_PROBABILITY + 1];

    /** The tokens of at least this probability are the nucleus, but for those of none. */
    private float border;
    private double nucleusMass;

    /** @param topP in (0, 1] */
    NucleusSampler(int vocabulary, double topP) {
        this.topP = topP;
        this.probabilities = new float[vocabulary];
        this.candidates = new int[vocabulary];
    }

    /**
     * Takes the next distribution: {@code vocabulary} numbers from index {@code start} of a buffer, which is left as it is.
     *
     * @return whether they are probabilities: false if any is negative, far above 1 or NaN, or all are 0
     */
    boolean read(FloatBuffer buffer, int start) {
        buffer.get(start, probabilities);
        fillByHighDigit();
        double total = massAbove(-1);
        if (mass[NOT_A_PROBABILITY] != 0 || total == 0) {
            return false;
        }
        if (topP < 1) {
            findBorder(topP * total);
        } else {
            border = 0;
            nucleusMass = total;
        }
        return true;
    }

    /** The token at {@code uniform} in [0, 1) of the nucleus's mass. */
    int draw(double uniform) {
        double target = uniform * nucleusMass;
        double before = 0;
        for (int start = 0; start < probabilities.length; start += BLOCK) {
            int end = Math.min(start + BLOCK, probabilities.length);
            double after = before + massOf(start, end);
            if (after > target) {
                return find(target - before, start, end);
            }
            before = after;
        }
        return find(Double.MAX_VALUE, 0, probabilities.length); // rounding kept the sum just below the target
    }

    /** Of the nucleus's tokens from {@code start} to before {@code end}. Without a branch, and four sums, which a processor adds to side by side. */
    private double massOf(int start, int end) {
        int below = Float.floatToRawIntBits(border) - 1;
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int token = start;
        for (; token < end - 3; token += 4) {
            first += ifAbove(below, probabilities[token]);
            second += ifAbove(below, probabilities[token + 1]);
            third += ifAbove(below, probabilities[token + 2]);
            fourth += ifAbove(below, probabilities[token + 3]);
        }
        for (; token < end; token++) {
            first += ifAbove(below, probabilities[token]);
        }
        return first + second + (third + fourth);
    }

    /** The probability if its bits are above a number, else 0. */
    private static float ifAbove(int below, float probability) {
        int bits = Float.floatToRawIntBits(probability);
        return Float.intBitsToFloat(bits & below - bits >> Integer.SIZE - 1);
    }

    /** The first token of the nucleus at which the mass from {@code start} exceeds the target; the last one if none does. */
    private int find(double target, int start, int end) {
        double sum = 0;
        int last = start;
        for (int token = start; token < end; token++) {
            float probability = probabilities[token];
            if (probability >= border && probability > 0) {
                last = token;
                sum += probability;
                if (sum > target) {
                    return token;
                }
            }
        }
        return last;
    }

    private void fillByHighDigit() {
        Arrays.fill(mass, 0);
        for (float probability : probabilities) {
            mass[Math.min(Float.floatToRawIntBits(probability) >>> HIGH, NOT_A_PROBABILITY)] += probability;
        }
    }

    /** Finds one digit of the border's bits after the other. */
    private void findBorder(double target) {
        int high = crossing(target);
        double above = massAbove(high);
        int count = collect(high);

        fillByDigit(count, MIDDLE);
        int middle = crossing(target - above);
        above += massAbove(middle);
        count = keep(count, high << MIDDLE | middle);

        fillByDigit(count, 0);
        int low = crossing(target - above);
        above += massAbove(low);

        border = Float.intBitsToFloat(high << HIGH | middle << MIDDLE | low);
        int atBorder = (int) Math.round(mass[low] / border);
        int inside = (int) Math.min(atBorder, Math.max(1, Math.ceil((target - above) / border)));
        nucleusMass = above + (double) inside * border;
        leaveOut(atBorder - inside);
    }

    /** Takes the first {@code count} tokens of the border's probability out of the nucleus. */
    private void leaveOut(int count) {
        int left = count;
        for (int token = 0; left > 0; token++) {
            if (probabilities[token] == border) {
                probabilities[token] = 0;
                left--;
            }
        }
    }

    /** The highest bin at which the mass from the top reaches the target; the lowest with any mass if rounding keeps it from that. */
    private int crossing(double target) {
        double sum = 0;
        int lowest = 0;
        for (int bin = HIGHEST; bin >= 0; bin--) {
            if (mass[bin] > 0) {
                sum += mass[bin];
                lowest = bin;
                if (sum >= target) {
                    return bin;
                }
            }
        }
        return lowest;
    }

    private double massAbove(int bin) {
        double sum = 0;
        for (int higher = HIGHEST; higher > bin; higher--) {
            sum += mass[higher];
        }
        return sum;
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
        Arrays.fill(mass, 0);
        for (int i = 0; i < count; i++) {
            mass[candidates[i] >>> shift & LOWER_DIGIT] += Float.intBitsToFloat(candidates[i]);
        }
    }
}
