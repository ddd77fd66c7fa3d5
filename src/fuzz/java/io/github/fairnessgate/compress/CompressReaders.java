package io.github.fairnessgate.compress;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.counterfactual.SwapListReader;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.fuzz.ByteMutator;
import io.github.fairnessgate.fuzz.JsonMutator;
import io.github.fairnessgate.fuzz.LinesMutator;
import io.github.fairnessgate.fuzz.Mutator;
import io.github.fairnessgate.fuzz.Target;
import io.github.fairnessgate.fuzz.YamlMutator;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.report.CompressionSummary;
import io.github.fairnessgate.train.Distiller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The readers of recipes, of what a compression says about itself, and of what it left when it was interrupted. */
public final class CompressReaders {

    /** Of a model that was compressed, in the folder of all readers. */
    public static final String MADE = "compression";

    private static final Mutator JSON = new JsonMutator().andBytes();

    private static final List<String> RECIPES = List.of("""
            version: 1
            seed: 7
            text: [a.txt, 'b/*.txt']
            stages:
              - method: distillation
                layers: [0, 2, 5]
                temperature: 3
                loss: {ce: 0.1, clm: 0.2, mse: 0.3, cosine: 0.4, reverseKl: 0.5, hidden: 0.6, attention: 0.7}
                topK: 50
                freezePositions: true
                steps: 300
                batchSize: 4
                sequenceLength: 64
                learningRate: 1e-3
                schedule: cosine
                warmup: 0.1
                clip: 1.5
                gradientAccumulation: 2
                validation: {windows: 10, every: 20, patience: 2}
                checkpointEvery: 7
                precision: float16
                counterfactual: {swaps: builtin:winobias, augment: true, teacher: mean}
            """, """
            version: 1
            seed: 7
            text: a.txt
            stages:
              - method: head-pruning
                importance: michel
                heads: 0.3
              - {method: quantization, scheme: int8, blockSize: 32}
            """);

    private CompressReaders() {}

    /** @param root where the readers' folders are made */
    public static List<Target> all(Path root) throws IOException {
        Path recipe = Files.createDirectories(root.resolve("recipe"));
        Path licence = Files.createDirectories(root.resolve("licence"));
        ModelDirectory original = TinyModels.create(root.resolve("compress-original"));
        Path made = Files.createDirectories(root.resolve(MADE));
        Files.writeString(root.resolve("text.txt"), "a text of some length, ".repeat(200));
        Files.writeString(
                root.resolve("recipe.yaml"),
                "version: 1\nseed: 3\ntext: text.txt\nstages:\n  - {method: head-pruning, importance: magnitude, "
                        + "heads: 1, examples: 2, sequenceLength: 16}\n");
        AtomicFiles.delete(made);
        Compressor.run(
                original,
                RecipeReader.read("recipe.yaml", root),
                made,
                root.resolve("compress-checkpoint"),
                Device.CPU,
                Map.of(CompressionReport.PLUGIN, "1.0"),
                Progress.NONE,
                folder -> {});
        MlBom.write(
                made,
                MlBom.Identity.named("small"),
                MlBom.Identity.named("original"),
                new ModelLicence(Optional.empty(), Optional.empty()),
                "1.0");
        return List.of(
                new Target(
                        "recipe",
                        "recipe.yaml",
                        recipe,
                        texts(RECIPES),
                        new YamlMutator().andBytes(),
                        file -> RecipeReader.read("recipe.yaml", recipe)
                                .stages()
                                .toString()),
                report(made, ModelDirectory.open(made)),
                bom(made, root.resolve("bom")),
                record(root.resolve("record")),
                stage(root, original),
                training(root.resolve("training-state")),
                pairs(root.resolve("bias-pairs")),
                swaps(Files.createDirectories(root.resolve("swaps"))),
                new Target(
                        "licence",
                        "README.md",
                        licence,
                        texts(List.of("---\nlicense: mit\ntags:\n- a\n---\n# Model\n")),
                        new LinesMutator(new ByteMutator()).andBytes(),
                        file -> ModelLicence.of(licence).toString()));
    }

    private static List<byte[]> texts(List<String> texts) {
        return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }

    /** The pairs by which a recipe ranks heads. */
    private static Target pairs(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("recipe.yaml"),
                "version: 1\nseed: 7\ntext: a.txt\nstages:\n"
                        + "  - {method: head-pruning, importance: fasp, heads: 0.3, pairs: pairs.jsonl}\n");
        StringBuilder pairs = new StringBuilder();
        for (int i = 0; i < 21; i++) {
            pairs.append(
                    "{\"id\": \"%d\", \"more\": \"She is number %d.\", \"less\": \"He is number %d.\", \"slices\": [\"women\"]}\n"
                            .formatted(i, i, i));
        }
        return new Target(
                "bias-pairs",
                "pairs.jsonl",
                folder,
                texts(List.of(pairs.toString())),
                new LinesMutator(new JsonMutator()).andBytes(),
                file -> RecipeReader.read("recipe.yaml", folder)
                        .stages()
                        .toString()
                        .replaceAll("[0-9a-f]{64}", "the digest"));
    }

    /** The words that a distillation exchanges. */
    private static Target swaps(Path folder) {
        return new Target(
                "swaps",
                "swaps.tsv",
                folder,
                texts(List.of(
                        "# people\nking\tqueen\nhis\ther\nhis\thers\nma'am\tsir\nmother-in-law\tfather-in-law\n")),
                new LinesMutator(new ByteMutator()).andBytes(),
                file -> SwapListReader.read("swaps.tsv", folder).counterparts().toString());
    }

    private static Target report(Path folder, ModelDirectory model) throws IOException {
        String digest = model.digest();
        return new Target(
                "compression-report",
                CompressionReport.FILE,
                folder,
                List.of(Files.readAllBytes(folder.resolve(CompressionReport.FILE))),
                JSON,
                file -> {
                    Optional<CompressionSummary> summary = CompressionSummary.of(folder, digest);
                    CompressionAgreement agreement = new CompressionAgreement("the model in " + folder);
                    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                    agreement.requireAbout(text, digest);
                    agreement.requireCounts(text, model);
                    agreement.requireSame(Files.readString(folder.resolve(MlBom.FILE)), MlBom.FILE, text);
                    return Json.MAPPER.writeValueAsString(
                            summary.map(Object::toString).orElse("none"));
                });
    }

    private static Target bom(Path made, Path folder) throws IOException {
        Files.createDirectories(folder);
        byte[] good = Files.readAllBytes(made.resolve(MlBom.FILE));
        String report = Files.readString(made.resolve(CompressionReport.FILE));
        return new Target("bill-of-materials", MlBom.FILE, folder, List.of(good), JSON, file -> {
            new CompressionAgreement(folder.toString())
                    .requireSame(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), MlBom.FILE, report);
            return "agrees";
        });
    }

    private static Target record(Path folder) throws IOException {
        Files.createDirectories(folder);
        new CompressionRecord("a".repeat(64), new java.util.TreeMap<>(Map.of("config.json", "b".repeat(64))))
                .write(folder.resolve("record.json"));
        return new Target(
                "compression-record",
                "record.json",
                folder,
                List.of(Files.readAllBytes(folder.resolve("record.json"))),
                JSON,
                file -> CompressionRecord.read(file).toString());
    }

    private static Target stage(Path root, ModelDirectory original) throws IOException {
        Path folder = Files.createDirectories(root.resolve("checkpoint"));
        Checkpoints checkpoints = Checkpoints.of(folder, Map.of("model", original.digest()), Progress.NONE);
        StageReport report = Json.MAPPER.treeToValue(
                Json.MAPPER
                        .readTree(root.resolve(MADE)
                                .resolve(CompressionReport.FILE)
                                .toFile())
                        .at("/stages/0/stage"),
                StageReport.class);
        checkpoints.finish(0, target -> {
            ModelDirectory copy = TinyModels.create(target);
            return new Checkpoints.FinishedStage(copy.digest(), report, 1.5);
        });
        Path file = checkpoints.folder(0).resolve("stage.json");
        return new Target(
                "checkpoint",
                folder.relativize(file).toString(),
                folder,
                List.of(Files.readAllBytes(file)),
                JSON,
                input -> {
                    Checkpoints.FinishedStage finished = checkpoints.finished(0).orElseThrow();
                    return Json.MAPPER.writeValueAsString(finished);
                });
    }

    private static Target training(Path folder) throws IOException {
        Files.createDirectories(folder);
        TrainingCheckpoint.State state = new TrainingCheckpoint.State(
                "c".repeat(64), new TrainingProgress(List.<Distiller.Step>of(), Validations.NONE));
        Path file = folder.resolve("state.json");
        CheckpointFiles.write(file, state);
        return new Target(
                "training-state",
                "state.json",
                folder,
                List.of(Files.readAllBytes(file)),
                JSON,
                input -> Json.MAPPER.writeValueAsString(
                        CheckpointFiles.read(input, TrainingCheckpoint.State.class, folder)));
    }
}
