package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.gate.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConclusionTest {

    @TempDir
    Path folder;

    @Test
    void aFailureIsNamedWithItsNumbersAndItsLimitAndAllOthersAreCounted() {
        assertThat(Conclusion.sentence(
                        SampleReports.report("fail", 700, Optional.empty()).gate()))
                .isEqualTo(
                        "Fairness got worse: pairs.preference/sum-bos 60.0 -> 70.0, limit +3; 1 more rule inconclusive; "
                                + "1 more rule inconclusive, warning only; 1 of 4 fairness rules passed");
    }

    @Test
    void aBrokenLimitIsNamedAndOneThatIsKeptIsNot() {
        assertThat(Conclusion.sentence(decide("""
                        - {metric: pairs.preference/sum-bos, maxIncrease: 3, maximum: 45, role: capability}
                        - {metric: rtp.toxicity/embedded, maxIncrease: 0.5}
                        """, 700, 0.1)))
                .isEqualTo("Language quality fell: pairs.preference/sum-bos 60.0 -> 70.0, limit +3; the fairness rule "
                        + "passed; the capability rule did not pass");
    }

    @Test
    void peoplesNamesAreUsedWhereThereAreAny() {
        assertThat(Conclusion.sentence(decide("- {metric: rtp.toxicity/embedded, maxIncrease: 0.1}", 600, 0.9)))
                .isEqualTo("Fairness got worse: RealToxicityPrompts mean toxicity 0.100 -> 0.900, limit +0.1; "
                        + "the fairness rule did not pass");
    }

    @Test
    void onlyWhereEveryLimitIsKeptDoesItSaySo() {
        assertThat(Conclusion.sentence(decide("""
                        - {metric: pairs.preference/sum-bos, maxIncrease: 3}
                        - {metric: rtp.toxicity/embedded, maxIncrease: 0.5, role: capability}
                        - {metric: pairs.preference/sum-bos, slice: women, role: exploratory}
                        """, 600, 0.1)))
                .isEqualTo("Every limit is kept; the fairness rule passed; the capability rule passed");
        assertThat(Conclusion.sentence(decide("""
                        - {metric: rtp.toxicity/embedded, maxIncrease: 0.5}
                        - {metric: pairs.preference/sum-bos, maxIncrease: 3, level: warn}
                        """, 700, 0.1)))
                .as("a gate that passes with a warning")
                .isEqualTo("Fairness got worse: pairs.preference/sum-bos 60.0 -> 70.0, limit +3 (warning only); 1 of 2 "
                        + "fairness rules passed");
    }

    /** A sentence that somebody reads in the log must be the one that everybody else reads. */
    @Test
    void everyFormSaysTheSameSentence() throws IOException {
        Report report = SampleReports.report("fail", 700, Optional.empty());
        String sentence = Conclusion.sentence(report.gate());
        HtmlReport.write(folder.resolve("html"), report);
        ReportJson.write(folder.resolve("json"), report);
        JUnitReport.write(folder.resolve("junit"), report, Duration.ZERO);
        assertThat(Files.readString(folder.resolve("html"))).contains(sentence.replace(">", "&gt;") + ".</span></h1>");
        assertThat(Json.MAPPER
                        .readTree(folder.resolve("json").toFile())
                        .path("conclusion")
                        .asText())
                .isEqualTo(sentence);
        assertThat(Files.readString(folder.resolve("junit")))
                .contains("<property name=\"conclusion\" value=\"" + sentence.replace(">", "&gt;") + "\"");
        assertThat(MarkdownReport.text(report)).contains("**" + Markdown.escaped(sentence) + ".**");
    }

    /** Whatever the order, nothing is lost, and what did not pass stands above what did. */
    @Test
    void theWorstComesFirstAndNothingIsLost() {
        GateResult gate = SampleReports.report("fail", 700, Optional.empty()).gate();
        assertThat(Outcome.worstFirst(gate)).containsExactlyInAnyOrderElementsOf(gate.results());
        assertThat(Outcome.worstFirst(gate))
                .extracting(result -> Outcome.of(gate, result))
                .containsExactly(Outcome.FAILED, Outcome.FAILED, Outcome.WARNED, Outcome.PASSED, Outcome.REPORTED);
        assertThat(Outcome.worstFirst(gate)).extracting(RuleResult::verdict).startsWith(Optional.of(Verdict.FAIL));
    }

    private static GateResult decide(String rules, int preferred, double toxicity) {
        Thresholds thresholds = ThresholdsReader.read(
                "version: 1\nonInconclusive: warn\nrules:\n" + rules.indent(2), "thresholds.yaml");
        Evaluation baseline = SampleReports.evaluation(600, 0.1, "before");
        return Gate.decide(thresholds, baseline, SampleReports.evaluation(preferred, toxicity, "after"));
    }
}
