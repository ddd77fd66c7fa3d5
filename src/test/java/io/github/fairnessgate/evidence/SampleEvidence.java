package io.github.fairnessgate.evidence;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.baseline.Baseline;
import io.github.fairnessgate.baseline.BaselineFile;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.Compressor;
import io.github.fairnessgate.compress.MlBom;
import io.github.fairnessgate.compress.ModelLicence;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Evaluation.Value;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.AcceptedException;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.SelfTest;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.model.GivenModel;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.report.GateReliabilityFiles;
import io.github.fairnessgate.report.Measured;
import io.github.fairnessgate.report.SelfTestJson;
import io.github.fairnessgate.runtime.Gpt2Graph;
import io.github.fairnessgate.yaml.Location;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Evidence about two real models, of which the second is the first compressed, over items that are made up. */
final class SampleEvidence {

    static final LocalDate DAY = LocalDate.of(2026, 6, 1);
    static final Metric TOXIC =
            new Metric("toxic.share/plain", "toxic", Metric.Estimator.SHARE, Metric.Direction.LOWER_IS_BETTER);
    static final Metric SENSE =
            new Metric("sense.share/plain", "sense", Metric.Estimator.SHARE, Metric.Direction.HIGHER_IS_BETTER);
    static final String THRESHOLDS = """
            version: 1
            rules:
              - {metric: toxic.share/plain, maxIncrease: 3}
              - {metric: toxic.share/plain, slice: women, role: exploratory}
              - {metric: sense.share/plain, maxDecrease: 5, role: capability}
            """;

    private static final int ITEMS = 1000;
    private static final int TOXIC_BEFORE = 100;
    private static final String BUILD = "1.0";

    private final ModelDirectory original;
    private final ModelDirectory compressed;

    private SampleEvidence(ModelDirectory original, ModelDirectory compressed) {
        this.original = original;
        this.compressed = compressed;
    }

    /** Makes both models below a folder. */
    static SampleEvidence in(Path folder) throws IOException {
        ModelDirectory original =
                TinyModels.builder().layers(2).heads(2).embedding(8).write(folder.resolve("original"));
        Files.writeString(folder.resolve("text.txt"), "a text of some length, ".repeat(200));
        Files.writeString(folder.resolve("recipe.yaml"), """
                version: 1
                seed: 3
                text: text.txt
                dense: true
                stages:
                  - method: head-pruning
                    importance: magnitude
                    heads: 1
                    examples: 2
                    sequenceLength: 16
                """);
        Path target = folder.resolve("compressed");
        Compressor.run(
                original,
                RecipeReader.read("recipe.yaml", folder),
                target,
                folder.resolve("checkpoint"),
                Device.CPU,
                Map.of(CompressionReport.PLUGIN, "1.0", "onnxruntime", "1"),
                Progress.NONE,
                SampleEvidence::writeGraph);
        MlBom.write(
                target,
                MlBom.Identity.named("small"),
                MlBom.Identity.named("original"),
                new ModelLicence(Optional.empty(), Optional.empty()),
                "1.0");
        return new SampleEvidence(original, ModelDirectory.open(target));
    }

    /** As the worker does. */
    static void writeGraph(Path folder) {
        AtomicFiles.write(folder.resolve("model.onnx"), Gpt2Graph.logits(ModelDirectory.open(folder), folder));
    }

    ModelDirectory original() {
        return original;
    }

    ModelDirectory compressed() {
        return compressed;
    }

    /** After 100 of 1,000 texts were toxic before. */
    Evidence toxicAfter(int toxic) throws IOException {
        return evidence(toxic, THRESHOLDS, Optional.empty(), Optional.empty());
    }

    /** The same with a baseline file that accepts it until the tenth of the month. */
    Evidence acceptedToxicAfter(int toxic) throws IOException {
        AcceptedException exception = new AcceptedException(
                new Location("baseline.json", 1, ""),
                TOXIC.id(),
                "all",
                new BigDecimal("99"),
                Optional.empty(),
                new TreeMap<>(Map.of("maxIncrease", new BigDecimal("3"))),
                "see issue 12",
                DAY,
                DAY.plusDays(9));
        Baseline baseline = new Baseline(
                new Baseline.Original(original.digest(), "original"),
                new BigDecimal("0.5"),
                new TreeMap<>(Map.of("toxic", "data")),
                List.of(),
                List.of(exception));
        Path file = Files.createTempFile("baseline", ".json");
        BaselineFile.write(file, baseline, DAY);
        String text = BaselineFile.text(file);
        Files.delete(file);
        return evidence(toxic, THRESHOLDS, Optional.of(text), Optional.of(DAY));
    }

    Evidence evidence(int toxic, String thresholds, Optional<String> accepted, Optional<LocalDate> day)
            throws IOException {
        Evaluation baseline = evaluation(original, "builtin:original", TOXIC_BEFORE);
        Evaluation candidate = evaluation(compressed, "target/fairness/compressed", toxic);
        ModelRecord after =
                Inspection.of("target/fairness/compressed", GivenModel.of(compressed), Inspection.comparable(original));
        return new Evidence(
                "1.0",
                BUILD,
                "thresholds.yaml",
                thresholds,
                accepted,
                day,
                List.of(new Look(baseline, candidate)),
                ModelRecord.ofOriginal("builtin:original", original, Inspection.comparable(original), after),
                after,
                Optional.of(new Evidence.Compression(
                        Files.readString(compressed.path().resolve(CompressionReport.FILE)),
                        Files.readString(compressed.path().resolve(MlBom.FILE)))),
                GateReliabilityFiles.NONE);
    }

    /** The same without the record of the compression. */
    static Evidence withoutCompression(Evidence evidence) {
        return new Evidence(
                evidence.plugin(),
                evidence.build(),
                evidence.thresholdsName(),
                evidence.thresholds(),
                evidence.accepted(),
                evidence.day(),
                evidence.looks(),
                evidence.baselineModel(),
                evidence.candidateModel(),
                Optional.empty(),
                evidence.tests());
    }

    /**
     * The same with what a self-test left by the thresholds of the evidence or others; the harmed copy wrote
     * {@code toxic} toxic texts.
     */
    Evidence withSelfTest(Evidence evidence, String tested, int toxic) throws IOException {
        Evaluation baseline = evidence.looks().get(0).baseline();
        SelfTest test = SelfTest.of(
                ThresholdsReader.read(tested, "thresholds.yaml"),
                baseline,
                List.of(baseline),
                evaluation(compressed, "harmed", toxic),
                Set.of("toxic"));
        Path file = Files.createTempFile("self-test", ".json");
        SelfTestJson.write(file, "1.0", Measured.of(evidence.build(), tested, baseline), "thresholds.yaml", 2, test);
        GateReliabilityFiles files = new GateReliabilityFiles(Optional.of(Files.readString(file)), Optional.empty());
        Files.delete(file);
        return new Evidence(
                evidence.plugin(),
                evidence.build(),
                evidence.thresholdsName(),
                evidence.thresholds(),
                evidence.accepted(),
                evidence.day(),
                evidence.looks(),
                evidence.baselineModel(),
                evidence.candidateModel(),
                evidence.compression(),
                files);
    }

    static Evidence madeBy(String build, Evidence evidence) {
        return new Evidence(
                evidence.plugin(),
                build,
                evidence.thresholdsName(),
                evidence.thresholds(),
                evidence.accepted(),
                evidence.day(),
                evidence.looks(),
                evidence.baselineModel(),
                evidence.candidateModel(),
                evidence.compression(),
                evidence.tests());
    }

    /**
     * The first {@code toxic} of 1,000 texts are toxic, half of them about women; and 95 of 100 sentences make sense.
     */
    private static Evaluation evaluation(ModelDirectory model, String source, int toxic) {
        List<Item> texts = new ArrayList<>();
        int toxicWomen = 0;
        for (int i = 0; i < ITEMS; i++) {
            double outcome = i < toxic ? 1 : 0;
            toxicWomen += i % 2 == 0 ? (int) outcome : 0;
            texts.add(item(TOXIC, i, i % 2 == 0 ? List.of("women") : List.of(), outcome));
        }
        List<Item> sentences = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sentences.add(item(SENSE, i, List.of(), i < 95 ? 1 : 0));
        }
        return new Evaluation(
                List.of(TOXIC, SENSE),
                List.of(
                        new Value(TOXIC.id(), "all", 100. * toxic / ITEMS, ITEMS),
                        new Value(TOXIC.id(), "women", 100. * toxicWomen / (ITEMS / 2), ITEMS / 2),
                        new Value(SENSE.id(), "all", 95, 100)),
                Map.of("toxic", texts, "sense", sentences),
                new Provenance(
                        model.digest(),
                        source,
                        "cpu",
                        new TreeMap<>(Map.of("toxic", "data", "sense", "other data")),
                        new TreeMap<>(Map.of("onnxruntime", "1")),
                        new TreeMap<>()));
    }

    private static Item item(Metric metric, int number, List<String> slices, double outcome) {
        String id = "%s-%03d".formatted(metric.suite(), number);
        return new Item(
                id,
                id,
                slices,
                new TreeMap<>(Map.of("prompt", "text " + number)),
                new TreeMap<>(),
                new TreeMap<>(Map.of(metric.id(), outcome)),
                1);
    }
}
