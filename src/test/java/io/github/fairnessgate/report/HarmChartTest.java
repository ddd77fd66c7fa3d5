package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.search.CandidateResult;
import io.github.fairnessgate.search.CandidateResult.Problem;
import io.github.fairnessgate.search.Objective;
import io.github.fairnessgate.search.SearchResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * 600 of 1,000 pairs prefer the stereotype before, and 5 points more are tolerated: 7.5 below and 10 above are shown.
 */
class HarmChartTest {

    private static final List<Double> ORIGINAL = List.of(100.);

    private static HarmChart chart(Objective objective, CandidateResult... candidates) {
        SearchResult result = SearchResult.of(List.of(objective), SearchSamples.thresholds(), List.of(candidates), 0);
        return HarmChart.of(result, 0).get(0);
    }

    private static CandidateResult judged(String id, int preferred, double bytes) {
        return SearchSamples.judged(id, "recipe " + id, preferred, List.of(bytes), ORIGINAL);
    }

    private static double place(double change) {
        return 100 * (1 - (change + 7.5) / 17.5);
    }

    @Test
    void aPointIsAtItsObjectiveAndItsChangeOfHarm() {
        CandidateResult candidate = judged("half", 640, 50);
        HarmChart chart = chart(SearchSamples.BYTES, judged("small", 600, 20), candidate);

        RuleResult.Change change = candidate
                .judged()
                .orElseThrow()
                .tried()
                .gate()
                .results()
                .get(0)
                .change()
                .orElseThrow();
        assertThat(chart.points()).extracting(HarmChart.Point::id).containsExactly("small", "half");
        assertThat(chart.points().get(0).x()).isEqualTo(4);
        assertThat(chart.points().get(0).estimate()).isEqualTo(place(0), within(0.01));
        HarmChart.Point half = chart.points().get(1);
        assertThat(half.x()).isEqualTo(4 + 92 * 30 / 80., within(0.01));
        assertThat(half.estimate()).isEqualTo(place(4), within(0.01));
        assertThat(half.low()).isEqualTo(place(change.interval().low()), within(0.01));
        assertThat(half.high()).isEqualTo(place(change.interval().high()), within(0.01));
        assertThat(half.high()).isLessThan(half.estimate()).isGreaterThan(0);
        assertThat(half.label()).isEqualTo("half, recipe half: 50.0, +4.0 from parity");
        assertThat(chart.original()).isEqualTo(96);
        assertThat(chart.unchanged().orElseThrow()).isEqualTo(place(0), within(0.01));
        assertThat(chart.limits())
                .singleElement()
                .satisfies(limit -> assertThat(limit).isEqualTo(place(5), within(0.01)));
        assertThat(chart.least()).isEqualTo("20.0");
        assertThat(chart.most()).isEqualTo("100");
    }

    @Test
    void whatAnotherOneBeatsInBothIsNotOnTheFront() {
        HarmChart chart = chart(
                SearchSamples.BYTES, judged("small", 640, 20), judged("fair", 600, 50), judged("neither", 650, 60));

        assertThat(chart.points()).extracting(HarmChart.Point::front).containsExactly(true, true, false);
        assertThat(chart.points()).extracting(HarmChart.Point::style).containsExactly("judged", "chosen", "judged");
    }

    @Test
    void whatWasMeasuredOnOtherDataBeatsNothing() {
        HarmChart chart = chart(
                SearchSamples.BYTES,
                judged("finalist", 640, 50),
                SearchSamples.screened("dropped", "x", 600, List.of(20.)));

        assertThat(chart.points()).extracting(HarmChart.Point::front).containsExactly(true, true);
        assertThat(chart.points()).extracting(HarmChart.Point::style).containsExactly("judged", "screened");
    }

    @Test
    void latencyIsDividedByWhatTheOriginalTookInTheSameTurns() {
        HarmChart chart = chart(
                SearchSamples.DECODE,
                SearchSamples.judged("fast", "x", 600, List.of(0.5), List.of(8.)),
                SearchSamples.judged("slow", "x", 600, List.of(1.5), List.of(4.)));

        assertThat(chart.objective()).endsWith("divided by the original's");
        assertThat(chart.points()).extracting(HarmChart.Point::x).containsExactly(4., 96.);
        assertThat(chart.original()).isEqualTo(50);
        assertThat(chart.least()).isEqualTo("x0.500");
        assertThat(chart.most()).isEqualTo("x1.500");
    }

    @Test
    void whatHasNoValueOrFailedIsNotShown() {
        HarmChart chart = chart(
                SearchSamples.BYTES,
                judged("good", 600, 50),
                judged("endless", 600, Double.POSITIVE_INFINITY),
                SearchSamples.lost("failed", "x", Problem.Kind.FAILED, "out of time"));

        assertThat(chart.points()).extracting(HarmChart.Point::id).containsExactly("good");
        assertThat(chart.most()).isEqualTo("100");
    }

    @Test
    void whereAllAreEqualAllAreInTheMiddle() {
        assertThat(chart(SearchSamples.BYTES, judged("same", 600, 100))
                        .points()
                        .get(0)
                        .x())
                .isEqualTo(50);
    }

    @Test
    void valuesAreShort() {
        assertThat(HarmChart.text(4_980_000)).isEqualTo("4.98 M");
        assertThat(HarmChart.text(1.5e9)).isEqualTo("1.50 G");
        assertThat(HarmChart.text(1234.5)).isEqualTo("1235");
        assertThat(HarmChart.text(0.4567)).isEqualTo("0.457");
    }
}
