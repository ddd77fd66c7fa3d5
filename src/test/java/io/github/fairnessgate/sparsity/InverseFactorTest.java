package io.github.fairnessgate.sparsity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InverseFactorTest {

    /** Sizes on either side of a panel and of the groups of four rows. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 63, 64, 65, 130, 131, 194})
    void theFactorIsUpperTriangularAndItsProductIsTheInverse(int size) {
        double[] matrix = positiveDefinite(size);
        double[] factor = matrix.clone();
        InverseFactor.replace(factor, size);
        for (int i = 0; i < size; i++) {
            assertThat(factor[i * size + i]).isPositive();
            assertThat(Arrays.copyOfRange(factor, i * size, i * size + i)).containsExactly(new double[i]);
            for (int j = 0; j < size; j++) {
                assertThat(inverseTimes(factor, matrix, size, i, j)).isCloseTo(i == j ? 1 : 0, within(1e-10));
            }
        }
    }

    /** {@code (U^T U H)_ij}. */
    private static double inverseTimes(double[] factor, double[] matrix, int size, int i, int j) {
        double sum = 0;
        for (int row = 0; row <= i; row++) {
            double product = 0;
            for (int k = row; k < size; k++) {
                product += factor[row * size + k] * matrix[k * size + j];
            }
            sum += factor[row * size + i] * product;
        }
        return sum;
    }

    private static double[] positiveDefinite(int size) {
        Random random = new Random(size);
        double[] matrix = new double[size * size];
        for (int vector = 0; vector < size; vector++) {
            double[] x = random.doubles(size, -1, 1).toArray();
            for (int i = 0; i < matrix.length; i++) {
                matrix[i] += x[i / size] * x[i % size];
            }
        }
        for (int i = 0; i < size; i++) {
            matrix[i * size + i] += 0.1;
        }
        return matrix;
    }
}
