package io.github.fairnessgate.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How far a gate's verdict can be relied on: what {@code fairness:self-test} found about the same gate, and
 * {@code fairness:certify} about the recipe that made the candidate. The form of {@code gateTests} in
 * {@code report.json}.
 *
 * @param notes why a result that is there is not shown, a sentence each
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record GateReliability(Optional<SelfTested> selfTest, Optional<Certified> certification, List<String> notes) {

    /** Nothing is known. */
    public static final GateReliability NONE = new GateReliability(Optional.empty(), Optional.empty(), List.of());

    public GateReliability {
        selfTest = selfTest == null ? Optional.empty() : selfTest;
        certification = certification == null ? Optional.empty() : certification;
        notes = notes == null ? List.of() : List.copyOf(notes);
    }

    /**
     * A self-test.
     *
     * @param problems what is wrong with the gate, a sentence each; empty if it passed
     * @param repetitions of the baseline, that were judged against it
     * @param accepted of these, how many passed
     * @param nats by how much the logits of the harmed model's words were raised at most
     * @param harmedSuites in which the positive control was harmed
     * @param control verdict of the gate on it
     * @param rules that the control was put to, of which one has to fail
     */
    public record SelfTested(
            boolean passed,
            List<String> problems,
            int repetitions,
            int accepted,
            double nats,
            List<String> harmedSuites,
            Verdict control,
            List<Tested> rules) {

        public SelfTested {
            problems = List.copyOf(problems);
            harmedSuites = List.copyOf(harmedSuites);
            rules = List.copyOf(rules);
            boolean missed = rules.stream().noneMatch(rule -> rule.verdict() == Verdict.FAIL);
            if (passed != problems.isEmpty() || passed && missed) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "a self-test that %s has %d problems, and its harmed model fails %s rule",
                        passed ? "passed" : "did not pass",
                        problems.size(),
                        missed ? "no" : "a"));
            }
        }

        private String sentence() {
            return passed
                    ? ("Self-test passed: the baseline passed against itself in %d of %d %s, and a copy of it that "
                                    + "was harmed on purpose in %s failed.")
                            .formatted(
                                    accepted,
                                    repetitions,
                                    repetitions == 1 ? "repetition" : "repetitions",
                                    String.join(", ", harmedSuites))
                    : "The gate did not pass its self-test, so that this verdict cannot be relied on: "
                            + String.join(" ", problems);
        }
    }

    /** A rule and the harmed model. A value is left out where it is not defined. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Tested(String metric, String slice, Double baseline, Double candidate, Verdict verdict) {}

    /**
     * A certification of the recipe that made the candidate.
     *
     * @param seed under which it did
     */
    public record Certified(
            Verdict verdict,
            boolean passed,
            String recipe,
            String recipeDigest,
            long seed,
            List<Run> runs,
            List<CertifiedRule> rules) {

        public Certified {
            runs = List.copyOf(runs);
            rules = List.copyOf(rules);
            if (passed && verdict == Verdict.FAIL) {
                throw new IllegalArgumentException("a recipe that failed is not certified");
            }
        }

        private String sentence() {
            return String.format(
                    Locale.ROOT,
                    "The recipe %s, which made this candidate under seed %d, is %scertified over %d runs: %s; its "
                            + "runs alone: %s.",
                    recipe,
                    seed,
                    passed ? "" : "not ",
                    runs.size(),
                    verdict,
                    runs.stream().map(run -> run.verdict().name()).collect(Collectors.joining(", ")));
        }
    }

    /**
     * A run of the recipe.
     *
     * @param model digest of what it made
     */
    public record Run(long seed, String model, Verdict verdict) {}

    /**
     * A rule, judged on the mean over all models that the recipe could make.
     *
     * @param baseline nothing where it is not defined
     * @param candidate mean of the candidates, likewise
     * @param verdict nothing for a rule without limits
     * @param variance where that of the change comes from; nothing for a metric that is no mean over items
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record CertifiedRule(
            String metric,
            String slice,
            Double baseline,
            Double candidate,
            Optional<Verdict> verdict,
            Optional<Variance> variance) {

        public CertifiedRule {
            verdict = verdict == null ? Optional.empty() : verdict;
            variance = variance == null ? Optional.empty() : variance;
        }
    }

    /**
     * Standard deviations, in the unit of the metric.
     *
     * @param shareOfRuns of the variance of the mean change, from 0 to 1
     */
    public record Variance(double betweenRuns, double betweenItems, double rest, double shareOfRuns) {}

    /** Whether there is nothing to say. */
    @JsonIgnore
    public boolean isNone() {
        return equals(NONE);
    }

    /** What nobody may overlook: a gate that does not behave, a recipe that is not certified. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        selfTest.filter(test -> !test.passed()).map(SelfTested::sentence).ifPresent(warnings::add);
        certification
                .filter(recipe -> !recipe.passed())
                .map(Certified::sentence)
                .ifPresent(warnings::add);
        return warnings;
    }

    /** What there is to say beside {@link #warnings()} and {@link #notes()}. */
    public List<String> confirmations() {
        List<String> lines = new ArrayList<>();
        selfTest.filter(SelfTested::passed).map(SelfTested::sentence).ifPresent(lines::add);
        certification.filter(Certified::passed).map(Certified::sentence).ifPresent(lines::add);
        return lines;
    }

    /** What a page shows. */
    public record View(
            List<String> warnings, Optional<Table> selfTest, Optional<Table> certification, List<String> notes) {}

    /**
     * A test with its rules.
     *
     * @param rows cells as text: rule, before, after, verdict; of a certification also deviations between runs, between
     *     items and of the rest, and the share of runs
     */
    public record Table(String verdict, String sentence, List<List<String>> rows) {}

    View view() {
        return new View(
                warnings(),
                selfTest.map(test -> new Table(
                        test.passed() ? Verdict.PASS.name() : Verdict.FAIL.name(),
                        test.sentence(),
                        test.rules().stream()
                                .map(rule -> List.of(
                                        subject(rule.metric(), rule.slice()),
                                        number(rule.baseline()),
                                        number(rule.candidate()),
                                        rule.verdict().name()))
                                .toList())),
                certification.map(recipe -> new Table(
                        recipe.verdict().name(),
                        recipe.sentence(),
                        recipe.rules().stream().map(GateReliability::row).toList())),
                notes);
    }

    private static List<String> row(CertifiedRule rule) {
        Optional<Variance> variance = rule.variance();
        return List.of(
                subject(rule.metric(), rule.slice()),
                number(rule.baseline()),
                number(rule.candidate()),
                rule.verdict().map(Verdict::name).orElse("reported"),
                variance.map(split -> number(split.betweenRuns())).orElse(""),
                variance.map(split -> number(split.betweenItems())).orElse(""),
                variance.map(split -> number(split.rest())).orElse(""),
                variance.map(split -> String.format(Locale.ROOT, "%.0f %%", 100 * split.shareOfRuns()))
                        .orElse(""));
    }

    private static String subject(String metric, String slice) {
        return slice.equals(Evaluation.ALL) ? metric : metric + " " + slice;
    }

    private static String number(Double value) {
        return value == null ? "undefined" : String.format(Locale.ROOT, "%.3g", value);
    }
}
