package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.evaluate.Portion.Side;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortionTest {

    private record Unit(String id, String cluster, String stratum) {}

    private static final List<Unit> UNITS = IntStream.range(0, 900)
            .mapToObj(number -> new Unit("unit-" + number, "cluster-" + number / 3, "stratum-" + number / 3 % 10))
            .toList();

    private static List<Unit> units(Side side, double confirmation, double share) {
        return new Portion(side, confirmation, share).of(UNITS, Unit::stratum, Unit::cluster);
    }

    private static Set<String> clusters(List<Unit> units) {
        return units.stream().map(Unit::cluster).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.5, 0.7})
    void theSidesShareNoClusterAndAreAllOfIt(double confirmation) {
        List<Unit> search = units(Side.SEARCH, confirmation, 1);
        List<Unit> confirming = units(Side.CONFIRMATION, confirmation, 1);

        assertThat(search).hasSize(UNITS.size() - confirming.size());
        assertThat(clusters(search)).doesNotContainAnyElementsOf(clusters(confirming));
        assertThat(confirming.size() / 900.0).isBetween(confirmation - 0.05, confirmation + 0.05);
    }

    @Test
    void everyStratumIsDividedAlike() {
        Map<String, Long> confirming = units(Side.CONFIRMATION, 0.5, 1).stream()
                .collect(Collectors.groupingBy(Unit::stratum, TreeMap::new, Collectors.counting()));

        assertThat(confirming)
                .hasSize(10)
                .allSatisfy((stratum, units) -> assertThat(units).isEqualTo(45));
    }

    @Test
    void aSmallerShareIsPartOfALargerOne() {
        List<Unit> quarter = units(Side.SEARCH, 0.5, 0.25);
        List<Unit> half = units(Side.SEARCH, 0.5, 0.5);

        assertThat(half).containsAll(quarter).hasSize(240);
        assertThat(quarter).hasSize(120);
        assertThat(units(Side.SEARCH, 0.5, 1)).containsAll(half);
    }

    @Test
    void strataOfOneClusterAreOnBothSides() {
        List<Unit> alone = IntStream.range(0, 400)
                .mapToObj(number -> new Unit("unit-" + number, "cluster-" + number, "stratum-" + number))
                .toList();

        assertThat(new Portion(Side.SEARCH, 0.5, 1).of(alone, Unit::stratum, Unit::cluster))
                .hasSizeBetween(160, 240);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stereoset", "crows-pairs", "winobias", "winogender", "holistic-bias", "rtp", "bold"})
    void aBundledSuiteIsDividedWithItsClustersWhole(String id) {
        Suite all = suite(id, Optional.empty());
        Suite search = suite(id, Optional.of(new Portion(Side.SEARCH, 0.5, 1)));
        Suite confirming = suite(id, Optional.of(new Portion(Side.CONFIRMATION, 0.5, 1)));

        List<Integer> sizes = new ArrayList<>(sizes(search));
        sizes.addAll(sizes(confirming));
        assertThat(sizes).containsExactlyInAnyOrderElementsOf(sizes(all));
        assertThat(new HashSet<>(List.of(all.dataDigest(), search.dataDigest(), confirming.dataDigest())))
                .hasSize(3);
    }

    /** Of the first metric over all items: if a cluster was divided, it would be two smaller ones. */
    private static List<Integer> sizes(Suite suite) {
        return suite.extents().stream()
                .filter(extent -> extent.slice().equals(Evaluation.ALL))
                .findFirst()
                .orElseThrow()
                .clusterSizes();
    }

    private static Suite suite(String id, Optional<Portion> portion) {
        SuiteOptions options = new SuiteOptions(OptionalInt.of(200), 1, OptionalInt.empty(), Optional.empty());
        SuiteSpec spec = new SuiteSpec(id, List.of(), options, "", Judges.only(ScorerReference.embedded()));
        return Suites.create(portion.map(spec::withPortion).orElse(spec));
    }
}
