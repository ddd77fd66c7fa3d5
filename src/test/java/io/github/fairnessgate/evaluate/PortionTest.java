package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Portion.Side;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortionTest {

    private record Unit(String id, String cluster) {}

    private static final List<Unit> UNITS = IntStream.range(0, 900)
            .mapToObj(number -> new Unit("unit-" + number, "cluster-" + number / 3))
            .toList();

    private static List<Unit> units(Side side, double confirmation, double share) {
        return new Portion(side, confirmation, share).of(UNITS, Unit::cluster);
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
        assertThat(confirming.size() / 900.0).isBetween(confirmation - 0.08, confirmation + 0.08);
    }

    @Test
    void aSmallerShareIsPartOfALargerOne() {
        List<Unit> quarter = units(Side.SEARCH, 0.5, 0.25);
        List<Unit> half = units(Side.SEARCH, 0.5, 0.5);

        assertThat(half).containsAll(quarter);
        assertThat(units(Side.SEARCH, 0.5, 1)).containsAll(half);
        assertThat(quarter.size() / 900.0).isBetween(0.08, 0.17);
        assertThat(half.size() / 900.0).isBetween(0.2, 0.3);
    }

    @Test
    void otherItemsBesideItMoveNoneToTheOtherSide() {
        List<Unit> some = UNITS.subList(300, 600);

        assertThat(new Portion(Side.CONFIRMATION, 0.5, 1).of(some, Unit::cluster))
                .isEqualTo(units(Side.CONFIRMATION, 0.5, 1).stream()
                        .filter(some::contains)
                        .toList());
    }

    @Test
    void textInWindowsAndByDocumentsWouldBeOnBothSides() {
        SuiteSpec both = new SuiteSpec(
                        "perplexity",
                        List.of("perplexity.token/strided", "perplexity.word/lmeval"),
                        SuiteOptions.NONE,
                        "",
                        Judges.only(ScorerReference.embedded()))
                .withPortion(new Portion(Side.SEARCH, 0.5, 1));

        assertThatThrownBy(() -> Suites.create(both))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("the same text would choose a candidate and judge it");
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
