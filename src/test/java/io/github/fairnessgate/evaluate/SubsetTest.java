package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SubsetTest {

    private record Unit(String id, String stratum) {}

    /** 70 of race, 20 of gender, 10 of religion, mixed. */
    private static final List<Unit> UNITS = IntStream.range(0, 100)
            .mapToObj(i -> new Unit("unit-" + i, i % 10 < 7 ? "race" : i % 10 < 9 ? "gender" : "religion"))
            .toList();

    @Test
    void everyStratumGetsItsShare() {
        assertThat(strata(choose(Subset.of(50, 1)))).isEqualTo(Map.of("race", 35L, "gender", 10L, "religion", 5L));
        assertThat(strata(choose(Subset.of(13, 1)))).isEqualTo(Map.of("race", 9L, "gender", 3L, "religion", 1L));
    }

    @Test
    void everyStratumGetsOneWhileThereAreEnough() {
        assertThat(strata(choose(Subset.of(3, 1)))).isEqualTo(Map.of("race", 1L, "gender", 1L, "religion", 1L));
        assertThat(strata(choose(Subset.of(1, 1)))).isEqualTo(Map.of("race", 1L));
    }

    @Test
    void theOrderIsThatOfTheData() {
        List<Unit> chosen = choose(Subset.of(40, 1));
        assertThat(chosen).hasSize(40).isSortedAccordingTo((a, b) -> UNITS.indexOf(a) - UNITS.indexOf(b));
    }

    @Test
    void theSeedDecidesAndNothingElse() {
        assertThat(choose(Subset.of(40, 1))).isEqualTo(choose(Subset.of(40, 1))).isNotEqualTo(choose(Subset.of(40, 2)));
    }

    @Test
    void aUnitIsAsLikelyAsAnother() {
        long taken = IntStream.range(0, 1000)
                .filter(seed -> choose(Subset.of(10, seed)).contains(UNITS.get(99)))
                .count();
        assertThat(taken)
                .as("times that one of the ten of religion is the one taken, in 1000")
                .isBetween(60L, 140L);
    }

    @Test
    void aLimitBeyondTheDataTakesEverything() {
        assertThat(choose(Subset.of(1000, 1))).isEqualTo(UNITS);
        assertThat(choose(Subset.ALL)).isEqualTo(UNITS);
    }

    @Test
    void aLimitOfNothingIsRefused() {
        for (int limit : new int[] {0, -1}) {
            assertThatThrownBy(() -> Subset.of(limit, 1))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("is " + limit)
                    .hasMessageContaining("at least 1");
        }
    }

    @Test
    void theDigestTellsSubsetsApart() {
        String all = Subset.ALL.digest("data");
        assertThat(List.of(
                        all,
                        Subset.of(5, 1).digest("data"),
                        Subset.of(6, 1).digest("data"),
                        Subset.of(5, 2).digest("data"),
                        Subset.of(5, 1).digest("other")))
                .doesNotHaveDuplicates();
        assertThat(all).isEqualTo("data");
    }

    @Test
    void everySuiteMixesItsSubsetIntoItsDigest() {
        Subset few = Subset.of(10, 1);
        assertThat(new StereoSet(few).dataDigest()).isNotEqualTo(new StereoSet().dataDigest());
        assertThat(new CrowsPairs(few).dataDigest()).isNotEqualTo(new CrowsPairs().dataDigest());
        assertThat(new WinoBias(few).dataDigest()).isNotEqualTo(new WinoBias().dataDigest());
        assertThat(new Winogender(few).dataDigest()).isNotEqualTo(new Winogender().dataDigest());
        assertThat(new HolisticBias(few).dataDigest()).isNotEqualTo(new HolisticBias().dataDigest());
        assertThat(new Perplexity(List.of(), few).dataDigest()).isNotEqualTo(new Perplexity().dataDigest());
    }

    private static List<Unit> choose(Subset subset) {
        return subset.of(UNITS, Unit::id, unit -> List.of(unit.stratum()));
    }

    private static Map<String, Long> strata(List<Unit> units) {
        return units.stream().collect(Collectors.groupingBy(Unit::stratum, Collectors.counting()));
    }
}
