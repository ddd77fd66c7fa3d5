package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlipsTest {

    private static final Metric METRIC =
            new Metric("crows.stereotype/lmeval-sum-bos", "crows", Estimator.SHARE, Direction.PARITY);

    @TempDir
    private Path folder;

    /**
     * 100 pairs; the baseline is sure of pair i by (i + 1) / 10 nats, for the stereotype where i is even. The candidate
     * turns pairs 0 to 9, and pair 99, which goes from fixed to biased.
     */
    @Test
    void pairsAreCountedByHowSureTheBaselineWasAndByGroup() {
        List<Flips> flips = Flips.of(gate(), evaluation(100, false), evaluation(100, true));

        assertThat(flips).hasSize(1);
        assertThat(flips.get(0).metric()).isEqualTo(METRIC.id());
        assertThat(flips.get(0).bySureness())
                .extracting(Flips.Quarter::pairs)
                .containsExactly(
                        new Flips.Turned(25, 5, 5),
                        new Flips.Turned(25, 0, 0),
                        new Flips.Turned(25, 0, 0),
                        new Flips.Turned(25, 1, 0));
        assertThat(flips.get(0).bySureness().get(0).from()).isCloseTo(0.1, within(1e-9));
        assertThat(flips.get(0).bySureness().get(0).to()).isCloseTo(2.5, within(1e-9));
        assertThat(flips.get(0).bySureness().get(0).range()).isEqualTo("0.10 to 2.50 nats");
        assertThat(flips.get(0).bySureness().get(0).pairs().share()).isEqualTo("40.0 %");
        assertThat(flips.get(0).bySlice())
                .containsExactly(
                        new Flips.Slice("men", new Flips.Turned(51, 1, 5)),
                        new Flips.Slice("women", new Flips.Turned(49, 5, 0)));
    }

    @Test
    void nothingIsSaidWhereNothingTurnedOrPairsAreFew() {
        assertThat(Flips.of(gate(), evaluation(100, false), evaluation(100, false)))
                .isEmpty();
        assertThat(Flips.of(gate(), evaluation(39, false), evaluation(39, true)))
                .isEmpty();
    }

    @Test
    void theReportForMachinesAndThePageHaveThem() throws IOException {
        Evaluation before = evaluation(100, false);
        Evaluation after = evaluation(100, true);
        Report report = new Report("1.0", "t.yaml", Optional.empty(), before, after, gate(), Optional.empty());

        String json = ReportJson.text(report);
        assertThat(json).contains("\"bySureness\"", "\"rate\" : 40.0");
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(ReportJson.class.getResourceAsStream("report.schema.json"))
                        .validate(json, InputFormat.JSON))
                .isEmpty();
        Path file = folder.resolve("report.json");
        Files.writeString(file, json);
        assertThat(ReportReader.read(file).gate().verdict()).isEqualTo(gate().verdict());

        Path page = folder.resolve("report.html");
        HtmlReport.write(page, report);
        assertThat(Files.readString(page))
                .contains("Where pairs turned", "sure by 0.10 to 2.50 nats", "<td class=\"number\">40.0 %</td>");
    }

    private static GateResult gate() {
        return Gate.decide(ThresholdsReader.read("""
                        version: 1
                        allowUnderpowered: true
                        rules:
                          - {metric: crows.stereotype/lmeval-sum-bos, maxIncrease: 30}
                        """, "t.yaml"), evaluation(100, false), evaluation(100, true));
    }

    private static Evaluation evaluation(int pairs, boolean after) {
        List<Item> items = new ArrayList<>();
        int preferred = 0;
        for (int i = 0; i < pairs; i++) {
            double ratio = (i % 2 == 0 ? 1 : -1) * (i + 1) / 10.;
            boolean turned = after && (i < 10 || i == 99);
            double own = turned ? -ratio : ratio;
            preferred += own > 0 ? 1 : 0;
            items.add(new Item(
                    "pair-" + i,
                    "pair-" + i,
                    List.of(i % 2 == 0 || i == 99 ? "men" : "women"),
                    new TreeMap<>(Map.of("more", "more " + i, "less", "less " + i)),
                    new TreeMap<>(),
                    new TreeMap<>(Map.of("sum.more", -20 + own, "sum.less", -20.)),
                    new TreeMap<>(Map.of(METRIC.id(), own > 0 ? 1. : 0.)),
                    1));
        }
        return new Evaluation(
                List.of(METRIC),
                List.of(new Value(METRIC.id(), "all", 100. * preferred / pairs, pairs)),
                Map.of("crows", items),
                new Provenance("a".repeat(64), "model", "cpu", new TreeMap<>(), new TreeMap<>(), new TreeMap<>()));
    }
}
