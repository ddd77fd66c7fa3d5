package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitHalfReliabilityTest {

    @Test
    void aCorrelationIsSteppedUpToTheWholeLength() {
        assertThat(SplitHalfReliability.steppedUp(0.5)).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(SplitHalfReliability.steppedUp(1)).isEqualTo(1);
        assertThat(SplitHalfReliability.steppedUp(-1)).isEqualTo(-1);
    }

    @Test
    void theCorrelationIsPearsons() {
        assertThat(SplitHalfReliability.correlation(new double[] {1, 2, 3, 5}, new double[] {2, 1, 4, 3}))
                .isCloseTo(0.52915026221, within(1e-9));
        assertThat(SplitHalfReliability.correlation(new double[] {1, 2, 3}, new double[] {4, 4, 4}))
                .isZero();
    }

    @Test
    void scoresWithoutNoiseAreReliableAndPureNoiseIsNot() {
        Random random = new Random(3);
        double[][] noise = new double[60][30];
        IntStream.range(0, 60)
                .forEach(group -> noise[group] = random.doubles(30, -1, 1).toArray());
        StageReport.SplitHalf clean = SplitHalfReliability.of(
                groups -> IntStream.range(0, 30).mapToDouble(item -> item).toArray(), 60, 20, 5);
        StageReport.SplitHalf nothing = SplitHalfReliability.of(groups -> mean(noise, groups, 0), 60, 20, 5);
        StageReport.SplitHalf mixed = SplitHalfReliability.of(groups -> mean(noise, groups, 0.02), 60, 20, 5);
        assertThat(clean.mean()).isCloseTo(1, within(1e-12));
        assertThat(nothing.mean()).isBetween(-0.5, 0.4);
        assertThat(mixed.mean()).isBetween(0.7, 0.999);
        assertThat(nothing.lowest()).isLessThan(nothing.mean());
        assertThat(nothing.highest()).isGreaterThan(nothing.mean());
    }

    private static double[] mean(double[][] noise, List<Integer> groups, double slope) {
        return IntStream.range(0, 30)
                .mapToDouble(item -> slope * item
                        + groups.stream()
                                .mapToDouble(group -> noise[group][item])
                                .average()
                                .orElseThrow())
                .toArray();
    }

    @Test
    void everyGroupIsInExactlyOneHalf() {
        TreeSet<Integer> seen = new TreeSet<>();
        int[] sizes = new int[2];
        SplitHalfReliability.of(
                groups -> {
                    seen.addAll(groups);
                    sizes[groups.size() == 3 ? 0 : 1] += groups.size();
                    return new double[] {1, 2};
                },
                7,
                1,
                5);
        assertThat(seen).containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(sizes).containsExactly(3, 4);
    }
}
