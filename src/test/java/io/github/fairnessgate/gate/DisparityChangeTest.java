package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.evaluate.Disparity;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.DisparityChange.Group;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Estimator;
import io.github.fairnessgate.metric.Metric.Range;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("simulation")
class DisparityChangeTest {

    private static final Metric RANGE = new Metric(
            "b.disparity-range/plain", "b", Estimator.GROUP_RANGE, Metric.Direction.LOWER_IS_BETTER, Range.UNIT);
    private static final Optional<Range> UNIT = Optional.of(Range.UNIT);
    private static final double ALPHA = 0.05;

    @ParameterizedTest
    @EnumSource(names = {"GROUP_RANGE", "GROUP_DEVIATION"})
    void thePermutationTestComesCloseToAllPermutations(Estimator estimator) {
        Group[] groups = {
            new Group(new double[] {.1, .4, .2}, new double[] {.5, .3, .6}, new double[] {1, 1, 1}),
            new Group(new double[] {.2, .1, .3}, new double[] {.1, .2, .1}, new double[] {1, 2, 1}),
            new Group(new double[] {.9, .1}, new double[] {.7, .2}, new double[] {2, 1})
        };
        DisparityChange change = new DisparityChange(estimator, groups, Optional.empty(), ALPHA, 9999, 1);
        int asLarge = 0;
        for (int pattern = 0; pattern < 256; pattern++) {
            asLarge += exchanged(estimator, groups, pattern) >= exchanged(estimator, groups, 0) - 1e-12 ? 1 : 0;
        }

        double exact = asLarge / 256.0;
        assertThat(change.estimate()).isCloseTo(exchanged(estimator, groups, 0), within(1e-12));
        assertThat(change.permutationP()).isCloseTo(exact, within(4 * Math.sqrt(exact * (1 - exact) / 9999) + 1e-4));
    }

    /** Of two groups that lie far apart the range is the difference of their means, whose standard error is known. */
    @Test
    void theIntervalOfTwoGroupsFarApartIsThatOfADifferenceOfMeans() {
        Random random = new Random(3);
        Group low = group(random, 400, 0, 0, 1);
        Group high = group(random, 400, 50, 3, 1);
        DisparityChange change =
                new DisparityChange(Estimator.GROUP_RANGE, new Group[] {low, high}, Optional.empty(), ALPHA, 9999, 1);
        double error = Math.sqrt(squaredError(low) + squaredError(high));

        assertThat(change.high() - change.estimate()).isCloseTo(1.6449 * error, within(0.04 * error));
        assertThat(change.estimate() - change.low()).isCloseTo(1.6449 * error, within(0.04 * error));
    }

    /**
     * Two groups of 30 prompts, of which a share moves by the whole range, in one group up and in the other down: the
     * range grows by twice the share. If that is the bound, alpha is just the chance that no prompt is seen to move.
     */
    @Test
    void groupsOfWhichNothingChangedMayHaveChangedUnseen() {
        double bound = unchanged(Estimator.GROUP_RANGE, UNIT, 30, 30, 30).high();

        assertThat(Math.pow(1 - bound / 2, 2 * 30)).isCloseTo(ALPHA, within(1e-9));
        assertThat(unchanged(Estimator.GROUP_RANGE, UNIT, 30, 40, 50).high())
                .as("larger groups")
                .isLessThan(bound)
                .isGreaterThan(2 * (1 - Math.pow(ALPHA, 1 / 80.)));
        assertThat(unchanged(Estimator.GROUP_RANGE, UNIT, 30, 30, 30).low()).isEqualTo(-bound);
        assertThat(unchanged(Estimator.GROUP_RANGE, UNIT, 30, 30, 30).pAbove(0)).isEqualTo(1);
        assertThat(unchanged(Estimator.GROUP_RANGE, Optional.of(new Range(0, 20)), 30, 30, 30)
                        .high())
                .as("twenty times as far in tokens")
                .isCloseTo(20 * bound, within(1e-9));
        assertThat(unchanged(Estimator.GROUP_RANGE, Optional.empty(), 30, 40, 50)
                        .high())
                .as("of numbers without a range nothing is known")
                .isEqualTo(Double.POSITIVE_INFINITY);
    }

    /** Of three groups, one moves away from the others by the range: each of these by a third, and it by two thirds. */
    @Test
    void theSumOfDeviationsMayHaveChangedUnseenByFourThirdsOfTheRangeOfThreeGroups() {
        double range = unchanged(Estimator.GROUP_RANGE, UNIT, 30, 30, 30).high();

        assertThat(unchanged(Estimator.GROUP_DEVIATION, UNIT, 30, 30, 30).high())
                .isCloseTo(4 / 3. * range, within(1e-9));
        assertThat(unchanged(Estimator.GROUP_DEVIATION, UNIT, 30, 30, 30, 30).high())
                .as("two at either end")
                .isCloseTo(2 * range, within(1e-9));
        assertThat(Disparity.of(Estimator.GROUP_DEVIATION, new double[] {range, 0, 0}))
                .isCloseTo(4 / 3. * range, within(1e-12));
        assertThat(Disparity.of(Estimator.GROUP_DEVIATION, new double[] {range, range, 0, 0}))
                .isCloseTo(2 * range, within(1e-12));
    }

    /**
     * One prompt of another group changed a little: that says nothing about the group in which none did, and little
     * about its own.
     */
    @Test
    void groupsOfWhichFewPromptsChangedMayHaveChangedUnseenToo() {
        double nothing = 2 * clopperPearson(0, 20);

        assertThat(few(Estimator.GROUP_RANGE, 0, 1, 10).high()).isBetween(nothing, nothing + 0.02);
        assertThat(few(Estimator.GROUP_RANGE, 5, 10, 10).high()).isBetween(nothing, nothing + 0.02);
        assertThat(few(Estimator.GROUP_DEVIATION, 0, 1, 4).high())
                .isBetween(4 / 3. * nothing, 4 / 3. * (nothing + 0.02));
    }

    /** Three groups of 10 clusters, of which so many changed by two hundredths. */
    private static DisparityChange few(Estimator estimator, int... changed) {
        Group[] groups = Arrays.stream(changed)
                .mapToObj(count -> {
                    double[] ones = new double[10];
                    Arrays.fill(ones, 1);
                    double[] after = ones.clone();
                    Arrays.fill(after, 0, count, 0.98);
                    return new Group(ones.clone(), after, ones);
                })
                .toArray(Group[]::new);
        return new DisparityChange(estimator, groups, UNIT, ALPHA, 199, 1);
    }

    /** The share of which so few are seen with probability alpha. */
    private static double clopperPearson(int count, int n) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (BinomialDistribution.of(n, middle).cumulativeProbability(count) > ALPHA) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Three groups of ten prompts. In one a prompt changes by a half with probability 0.1, in another a single one
     * does, by a hundredth.
     */
    @Test
    void aModelThatIsWorseByTheMarginInOneGroupOfFewPromptsRarelyPasses() {
        Random random = new Random(23);
        int passed = 0;
        for (int pair = 0; pair < 2000; pair++) {
            double[][] after = new double[3][10];
            after[0][0] = 0.01;
            Arrays.setAll(after[2], k -> random.nextDouble() < 0.1 ? 0.5 : 0);
            double[] ones = new double[10];
            Arrays.fill(ones, 1);
            Group[] groups = Arrays.stream(after)
                    .map(outcomes -> new Group(new double[10], outcomes, ones))
                    .toArray(Group[]::new);
            passed += new DisparityChange(Estimator.GROUP_RANGE, groups, UNIT, ALPHA, 199, pair).high() < 0.05 ? 1 : 0;
        }
        assertThat(passed / 2000.0).isLessThanOrEqualTo(ALPHA + 0.01);
    }

    /**
     * Three groups of prompts. About one the model gets worse by the margin, by rare and large changes; or by half of
     * it while it gets better about another. The table of {@code docs/statistics.md} has 2,000 models a row and more
     * kinds of change.
     */
    @ParameterizedTest
    @CsvSource({"30, 1, 0, false", "30, 1, 0, true", "90, 0.9, 0.02, true"})
    void aModelThatIsWorseByTheMarginAboutOneGroupRarelyPasses(
            int prompts, double size, double noise, boolean opposed) {
        double mean = 0.05;
        Random random = new Random(29);
        int passed = 0;
        int models = 500;
        for (int model = 0; model < models; model++) {
            Group[] groups = IntStream.range(0, 3)
                    .mapToObj(g -> {
                        double sign = g == 0 ? 1 : g == 1 && opposed ? -1 : 0;
                        double[] after = new double[prompts];
                        Arrays.setAll(
                                after,
                                k -> sign
                                        * (random.nextDouble() < mean / size
                                                ? size
                                                : noise * (random.nextDouble() - 0.5)));
                        double[] ones = new double[prompts];
                        Arrays.fill(ones, 1);
                        return new Group(new double[prompts], after, ones);
                    })
                    .toArray(Group[]::new);
            passed += new DisparityChange(Estimator.GROUP_RANGE, groups, UNIT, ALPHA, 99, model)
                                    .pBelow(opposed ? 2 * mean : mean)
                            <= ALPHA
                    ? 1
                    : 0;
        }
        assertThat(passed / (double) models).isLessThanOrEqualTo(ALPHA + 2 * Math.sqrt(ALPHA * (1 - ALPHA) / models));
    }

    private static DisparityChange unchanged(Estimator estimator, Optional<Range> range, int... clusters) {
        Group[] groups = Arrays.stream(clusters)
                .mapToObj(count -> {
                    double[] ones = new double[count];
                    Arrays.fill(ones, 1);
                    return new Group(ones.clone(), ones.clone(), ones);
                })
                .toArray(Group[]::new);
        return new DisparityChange(estimator, groups, range, ALPHA, 199, 1);
    }

    /**
     * All prompts of a group are alike, so that every resample is, and only the last digit of a disparity depends on
     * how it was computed.
     */
    @ParameterizedTest
    @EnumSource(names = {"GROUP_RANGE", "GROUP_DEVIATION"})
    void groupsOfEqualPromptsHaveAnInterval(Estimator estimator) {
        Random random = new Random(4);
        for (int model = 0; model < 300; model++) {
            Group[] groups = IntStream.range(0, 3)
                    .mapToObj(g ->
                            new Group(equal(random.nextInt(100) / 100.), equal(random.nextInt(100) / 100.), equal(1)))
                    .toArray(Group[]::new);
            DisparityChange one = new DisparityChange(estimator, groups, Optional.empty(), ALPHA, 99, model);
            TwoLevelDisparity several =
                    new TwoLevelDisparity(estimator, new Group[][] {groups, groups, groups}, ALPHA, 99, model);

            assertThat(one.low()).isLessThanOrEqualTo(one.high()).isCloseTo(one.estimate(), within(1e-12));
            assertThat(several.low()).isLessThanOrEqualTo(several.high()).isCloseTo(several.estimate(), within(1e-12));
        }
    }

    /** What moved by less than a hundredth of the range is noise, and does not show that groups were seen to change. */
    @Test
    void noiseDoesNotHideThatNoPromptOfAGroupChanged() {
        double[] ones = new double[10];
        Arrays.fill(ones, 1);
        double[] noise = new double[10];
        Arrays.setAll(noise, k -> k % 2 == 0 ? 0.005 : 0);
        Group[] groups = {new Group(new double[10], noise, ones), new Group(new double[10], noise, ones)};

        double nothing = 2 * clopperPearson(0, 20);
        assertThat(new DisparityChange(Estimator.GROUP_RANGE, groups, UNIT, ALPHA, 199, 1).high())
                .isBetween(nothing, nothing + 0.005);
    }

    private static double[] equal(double number) {
        double[] numbers = new double[6];
        Arrays.fill(numbers, number);
        return numbers;
    }

    @Test
    void boundsAndPValuesAgree() {
        Random random = new Random(9);
        DisparityChange change = new DisparityChange(
                Estimator.GROUP_RANGE,
                new Group[] {group(random, 20, 0, 0.3, 1), group(random, 20, 2, 0.1, 1)},
                Optional.empty(),
                ALPHA,
                999,
                1);

        assertThat(change.pAbove(Math.nextDown(change.low()))).isLessThanOrEqualTo(ALPHA);
        assertThat(change.pAbove(Math.nextUp(change.low()))).isGreaterThan(ALPHA);
        assertThat(change.pBelow(Math.nextUp(change.high()))).isLessThanOrEqualTo(ALPHA);
        assertThat(change.byChance(0.05)).isNegative();
        assertThat(change.byChance(0.95)).isPositive();
    }

    /**
     * Four groups of 30 clusters; true means are the same for both models, or one group of the candidate got worse by
     * the margin.
     */
    @ParameterizedTest
    @CsvSource({"0, 0, 0, 0", "0, 0.2, 0.4, 0.6", "0, 0, 0, 1.5"})
    void disparitiesErrAsRarely(double first, double second, double third, double fourth) {
        Random random = new Random(17);
        double[] levels = {first, second, third, fourth};
        double margin = 0.8;
        int failed = 0;
        int passed = 0;
        for (int pair = 0; pair < 2000; pair++) {
            Group[] same = new Group[4];
            Group[] worse = new Group[4];
            for (int g = 0; g < 4; g++) {
                same[g] = group(random, 30, levels[g], 0, 1);
                worse[g] = group(random, 30, levels[g], g == 3 ? margin : 0, 1);
            }
            failed += new DisparityChange(Estimator.GROUP_RANGE, same, Optional.empty(), ALPHA, 199, pair).pAbove(0)
                            <= ALPHA
                    ? 1
                    : 0;
            passed += new DisparityChange(Estimator.GROUP_RANGE, worse, Optional.empty(), ALPHA, 199, pair).high()
                            < margin(levels, margin)
                    ? 1
                    : 0;
        }
        assertThat(failed / 2000.0).isLessThanOrEqualTo(ALPHA + 0.01);
        assertThat(passed / 2000.0).isLessThanOrEqualTo(ALPHA + 0.01);
    }

    @Test
    void aModelThatBecameToxicAboutOneGroupFailsAndAnUnchangedOnePasses() {
        String rule = "{metric: b.disparity-range/plain, slice: race, maxIncrease: 0.05}";
        Evaluation before = prompts(0);
        Evaluation after = prompts(0.2);

        RuleResult worse = decide(rule, before, after);
        RuleResult same = decide(rule, before, before);

        assertThat(worse.verdict()).contains(Verdict.FAIL);
        assertThat(worse.candidate()).isCloseTo(0.2 + worse.baseline(), within(0.05));
        assertThat(worse.change().orElseThrow().byChance().orElseThrow().high()).isLessThan(0.1);
        assertThat(RuleText.of(worse).interval()).contains("by chance");
        assertThat(same.verdict()).contains(Verdict.PASS);
        assertThat(same.change().orElseThrow().interval().high())
                .as("groups of 100")
                .isCloseTo(2 * (1 - Math.pow(ALPHA, 1 / 200.)), within(1e-9));
    }

    @Test
    void groupsOfFewPromptsShowNothing() {
        EvaluationBuilder builder = new EvaluationBuilder();
        for (int i = 0; i < 40; i++) {
            builder.item(RANGE, "p" + i, "p" + i, 0.1, 1, "race", i < 4 ? "race/a" : "race/b");
        }

        RuleResult result = decide(
                "{metric: b.disparity-range/plain, slice: race, maxIncrease: 0.05}", builder.build(), builder.build());

        assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(result.reason()).startsWith("4 independent groups of items are too few");
    }

    @Test
    void rulesThatNameNoGroupsOrACeilingAreExplained() {
        Evaluation model = prompts(0);

        assertThatThrownBy(() -> decide("{metric: b.disparity-range/plain, maxIncrease: 0.05}", model, model))
                .hasMessageStartingWith(
                        "t.yaml:3: b.disparity-range/plain compares the groups of a slice, but item p000 is in 0 "
                                + "groups of \"all\"");
        assertThatThrownBy(() -> decide("{metric: b.disparity-range/plain, slice: race, maximum: 0.05}", model, model))
                .hasMessageStartingWith(
                        "t.yaml:3: maximum does not fit b.disparity-range/plain: with few items, a disparity of groups");
    }

    private static double margin(double[] levels, double margin) {
        double[] worse = levels.clone();
        worse[3] += margin;
        return range(worse) - range(levels);
    }

    private static double range(double[] values) {
        return Arrays.stream(values).max().orElseThrow()
                - Arrays.stream(values).min().orElseThrow();
    }

    private static double exchanged(Estimator estimator, Group[] groups, int pattern) {
        double[] before = new double[groups.length];
        double[] after = new double[groups.length];
        int bit = 0;
        for (int g = 0; g < groups.length; g++) {
            double items = Arrays.stream(groups[g].items()).sum();
            for (int k = 0; k < groups[g].items().length; k++) {
                boolean swap = (pattern >> bit & 1) == 1;
                before[g] += (swap ? groups[g].after()[k] : groups[g].before()[k]) / items;
                after[g] += (swap ? groups[g].before()[k] : groups[g].after()[k]) / items;
                bit++;
            }
        }
        return Disparity.of(estimator, after) - Disparity.of(estimator, before);
    }

    private static double squaredError(Group group) {
        double[] changes = new double[group.items().length];
        Arrays.setAll(changes, k -> group.after()[k] - group.before()[k]);
        double mean = Arrays.stream(changes).average().orElseThrow();
        return Arrays.stream(changes)
                        .map(value -> (value - mean) * (value - mean))
                        .sum()
                / changes.length
                / changes.length;
    }

    private static Group group(Random random, int clusters, double level, double worse, double spread) {
        double[] before = new double[clusters];
        double[] after = new double[clusters];
        double[] items = new double[clusters];
        for (int k = 0; k < clusters; k++) {
            double common = random.nextGaussian();
            before[k] = level + spread * (0.7 * common + 0.7 * random.nextGaussian());
            after[k] = level + worse + spread * (0.7 * common + 0.7 * random.nextGaussian());
            items[k] = 1;
        }
        return new Group(before, after, items);
    }

    private static Evaluation prompts(double worse) {
        Random random = new Random(5);
        EvaluationBuilder builder = new EvaluationBuilder();
        for (int i = 0; i < 300; i++) {
            String group = "race/" + "abc".charAt(i % 3);
            double outcome = 0.2 + 0.1 * random.nextDouble() + (i % 3 == 1 ? worse : 0);
            builder.item(RANGE, "p%03d".formatted(i), "p" + i, outcome, 1, "race", group);
        }
        return builder.build();
    }

    private static RuleResult decide(String rule, Evaluation before, Evaluation after) {
        return Gate.decide(ThresholdsReader.read("version: 1\nrules:\n  - " + rule + "\n", "t.yaml"), before, after)
                .results()
                .get(0);
    }
}
