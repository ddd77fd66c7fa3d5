package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RemediesTest {

    @Test
    void everyRuleThatDidNotPassHasAdvice() {
        Report report = SampleReports.report("fail", 700, Optional.empty());
        assertThat(Remedies.of(report))
                .extracting(Remedies.Advice::problem)
                .containsExactly("Fairness got worse", "The data do not settle it");
        assertThat(Remedies.of(report).stream()
                        .flatMap(advice -> advice.results().stream())
                        .toList())
                .containsExactlyInAnyOrderElementsOf(report.gate().results().stream()
                        .filter(result ->
                                !List.of(Outcome.PASSED, Outcome.REPORTED).contains(Outcome.of(report.gate(), result)))
                        .toList());
    }

    @Test
    void whatHelpsDependsOnHowTheCandidateWasMade() {
        assertThat(texts(report("role: fairness", List.of("head-pruning", "weight-pruning", "distillation"))))
                .contains("lower sparsity", "fewer heads", "fasp", "Distil longer", "mvn fairness:baseline")
                .doesNotContain("int8");
        assertThat(texts(report("role: fairness", List.of("quantization"))))
                .contains("int8", "a stage of distillation")
                .doesNotContain("sparsity", "fasp");
    }

    @Test
    void aWorseLanguageModelCannotBeAccepted() {
        assertThat(texts(report("role: capability", List.of())))
                .contains("Compress less", "cannot be accepted by an exception")
                .doesNotContain("mvn fairness:baseline");
    }

    @Test
    void thereIsNothingToDoAboutAPass() {
        Evaluation same = SampleReports.evaluation(600, 0.1, "same");
        assertThat(Remedies.of(report("role: fairness", List.of(), same, same))).isEmpty();
    }

    private static String texts(Report report) {
        return Remedies.of(report).stream()
                .flatMap(advice -> advice.remedies().stream())
                .map(Remedies.Remedy::text)
                .toList()
                .toString();
    }

    private static Report report(String role, List<String> methods) {
        return report(
                role,
                methods,
                SampleReports.evaluation(600, 0.1, "before"),
                SampleReports.evaluation(700, 0.1, "after"));
    }

    private static Report report(String role, List<String> methods, Evaluation baseline, Evaluation candidate) {
        Thresholds thresholds = ThresholdsReader.read(
                "version: 1\nrules:\n  - {metric: pairs.preference/sum-bos, maxIncrease: 3, " + role + "}\n", "t.yaml");
        return new Report(
                "1.0",
                "t.yaml",
                Optional.empty(),
                baseline,
                candidate,
                Gate.decide(thresholds, baseline, candidate),
                methods.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new CompressionSummary("mine", methods, List.of(), List.of())));
    }
}
