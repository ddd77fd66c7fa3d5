package io.github.fairnessgate.gate;

import static io.github.fairnessgate.gate.EvaluationBuilder.MARGIN;
import static io.github.fairnessgate.gate.EvaluationBuilder.PERPLEXITY;
import static io.github.fairnessgate.gate.EvaluationBuilder.PREFERENCE;
import static io.github.fairnessgate.gate.EvaluationBuilder.SENSE;
import static io.github.fairnessgate.gate.EvaluationBuilder.TERM_PREFERENCE;
import static io.github.fairnessgate.gate.EvaluationBuilder.TOXIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.Interval;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;

class GatePropertiesTest {

    private record Sample(Metric metric, List<Pair> pairs) {

        Evaluation before() {
            return evaluation(pairs, true);
        }

        Evaluation after() {
            return evaluation(pairs, false);
        }

        Evaluation evaluation(List<Pair> ordered, boolean before) {
            EvaluationBuilder builder = new EvaluationBuilder();
            for (Pair pair : ordered) {
                builder.item(
                        metric,
                        "i" + pair.id(),
                        "c" + pair.id() % 12,
                        outcome(before ? pair.before() : pair.after()),
                        10);
            }
            return builder.build();
        }

        private double outcome(int level) {
            return switch (metric.estimator()) {
                case SHARE -> level / 2;
                case PERPLEXITY -> 30 + 1.7 * level;
                default -> level / 3.0;
            };
        }

        GateResult decide(double margin) {
            return decide(margin, before(), after());
        }

        GateResult decide(double margin, Evaluation before, Evaluation after) {
            String limit = switch (metric.direction()) {
                case HIGHER_IS_BETTER -> "maxDecrease: " + margin;
                default -> metric.equals(PERPLEXITY) ? "maxRatio: " + (1 + margin / 100) : "maxIncrease: " + margin;
            };
            return Gate.decide(ThresholdsReader.read("""
                    version: 1
                    alpha: 0.05
                    rules:
                      - {metric: %s, %s, role: fairness}
                    """.formatted(metric.id(), limit), "t.yaml"), before, after);
        }
    }

    /** Outcome levels from 0 to 3. */
    private record Pair(int id, int before, int after) {}

    @Provide
    Arbitrary<Sample> samples() {
        Arbitrary<int[]> levels = Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 3))
                .as((before, after) -> new int[] {before, after});
        return Combinators.combine(
                        Arbitraries.of(PREFERENCE, TOXIC, SENSE, PERPLEXITY, TERM_PREFERENCE, MARGIN),
                        levels.list().ofMinSize(1).ofMaxSize(150))
                .as((metric, outcomes) -> {
                    List<Pair> pairs = new ArrayList<>();
                    for (int[] outcome : outcomes) {
                        pairs.add(new Pair(pairs.size(), outcome[0], outcome[1]));
                    }
                    return new Sample(metric, pairs);
                });
    }

    @Property(tries = 100)
    void theOrderOfTheItemsChangesNothing(@ForAll("samples") Sample sample, @ForAll long shuffle) {
        List<Pair> left = new ArrayList<>(sample.pairs());
        List<Pair> right = new ArrayList<>(sample.pairs());
        Collections.shuffle(left, new Random(shuffle));
        Collections.shuffle(right, new Random(shuffle + 1));

        GateResult shuffled = sample.decide(5, sample.evaluation(left, true), sample.evaluation(right, false));

        assertThat(shuffled.results()).isEqualTo(sample.decide(5).results());
    }

    @Property(tries = 100)
    void aSmallerMarginNeverMakesAVerdictBetter(
            @ForAll("samples") Sample sample,
            @ForAll @DoubleRange(min = 0.01, max = 40) double one,
            @ForAll @DoubleRange(min = 0.01, max = 40) double other) {
        Verdict strict = sample.decide(Math.min(one, other)).verdict();
        Verdict lenient = sample.decide(Math.max(one, other)).verdict();

        if (strict == Verdict.PASS) {
            assertThat(lenient).isEqualTo(Verdict.PASS);
        }
        if (lenient == Verdict.FAIL) {
            assertThat(strict).isEqualTo(Verdict.FAIL);
        }
    }

    @Property(tries = 100)
    void baselineAndCandidateExchangedMirrorTheInterval(@ForAll("samples") Sample sample) {
        Sample exchanged = new Sample(
                TOXIC,
                sample.pairs().stream()
                        .map(pair -> new Pair(pair.id(), pair.after(), pair.before()))
                        .toList());
        Interval interval = change(new Sample(TOXIC, sample.pairs()).decide(5)).interval();
        Interval mirrored = change(exchanged.decide(5)).interval();

        assertThat(mirrored.low()).isCloseTo(-interval.high(), within(1e-10));
        assertThat(mirrored.high()).isCloseTo(-interval.low(), within(1e-10));
    }

    @Property(tries = 100)
    void theIntervalHoldsTheEstimate(@ForAll("samples") Sample sample) {
        sample.decide(5)
                .results()
                .get(0)
                .change()
                .ifPresent(change -> assertThat(change.estimate())
                        .isBetween(
                                change.interval().low() - 1e-9,
                                change.interval().high() + 1e-9));
    }

    @Property(tries = 100)
    void unchangedItemsAddedToBothSidesNeverTurnAPassIntoAFailure(@ForAll("samples") Sample sample) {
        List<Pair> more = new ArrayList<>(sample.pairs());
        for (Pair pair : sample.pairs()) {
            more.add(new Pair(more.size(), pair.before(), pair.before()));
        }

        if (sample.decide(5).verdict() == Verdict.PASS) {
            assertThat(new Sample(sample.metric(), more).decide(5).verdict()).isNotEqualTo(Verdict.FAIL);
        }
    }

    @Property(tries = 100)
    void aVerdictIsAFunctionOfItsInputsAndTheSeed(@ForAll("samples") Sample sample) {
        assertThat(sample.decide(5, sample.before(), sample.after()).results())
                .isEqualTo(sample.decide(5).results());
    }

    @Property(tries = 100)
    void anUnchangedModelNeverFails(@ForAll("samples") Sample sample) {
        assertThat(sample.decide(0.01, sample.before(), sample.before()).verdict())
                .isNotEqualTo(Verdict.FAIL);
    }

    @Property(tries = 100)
    void everyResultCanBeWritten(@ForAll("samples") Sample sample) {
        GateResult result = sample.decide(5);

        assertThat(RuleText.of(result.results().get(0)).line())
                .contains(sample.metric().id(), " -> ");
        assertThat(GateMessages.findings(result).isEmpty()).isEqualTo(result.verdict() == Verdict.PASS);
    }

    private static RuleResult.Change change(GateResult gate) {
        return gate.results().get(0).change().orElseThrow();
    }
}
