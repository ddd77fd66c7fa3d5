package io.github.fairnessgate.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ColumnQuantizationTest {

    @Test
    void numbersAreThoseOfTheFormula() {
        float[] weights = {6.4f, 0, -3.2f, 0, 0.24f, 0};
        ColumnQuantization.Numbers numbers = ColumnQuantization.quantize(weights, 3, 2);
        assertThat(numbers.scales()).containsExactly(0.1f, 1);
        assertThat(numbers.numbers()).containsExactly(64, 0, -32, 0, 2, 0);
        assertThat(ColumnQuantization.dequantize(numbers, 2)).containsExactly(64 * 0.1f, 0, -32 * 0.1f, 0, 2 * 0.1f, 0);
    }

    /** Two products in 16 bits, as x86 processors without VNNI add them. */
    @Test
    void noTwoProductsOverflowSixteenBits() {
        Random random = new Random(1);
        float[] weights = new float[1000];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        ColumnQuantization.Numbers numbers = ColumnQuantization.quantize(weights, 100, 10);
        int largest = 0;
        for (byte number : numbers.numbers()) {
            largest = Math.max(largest, Math.abs(number));
        }
        assertThat(largest).isEqualTo(64);
        assertThat(2 * 255 * largest).isLessThanOrEqualTo(Short.MAX_VALUE);
    }

    @Test
    void noWeightChangesByMoreThanHalfAStep() {
        Random random = new Random(2);
        float[] weights = new float[300 * 5];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian() * (1 + i % 5);
        }
        ColumnQuantization.Numbers numbers = ColumnQuantization.quantize(weights, 300, 5);
        float[] back = ColumnQuantization.dequantize(numbers, 5);
        for (int i = 0; i < weights.length; i++) {
            assertThat(Math.abs(back[i] - weights[i]) / numbers.scales()[i % 5]).isLessThan(0.50002f);
        }
    }
}
