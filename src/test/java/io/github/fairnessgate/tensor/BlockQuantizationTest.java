package io.github.fairnessgate.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockQuantizationTest {

    /** One output, one block; smallest -1, largest 2, so with 4 bits the scale is 3 / 15 and 0 is number 5. */
    @Test
    void numbersAreThoseOfTheFormula() {
        float[] weights = new float[16];
        float[] some = {-1, 2, 0, 0.2f, 0.31f, -0.09f, 1.9f};
        System.arraycopy(some, 0, weights, 0, some.length);
        BlockQuantization.Numbers numbers = new BlockQuantization(4, 16, Activations.FLOAT32).quantize(weights, 16, 1);
        assertThat(numbers.scales()).containsExactly(0.2f);
        assertThat(numbers.zeroPoints()).containsExactly(5);
        assertThat(numbers.numbers()).containsExactly(0xf0, 0x65, 0x57, 0x5f, 0x55, 0x55, 0x55, 0x55);
    }

    @Test
    void blocksOfAnOutputStandSideBySideAndTheLastIsFilledUpWithZeros() {
        float[] weights = new float[20 * 2];
        for (int input = 0; input < 20; input++) {
            weights[2 * input] = input < 16 ? 1 : -1;
            weights[2 * input + 1] = 0;
        }
        BlockQuantization quantization = new BlockQuantization(8, 16, Activations.FLOAT32);
        BlockQuantization.Numbers numbers = quantization.quantize(weights, 20, 2);
        assertThat(quantization.numbersShape(20, 2)).containsExactly(2, 2, 16);
        assertThat(numbers.scales()).containsExactly(1 / 255f, 1 / 255f, 1, 1);
        assertThat(numbers.zeroPoints()).containsExactly(0, 255, 0, 0);
        assertThat(numbers.numbers()).startsWith(255, 255).hasSize(64);
        assertThat(numbers.numbers()[16]).isZero();
        assertThat(numbers.numbers()[20]).isEqualTo((byte) 255);
        assertThat(quantization.dequantize(numbers, 20, 2)).containsExactly(weights, within(1e-7f));
    }

    @ParameterizedTest
    @CsvSource({"4,16,1", "4,32,0.02", "4,64,1e-3", "4,128,1e4", "8,16,1", "8,32,0.02", "8,64,1e-30", "8,128,1e30"})
    void noWeightChangesByMoreThanHalfAStepAndZerosStay(int bits, int blockSize, float size) {
        int inputs = 200;
        int outputs = 7;
        Random random = new Random(bits + blockSize);
        float[] weights = new float[inputs * outputs];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextInt(4) == 0 ? 0 : size * (float) (random.nextGaussian() + (i % outputs - 3) * 0.5);
        }
        BlockQuantization quantization = new BlockQuantization(bits, blockSize, Activations.FLOAT32);
        BlockQuantization.Numbers numbers = quantization.quantize(weights, inputs, outputs);
        float[] back = quantization.dequantize(numbers, inputs, outputs);
        double largest = 0;
        for (int i = 0; i < weights.length; i++) {
            float scale = numbers.scales()[i % outputs * quantization.blocks(inputs) + i / outputs / blockSize];
            double steps = Math.abs((double) back[i] - weights[i]) / scale;
            assertThat(steps).isLessThan(0.50002);
            largest = Math.max(largest, steps);
            if (weights[i] == 0) {
                assertThat(back[i]).isZero();
            }
        }
        assertThat(largest).isGreaterThan(0.4);
    }

    @Test
    void aRangeBeyondThatOfFloatDoesNotOverflow() {
        float[] weights = new float[16];
        weights[0] = 2e38f;
        weights[1] = -2e38f;
        BlockQuantization quantization = new BlockQuantization(8, 16, Activations.FLOAT32);
        float[] back = quantization.dequantize(quantization.quantize(weights, 16, 1), 16, 1);
        assertThat(back[0] / 2e38f).isCloseTo(1, within(0.01f));
        assertThat(back[1] / 2e38f).isCloseTo(-1, within(0.01f));
    }

    @Test
    void otherBitsAndBlocksAreProgrammingErrors() {
        assertThatThrownBy(() -> new BlockQuantization(5, 32, Activations.FLOAT32))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlockQuantization(4, 8, Activations.FLOAT32))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlockQuantization(4, 48, Activations.FLOAT32))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
