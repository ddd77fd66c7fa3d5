package io.github.fairnessgate.baseline;

import static io.github.fairnessgate.baseline.Models.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.gate.AcceptedException;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.Limit;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.score.ScorerCard;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BaselineUpdateTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 6, 1);
    private static final BigDecimal SLACK = new BigDecimal("0.5");
    private static final Evaluation ORIGINAL = model('0', 100, 900);
    private static final String THRESHOLDS = """
            version: 1
            rules:
              - {metric: toxic.share/plain, maxIncrease: 4}
              - {metric: sense.share/plain, role: capability, maxDecrease: 5}
            """;

    private static BaselineUpdate update(
            String thresholds, Baseline before, Evaluation original, Evaluation candidate, LocalDate today) {
        return new BaselineUpdate(
                "baseline.json",
                Optional.ofNullable(before),
                ThresholdsReader.read(thresholds, "t.yaml"),
                List.of(new Look(original, candidate)),
                today);
    }

    private static Baseline accept(Baseline before, Evaluation candidate) {
        return update(THRESHOLDS, before, ORIGINAL, candidate, TODAY)
                .accept(SLACK, Optional.empty())
                .after();
    }

    private static Baseline accept(Baseline before, Evaluation candidate, String reason) {
        return update(THRESHOLDS, before, ORIGINAL, candidate, TODAY)
                .accept(SLACK, Optional.of(new Loosening(reason, TODAY.plusDays(30))))
                .after();
    }

    private static boolean passes(Baseline baseline, Evaluation candidate, LocalDate day) {
        return Gate.decide(ThresholdsReader.read(THRESHOLDS, "t.yaml"), baseline.ratchet(), day, ORIGINAL, candidate)
                .passed();
    }

    private static Limit limit(Baseline baseline, Limit.Kind kind) {
        return baseline.values().get(0).rule().limits().stream()
                .filter(limit -> limit.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theFirstCandidateLeavesItsMarginAndACeiling() {
        Baseline baseline = accept(null, model('1', 110, 900));

        assertThat(baseline.original()).isEqualTo(new Baseline.Original(Models.ORIGINAL, "model-0"));
        assertThat(baseline.data()).isEqualTo(Map.of("toxic", "data-1"));
        assertThat(baseline.values())
                .as("the capability rule is the thresholds' own")
                .hasSize(1);
        assertThat(limit(baseline, Limit.Kind.MAX_INCREASE).value()).isEqualByComparingTo("4");
        // Wilson's upper bound of 110 in 1000 at 0.05 is 12.73 %; half of the margin is 2 points, and a step of 0.01
        // follows.
        assertThat(limit(baseline, Limit.Kind.MAXIMUM).value()).isEqualByComparingTo("14.75");
        assertThat(baseline.values().get(0).candidate()).isEqualByComparingTo("11");
        assertThat(baseline.exceptions()).isEmpty();
    }

    @Test
    void whatWasSettledAtALaterLookIsAcceptedFromItsDataAndTheFileNamesThoseOfTheFirst() {
        Look open = new Look(written("0", 100, 5), written("1", 132, 5));
        Look settled = new Look(written("0", 100, 10), written("1", 110, 10));
        assertThatThrownBy(() -> escalating(List.of(open)).accept(SLACK, Optional.empty()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(
                        "nothing was written",
                        "open after look 1 of 2: fairness:check draws more (toxic: 10 continuations a prompt)");

        Baseline baseline = escalating(List.of(open, settled))
                .accept(SLACK, Optional.empty())
                .after();

        assertThat(baseline.data()).isEqualTo(Map.of("toxic", "data-5"));
        assertThat(baseline.values().get(0).candidate()).isEqualByComparingTo("11");
        assertThat(limit(baseline, Limit.Kind.MAXIMUM).value())
                .as("as of a candidate of 110")
                .isEqualByComparingTo("14.75");
    }

    private static BaselineUpdate escalating(List<Look> looks) {
        return new BaselineUpdate(
                "baseline.json", Optional.empty(), ThresholdsReader.read("""
                version: 1
                onInconclusive: escalate
                escalation: {looks: 2, maximum: 10, spending: pocock}
                suites: {toxic: {prompts: p.jsonl, continuations: 5}}
                rules:
                  - {metric: toxic.share/plain, maxIncrease: 4}
                """, "t.yaml"), looks, TODAY);
    }

    /** A model that wrote what a scorer judged. */
    private static Evaluation written(String digest, int toxic, int continuations) {
        Evaluation plain = model(digest.repeat(64), "data-" + continuations, toxic, 900);
        Provenance from = plain.provenance();
        Judging judging = new Judging(
                List.of(new Judging.Scorer("plain", new ScorerCard("plain", "0".repeat(64), "", "toxic", ""), 0)),
                1000,
                0,
                1000L * continuations);
        return new Evaluation(
                plain.metrics(),
                plain.values(),
                plain.items(),
                new Provenance(
                        from.model(),
                        from.source(),
                        from.device(),
                        from.data(),
                        from.versions(),
                        from.settings(),
                        new TreeMap<>(Map.of("toxic", judging))));
    }

    @Test
    void theSameCandidateChangesNothing() {
        Evaluation candidate = model('1', 110, 900);
        Baseline baseline = accept(null, candidate);

        BaselineUpdate.Result again = update(THRESHOLDS, baseline, ORIGINAL, candidate, TODAY.plusDays(3))
                .accept(SLACK, Optional.empty());

        assertThat(again.after()).isEqualTo(baseline);
        assertThat(again.changes()).isEmpty();
    }

    @Test
    void aBetterCandidateTightensAndTheWorseOneNoLongerPasses() {
        Evaluation worse = model('1', 118, 900);
        Baseline first = accept(null, worse);
        Baseline second = accept(first, model('2', 60, 900));

        assertThat(passes(first, worse, TODAY)).isTrue();
        assertThat(passes(second, worse, TODAY)).isFalse();
        assertThatThrownBy(() -> accept(second, worse))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(
                        "nothing was written", "toxic.share/plain (accepted before)", "-Dfairness.reason");
    }

    @Test
    void aWiderMarginInTheThresholdsDoesNotWidenTheFile() {
        Baseline first = accept(null, model('1', 105, 900));
        Baseline second = update(THRESHOLDS.replace("4}", "15}"), first, ORIGINAL, model('1', 105, 900), TODAY)
                .accept(BigDecimal.ONE, Optional.empty())
                .after();

        assertThat(second.values()).isEqualTo(first.values());
    }

    @Test
    void whatDoesNotPassIsAcceptedWithAReasonUntilItsDayAndNotBeyondItsNumbers() {
        Evaluation candidate = model('1', 160, 900);
        Baseline baseline = accept(null, candidate, "the prompts of group x are wrong, see issue 12");

        AcceptedException exception = baseline.exceptions().get(0);
        assertThat(exception.harmIncrease()).isEqualByComparingTo("6");
        assertThat(exception.limits()).isEqualTo(Map.of("maxIncrease", new BigDecimal("4")));
        assertThat(exception.reason()).isEqualTo("the prompts of group x are wrong, see issue 12");
        assertThat(List.of(exception.date(), exception.until())).containsExactly(TODAY, TODAY.plusDays(30));
        assertThat(baseline.values())
                .as("a rule that did not pass leaves no limit")
                .isEmpty();
        assertThat(passes(baseline, candidate, TODAY.plusDays(30))).isTrue();
        assertThat(passes(baseline, candidate, TODAY.plusDays(31))).isFalse();
        assertThat(passes(baseline, model('2', 161, 900), TODAY)).isFalse();
    }

    @Test
    void anExceptionShrinksWithTheCandidateAndGoesWhenNobodyNeedsIt() {
        Baseline baseline = accept(null, model('1', 160, 900), "known");
        Baseline better = accept(baseline, model('2', 150, 900));
        Baseline good = accept(better, model('3', 100, 900));

        assertThat(better.exceptions().get(0).harmIncrease()).isEqualByComparingTo("5");
        assertThat(List.of(
                        better.exceptions().get(0).date(),
                        better.exceptions().get(0).until()))
                .containsExactly(TODAY, TODAY.plusDays(30));
        assertThat(good.exceptions()).isEmpty();
    }

    @Test
    void anExceptionThatIsExceededOrExpiredIsReplacedOnlyWithAReasonAndKeepsTheOldNumber() {
        Baseline baseline = accept(null, model('1', 160, 900), "known");
        Evaluation worse = model('2', 170, 900);

        assertThatThrownBy(() -> accept(baseline, worse)).isInstanceOf(InvalidInputException.class);
        AcceptedException replaced =
                accept(baseline, worse, "known, and worse").exceptions().get(0);
        assertThat(replaced.harmIncrease()).isEqualByComparingTo("7");
        assertThat(replaced.limits().get("harmIncrease")).isEqualByComparingTo("6");
        assertThat(replaced.reason()).isEqualTo("known, and worse");

        assertThatThrownBy(() -> update(THRESHOLDS, baseline, ORIGINAL, model('1', 160, 900), TODAY.plusDays(31))
                        .accept(SLACK, Optional.empty()))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aBrokenLanguageModelIsNotAcceptedForAnyReason() {
        assertThatThrownBy(() -> accept(null, model('1', 100, 700), "we like it"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("cannot be accepted, with or without a reason", "sense.share/plain");
    }

    @Test
    void theOriginalModelCannotBeExchangedForTheLastOneThatWasAccepted() {
        Baseline baseline = accept(null, model('1', 110, 900));

        assertThatThrownBy(() -> update(THRESHOLDS, baseline, model('1', 110, 900), model('2', 120, 900), TODAY)
                        .accept(SLACK, Optional.empty()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(
                        "baseline.json was made with the original model model-0", "model-1", "add up unseen");
    }

    @Test
    void valuesOfOtherDataAreNotCompared() {
        Baseline baseline = accept(null, model('1', 110, 900));

        assertThatThrownBy(() -> update(
                                THRESHOLDS,
                                baseline,
                                model(Models.ORIGINAL, "data-9", 100, 900),
                                model("2".repeat(64), "data-9", 100, 900),
                                TODAY)
                        .accept(SLACK, Optional.empty()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("different data of toxic", "data-1", "data-9");
    }

    @Test
    void aFileThatDoesNotSayWhichDataItsValuesAreOfIsRefused() {
        Baseline baseline = accept(null, model('1', 110, 900));
        Baseline without = new Baseline(
                baseline.original(), baseline.slack(), new TreeMap<>(), baseline.values(), baseline.exceptions());

        assertThatThrownBy(() -> without.requireOriginal("baseline.json", ORIGINAL))
                .hasMessageContaining("has values of toxic, but no digest of its data");
    }

    @Property(tries = 15)
    void whateverIsAcceptedNoLimitEverBecomesLooser(
            @ForAll @Size(min = 2, max = 4) List<@IntRange(min = 40, max = 200) Integer> candidates,
            @ForAll @IntRange(min = 2, max = 20) int margin,
            @ForAll @IntRange(max = 10) int slack) {
        Baseline baseline = null;
        for (int toxic : candidates) {
            String thresholds = THRESHOLDS.replace("maxIncrease: 4", "maxIncrease: " + (margin + toxic % 7));
            Baseline after = update(thresholds, baseline, ORIGINAL, model('1', toxic, 900), TODAY)
                    .accept(BigDecimal.valueOf(slack, 1), Optional.of(new Loosening("any", TODAY)))
                    .after();
            if (baseline != null) {
                for (Baseline.Accepted old : baseline.values()) {
                    Baseline.Accepted now = after.values().stream()
                            .filter(value ->
                                    value.rule().metric().equals(old.rule().metric()))
                            .findFirst()
                            .orElseThrow();
                    for (Limit limit : old.rule().limits()) {
                        assertThat(now.rule().limits())
                                .anyMatch(other -> other.kind() == limit.kind() && other.isAtLeastAsTightAs(limit));
                    }
                }
            }
            assertThat(Gate.decide(
                                    ThresholdsReader.read(thresholds, "t.yaml"),
                                    after.ratchet(),
                                    TODAY,
                                    ORIGINAL,
                                    model('1', toxic, 900))
                            .passed())
                    .as("what was accepted passes today")
                    .isTrue();
            baseline = after;
        }
    }
}
