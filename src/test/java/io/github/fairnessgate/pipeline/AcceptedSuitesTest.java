package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.gate.Limit;
import io.github.fairnessgate.gate.Ratchet;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AcceptedSuitesTest {

    private static final String RULES = "version: 1\nrules:\n  - {metric: stereoset.ss/micro, maxIncrease: 3}\n";

    @Test
    void whatOnlyTheFileNamesIsMeasuredOnce() {
        assertThat(AcceptedSuites.metrics(
                        thresholds(RULES),
                        accepted(
                                "stereoset.ss/official",
                                "crows-pairs.stereotype/lmeval-sum-bos",
                                "winobias.preference/ll-sum",
                                "winobias.preference/ll-sum")))
                .containsExactly("crows-pairs.stereotype/lmeval-sum-bos", "winobias.preference/ll-sum");
    }

    @Test
    void withoutAFileNothingIsAdded() {
        assertThat(AcceptedSuites.metrics(thresholds(RULES), Ratchet.NONE)).isEmpty();
    }

    @Test
    void aSuiteWhoseDataTheThresholdsStillNameIsMeasured() {
        assertThat(AcceptedSuites.metrics(
                        thresholds(RULES + "suites:\n  mine:\n    pairs: pairs.jsonl\n"),
                        accepted("mine.stereotype/lmeval-sum-bos")))
                .containsExactly("mine.stereotype/lmeval-sum-bos");
    }

    /** Which variant is measured, the names say; of other suites all metrics are. */
    @Test
    void aPerplexityThatNoRuleNamesIsMeasuredBesideOthersOfItsSuite() {
        String rules = "version: 1\nrules:\n  - {metric: perplexity.word/lmeval, maxRatio: 2, role: capability}\n  - "
                + "{metric: mine.byte/lmeval, maxRatio: 2, role: capability}\n"
                + "suites:\n  mine:\n    texts: [a.txt]\n";
        assertThat(AcceptedSuites.metrics(
                        thresholds(rules),
                        accepted(
                                "perplexity.token/strided-1024-1024",
                                "perplexity.word/lmeval",
                                "mine.token/strided-256-256")))
                .containsExactly("perplexity.token/strided-1024-1024", "mine.token/strided-256-256");
    }

    @Test
    void aSuiteThatIsGoneIsAnErrorAndNotSkipped() {
        assertThatThrownBy(() -> AcceptedSuites.metrics(thresholds(RULES), accepted("mine.stereotype/lmeval-sum-bos")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("baseline.json:7: mine.stereotype/lmeval-sum-bos was accepted before and is still judged, "
                        + "but there is no suite 'mine' to"
                        + " measure it by; say under 'suites' of the thresholds where its data are, or "
                        + "take the value out");
    }

    private static Thresholds thresholds(String text) {
        return ThresholdsReader.read(text, "t.yaml");
    }

    private static Ratchet accepted(String... metrics) {
        return new Ratchet(
                Arrays.stream(metrics)
                        .map(metric -> new Rule(
                                new Location("baseline.json", 7, "values[0]"),
                                metric,
                                "all",
                                Optional.empty(),
                                List.of(new Limit(Limit.Kind.MAX_INCREASE, BigDecimal.ONE)),
                                Rule.Role.FAIRNESS,
                                Rule.Level.ERROR,
                                Rule.Origin.BASELINE))
                        .toList(),
                List.of());
    }
}
