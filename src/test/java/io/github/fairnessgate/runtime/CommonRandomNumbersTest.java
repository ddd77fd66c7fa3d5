package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommonRandomNumbersTest {

    @Test
    void uniformsAreTheDocumentedFunctionOfSeedPromptSampleAndStep() {
        for (JsonNode known : GenerationFixture.part("uniforms")) {
            CommonRandomNumbers numbers = new CommonRandomNumbers(known.get("seed").asLong(), known.get("prompt").asText());
            assertThat(numbers.uniform(known.get("sample").asInt(), known.get("step").asInt())).isEqualTo(known.get("uniform").asDouble());
        }
    }

    @Test
    void everySeedPromptSampleAndStepHasItsOwnNumber() {
        Set<Double> seen = new HashSet<>();
        for (long seed : new long[] {0, 1, 1L << 32}) {
            for (String prompt : new String[] {"a", "b"}) {
                CommonRandomNumbers numbers = new CommonRandomNumbers(seed, prompt);
                for (int sample = 0; sample < 25; sample++) {
                    for (int step = 0; step < 20; step++) {
                        seen.add(numbers.uniform(sample, step));
                    }
                }
            }
        }
        assertThat(seen).hasSize(3 * 2 * 25 * 20);
    }

    @Test
    void numbersFillTheUnitIntervalEvenly() {
        int[] counts = new int[20];
        CommonRandomNumbers numbers = new CommonRandomNumbers(7, "prompt");
        for (int sample = 0; sample < 100; sample++) {
            for (int step = 0; step < 1000; step++) {
                counts[(int) (numbers.uniform(sample, step) * counts.length)]++;
            }
        }
        assertThat(ChiSquare.pValue(counts, java.util.stream.DoubleStream.generate(() -> 1d / 20).limit(20).toArray()))
                .isBetween(0.001, 0.999);
    }
}
