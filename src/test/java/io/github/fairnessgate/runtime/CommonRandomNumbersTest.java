package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommonRandomNumbersTest {

    private static final int CELLS = 20;

    @Test
    void uniformsAreTheDocumentedFunctionOfSeedPromptSampleStepAndToken() {
        for (JsonNode known : GenerationFixture.part("uniforms")) {
            CommonRandomNumbers numbers = new CommonRandomNumbers(
                    known.get("seed").asLong(), known.get("prompt").asText());
            long key =
                    numbers.key(known.get("sample").asInt(), known.get("step").asInt());
            assertThat(CommonRandomNumbers.uniform(key, known.get("token").asInt()))
                    .isEqualTo(known.get("uniform").asDouble());
        }
    }

    @Test
    void everySeedPromptSampleStepAndTokenHasItsOwnNumber() {
        Set<Double> seen = new HashSet<>();
        for (long seed : new long[] {0, 1, 1L << 32}) {
            for (String prompt : new String[] {"a", "b"}) {
                CommonRandomNumbers numbers = new CommonRandomNumbers(seed, prompt);
                for (int sample = 0; sample < 25; sample++) {
                    for (int step = 0; step < 20; step++) {
                        for (int token = 0; token < 10; token++) {
                            seen.add(CommonRandomNumbers.uniform(numbers.key(sample, step), token));
                        }
                    }
                }
            }
        }
        assertThat(seen).hasSize(3 * 2 * 25 * 20 * 10);
    }

    @Test
    void numbersOfOneTokenFillTheUnitIntervalEvenly() {
        CommonRandomNumbers numbers = new CommonRandomNumbers(7, "prompt");
        for (int token : new int[] {0, 1, 255, 50_256}) {
            int[] counts = new int[CELLS];
            for (int sample = 0; sample < 100; sample++) {
                for (int step = 0; step < 1000; step++) {
                    counts[cell(CommonRandomNumbers.uniform(numbers.key(sample, step), token))]++;
                }
            }
            assertEven(counts);
        }
    }

    @Test
    void numbersOfOneStepFillTheUnitIntervalEvenly() {
        CommonRandomNumbers numbers = new CommonRandomNumbers(7, "prompt");
        for (int step = 0; step < 5; step++) {
            int[] counts = new int[CELLS];
            for (int token = 0; token < 50_257; token++) {
                counts[cell(CommonRandomNumbers.uniform(numbers.key(0, step), token))]++;
            }
            assertEven(counts);
        }
    }

    /** Of two tokens of a step, and of one token in two steps, two samples: all pairs of cells are equally likely. */
    @Test
    void numbersThatLieSideBySideAreIndependent() {
        CommonRandomNumbers numbers = new CommonRandomNumbers(7, "prompt");
        int[] tokens = new int[CELLS * CELLS];
        int[] steps = new int[CELLS * CELLS];
        int[] samples = new int[CELLS * CELLS];
        for (int sample = 0; sample < 200; sample++) {
            for (int step = 0; step < 200; step++) {
                long key = numbers.key(2 * sample, 2 * step);
                for (int token = 0; token < 10; token += 2) {
                    int first = CELLS * cell(CommonRandomNumbers.uniform(key, token));
                    tokens[first + cell(CommonRandomNumbers.uniform(key, token + 1))]++;
                    steps[first + cell(CommonRandomNumbers.uniform(numbers.key(2 * sample, 2 * step + 1), token))]++;
                    samples[first + cell(CommonRandomNumbers.uniform(numbers.key(2 * sample + 1, 2 * step), token))]++;
                }
            }
        }
        assertEven(tokens);
        assertEven(steps);
        assertEven(samples);
    }

    private static int cell(double uniform) {
        return (int) (uniform * CELLS);
    }

    private static void assertEven(int[] counts) {
        double[] equal = new double[counts.length];
        Arrays.fill(equal, 1d / counts.length);
        assertThat(ChiSquare.pValue(counts, equal)).isBetween(0.001, 0.999);
    }
}
