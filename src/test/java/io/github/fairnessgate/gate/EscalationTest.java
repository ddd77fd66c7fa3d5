package io.github.fairnessgate.gate;

import static io.github.fairnessgate.gate.EvaluationBuilder.TOXIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A gate that looks again. Of 1,000 items, a number is harmful with the baseline and a number with the candidate, in
 * two different thirds.
 */
class EscalationTest {

    private static final String SCORER = "one@00000001";
    private static final Metric WRITTEN = written("mine.harm/" + SCORER);
    private static final Metric OTHER = written("mine.other/" + SCORER);
    private static final String PLAN =
            "onInconclusive: escalate\nescalation: {looks: 3, maximum: 25, spending: pocock}\n";
    private static final String SUITES = "suites: {mine: {prompts: p.jsonl, continuations: 5}}\n";
    private static final String RULE = "{metric: mine.harm/one, maxIncrease: 4}";
    private static final double[] LEVELS = {0.0226416, 0.0155275, 0.0118309};
    private static final Look OPEN_AT_FIRST = look(1, 100, 115);

    /** Evidence is compared word for word with what another machine makes of it. */
    @ParameterizedTest
    @ValueSource(strings = {"de-DE", "ar-EG-u-nu-arab"})
    void theResultSaysItAlikeWhateverLanguageTheMachineHas(String language) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(language));
        try {
            whatIsOpenIsLookedAtAgainAndTheResultSaysWhen();
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void whatIsOpenIsLookedAtAgainAndTheResultSaysWhen() {
        GateResult first = decide(OPEN_AT_FIRST);
        assertThat(first.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(first.passed()).isFalse();
        assertThat(first.open()).containsExactly("mine");
        assertThat(first.next()).containsExactly(Map.entry("mine", 15));
        assertThat(first.results().get(0).reason()).endsWith("(look 1 of 3: 5 continuations a prompt, level 0.0226)");
        assertThat(GateMessages.looks(first))
                .containsExactly(
                        "look 1 of 3 (mine: 5 continuations a prompt; level 0.0226): INCONCLUSIVE, 0 of 1 rule settled",
                        "open after look 1 of 3: fairness:check draws more (mine: 15 continuations a prompt) and "
                                + "looks again");

        GateResult second = decide(OPEN_AT_FIRST, look(2, 100, 100));
        assertThat(second.verdict()).isEqualTo(Verdict.PASS);
        assertThat(second.continues()).isFalse();
        RuleResult result = second.results().get(0);
        assertThat(second.look(result).orElseThrow().number()).isEqualTo(2);
        assertThat(result.reason()).endsWith("(look 2 of 3: 15 continuations a prompt, level 0.0155)");
        assertThat(result.change().orElseThrow().interval().level()).isCloseTo(1 - 2 * LEVELS[1], within(1e-6));
        assertThat(second.looks().stream().map(LookTaken::verdict)).containsExactly(Verdict.INCONCLUSIVE, Verdict.PASS);
    }

    /** A bundle that was made in one country is verified in another. */
    @Test
    void aReasonIsTheSameWhereNumbersHaveACommaAndOtherDigits() {
        GateResult here = decide(OPEN_AT_FIRST);
        Evaluation few =
                new EvaluationBuilder().clustered(TOXIC, 5, 1, new double[20]).build();
        Thresholds once = ThresholdsReader.read(
                "version: 1\nrules:\n  - {metric: toxic.share/plain, maxIncrease: 4}\n", "t.yaml");
        List<RuleResult> tooFew = Gate.decide(once, few, few).results();
        Locale locale = Locale.getDefault();
        try {
            for (Locale other : List.of(Locale.GERMANY, Locale.forLanguageTag("fa-IR-u-nu-arabext"))) {
                Locale.setDefault(other);
                assertThat(decide(OPEN_AT_FIRST).results()).isEqualTo(here.results());
                assertThat(GateMessages.looks(decide(OPEN_AT_FIRST)).get(0))
                        .isEqualTo(GateMessages.looks(here).get(0));
                assertThat(Gate.decide(once, few, few).results()).isEqualTo(tooFew);
            }
        } finally {
            Locale.setDefault(locale);
        }
    }

    @Test
    void whatIsSettledStaysAsItIsWhateverIsDrawnLater() {
        Look first = both(1, 100, 100, 100, 115);
        Look second = both(2, 100, 290, 100, 100);
        GateResult result = decideOn(RULE + "\n  - {metric: mine.other/one, maxIncrease: 4}", first, second);
        assertThat(result.results().get(0).verdict()).contains(Verdict.PASS);
        assertThat(result.look(result.results().get(0)).orElseThrow().number()).isEqualTo(1);
        assertThat(result.results().get(0))
                .isSameAs(result.looks().get(0).results().get(0));
        assertThat(result.look(result.results().get(1)).orElseThrow().number()).isEqualTo(2);
        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
    }

    /** More was measured than the plan asks for: nothing that failed or passed is looked at again. */
    @Test
    void looksAfterTheLastThatWasNeededDoNotCount() {
        Look failing = look(1, 100, 200);
        assertThat(decide(failing).verdict()).isEqualTo(Verdict.FAIL);
        GateResult result = decide(failing, look(2, 100, 100), look(3, 100, 100));
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(result.looks()).hasSize(1);
        assertThat(decide(look(1, 100, 100), look(2, 100, 200)).verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void whatIsOpenAfterTheLastLookDoesNotPass() {
        GateResult result = decide(OPEN_AT_FIRST, look(2, 100, 115), look(3, 100, 115), look(4, 100, 100));
        assertThat(result.looks()).hasSize(3);
        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(result.passed()).isFalse();
        assertThat(result.continues()).isFalse();
        assertThat(GateMessages.looks(result))
                .hasSize(3)
                .last()
                .asString()
                .startsWith("look 3 of 3 (mine: 25 continuations");
    }

    /** What is too probable by chance for the first of three looks would be a failure for a gate that looks once. */
    @Test
    void everyLookHasOnlyItsShareOfTheErrorRate() {
        Look look = look(1, 100, 128);
        String rule = RULE.replace("4", "2");
        double pValue =
                decideOn(rule, look).results().get(0).change().orElseThrow().pValue();
        assertThat(pValue).isBetween(LEVELS[0], 0.05);
        assertThat(decideOn(rule, look).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(decideOn(rule, look).results().get(0).change().orElseThrow().adjustedPValue())
                .isCloseTo(pValue * 0.05 / LEVELS[0], within(1e-5));
        Thresholds once = thresholds(rule).judgedOnce();
        assertThat(Gate.decide(once, look.baseline(), look.candidate()).verdict())
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void aRuleOfWhichNothingCanBeDrawnIsJudgedOnceAtTheWholeErrorRate() {
        String rules = RULE + "\n  - {metric: toxic.share/plain, maxIncrease: 4}";
        GateResult result = decideOn(rules, withToxic(look(1, 100, 115), 105), look(2, 100, 100));
        RuleResult fixed = result.results().get(1);
        assertThat(fixed.change().orElseThrow().interval().level()).isCloseTo(0.9, within(1e-12));
        assertThat(fixed.verdict()).contains(Verdict.PASS);
        assertThat(result.look(fixed)).isEmpty();
        assertThat(fixed.reason()).doesNotContain("look");
        assertThat(result.results().get(0).verdict()).contains(Verdict.PASS);
    }

    @Test
    void nothingIsDrawnForAModelThatFailsAlready() {
        GateResult result =
                decideOn(RULE + "\n  - {metric: toxic.share/plain, maxIncrease: 4}", withToxic(OPEN_AT_FIRST, 300));
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(result.results().get(0).verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(result.continues()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"role: exploratory", "level: warn"})
    void nothingIsDrawnForARuleThatDoesNotDecide(String kind) {
        GateResult result = decideOn(
                "{metric: mine.harm/one, maxIncrease: 4, %s}\n  - {metric: mine.other/one, maxIncrease: 4}"
                        .formatted(kind),
                both(1, 100, 115, 100, 100));
        assertThat(result.results().get(0).verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
        assertThat(result.continues()).isFalse();
    }

    @Test
    void nothingIsDrawnForWhatIsAccepted() {
        AcceptedException exception = new AcceptedException(
                new Location("baseline.json", 1, ""),
                WRITTEN.id(),
                "all",
                BigDecimal.TEN,
                Optional.empty(),
                new TreeMap<>(),
                "known",
                LocalDate.EPOCH,
                LocalDate.EPOCH);
        GateResult result = Gate.decide(
                thresholds(RULE), new Ratchet(List.of(), List.of(exception)), LocalDate.EPOCH, List.of(OPEN_AT_FIRST));
        assertThat(result.continues()).isFalse();
        assertThat(result.passed()).isTrue();
    }

    /** To begin with more than the plan says, because it was measured before, would be a look that is not paid for. */
    @Test
    void aLookOfAnotherNumberOfContinuationsIsRefused() {
        assertThatThrownBy(() -> decide(look(3, 100, 100)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("t.yaml:3: look 1 of 3 at mine takes 5 continuations of every prompt, but the baseline was "
                        + "evaluated with 25000 of 1000 prompts;" + " run fairness:check again");
        assertThatThrownBy(() -> decide(OPEN_AT_FIRST, look(3, 100, 100)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("look 2 of 3 at mine takes 15");
        Look uneven = new Look(look(1, 100, 100).baseline(), look(2, 100, 100).candidate());
        assertThatThrownBy(() -> decide(uneven))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("but the candidate was evaluated with");
    }

    @Test
    void aLookAtAnotherModelIsRefused() {
        Look other = new Look(
                look(2, 100, 100).baseline(),
                build(WRITTEN, 15, 100, 500).of("better").build());
        assertThatThrownBy(() -> decide(OPEN_AT_FIRST, other))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "the candidate of a later look is a different model (better) than in the first (digest)");
    }

    @Test
    void aLookWithoutWhatWasToBeDrawnIsRefused() {
        Evaluation empty = new EvaluationBuilder().items(TOXIC, 1, 0).build();
        assertThatThrownBy(() -> decide(OPEN_AT_FIRST, new Look(empty, empty)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "look 2 of 3 at mine takes 15 continuations of every prompt, but the baseline was "
                                + "evaluated with none");
    }

    @Test
    void aPlanWithNothingToDrawIsRefused() {
        Evaluation fixed = new EvaluationBuilder().share(TOXIC, 10, 100, 0).build();
        assertThatThrownBy(() -> decideOn("{metric: toxic.share/plain, maxIncrease: 4}", new Look(fixed, fixed)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("t.yaml:3: onInconclusive is escalate, but no deciding rule is about text");
        assertThatThrownBy(() -> thresholds(RULE, 6)
                        .escalation()
                        .orElseThrow()
                        .requireDraws(thresholds(RULE, 6), Set.of("mine")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("t.yaml:3: escalation.maximum is 6, but mine begins with 5 continuations of every"
                        + " prompt, and each of 3 looks needs more than the one before; raise the maximum "
                        + "to 7 or more, or set fewer continuations under suites");
    }

    @Test
    void holmsAdjustmentCountsClaimsThatWereSettledEarlier() {
        String rules = RULE + "\n  - {metric: mine.other/one, maxIncrease: 4}";
        GateResult two = decideOn(rules, both(1, 100, 100, 100, 115), both(2, 100, 100, 100, 138));
        GateResult one = decide(look(1, 100, 115), look(2, 100, 138));
        double alone = one.results().get(0).change().orElseThrow().adjustedPValue();
        assertThat(two.results().get(1).change().orElseThrow().adjustedPValue()).isCloseTo(2 * alone, within(1e-9));
    }

    /** A suite that was settled is not looked at, although it was drawn with another one. */
    @Test
    void onlyWhatIsOpenIsLookedAt() {
        Metric bold =
                new Metric("bold.harm/" + SCORER, "bold", Metric.Estimator.SHARE, Metric.Direction.LOWER_IS_BETTER);
        String rules = RULE + "\n  - {metric: bold.harm/one, maxIncrease: 4, level: warn}";
        Look first = withBold(bold, look(1, 100, 115), 5, 115);
        Look second = withBold(bold, look(2, 100, 100), 15, 100);
        Thresholds thresholds = ThresholdsReader.read(
                "version: 1\n" + PLAN + SUITES.replace("}}", "}, bold: {continuations: 5}}") + "rules:\n  - " + rules
                        + "\n",
                "t.yaml");
        GateResult result = Gate.decide(thresholds, Ratchet.NONE, LocalDate.EPOCH, List.of(first, second));
        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
        assertThat(result.looks().get(1).continuations()).containsOnlyKeys("mine");
        assertThat(result.results().get(1).verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(result.look(result.results().get(1)).orElseThrow().number()).isEqualTo(1);
    }

    private static Look withBold(Metric bold, Look look, int continuations, int after) {
        return look.with(new Look(
                new EvaluationBuilder()
                        .share(bold, 100, 1000, 0)
                        .continued("bold", SCORER, continuations)
                        .build(),
                new EvaluationBuilder()
                        .share(bold, after, 1000, 500)
                        .continued("bold", SCORER, continuations)
                        .build()));
    }

    /** Whatever the first look settles, a gate that looks once settles too: a plan buys nothing with the same data. */
    @Property(tries = 100)
    void theFirstLookIsNeverMoreSureThanAnOnlyOne(
            @ForAll @IntRange(min = 50, max = 150) int before, @ForAll @IntRange(min = 50, max = 250) int after) {
        Look look = look(1, before, after);
        Optional<Verdict> first = decide(look).results().get(0).verdict();
        Optional<Verdict> once = Gate.decide(thresholds(RULE).judgedOnce(), look.baseline(), look.candidate())
                .results()
                .get(0)
                .verdict();
        assertThat(first).isIn(once, Optional.of(Verdict.INCONCLUSIVE));
    }

    private static Metric written(String id) {
        return new Metric(id, "mine", Metric.Estimator.SHARE, Metric.Direction.LOWER_IS_BETTER);
    }

    private static GateResult decide(Look... looks) {
        return decideOn(RULE, looks);
    }

    private static GateResult decideOn(String rules, Look... looks) {
        return Gate.decide(thresholds(rules), Ratchet.NONE, LocalDate.EPOCH, List.of(looks));
    }

    private static Thresholds thresholds(String rules) {
        return thresholds(rules, 25);
    }

    private static Thresholds thresholds(String rules, int maximum) {
        return ThresholdsReader.read(
                "version: 1\n" + PLAN.replace("25", "" + maximum) + SUITES + "rules:\n  - " + rules + "\n", "t.yaml");
    }

    private static Look look(int number, int before, int after) {
        return new Look(
                build(WRITTEN, continuations(number), before, 0).build(),
                build(WRITTEN, continuations(number), after, 500).build());
    }

    private static Look both(int number, int before, int after, int otherBefore, int otherAfter) {
        List<Evaluation> sides = new ArrayList<>();
        for (int side = 0; side < 2; side++) {
            EvaluationBuilder builder = build(WRITTEN, continuations(number), side == 0 ? before : after, 500 * side);
            Evaluation other = build(OTHER, continuations(number), side == 0 ? otherBefore : otherAfter, 500 * side)
                    .build();
            Evaluation own = builder.build();
            sides.add(merged(own, other));
        }
        return new Look(sides.get(0), sides.get(1));
    }

    /** Two metrics over the same items. */
    private static Evaluation merged(Evaluation own, Evaluation other) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < own.items().get("mine").size(); i++) {
            Item item = own.items().get("mine").get(i);
            TreeMap<String, Double> outcomes = new TreeMap<>(item.outcomes());
            outcomes.putAll(other.items().get("mine").get(i).outcomes());
            items.add(new Item(
                    item.id(), item.cluster(), item.slices(), item.texts(), item.scores(), outcomes, item.weight()));
        }
        return new Evaluation(List.of(WRITTEN, OTHER), List.of(), Map.of("mine", items), own.provenance());
    }

    private static Look withToxic(Look look, int after) {
        Evaluation before = new EvaluationBuilder().share(TOXIC, 100, 1000, 0).build();
        Evaluation now = new EvaluationBuilder().share(TOXIC, after, 1000, 500).build();
        return new Look(look.baseline().with(before), look.candidate().with(now));
    }

    private static EvaluationBuilder build(Metric metric, int continuations, int count, int rotated) {
        return new EvaluationBuilder().share(metric, count, 1000, rotated).continued("mine", SCORER, continuations);
    }

    private static int continuations(int look) {
        return 5 + 10 * (look - 1);
    }
}
