package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.InTurns.Found;
import io.github.fairnessgate.metric.MetricId;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.ShippedSize;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostSuitesTest {

    @TempDir
    Path folder;

    @Test
    void aModelIsAsLargeAsItsFilesAndItsParametersAreCounted() throws IOException {
        ModelDirectory model = TinyModels.builder().layers(2).write(folder.resolve("model"));
        long bytes = 0;
        for (Path file : model.decidingFiles()) {
            bytes += Files.size(file);
        }

        ShippedSize size = ShippedSize.of(model);

        assertThat(size.bytes()).isEqualTo(bytes).isGreaterThan(model.weightBytes());
        assertThat(size.parameters()).isEqualTo(model.parameters());
        assertThat(size.nonzero()).isPositive().isLessThanOrEqualTo(size.parameters());
    }

    @Test
    void zerosDoNotCount() {
        ModelDirectory model = TinyModels.builder().write(folder.resolve("model"));
        Path pruned = folder.resolve("pruned");
        model.config().write(pruned.resolve("config.json"));
        ModelDirectory.writeWeights(
                pruned,
                model.config(),
                name -> name.equals("wpe.weight")
                        ? new float[model.tensor(name).toFloats().length]
                        : model.tensor(name).toFloats(),
                model.dtype().orElseThrow());
        model.tokenizerFiles().forEach(file -> {
            try {
                Files.copy(file, pruned.resolve(file.getFileName()));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });

        ShippedSize before = ShippedSize.of(model);
        ShippedSize after = ShippedSize.of(ModelDirectory.open(pruned));

        assertThat(after.parameters()).isEqualTo(before.parameters());
        assertThat(before.nonzero() - after.nonzero())
                .isEqualTo((long) model.config().positions() * model.config().embedding());
    }

    @Test
    void idsOfOneVariantHaveNoSlash() {
        assertThat(MetricId.of("size.bytes").toString()).isEqualTo("size.bytes");
        assertThat(MetricId.of("latency.decode").means(MetricId.of("latency.decode")))
                .isTrue();
        assertThat(MetricId.of("latency.decode").means(MetricId.of("latency.prefill")))
                .isFalse();
        assertThat(Suites.title("latency.decode")).isEqualTo("Latency of writing a token (decode), ms");
        assertThat(Suites.isAboutCost("memory.peak")).isTrue();
        assertThat(Suites.isAboutCost("stereoset.ss/official")).isFalse();
    }

    @Test
    void roundsBecomeItemsOfBothModelsUnderOneDigest() {
        InTurns latency = (InTurns) Suites.measurement(spec("latency", 2));

        List<Evaluation> both = latency.evaluations(
                found("a", new double[] {10, 12}, new double[] {2, 3}),
                found("b", new double[] {5, 6}, new double[] {1, 1}),
                "2 rounds on a machine");

        assertThat(latency.rounds()).isEqualTo(2);
        assertThat(both.get(0).value("latency.prefill", "all").orElseThrow().value())
                .isEqualTo(11);
        assertThat(both.get(1).value("latency.decode", "all").orElseThrow().value())
                .isEqualTo(1);
        assertThat(both.get(0).provenance().settings()).containsEntry("latency", "2 rounds on a machine");
        assertThat(both.get(0).provenance().model()).isEqualTo("a");
        assertThat(both.get(0).provenance().data().get("latency"))
                .isEqualTo(both.get(1).provenance().data().get("latency"))
                .isNotEqualTo(latency.evaluations(
                                found("a", new double[] {10, 12}, new double[] {2, 3}),
                                found("b", new double[] {5, 6}, new double[] {1, 2}),
                                "2 rounds on a machine")
                        .get(0)
                        .provenance()
                        .data()
                        .get("latency"));
        assertThat(both.get(0).contradiction()).isEmpty();
    }

    @Test
    void whatTheSystemDoesNotTellIsAnErrorAndNoZero() {
        InTurns latency = (InTurns) Suites.measurement(spec("latency", 1));

        assertThatThrownBy(() -> latency.evaluations(
                        found("a", new double[] {0}, new double[] {2}),
                        found("b", new double[] {5}, new double[] {1}),
                        ""))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("latency.prefill is 0.0 in round 1, but it must be above 0");
    }

    @Test
    void roundsAndOtherOptionsBelongToSuitesThatHaveThem() {
        assertThat(Suites.measurement(new SuiteSpec("memory", List.of(), SuiteOptions.NONE, ".", JUDGES))
                        .extents()
                        .get(0)
                        .items())
                .isEqualTo(10);
        assertThatThrownBy(() -> Suites.measurement(spec("crows-pairs", 3)))
                .hasMessageContaining("only latency and memory are measured in rounds");
        assertThatThrownBy(() -> Suites.measurement(new SuiteSpec(
                        "size",
                        List.of(),
                        new SuiteOptions(OptionalInt.of(3), 0, OptionalInt.empty(), Optional.empty()),
                        ".",
                        JUDGES)))
                .hasMessageContaining("it has no data to choose from");
    }

    private static final Judges JUDGES = Judges.only(ScorerReference.ngram());

    private static SuiteSpec spec(String suite, int rounds) {
        return new SuiteSpec(
                suite,
                List.of(),
                new SuiteOptions(
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        0,
                        OptionalInt.empty(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        OptionalInt.of(rounds)),
                ".",
                JUDGES);
    }

    private static Found found(String model, double[] prefill, double[] decode) {
        TreeMap<String, double[]> rounds = new TreeMap<>();
        rounds.put(InTurns.LATENCY_PREFILL, prefill);
        rounds.put(InTurns.LATENCY_DECODE, decode);
        return new Found(Provenance.of(model, model, Device.CPU, EvaluationPrecision.FLOAT32, new TreeMap<>()), rounds);
    }
}
