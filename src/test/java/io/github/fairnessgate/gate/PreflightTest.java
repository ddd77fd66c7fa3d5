package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.ChanceOfTexts;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Extent;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.Suite;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.statistics.Power;
import io.github.fairnessgate.statistics.Totals;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreflightTest {

    @Test
    void smallestMarginsEqualThoseOfStatsmodels() throws IOException {
        try (InputStream stream = PreflightTest.class.getResourceAsStream("/fixtures/gate/power.json")) {
            for (JsonNode row : Json.MAPPER.readTree(stream)) {
                Power power = new Power(
                        row.get("alpha").asDouble(), 1 - row.get("beta").asDouble());
                assertThat(power.smallestMargin(
                                row.get("variance").asDouble(),
                                row.get("n").asInt(),
                                row.get("designEffect").asDouble()))
                        .as(row.toString())
                        .isCloseTo(row.get("margin").asDouble(), within(1e-9));
            }
        }
    }

    /**
     * The figures of the project's plan, with the design effect of clusters; 4.84 points are what one of the four parts
     * of WinoBias, 396 pairs, can show.
     */
    @ParameterizedTest
    @CsvSource({
        "stereoset.ss/micro, all, 2106, 2.35",
        "stereoset.ss/micro, race, 962, 3.48",
        "stereoset.ss/micro, gender, 255, 6.74",
        "stereoset.ss/micro, religion, 79, 12.14",
        "crows-pairs.stereotype/lmeval-sum-bos, all, 1508, 2.48",
        "winobias.preference/sum-bos, all, 1584, 2.43"
    })
    void theBundledDataCanShowWhatTheDocumentationSays(String metric, String slice, int items, double margin) {
        Preflight rule = preflight(
                        "{metric: %s, slice: %s, maxIncrease: 20}\nallowUnderpowered: true".formatted(metric, slice))
                .get(0);

        assertThat(rule.items()).isEqualTo(items);
        assertThat(rule.smallest().orElseThrow()).isCloseTo(margin, within(0.005));
    }

    @Test
    void aPartOfWinoBiasCanShowTwiceAsMuch() {
        assertThat(new Power(0.05, 0.8).smallestMargin(1500, 396, 1)).isCloseTo(4.84, within(0.005));
    }

    @Test
    void aMarginThatTheDataCannotShowIsRefusedWithTheOneThatTheyCan() {
        assertThatThrownBy(() -> preflight("{metric: stereoset.ss/micro, slice: gender, maxIncrease: 3}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("t.yaml:3: maxIncrease 3 for stereoset.ss/micro gender cannot be shown with 255 items: a "
                        + "model that did not change would"
                        + " come out inconclusive; the smallest margin that can be shown is 6.74 (alpha "
                        + "0.05, power 0.8, if the models disagree on"
                        + " 15 % of the items, correlated by 0.01 within groups). Widen the margin, "
                        + "measure more items, give the rule role: exploratory, or set allowUnderpowered: " + "true");
    }

    @Test
    void whatIsPrintedAsTheSmallestMarginIsAccepted() {
        assertThatCode(() -> preflight("{metric: stereoset.ss/micro, slice: gender, maxIncrease: 6.74}"))
                .doesNotThrowAnyException();
    }

    @Test
    void limitsCountAgainstTheData() {
        assertThat(preflight("{metric: crows-pairs.stereotype/lmeval-sum-bos, maxIncrease: 20}\nsuites: "
                                + "{crows-pairs: {limit: 100}}")
                        .get(0)
                        .items())
                .isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{metric: stereoset.ss/micro, slice: gender, maxIncrease: 3}\nallowUnderpowered: true",
                "{metric: stereoset.ss/micro, slice: gender, maxIncrease: 3, level: warn}\n  - {metric: "
                        + "stereoset.ss/micro, maxIncrease: 3}",
                "{metric: stereoset.ss/micro, slice: gender, maxIncrease: 3, role: exploratory}\n  - {metric: "
                        + "stereoset.ss/micro, maxIncrease: 3}"
            })
    void underpoweredRulesCanBeAllowedAndThoseThatDoNotDecideAre(String rules) {
        Preflight rule = preflight(rules).get(0);

        assertThat(rule.underpowered()).isTrue();
        assertThat(rule.cells()).contains("6.74", "maxIncrease 3 (too small)");
    }

    /**
     * Three terms, 79 items: the figure of the bundled data is not enough where a verdict needs five independent
     * groups.
     */
    @Test
    void aRuleThatDecidesAboutTooFewIndependentGroupsIsRefusedWhateverItsMargin() {
        assertThatThrownBy(() -> preflight("{metric: stereoset.ss/micro, slice: religion, maxIncrease: 40}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("t.yaml:3: stereoset.ss/micro religion cannot be judged: 3 independent groups of items "
                        + "show nothing; at least 5 are needed. Whatever the"
                        + " model, the rule would come out inconclusive. Measure more groups, choose a "
                        + "slice that has them, give the rule role: exploratory or level: warn, or set"
                        + " allowUnderpowered: true");
        assertThatThrownBy(() ->
                        preflight("{metric: stereoset.lms/official, slice: religion, minimum: 10, role: capability}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("3 independent groups");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{metric: stereoset.ss/micro, slice: religion, maxIncrease: 40}\nallowUnderpowered: true",
                "{metric: stereoset.ss/micro, slice: religion, maxIncrease: 40, level: warn}\n  - {metric: "
                        + "stereoset.ss/micro, maxIncrease: 3}",
                "{metric: stereoset.ss/micro, slice: religion, maxIncrease: 40, role: exploratory}\n  - {metric: "
                        + "stereoset.ss/micro, maxIncrease: 3}"
            })
    void whereItIsAllowedTheTableSaysThatTheRuleIsInconclusiveByDesign(String rules) {
        assertThat(preflight(rules).get(0).cells())
                .containsExactly(
                        "stereoset.ss/micro religion",
                        "79 in 3",
                        "none",
                        "maxIncrease 40",
                        "inconclusive by design: 3 independent groups of items, fewer than 5 show nothing");
    }

    @Test
    void pairsThatStandAloneNeedNoGroups() {
        assertThat(preflight("{metric: crows-pairs.stereotype/lmeval-sum-bos, maxIncrease: 49}\nsuites: "
                                + "{crows-pairs: {limit: 30}}")
                        .get(0)
                        .tooFew())
                .isEmpty();
    }

    /** The slice has enough prompts, one of its groups has not. */
    @Test
    void everyGroupOfADisparityNeedsEnoughOfThem() {
        Metric disparity = new Metric(
                "bold.disparity-range/embedded",
                "bold",
                Metric.Estimator.GROUP_RANGE,
                Metric.Direction.LOWER_IS_BETTER,
                Metric.Range.UNIT);
        Thresholds thresholds = ThresholdsReader.read(
                "version: 1\nrules:\n  - {metric: bold.disparity-range/embedded, slice: gender, maxIncrease: 0.6}\n",
                "t.yaml");
        assertThatThrownBy(() -> Preflight.of(thresholds, disparity(disparity, 4), Set.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "gender cannot be judged: 4 independent groups of items in gender/actresses show nothing; "
                                + "at least 5 are needed");
        assertThat(Preflight.of(thresholds, disparity(disparity, 5), Set.of())
                        .get(0)
                        .tooFew())
                .isEmpty();
    }

    private static final String DISPARITY =
            "version: 1\nsuites:\n  bold: {slices: [%s], perSlice: %d}\nrules:\n  - {metric: "
                    + "bold.disparity-range/embedded, slice: %s, maxIncrease: 0.1}\n";

    @Test
    void equalGroupsAreWhatADisparityIsLookedAtBy() {
        Preflight rule = preflightOf(DISPARITY
                        .formatted("gender, race", 100, "race")
                        .replace("maxIncrease: 0.1", "maxIncrease: 0.6"))
                .get(0);
        assertThat(rule.items()).isEqualTo(400);
        assertThat(rule.tooFew()).isEmpty();
        assertThat(rule.smallest().orElseThrow()).isBetween(2 * (1 - Math.pow(0.05, 1 / 200.)), 0.5);
    }

    /** The message tells what the gate would say of a model whose texts did not change. */
    @Test
    void aMarginThatGroupsOfTheirSizeCannotShowIsRefused() {
        assertThatThrownBy(() -> preflightOf(DISPARITY
                        .formatted("gender, race", 100, "race")
                        .replace("maxIncrease: 0.1", "maxIncrease: 0.04")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "t.yaml:5: maxIncrease 0.04 for bold.disparity-range/embedded race cannot be shown with "
                                + "400 items: a model that did not change would come out"
                                + " inconclusive; the smallest margin that can be shown is 0.48")
                .hasMessageContaining(
                        "(alpha 0.05, power 0.8, if nothing changes; of 4 groups, the smallest has 38 clusters, "
                                + "the largest cluster 20 items)");
    }

    @Test
    void groupsThatAreTooSmallAreNamedBeforeAnyModelRuns() {
        assertThatThrownBy(() -> preflightOf(DISPARITY.formatted("race", 3, "race")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "t.yaml:5: bold.disparity-range/embedded race cannot be judged: 3 independent groups of "
                                + "items in race/African_Americans, 3 independent groups"
                                + " of items in race/Asian_Americans,");
    }

    @Test
    void aSliceThatWasNotChosenIsRefusedWithTheLineThatChooses() {
        assertThatThrownBy(() -> preflightOf(DISPARITY.formatted("gender", 100, "race")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "t.yaml:5: bold.disparity-range/embedded has no slice \"race\", as line 3 chooses among "
                                + "the slices of bold; known: all, gender, gender/American_actors");
    }

    @Test
    void aSliceWithoutSeveralGroupsHasNoDisparity() {
        assertThatThrownBy(() -> preflightOf(DISPARITY.formatted("race/Asian_Americans", 100, "race")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "compares the groups of a slice, but \"race\" has only one, race/Asian_Americans");
        assertThatThrownBy(() -> preflightOf(DISPARITY.formatted("race", 100, "all")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("compares the groups of a slice, but \"all\" has none");
    }

    private static List<Extent> disparity(Metric metric, int ofOneGroup) {
        return List.of(
                new Extent(metric, "gender", Collections.nCopies(50 + ofOneGroup, 1)),
                new Extent(metric, "gender/actors", Collections.nCopies(50, 1)),
                new Extent(metric, "gender/actresses", Collections.nCopies(ofOneGroup, 1)),
                new Extent(metric, "race/few", Collections.nCopies(2, 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "strict", "paper", "search"})
    void theThresholdsThatShipAskForNothingThatTheDataCannotShow(String name) throws IOException {
        List<Preflight> rules = preflightOf(Files.readString(Path.of("thresholds", name + ".yaml")));

        assertThat(rules)
                .filteredOn(rule -> rule.rule().decides())
                .noneMatch(Preflight::underpowered)
                .noneMatch(rule -> rule.tooFew().isPresent())
                .allMatch(rule -> rule.smallest().isPresent());
    }

    @Test
    void itemsOfOneClusterCountForLess() {
        Metric mean = new Metric("s.m/v", "s", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER);
        Metric share = new Metric("s.p/v", "s", Metric.Estimator.SHARE, Metric.Direction.PARITY);
        Metric byTerm = new Metric("s.t/v", "s", Metric.Estimator.CLUSTER_SHARE, Metric.Direction.PARITY);

        assertThat(ExpectedChange.designEffect(new Extent(mean, "all", Collections.nCopies(50, 1))))
                .isEqualTo(1);
        assertThat(ExpectedChange.designEffect(new Extent(mean, "all", Collections.nCopies(10, 11))))
                .isCloseTo(1.1, within(1e-12));
        assertThat(ExpectedChange.designEffect(new Extent(share, "all", Collections.nCopies(50, 1))))
                .isEqualTo(1);
        assertThat(ExpectedChange.designEffect(new Extent(share, "all", Collections.nCopies(10, 11))))
                .isCloseTo(1.1, within(1e-12));
        assertThat(ExpectedChange.designEffect(new Extent(byTerm, "all", Collections.nCopies(10, 11))))
                .isCloseTo(1.1, within(1e-12));
        assertThat(ExpectedChange.designEffect(new Extent(byTerm, "all", List.of(1, 3))))
                .isCloseTo((1 + 1.02 / 3), within(1e-12));
    }

    @Test
    void anIdealisedScoreCanShowWhatItsTwoScoresLetItShow() {
        Preflight rule = preflight("{metric: stereoset.icat/official, maxDecrease: 5, role: fairness}")
                .get(0);
        // By the delta method: 0.76^2 * 2 * 37^2 * (1 - 0.82) + 1.82^2 * 0.15 * 100^2 = 5253.3 for one item.
        double sizes = rule.items();

        assertThat(rule.items()).isEqualTo(2106);
        assertThat(rule.clusters()).isEqualTo(79);
        assertThat(rule.smallest().orElseThrow())
                .isGreaterThan(2.4865 * Math.sqrt(5253.3 / sizes))
                .isLessThan(5);
        assertThat(rule.cells().get(4))
                .isEqualTo("estimate, if SS 62 and LMS 91 change independently as expected of them");
    }

    @Test
    void whatIsNotKnownIsSaid() {
        Preflight rule = preflight("{metric: holistic-bias.likelihood-bias/neutral-nouns, role: exploratory}\n"
                        + "  - {metric: stereoset.ss/micro, maxIncrease: 3}")
                .get(0);

        assertThat(rule.smallest()).isEmpty();
        assertThat(rule.cells().get(2)).isEqualTo("?");
        assertThat(rule.cells().get(4)).isEqualTo("spread of the outcomes not known");
    }

    @Test
    void underAnEscalationIsShownWhatTheFirstLookCanShow() {
        String rule = "{metric: rtp.emt5/embedded, maxIncrease: 0.05}\nsuites: {rtp: {limit: 100, continuations: 5}}";
        Preflight once = preflight(rule).get(0);
        Preflight first = preflight(
                        rule + "\nonInconclusive: escalate\nescalation: {looks: 3, maximum: 25, spending: pocock}")
                .get(0);

        double variance = 0.03 * 0.03 + 2 * 0.2 / 5;
        assertThat(once.smallest().orElseThrow())
                .isCloseTo(new Power(0.05, 0.8).smallestMargin(variance, 100, 1, 0.01), within(1e-12));
        assertThat(first.smallest().orElseThrow())
                .isCloseTo(
                        new Power(0.05 * Math.log((2 + Math.E) / 3), 0.8).smallestMargin(variance, 100, 1, 0.01),
                        within(1e-12));
        assertThat(first.smallest().orElseThrow() / once.smallest().orElseThrow())
                .isGreaterThan(1.1);
        assertThat(first.assumed()).endsWith("; at the first of 3 looks");
    }

    /** With few continuations a prompt's number is mostly chance: five show about half of what 25 do. */
    @Test
    void fewerContinuationsShowLess() {
        String rule =
                "{metric: rtp.toxicity/embedded, maxIncrease: 0.05}\nsuites: {rtp: {limit: 400, continuations: %d}}";
        Preflight five = preflight(rule.formatted(5)).get(0);
        Preflight many = preflight(rule.formatted(25)).get(0);

        assertThat(five.smallest().orElseThrow())
                .isCloseTo(new Power(0.05, 0.8).smallestMargin(0.0009 + 2 * 0.04 / 5, 400, 1, 1 / 400.), within(1e-12));
        assertThat(many.smallest().orElseThrow())
                .isCloseTo(
                        new Power(0.05, 0.8).smallestMargin(0.0009 + 2 * 0.04 / 25, 400, 1, 1 / 400.), within(1e-12));
        assertThat(five.smallest().orElseThrow() / many.smallest().orElseThrow())
                .isBetween(1.5, 2.);
        assertThat(five.assumed())
                .isEqualTo("estimate, if a prompt's change has the standard deviation 0.13 over 5 continuations");
    }

    /** 400 prompts whose texts score 0 or 1 by the same chance: the margin is what the baseline's own texts vary by. */
    @Test
    void theBaselinesOwnTextsSayHowMuchIsChance() {
        Metric metric = new Metric(
                "rtp.toxicity/one", "rtp", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER, Metric.Range.UNIT);
        Random random = new Random(4);
        List<Item> items = IntStream.range(0, 400)
                .mapToObj(i -> {
                    TreeMap<String, Double> scores = new TreeMap<>(Map.of("truncated", 0.));
                    IntStream.range(0, 10)
                            .forEach(text ->
                                    scores.put("toxicity.0" + text + "/one", random.nextDouble() < 0.3 ? 1. : 0.));
                    double mean = scores.entrySet().stream()
                            .filter(score -> score.getKey().startsWith("toxicity"))
                            .mapToDouble(Map.Entry::getValue)
                            .average()
                            .orElseThrow();
                    return new Item(
                            "p" + i,
                            "p" + i,
                            List.of(),
                            new TreeMap<>(),
                            new TreeMap<>(),
                            scores,
                            new TreeMap<>(Map.of(metric.id(), mean)),
                            1);
                })
                .toList();
        Evaluation baseline = new Evaluation(
                List.of(metric),
                List.of(),
                Map.of("rtp", items),
                new Provenance("d", "s", "cpu", new TreeMap<>(), new TreeMap<>(), new TreeMap<>()));
        Thresholds thresholds = ThresholdsReader.read(
                "version: 1\nrules:\n  - {metric: rtp.toxicity/one, maxIncrease: 0.1}\n", "t.yaml");
        List<Extent> extents = List.of(new Extent(metric, "all", Collections.nCopies(400, 1), 10));
        Preflight assumed = Preflight.of(thresholds, extents, Set.of()).get(0);
        Preflight known = Preflight.of(thresholds, extents, Set.of(), Optional.of(baseline))
                .get(0);

        double binomial = 0.3 * 0.7 / 10;
        assertThat(ChanceOfTexts.variance(baseline, metric, "all").orElseThrow())
                .isCloseTo(binomial, within(0.05 * binomial));
        assertThat(known.smallest().orElseThrow())
                .isGreaterThan(1.5 * assumed.smallest().orElseThrow())
                .isCloseTo(new Power(0.05, 0.8).smallestMargin(0.0009 + 2 * binomial, 400, 1, 1 / 400.), within(0.001));
        assertThat(known.assumed()).endsWith("over 10 continuations, as the baseline's own texts vary");
    }

    /**
     * What the formula says is what the gate does: an unchanged model passes the smallest margin with the power that
     * was asked for.
     */
    @ParameterizedTest
    @CsvSource({"100, 0.05", "600, 0.05", "600, 0.13", "60, 0.3"})
    void anUnchangedModelPassesTheSmallestMarginWithThePowerAskedFor(int prompts, double deviation) {
        Random random = new Random(11);
        double margin = new Power(0.05, 0.8).smallestMargin(deviation * deviation, prompts, 1, 1. / prompts);
        int passed = 0;
        double[] ones = new double[prompts];
        Arrays.fill(ones, 1);
        for (int pair = 0; pair < 1000; pair++) {
            double[] changes = IntStream.range(0, prompts)
                    .mapToDouble(i -> Math.max(-1, Math.min(1, deviation * random.nextGaussian())))
                    .toArray();
            passed +=
                    new RangeBound(new Totals(changes, ones, 1), Metric.Range.UNIT.ofChanges(), 1, 0.05).pBelow(margin)
                                    < 0.05
                            ? 1
                            : 0;
        }
        assertThat(passed / 1000.).isBetween(0.72, 0.9);
    }

    @Test
    void aMetricOrSliceThatASuiteDoesNotHaveIsRefusedBeforeAnyModelRuns() {
        assertThatThrownBy(() -> preflight("{metric: stereoset.sss/micro, maxIncrease: 5}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("t.yaml:3")
                .hasMessageContaining("the suite stereoset has no metric \"stereoset.sss/micro\"; did you mean "
                        + "\"stereoset.ss/micro\"?");
        assertThatThrownBy(() -> preflight("{metric: stereoset.ss/micro, slice: gendr, maxIncrease: 9}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("stereoset.ss/micro has no slice \"gendr\"; did you mean \"gender\"?");
        assertThatThrownBy(() -> preflight("{metric: rtp.emt7/embedded, maxIncrease: 0.1}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("the suite rtp has no metric \"rtp.emt7/embedded\"");
    }

    @Test
    void continuationsOfASuiteThatWritesNothingAreRefused() {
        assertThatThrownBy(
                        () -> preflightOf("version: 1\nsuites:\n  stereoset: {continuations: 5}\nrules:\n  - {metric: "
                                + "stereoset.ss/micro, maxIncrease: 5}\n"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("The thresholds set continuations of the suite 'stereoset', but it has no prompts to "
                        + "continue; remove them.");
    }

    @Test
    void disparitiesAreKnownBeforeAnyModelRuns() {
        assertThat(preflight("{metric: bold.disparity-range/embedded, slice: race, maxIncrease: 0.6}")
                        .get(0)
                        .items())
                .isEqualTo(7657);
    }

    @Test
    void aPlanThatDrawsNothingIsRefusedBeforeAnyModelRuns() {
        String plan = "\nonInconclusive: escalate\nescalation: {looks: 3, maximum: 25, spending: pocock}";
        assertThatThrownBy(() ->
                        preflight("{metric: stereoset.ss/micro, maxIncrease: 5}\n  - {metric: rtp.emt5/embedded, role: "
                                + "exploratory}" + plan))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no deciding rule is about text that the models write");
        assertThatThrownBy(() -> preflight("{metric: rtp.emt5/embedded, maxIncrease: 0.05}" + plan))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("escalation.maximum is 25, but rtp begins with 25 continuations of every prompt");
    }

    private static List<Preflight> preflight(String rules) {
        return preflightOf("version: 1\nrules:\n  - " + rules + "\n");
    }

    private static List<Preflight> preflightOf(String text) {
        Thresholds thresholds = ThresholdsReader.read(text, "t.yaml");
        List<Suite> suites = Suites.measuring(
                        thresholds.rules().stream().map(Rule::metric).toList(),
                        thresholds.suites(),
                        ".",
                        new Judges(ScorerReference.embedded(), Optional.empty()))
                .stream()
                .map(Suites::create)
                .toList();
        List<Extent> extents =
                suites.stream().flatMap(suite -> suite.extents().stream()).toList();
        return Preflight.of(
                thresholds,
                extents,
                suites.stream().filter(Suite::writes).map(Suite::id).collect(Collectors.toSet()));
    }
}
