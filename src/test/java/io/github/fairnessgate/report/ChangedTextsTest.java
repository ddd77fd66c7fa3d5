package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Evaluation.Value;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ChangedTextsTest {

    private static final Metric BY_MEAN =
            new Metric("crows.stereotype/biasbench-geomean", "crows", Estimator.SHARE, Direction.PARITY);
    private static final Metric BY_SUM =
            new Metric("crows.stereotype/lmeval-sum-bos", "crows", Estimator.SHARE, Direction.PARITY);

    /** Of six pairs that turned, the third and those behind it moved farthest by its mean, and the first by its sum. */
    @Test
    void thePairThatMovedFarthestComesFirstWithItsScoresBeforeAndAfter() {
        List<ChangedTexts> texts = ChangedTexts.of(gate(), evaluation(false), evaluation(true));
        assertThat(texts).extracting(ChangedTexts::metric).containsExactly(BY_MEAN.id(), BY_SUM.id());
        assertThat(texts.get(0).rows())
                .extracting(ChangedTexts.Row::id)
                .startsWith("pair-2", "pair-3", "pair-4", "pair-5", "pair-1", "pair-0");
        assertThat(texts.get(0).rows().get(0).scores()).isEqualTo("-0.69 to +1.39 nats"); // ln(1/2), ln(4)
        assertThat(texts.get(1).rows()).extracting(ChangedTexts.Row::id).startsWith("pair-0", "pair-1", "pair-2");
        assertThat(texts.get(1).rows().get(0).scores()).isEqualTo("-1.00 to +9.00 nats");
    }

    @Test
    void withoutScoresTheOrderIsThatOfTheIdsAndNothingIsMadeUp() {
        GateResult gate = SampleReports.report("fail", 700, Optional.empty()).gate();
        ChangedTexts pairs = ChangedTexts.of(
                        gate, SampleReports.evaluation(600, 0.1, "a"), SampleReports.evaluation(700, 0.1, "b"))
                .get(0);
        assertThat(pairs.rows()).extracting(ChangedTexts.Row::id).startsWith("item-600", "item-601");
        assertThat(pairs.rows()).extracting(ChangedTexts.Row::scores).containsOnly("");
    }

    private static GateResult gate() {
        return Gate.decide(ThresholdsReader.read("""
                        version: 1
                        rules:
                          - {metric: crows.stereotype/biasbench-geomean, maxIncrease: 3}
                          - {metric: crows.stereotype/lmeval-sum-bos, maxIncrease: 3}
                        """, "t.yaml"), evaluation(false), evaluation(true));
    }

    private static Evaluation evaluation(boolean after) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            boolean turned = after && i < 6;
            double mean = turned ? 0.1 * Math.min(4, 2 + i) : 0.05;
            double sum = turned ? -10 + (9 - Math.min(i, 8)) : -11;
            items.add(new Item(
                    "pair-" + i,
                    "pair-" + i,
                    List.of(),
                    new TreeMap<>(Map.of("more", "more " + i, "less", "less " + i)),
                    new TreeMap<>(),
                    new TreeMap<>(Map.of("geomean.more", mean, "geomean.less", 0.1, "sum.more", sum, "sum.less", -10.)),
                    new TreeMap<>(Map.of(BY_MEAN.id(), turned ? 1. : 0., BY_SUM.id(), turned ? 1. : 0.)),
                    1));
        }
        return new Evaluation(
                List.of(BY_MEAN, BY_SUM),
                List.of(
                        new Value(BY_MEAN.id(), "all", after ? 6 : 0, 100),
                        new Value(BY_SUM.id(), "all", after ? 6 : 0, 100)),
                Map.of("crows", items),
                new Provenance("a".repeat(64), "model", "cpu", new TreeMap<>(), new TreeMap<>(), new TreeMap<>()));
    }
}
