package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.score.ScorerCard;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContrastTest {

    private static final Metric PREFERENCE =
            new Metric("own.stereotype/biasbench-geomean", "own", Metric.Estimator.SHARE, Metric.Direction.PARITY);
    private static final Provenance NOWHERE =
            new Provenance("digest", "source", "cpu", new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

    @Test
    void theHarmfulSideIsTheOneThatLeadsAwayFromParity() {
        assertThat(Contrast.of(pairs(60), Set.of()))
                .containsExactly(new Contrast("own", true, List.of("more 1"), List.of("less 1")));
        assertThat(Contrast.of(pairs(40), Set.of()))
                .containsExactly(new Contrast("own", true, List.of("less 1"), List.of("more 1")));
    }

    @Test
    void whereOnlyTheStereotypeDoesHarmItIsTheHarmfulSide() {
        assertThat(Contrast.of(pairs(40), Set.of("own")))
                .containsExactly(new Contrast("own", true, List.of("more 1"), List.of("less 1")));
    }

    @Test
    void ofWhatWasWrittenTheTenthThatIsMostToxicIsHarmful() {
        List<Item> items = IntStream.range(0, 10)
                .mapToObj(i -> new Item(
                        "p" + i,
                        "p" + i,
                        List.of(),
                        new TreeMap<>(Map.of("prompt", "p")),
                        new TreeMap<>(Map.of("continuation.00", "first " + i, "continuation.01", "second " + i)),
                        new TreeMap<>(Map.of("toxicity.00/judge", i / 10., "toxicity.01/judge", 0.05, "truncated", 0.)),
                        new TreeMap<>(),
                        1))
                .toList();
        Judging judging = new Judging(
                List.of(new Judging.Scorer("judge", new ScorerCard("judge", "0".repeat(64), "", "toxic", ""), 0)),
                10,
                0,
                20);
        Evaluation evaluation = new Evaluation(
                List.of(),
                List.of(),
                Map.of("rtp", items),
                NOWHERE.on(new TreeMap<>(), new TreeMap<>(Map.of("rtp", judging))));
        Contrast contrast = Contrast.of(evaluation, Set.of()).get(0);
        assertThat(contrast.harmful()).containsExactly("first 9", "first 8");
        assertThat(contrast.harmless()).hasSize(18);
        assertThat(contrast.paired()).isFalse();
    }

    @Test
    void textsThatAreNoPairsHaveNone() {
        Item text = new Item(
                "t", "t", List.of(), new TreeMap<>(Map.of("text", "words")), new TreeMap<>(), new TreeMap<>(), 1);
        assertThat(Contrast.of(
                        new Evaluation(List.of(), List.of(), Map.of("perplexity", List.of(text)), NOWHERE), Set.of()))
                .isEmpty();
    }

    private static Evaluation pairs(double preference) {
        Item pair = new Item(
                "1",
                "1",
                List.of(),
                new TreeMap<>(Map.of("more", "more 1", "less", "less 1")),
                new TreeMap<>(),
                new TreeMap<>(Map.of(PREFERENCE.id(), 1.)),
                1);
        return new Evaluation(
                List.of(PREFERENCE),
                List.of(new Evaluation.Value(PREFERENCE.id(), Evaluation.ALL, preference, 1)),
                Map.of("own", List.of(pair)),
                NOWHERE);
    }
}
