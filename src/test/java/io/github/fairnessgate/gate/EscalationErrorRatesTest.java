package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.score.ScorerCard;
import io.github.fairnessgate.statistics.ClusterBootstrap;
import io.github.fairnessgate.statistics.Resamples;
import io.github.fairnessgate.statistics.Spending;
import io.github.fairnessgate.yaml.Location;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often a gate that looks again errs, over 2,000 simulated pairs of models each; {@code docs/statistics.md} prints
 * these rates.
 */
@Tag("simulation")
class EscalationErrorRatesTest {

    private static final int PAIRS = 2000;
    private static final double ALPHA = 0.05;
    private static final int PROMPTS = 60;
    private static final int[] CONTINUATIONS = {5, 15, 25};
    private static final double MARGIN = 0.05;
    private static final Map<String, Item> MADE = new HashMap<>();

    /** Looks that have nothing in common: what is drawn later says the most against what was seen before. */
    @ParameterizedTest
    @CsvSource({"pocock, 3", "obrien-fleming, 2"})
    void looksWithNothingInCommonErrNoMoreThanOne(String spending, int looks) {
        Metric metric =
                new Metric("mine.harm/one@00000001", "mine", Metric.Estimator.SHARE, Metric.Direction.LOWER_IS_BETTER);
        Random random = new Random(11);
        int failed = 0;
        int passed = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            failed += verdict(metric, spending, looks, "0.1", 0, random) == Verdict.FAIL ? 1 : 0;
            passed += verdict(metric, spending, looks, "6", 0.06, random) == Verdict.PASS ? 1 : 0;
        }
        assertThat(failed / (double) PAIRS).as("unchanged, but FAIL").isLessThanOrEqualTo(ALPHA);
        assertThat(passed / (double) PAIRS).as("worse by the margin, but PASS").isLessThanOrEqualTo(ALPHA + 0.01);
    }

    /**
     * As many continuations as RealToxicityPrompts draws, whose scores come from skewed distributions that differ from
     * prompt to prompt.
     */
    @ParameterizedTest
    @CsvSource({"mean, 0.1", "maximum, 0", "maximum, 0.1"})
    void continuationsOfTheSamePromptsErrNoMoreThanOneLook(String statistic, double betweenPrompts) {
        ToDoubleFunction<double[]> outcome = statistic.equals("mean")
                ? scores -> Arrays.stream(scores).average().orElseThrow()
                : EscalationErrorRatesTest::expectedMaximumOfFive;
        Random random = new Random(17);
        char[][] draws = draws(random);
        Rates spent = new Rates();
        Escalation plan = new Escalation(new Location("t.yaml", 1, ""), Spending.POCOCK, CONTINUATIONS.length, 25);
        for (int pair = 0; pair < PAIRS; pair++) {
            spent.count(changes(random, outcome, betweenPrompts), look -> plan.level(ALPHA, look), draws);
        }
        assertThat(spent.failed()).as("unchanged, but FAIL").isLessThanOrEqualTo(ALPHA);
        assertThat(spent.passed()).as("worse by the margin, but PASS").isLessThanOrEqualTo(ALPHA + 0.01);
    }

    /** Why levels are spent: three looks at the whole error rate each. */
    @Test
    void looksThatSpendNothingErrTwiceAsOften() {
        Random random = new Random(17);
        char[][] draws = draws(random);
        Rates unspent = new Rates();
        for (int pair = 0; pair < PAIRS; pair++) {
            unspent.count(changes(random, EscalationErrorRatesTest::expectedMaximumOfFive, 0), look -> ALPHA, draws);
        }
        assertThat(unspent.failed()).isBetween(0.08, 0.13);
        assertThat(unspent.passed()).isBetween(0.08, 0.13);
    }

    /** What the further looks are for: an unchanged model that the first look leaves open passes at a later one. */
    @Test
    void mostUnchangedModelsThatTheFirstLookLeavesOpenPassLater() {
        Random random = new Random(17);
        char[][] draws = draws(random);
        Rates spent = new Rates();
        Escalation plan = new Escalation(new Location("t.yaml", 1, ""), Spending.POCOCK, CONTINUATIONS.length, 25);
        for (int pair = 0; pair < PAIRS; pair++) {
            spent.count(
                    changes(random, EscalationErrorRatesTest::expectedMaximumOfFive, 0),
                    look -> plan.level(ALPHA, look),
                    draws);
        }
        assertThat(spent.atFirst / (double) PAIRS).isBetween(0.15, 0.27);
        assertThat(spent.ever / (double) PAIRS).isBetween(0.75, 0.86);
    }

    private interface Level {
        double at(int look);
    }

    /** Verdicts of the gate's rule for a mean over prompts: bounds against 0 and against the margin. */
    private static final class Rates {

        private int wronglyFailed;
        private int wronglyPassed;
        private int atFirst;
        private int ever;

        void count(double[][] changes, Level level, char[][] draws) {
            boolean above = false;
            boolean below = false;
            boolean within = false;
            for (int look = 1; look <= changes.length; look++) {
                ClusterBootstrap bootstrap = ClusterBootstrap.ofRatio(
                        changes[look - 1], ones(), 1, level.at(look), clusters -> new Resamples(draws));
                above |= bootstrap.low() > 0;
                below |= bootstrap.high() < 0;
                within |= bootstrap.high() < MARGIN;
                atFirst += look == 1 && within ? 1 : 0;
            }
            wronglyFailed += above ? 1 : 0;
            wronglyPassed += below ? 1 : 0;
            ever += within ? 1 : 0;
        }

        double failed() {
            return wronglyFailed / (double) PAIRS;
        }

        double passed() {
            return wronglyPassed / (double) PAIRS;
        }
    }

    /** By look and prompt, the change of an outcome whose expectation does not change over all prompts. */
    private static double[][] changes(Random random, ToDoubleFunction<double[]> outcome, double betweenPrompts) {
        double[][] changes = new double[CONTINUATIONS.length][PROMPTS];
        for (int prompt = 0; prompt < PROMPTS; prompt++) {
            double level = 0.2 * random.nextDouble();
            double shift = betweenPrompts * random.nextGaussian();
            double[] before = scores(random, level);
            double[] after = scores(random, level + shift);
            for (int look = 0; look < CONTINUATIONS.length; look++) {
                changes[look][prompt] = outcome.applyAsDouble(Arrays.copyOf(after, CONTINUATIONS[look]))
                        - outcome.applyAsDouble(Arrays.copyOf(before, CONTINUATIONS[look]));
            }
        }
        return changes;
    }

    private static double[] scores(Random random, double level) {
        double[] scores = new double[CONTINUATIONS[CONTINUATIONS.length - 1]];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = level + 0.8 * Math.pow(random.nextDouble(), 4);
        }
        return scores;
    }

    private static double expectedMaximumOfFive(double[] scores) {
        double[] ascending = scores.clone();
        Arrays.sort(ascending);
        double sum = 0;
        double subsets = 0;
        for (int i = 4; i < ascending.length; i++) {
            double largest = i * (i - 1) * (i - 2) * (i - 3) / 24.;
            sum += largest * ascending[i];
            subsets += largest;
        }
        return sum / subsets;
    }

    private static char[][] draws(Random random) {
        char[][] draws = new char[999][PROMPTS];
        for (char[] draw : draws) {
            for (int k = 0; k < draw.length; k++) {
                draw[k] = (char) random.nextInt(draw.length);
            }
        }
        return draws;
    }

    private static double[] ones() {
        double[] ones = new double[PROMPTS];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** The gate's verdict over shares that grew by {@code change}; 15 % of 100 items disagree. */
    private static Verdict verdict(
            Metric metric, String spending, int looks, String margin, double change, Random random) {
        Thresholds thresholds = ThresholdsReader.read(
                ("version: 1\nonInconclusive: escalate\nescalation: {looks: %d, maximum: 25, spending: %s}\n"
                                + "suites: {mine: {prompts: p.jsonl, continuations: 5}}\nrules:\n  - {metric: %s, "
                                + "maxIncrease: %s}\n")
                        .formatted(looks, spending, metric.id(), margin),
                "t.yaml");
        List<Look> drawn = new ArrayList<>();
        for (int look = 1; look <= looks; look++) {
            drawn.add(look(metric, thresholds.escalation().orElseThrow().continuations(5, look), change, random));
        }
        return Gate.decide(thresholds, Ratchet.NONE, LocalDate.EPOCH, drawn).verdict();
    }

    private static Look look(Metric metric, int continuations, double change, Random random) {
        List<Item> before = new ArrayList<>();
        List<Item> after = new ArrayList<>();
        double increased = (0.15 + change) / 2;
        for (int i = 0; i < 100; i++) {
            double uniform = random.nextDouble();
            double common = random.nextDouble() < 0.2 ? 1 : 0;
            before.add(item(metric, i, uniform < increased ? 0 : uniform < 0.15 ? 1 : common));
            after.add(item(metric, i, uniform < increased ? 1 : uniform < 0.15 ? 0 : common));
        }
        return new Look(evaluation(metric, before, continuations), evaluation(metric, after, continuations));
    }

    private static Item item(Metric metric, int number, double outcome) {
        return MADE.computeIfAbsent(number + " " + outcome, key -> made(metric, number, outcome));
    }

    private static Item made(Metric metric, int number, double outcome) {
        return new Item(
                "item-" + number,
                "item-" + number,
                List.of(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(Map.of(metric.id(), outcome)),
                1);
    }

    private static Evaluation evaluation(Metric metric, List<Item> items, int continuations) {
        Judging judging = new Judging(
                List.of(new Judging.Scorer("one@00000001", new ScorerCard("one", "0".repeat(64), "", "toxic", ""), 0)),
                items.size(),
                0,
                (long) items.size() * continuations);
        return new Evaluation(
                List.of(metric),
                List.of(),
                Map.of("mine", items),
                new Provenance(
                        "digest",
                        "source",
                        "cpu",
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new TreeMap<>(Map.of("mine", judging))));
    }
}
