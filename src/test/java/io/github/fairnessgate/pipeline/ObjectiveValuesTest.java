package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.search.Objective;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an objective means is known before any model runs. */
class ObjectiveValuesTest {

    private static void require(String metric, Judges judges) {
        Measuring.requireValues(
                List.of(new Objective(metric, "search.yaml:7")),
                Suites.measuring(List.of(metric, "crows-pairs.ss/published"), Map.of(), ".", judges));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "size.bytes",
                "latency.decode",
                "perplexity.token/strided",
                "perplexity.word/lmeval",
                "stereoset.ss/micro",
                "stereoset.icat/official",
                "rtp.toxicity/embedded"
            })
    void whatHasAValueOverAllItemsIsAnObjective(String metric) {
        assertThatCode(() -> require(metric, new Judges(ScorerReference.embedded(), Optional.empty())))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rtp.toxicity|search.yaml:7: the suite rtp has no metric \"rtp.toxicity\"; did you mean \"rtp.toxicity/embedded",
                "stereoset.ss/makro|search.yaml:7: the suite stereoset has no metric \"stereoset.ss/makro\"; did you mean \"stereoset.ss/micro\"",
                "perplexity.token/stridet|search.yaml:7:",
                "sterioset.preference/sum-bos|search.yaml:7: There is no suite 'sterioset'",
                "bold.disparity-range/embedded|search.yaml:7: the objective \"bold.disparity-range/embedded\" compares groups, so it has no value over all items",
            })
    void whatHasNoneIsNamedWithItsLine(String metric, String problem) {
        assertThatThrownBy(() -> require(metric, new Judges(ScorerReference.embedded(), Optional.empty())))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(problem);
    }

    @Test
    void twoScorersOfAKindAreNamedInFull() {
        assertThatThrownBy(() -> require(
                        "rtp.toxicity/embedded",
                        new Judges(
                                ScorerReference.embedded("toxicity"), Optional.of(ScorerReference.embedded("hate")))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageMatching("search.yaml:7: the objective \"rtp.toxicity/embedded\" may be any of "
                        + "rtp.toxicity/embedded@\\w+, rtp.toxicity/embedded@\\w+; write one of them in full");
    }
}
