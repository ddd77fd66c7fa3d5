package io.github.fairnessgate.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.compress.Compressor;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.Evaluator;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.Suite;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.train.TrainingEngine;
import io.github.fairnessgate.worker.SpeedComparison;
import io.github.fairnessgate.worker.SpeedRounds;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What compression does to a model: for each recipe and each step of pruning, bytes, latency, quality, bias and
 * toxicity, with the interval of the change against the model itself, as a table in Markdown.
 *
 * <pre>{@code java CompressionTable MODEL FOLDER [ROW...]}</pre>
 *
 * <p>FOLDER keeps rows and evaluations, so that a run that was interrupted goes on; it is of no use to another version
 * of the sources. ROW is the beginning of a row's name; without any, all rows are made.
 */
public final class CompressionTable {

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final String RECIPE = "version: 1\nseed: 20220101\ntext: builtin:gpt2-samples\nstages:\n";
    private static final String HEADS =
            "  - {method: head-pruning, importance: michel, heads: %s, examples: 128, sequenceLength: 256, step: 0.1}\n";
    private static final String WEIGHTS = "  - {method: weight-pruning, importance: wanda, sparsity: %s}\n";
    private static final String LAYERS = "  - {method: layer-pruning, importance: loss, layers: %d}\n";
    private static final String RECOVERY =
            "  - {method: distillation, teacher: original, layers: %d, steps: 240, learningRate: 5e-4, loss: {ce: 1}}\n";
    private static final String INT8 = "  - {method: quantization, scheme: int8}\n";

    /**
     * What is measured. Nothing is judged here: a file of thresholds needs a limit, and the intervals do not depend on
     * it.
     */
    private static final String METRICS = """
            version: 1
            suites:
              perplexity: {limit: 400}
              rtp: {limit: 200, continuations: 5}
            rules:
              - {metric: perplexity.token/strided, maxRatio: 1000, role: capability}
              - {metric: stereoset.lms/official, role: exploratory}
              - {metric: stereoset.ss/micro, compare: signed, role: exploratory}
              - {metric: crows-pairs.stereotype/biasbench-geomean, compare: signed, role: exploratory}
              - {metric: rtp.toxicity/embedded, role: exploratory}
            """;

    private final ModelDirectory original;
    private final Path folder;
    private final Thresholds metrics = ThresholdsReader.read(METRICS, "metrics");
    private final EvaluationCache cache;
    private final List<Suite> suites;

    private CompressionTable(ModelDirectory original, Path folder) {
        this.original = original;
        this.folder = folder;
        this.cache = new EvaluationCache(folder.resolve("evaluations"));
        this.suites = Suites.measuring(
                        metrics.rules().stream().map(rule -> rule.metric()).toList(),
                        metrics.suites(),
                        folder.toString(),
                        Judges.only(ScorerReference.embedded()))
                .stream()
                .map(Suites::create)
                .toList();
    }

    /**
     * A compressed model.
     *
     * @param milliseconds to score one sequence, a median
     * @param latency the same divided by the original's, measured in turns
     */
    record Row(long bytes, double milliseconds, double latency, List<Cell> cells) {}

    /**
     * A metric of a compressed model.
     *
     * @param value of the model
     * @param low of the 90 % interval of its change; for a perplexity the ratio
     * @param high likewise
     */
    record Cell(String metric, double original, double value, double low, double high) {}

    public static void main(String[] arguments) throws IOException {
        CompressionTable table = new CompressionTable(
                ModelDirectory.open(Path.of(arguments[0])),
                Path.of(arguments[1]).toAbsolutePath());
        List<String> wanted = Arrays.asList(arguments).subList(2, arguments.length);
        Map<String, Row> rows = new LinkedHashMap<>();
        for (Map.Entry<String, Recipe> recipe : table.recipes().entrySet()) {
            if (wanted.isEmpty() || wanted.stream().anyMatch(recipe.getKey()::startsWith)) {
                long start = SYSTEM.getProcessCpuTime();
                rows.put(recipe.getKey(), table.row(recipe.getValue()));
                System.err.printf(
                        Locale.ROOT,
                        "%s: %.0f s of processor time%n",
                        recipe.getKey(),
                        (SYSTEM.getProcessCpuTime() - start) / 1e9);
            }
        }
        table.print(rows);
    }

    /** The rows of the table, by name. */
    private Map<String, Recipe> recipes() throws IOException {
        int layers = original.config().layers();
        Map<String, Recipe> recipes = new LinkedHashMap<>();
        recipes.put("`int8`", RecipeReader.read("int8", folder));
        recipes.put("`quickstart-distillation`", RecipeReader.read("quickstart-distillation", folder));
        recipes.put("`wanda-2of4`", RecipeReader.read("wanda-2of4", folder));
        for (int percent = 10; percent <= 70; percent += 10) {
            recipes.put("weights, " + percent + " %", recipe("weights-" + percent, WEIGHTS.formatted(percent / 100.0)));
        }
        for (int percent = 10; percent <= 50; percent += 10) {
            recipes.put(
                    "heads, " + percent + " %" + (percent == 30 ? " (`heads-30`)" : ""),
                    percent == 30
                            ? RecipeReader.read("heads-30", folder)
                            : recipe("heads-" + percent, HEADS.formatted(percent / 100.0)));
        }
        recipes.put(
                "heads, 30 %, recovered, `int8`",
                recipe("recovered", HEADS.formatted("0.3") + RECOVERY.formatted(layers) + INT8));
        for (int left = layers - 1; left >= Math.min(2, layers - 1); left--) {
            recipes.put("layers, " + left + " of " + layers, recipe("layers-" + left, LAYERS.formatted(layers - left)));
        }
        return recipes;
    }

    private Recipe recipe(String name, String stages) throws IOException {
        Path file = folder.resolve("recipes").resolve(name + ".yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, RECIPE + stages);
        return RecipeReader.read(file.toString(), folder);
    }

    private Row row(Recipe recipe) throws IOException {
        String key = original.digest() + recipe.digest() + METRICS;
        Path kept = folder.resolve("rows").resolve(Digests.sha256(key.getBytes(StandardCharsets.UTF_8)) + ".json");
        if (Files.exists(kept)) {
            return Json.MAPPER.readValue(kept.toFile(), Row.class);
        }
        Path compressed = folder.resolve("compressed");
        Compressor.run(
                original,
                recipe,
                compressed,
                folder.resolve("checkpoint"),
                Device.CPU,
                Map.of(),
                Progress.NONE,
                finished -> {});
        ModelDirectory model = ModelDirectory.open(compressed);
        SpeedComparison speed =
                SpeedComparison.of(SpeedRounds.measure(original, model, Device.CPU, SpeedRounds.ROUNDS, Progress.NONE));
        Row row = new Row(
                model.weightBytes(),
                speed.after().firstTokenMilliseconds(),
                speed.after().firstTokenMilliseconds() / speed.before().firstTokenMilliseconds(),
                cells(evaluate(model)));
        AtomicFiles.write(kept, Json.MAPPER.writeValueAsBytes(row));
        AtomicFiles.delete(compressed);
        return row;
    }

    private Evaluation evaluate(ModelDirectory directory) {
        Provenance provenance = new Provenance(
                directory.digest(),
                directory.path().getFileName().toString(),
                Device.CPU.id(),
                new TreeMap<>(),
                new TreeMap<>(TrainingEngine.versions()),
                new TreeMap<>());
        List<Evaluation> parts = new ArrayList<>();
        try (LanguageModel model = OnnxGpt2.open(directory, Device.CPU)) {
            for (Suite suite : suites) {
                parts.add(cache.find(suite, provenance, Progress.NONE).orElseGet(() -> {
                    Evaluation made = Evaluator.evaluate(model, List.of(suite), provenance, Progress.NONE);
                    cache.keep(suite, made);
                    return made;
                }));
            }
        }
        return Evaluation.merge(parts);
    }

    private List<Cell> cells(Evaluation candidate) {
        return Gate.decide(metrics, evaluate(original), candidate).results().stream()
                .map(CompressionTable::cell)
                .toList();
    }

    private static Cell cell(RuleResult result) {
        RuleResult.Change change = result.change().orElseThrow();
        // The gate's interval is of the increase of harm.
        boolean harmIsLack = result.metric().direction() == Metric.Direction.HIGHER_IS_BETTER;
        double low = harmIsLack ? -change.interval().high() : change.interval().low();
        double high = harmIsLack ? -change.interval().low() : change.interval().high();
        return new Cell(result.metric().id(), result.baseline(), result.candidate(), low, high);
    }

    private void print(Map<String, Row> rows) {
        List<Cell> first = rows.values().iterator().next().cells();
        StringBuilder table = new StringBuilder("| | bytes | latency, ms |");
        first.forEach(cell -> table.append(" `").append(cell.metric()).append("` |"));
        table.append("\n|---|---|---|")
                .append("---|".repeat(first.size()))
                .append("\n| original | ")
                .append("%,d | 1 |".formatted(original.weightBytes()));
        first.forEach(
                cell -> table.append(' ').append(number(cell, cell.original())).append(" |"));
        rows.forEach((name, row) -> {
            table.append(String.format(
                    Locale.ROOT,
                    "%n| %s | %,d | %.1f (%.2f times) |",
                    name,
                    row.bytes(),
                    row.milliseconds(),
                    row.latency()));
            row.cells()
                    .forEach(cell -> table.append(' ')
                            .append(number(cell, cell.value()))
                            .append(change(cell))
                            .append(" |"));
        });
        System.out.println(table);
    }

    private static String number(Cell cell, double value) {
        return String.format(Locale.ROOT, isToxicity(cell) ? "%.4f" : "%.1f", value);
    }

    private static String change(Cell cell) {
        String format = cell.metric().startsWith("perplexity.")
                ? " (%.3f to %.3f times)"
                : isToxicity(cell) ? " (%+.4f to %+.4f)" : " (%+.1f to %+.1f)";
        return String.format(Locale.ROOT, format, cell.low(), cell.high());
    }

    private static boolean isToxicity(Cell cell) {
        return cell.metric().startsWith("rtp.");
    }
}
