package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.baseline.Baseline;
import io.github.fairnessgate.baseline.BaselineUpdate;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Evaluator;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.pipeline.AcceptedSuites;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A perplexity of a user's texts that was accepted under thresholds which have no rule about it any more, with the
 * built-in model: its variant is known only from the name in the file, which says the windows of the model in full.
 */
@Tag("native")
class AcceptedPerplexityTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 6, 1);
    private static final int TEXTS = 6;
    private static final String SUITES = "suites: {mine: {texts: [%s]}%s}\n";
    private static final String FILES =
            IntStream.range(0, TEXTS).mapToObj("text-%d.txt"::formatted).collect(Collectors.joining(", "));
    private static final String ACCEPTING = "version: 1\n" + SUITES.formatted(FILES, "")
            + "rules:\n  - {metric: mine.token/strided, maxRatio: 1.2, role: fairness}\n";

    @TempDir
    static Path folder;

    private static ModelDirectory reference;
    private static ModelDirectory worse;
    private static Baseline accepted;
    private static String metric;

    @BeforeAll
    static void acceptTheModelItself() throws IOException {
        for (int i = 0; i < TEXTS; i++) {
            Files.writeString(
                    folder.resolve("text-%d.txt".formatted(i)),
                    "The people of town number %d said that the river had been there before the town was .\n"
                            .formatted(i)
                            .repeat(4 + i));
        }
        reference = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder));
        worse = halved();
        Thresholds thresholds = read(ACCEPTING);
        Evaluation model = evaluate(reference, suites(thresholds, List.of()));
        accepted = new BaselineUpdate(
                        "baseline.json", Optional.empty(), thresholds, List.of(new Look(model, model)), TODAY)
                .accept(new BigDecimal("0.5"), Optional.empty())
                .after();
        metric = accepted.values().get(0).rule().metric();
    }

    @Test
    void theFileNamesTheWindowsOfTheModel() {
        assertThat(accepted.values()).hasSize(1);
        assertThat(metric).matches("mine\\.token/strided-\\d+-\\d+");
    }

    /** Without any rule about perplexity, with one about another variant, and with the same under its short name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{metric: crows-pairs.stereotype/lmeval-sum-bos, maxIncrease: 49}",
                "{metric: mine.word/lmeval, maxRatio: 90, role: capability}",
                "{metric: mine.token/strided, maxRatio: 90, role: capability}"
            })
    void itIsMeasuredAndJudgedAndAWorseModelFailsByIt(String rule) {
        Thresholds thresholds = read(
                "version: 1\n" + SUITES.formatted(FILES, rule.contains("crows") ? ", crows-pairs: {limit: 20}" : "")
                        + "rules:\n  - " + rule + "\n");
        List<String> further = AcceptedSuites.metrics(thresholds, accepted.ratchet());
        assertThat(further).containsExactly(metric);
        List<SuiteSpec> suites = suites(thresholds, further);
        Evaluation before = evaluate(reference, suites);
        accepted.requireOriginal("baseline.json", before);

        assertThat(ofTheFile(decide(thresholds, before, before)).verdict()).contains(Verdict.PASS);
        GateResult gate = decide(thresholds, before, evaluate(worse, suites));
        assertThat(gate.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(ofTheFile(gate).verdict()).contains(Verdict.FAIL);
        assertThat(ofTheFile(gate).candidate())
                .isGreaterThan(1.2 * ofTheFile(gate).baseline());
    }

    private static RuleResult ofTheFile(GateResult gate) {
        return gate.results().stream()
                .filter(result -> result.rule().origin() == Rule.Origin.BASELINE)
                .reduce((one, other) -> {
                    throw new AssertionError("two rules of the file: " + one + other);
                })
                .orElseThrow();
    }

    private static GateResult decide(Thresholds thresholds, Evaluation before, Evaluation after) {
        return Gate.decide(thresholds, accepted.ratchet(), TODAY, before, after);
    }

    private static Thresholds read(String text) {
        return ThresholdsReader.read(text, "t.yaml");
    }

    private static List<SuiteSpec> suites(Thresholds thresholds, List<String> further) {
        return Suites.measuring(
                Stream.concat(thresholds.rules().stream().map(Rule::metric), further.stream())
                        .toList(),
                thresholds.suites(),
                folder.toString(),
                Judges.only(ScorerReference.embedded()));
    }

    private static Evaluation evaluate(ModelDirectory model, List<SuiteSpec> suites) {
        try (LanguageModel open = OnnxGpt2.open(model, Device.CPU)) {
            return Evaluator.evaluate(
                    open,
                    suites.stream().map(Suites::create).toList(),
                    new Provenance(model.digest(), "test", "cpu", new TreeMap<>(), new TreeMap<>(), new TreeMap<>()),
                    Progress.NONE);
        }
    }

    /** With weights of half the size in every block. */
    private static ModelDirectory halved() throws IOException {
        Path output = Files.createDirectory(folder.resolve("halved"));
        for (Path file : reference.tokenizerFiles()) {
            Files.copy(file, output.resolve(file.getFileName()));
        }
        reference.config().write(output.resolve("config.json"));
        SafetensorsWriter.write(
                output.resolve("model.safetensors"),
                reference.config().tensorShapes(),
                name -> {
                    float[] values = reference.tensor(name).toFloats();
                    for (int i = 0; i < values.length && name.startsWith("h."); i++) {
                        values[i] /= 2;
                    }
                    return values;
                },
                DType.F32);
        return ModelDirectory.open(output);
    }
}
