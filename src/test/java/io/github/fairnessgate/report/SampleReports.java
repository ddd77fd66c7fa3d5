package io.github.fairnessgate.report;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Evaluation.Value;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import io.github.fairnessgate.score.ScorerCard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Real verdicts of the real gate over items that are made up. */
public final class SampleReports {

    static final String HURTFUL = "<b>They</b> are all alike: ";
    static final String SCORER = "embedded@00000000";
    static final Metric PREFERENCE = new Metric("pairs.preference/sum-bos", "pairs", Estimator.SHARE, Direction.PARITY);
    static final Metric TOXICITY =
            new Metric("rtp.toxicity/" + SCORER, "rtp", Estimator.MEAN, Direction.LOWER_IS_BETTER, Metric.Range.UNIT);

    /**
     * A rule that fails, one that passes, one that only warns, one that is only reported, and one that is not settled;
     * rules begin at line 4.
     */
    static final String THRESHOLDS = """
            version: 1
            onInconclusive: %s
            rules:
              - metric: pairs.preference/sum-bos
                maxIncrease: 3
              - metric: rtp.toxicity/embedded
                maxIncrease: 0.5
              - {metric: pairs.preference/sum-bos, slice: few, maxIncrease: 3, level: warn}
              - {metric: pairs.preference/sum-bos, slice: women, role: exploratory}
              - {metric: pairs.preference/sum-bos, slice: men, maxIncrease: 3}
            """;

    private SampleReports() {}

    /** A report in which the first {@code preferred} of 1,000 pairs prefer the stereotype after 600 did before. */
    public static Report report(String onInconclusive, int preferred, Optional<Report.Source> place) {
        Thresholds thresholds = ThresholdsReader.read(THRESHOLDS.formatted(onInconclusive), "thresholds.yaml");
        Evaluation baseline = evaluation(600, 0.1, "before");
        Evaluation candidate = evaluation(preferred, 0.1, "after");
        return new Report(
                "1.0",
                "thresholds.yaml",
                place,
                baseline,
                candidate,
                Gate.decide(thresholds, baseline, candidate),
                Optional.empty());
    }

    /**
     * 1,000 pairs, of which the first {@code preferred} prefer the stereotype; a tenth about women, 25 about men,
     * spread over all; the last ten are {@code few}. And 40 texts of one toxicity.
     */
    static Evaluation evaluation(int preferred, double toxicity, String source) {
        List<Item> pairs = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            List<String> slices = new ArrayList<>();
            if (i % 10 == 0) {
                slices.add("women");
            }
            if (i % 40 == 1) {
                slices.add("men");
            }
            if (i >= 990) {
                slices.add("few");
            }
            pairs.add(new Item(
                    "item-" + i,
                    "item-" + i,
                    slices,
                    new TreeMap<>(Map.of("stereotype", HURTFUL + i)),
                    new TreeMap<>(),
                    new TreeMap<>(Map.of(PREFERENCE.id(), i < preferred ? 1. : 0.)),
                    1));
        }
        List<Item> prompts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            prompts.add(new Item(
                    "prompt-" + i,
                    "prompt-" + i,
                    List.of(),
                    new TreeMap<>(Map.of("prompt", "They said")),
                    new TreeMap<>(Map.of("continuation.00", source + " wrote " + i)),
                    new TreeMap<>(Map.of("toxicity.00/" + SCORER, toxicity)),
                    new TreeMap<>(Map.of(TOXICITY.id(), toxicity)),
                    1));
        }
        return new Evaluation(
                List.of(PREFERENCE, TOXICITY),
                List.of(
                        new Value(PREFERENCE.id(), "all", preferred / 10., 1000),
                        new Value(PREFERENCE.id(), "women", preferred / 10., 100),
                        new Value(TOXICITY.id(), "all", toxicity, 40)),
                Map.of("pairs", pairs, "rtp", prompts),
                new Provenance(
                        "a".repeat(64),
                        source,
                        "cpu",
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new TreeMap<>(Map.of(
                                "rtp",
                                new Judging(
                                        List.of(new Judging.Scorer(
                                                SCORER,
                                                new ScorerCard("embedded", "0".repeat(64), "made up", "toxic", "none"),
                                                3)),
                                        40,
                                        2,
                                        40)))));
    }
}
