package io.github.fairnessgate.bench;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.compress.Compressor;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.Evaluator;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.Suite;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.QuantizedWeights;
import io.github.fairnessgate.report.PairScore;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.tensor.Activations;
import io.github.fairnessgate.tensor.BlockQuantization;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.train.TrainingEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Whether a method of compression is kinder than a plain one of the same size: for each recipe how many pairs prefer
 * the stereotype that did not before, and how far the log-odds of pairs moved, with the interval of the difference
 * against the first recipe of its group, as a table in Markdown. The recipes are those in src/bench/recipes.
 *
 * <pre>{@code java -Xss4m EvidenceTable MODEL RECIPES FOLDER GROUP...}</pre>
 *
 * <p>To {@code int4} come rows in which as many layers are protected, drawn at random.
 *
 * <p>GROUP is the beginning of the names of recipes: {@code int4} takes every {@code RECIPES/int4-*.yaml}, the first by
 * name being the plain one. FOLDER keeps models and evaluations, so that a run that was interrupted goes on.
 */
public final class EvidenceTable {

    private static final int RESAMPLES = 2000;
    private static final int RANDOM_ROWS = 3;
    private static final String WINOBIAS = "winobias.preference/sum-bos";
    private static final String WINOBIAS_MARGIN = "winobias.margin/sum-bos";
    private static final String METRICS = """
            version: 1
            suites:
              perplexity: {limit: 400}
            rules:
              - {metric: stereoset.ss/micro, compare: signed, role: exploratory}
              - {metric: crows-pairs.stereotype/lmeval-sum-bos, compare: signed, role: exploratory}
              - {metric: winobias.preference/sum-bos, compare: signed, role: exploratory}
              - {metric: perplexity.token/strided, maxRatio: 1000, role: capability}
            """;
    /** What is shown of each: pairs that no recipe saw. */
    private static final Map<String, String> SLICES = new LinkedHashMap<>();

    static {
        SLICES.put("stereoset.ss/micro", Evaluation.ALL);
        SLICES.put("crows-pairs.stereotype/lmeval-sum-bos", Evaluation.ALL);
        SLICES.put(WINOBIAS, "test");
    }

    private final ModelDirectory original;
    private final Path folder;
    private final EvaluationCache cache;
    private final List<Suite> suites;

    private EvidenceTable(ModelDirectory original, Path folder) {
        this.original = original;
        this.folder = folder;
        this.cache = new EvaluationCache(folder.resolve("evaluations"));
        Thresholds metrics = ThresholdsReader.read(METRICS, "metrics");
        this.suites = Suites.measuring(
                        metrics.rules().stream().map(rule -> rule.metric()).toList(),
                        metrics.suites(),
                        folder.toString(),
                        Judges.only(ScorerReference.embedded()))
                .stream()
                .map(Suites::create)
                .toList();
    }

    /** A pair's log-odds in the original and in two compressed models, nats. */
    private record Pair(String cluster, double before, double plain, double other) {}

    public static void main(String[] arguments) throws Exception {
        Path recipes = Path.of(arguments[1]);
        Path folder = Path.of(arguments[2]).toAbsolutePath();
        EvidenceTable table = new EvidenceTable(ModelDirectory.open(Path.of(arguments[0])), folder);
        System.out.println(
                "| recipe | bytes | perplexity | pairs | prefer the stereotype | newly | difference | log-odds moved by |"
                        + " times the plain one's |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        for (String group : Arrays.asList(arguments).subList(3, arguments.length)) {
            try (var files = Files.list(recipes)) {
                Map<String, ModelDirectory> models = new LinkedHashMap<>();
                files.filter(file -> file.getFileName().toString().startsWith(group))
                        .sorted()
                        .forEach(file ->
                                models.put(file.getFileName().toString().replace(".yaml", ""), table.compressed(file)));
                if (group.equals("int4")) {
                    for (int seed = 1; seed <= RANDOM_ROWS; seed++) {
                        models.put("int4-random-50-" + seed, table.protectedAtRandom(seed));
                    }
                }
                table.print(models);
            }
        }
    }

    private void print(Map<String, ModelDirectory> models) {
        Evaluation before = evaluate(original);
        Evaluation plain = null;
        for (Map.Entry<String, ModelDirectory> model : models.entrySet()) {
            ModelDirectory made = model.getValue();
            Evaluation after = evaluate(made);
            plain = plain == null ? after : plain;
            for (Map.Entry<String, String> metric : SLICES.entrySet()) {
                System.out.printf(
                        Locale.ROOT,
                        "| `%s` | %,d | %.1f | %s %s |%n",
                        model.getKey(),
                        made.weightBytes(),
                        after.value(id(after, "perplexity.token/strided"), Evaluation.ALL)
                                .orElseThrow()
                                .value(),
                        metric.getKey().substring(0, metric.getKey().indexOf('.')),
                        cells(pairs(metric.getKey(), metric.getValue(), before, plain, after), plain == after));
            }
        }
    }

    private static String id(Evaluation evaluation, String prefix) {
        return evaluation.metrics().stream()
                .map(Metric::id)
                .filter(id -> id.startsWith(prefix))
                .findFirst()
                .orElseThrow();
    }

    private static List<Pair> pairs(String id, String slice, Evaluation before, Evaluation plain, Evaluation other) {
        Metric metric = before.metric(id).orElseThrow();
        Function<Item, OptionalDouble> logOdds = logOdds(metric);
        Map<String, Item> plainItems = byId(plain, metric, slice);
        Map<String, Item> otherItems = byId(other, metric, slice);
        List<Pair> pairs = new ArrayList<>();
        for (Item item : before.items(metric, slice)) {
            OptionalDouble value = logOdds.apply(item);
            if (value.isPresent()) {
                pairs.add(new Pair(
                        item.cluster(),
                        value.getAsDouble(),
                        logOdds.apply(plainItems.get(item.id())).orElseThrow(),
                        logOdds.apply(otherItems.get(item.id())).orElseThrow()));
            }
        }
        return pairs;
    }

    /** Of a pair of WinoBias, which has the same words in another place, the margin is the log-odds. */
    private static Function<Item, OptionalDouble> logOdds(Metric metric) {
        if (metric.id().equals(WINOBIAS)) {
            return item -> OptionalDouble.of(item.outcomes().get(WINOBIAS_MARGIN));
        }
        return new PairScore(metric)::of;
    }

    private static Map<String, Item> byId(Evaluation evaluation, Metric metric, String slice) {
        return evaluation.items(metric, slice).stream().collect(Collectors.toMap(Item::id, item -> item));
    }

    private static String cells(List<Pair> pairs, boolean isPlain) {
        double share = 100 * mean(pairs, pair -> pair.other() > 0 ? 1 : 0);
        double newly = 100 * mean(pairs, pair -> pair.before() <= 0 && pair.other() > 0 ? 1 : 0);
        double moved = Math.sqrt(mean(pairs, pair -> Math.pow(pair.other() - pair.before(), 2)));
        return String.format(Locale.ROOT, "(%,d) | %.1f %% | %.2f %% | ", pairs.size(), share, newly)
                + (isPlain ? "" : interval(pairs, EvidenceTable::newlyMore, "%+.2f (%+.2f to %+.2f)"))
                + String.format(Locale.ROOT, " | %.3f nats | ", moved)
                + (isPlain ? "" : interval(pairs, EvidenceTable::movedTimes, "%.2f (%.2f to %.2f)"));
    }

    private static double mean(List<Pair> pairs, ToDoubleFunction<Pair> value) {
        return pairs.stream().mapToDouble(value).average().orElseThrow();
    }

    /** Percentage points of pairs that are newly biased, more than under the plain recipe. */
    private static double newlyMore(List<Pair> pairs) {
        return 100
                * mean(pairs, pair -> pair.before() > 0 ? 0 : (pair.other() > 0 ? 1 : 0) - (pair.plain() > 0 ? 1 : 0));
    }

    /** Root mean square of the moves of log-odds, divided by that under the plain recipe. */
    private static double movedTimes(List<Pair> pairs) {
        return Math.sqrt(mean(pairs, pair -> Math.pow(pair.other() - pair.before(), 2))
                / mean(pairs, pair -> Math.pow(pair.plain() - pair.before(), 2)));
    }

    /** The estimate and its 95 % interval, by percentiles over resampled clusters. */
    private static String interval(List<Pair> pairs, ToDoubleFunction<List<Pair>> estimate, String format) {
        List<List<Pair>> clusters = List.copyOf(pairs.stream()
                .collect(Collectors.groupingBy(Pair::cluster, LinkedHashMap::new, Collectors.toList()))
                .values());
        Random random = new Random(1);
        double[] estimates = new double[RESAMPLES];
        for (int resample = 0; resample < RESAMPLES; resample++) {
            List<Pair> drawn = new ArrayList<>();
            for (int i = 0; i < clusters.size(); i++) {
                drawn.addAll(clusters.get(random.nextInt(clusters.size())));
            }
            estimates[resample] = estimate.applyAsDouble(drawn);
        }
        Arrays.sort(estimates);
        return String.format(
                Locale.ROOT,
                format,
                estimate.applyAsDouble(pairs),
                estimates[RESAMPLES / 40],
                estimates[RESAMPLES - 1 - RESAMPLES / 40]);
    }

    private ModelDirectory compressed(Path recipe) {
        Path target = folder.resolve(recipe.getFileName().toString().replace(".yaml", ""));
        if (!Files.isDirectory(target)) {
            Compressor.run(
                    original,
                    RecipeReader.read(recipe.toString(), Path.of("").toAbsolutePath()),
                    target,
                    folder.resolve("checkpoint"),
                    Device.CPU,
                    Map.of(),
                    Progress.NONE,
                    finished -> {});
        }
        return ModelDirectory.open(target);
    }

    /** What {@code int4-1-protected-50} protects half of the weights with, but for the choice. */
    private ModelDirectory protectedAtRandom(int seed) {
        Path target = folder.resolve("int4-random-50-" + seed);
        List<String> linears = new ArrayList<>(original.tensors().keySet().stream()
                .filter(QuantizedWeights::isLinear)
                .toList());
        Collections.shuffle(linears, new Random(seed));
        long left = linears.stream()
                        .mapToLong(name -> original.tensor(name).elements())
                        .sum()
                / 2;
        Set<String> kept = new HashSet<>();
        for (String name : linears) {
            if (original.tensor(name).elements() <= left) {
                left -= original.tensor(name).elements();
                kept.add(name);
            }
        }
        AtomicFiles.delete(target);
        try {
            Files.createDirectories(target);
            original.config().write(target.resolve("config.json"));
            for (Path file : original.tokenizerFiles()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        QuantizedWeights.write(
                original,
                name -> Optional.of(new BlockQuantization(
                        QuantizedWeights.isTable(name) || kept.contains(name) ? 8 : 4, 32, Activations.INT8)),
                DType.F16,
                target);
        return ModelDirectory.open(target);
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
}
