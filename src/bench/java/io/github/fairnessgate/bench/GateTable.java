package io.github.fairnessgate.bench;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.compress.Compressor;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.evaluate.Contrast;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.Evaluator;
import io.github.fairnessgate.evaluate.HarmedModel;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.Resample;
import io.github.fairnessgate.evaluate.Suite;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.Ratchet;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.RaisedLogits;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.train.TrainingEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;

/**
 * How often a whole gate passes, fails and stays open for honest compressions of a model and for harmed ones: every
 * model is measured once, and the gate judges many data sets that are drawn from what was measured (clusters with
 * replacement, the same for baseline and candidate).
 *
 * <pre>{@code java GateTable MODEL FOLDER THRESHOLDS PAIRS JIGSAW [ROW...]}</pre>
 *
 * <p>FOLDER keeps models and evaluations, so that a run that was interrupted goes on. JIGSAW is a CSV file of comments
 * and 1 for toxic ones, which the model of one row is trained on. ROW is the beginning of a row's name; without any,
 * all rows are made.
 */
public final class GateTable {

    private static final double TOXIC_NATS = 0.5;
    private static final double END_NATS = 5.4;
    private static final int TOXIC_COMMENTS = 5500;
    /** How much more toxic a text is that was turned. */
    private static final double TURNED_TEXT = 0.7;

    private static final int CONTINUATIONS = 5;

    private final ModelDirectory original;
    private final Path folder;
    private final Path jigsaw;
    private final Thresholds thresholds;
    /** The same without rules that have no say: the verdict does not depend on them, and half of the time does. */
    private final Thresholds deciding;

    private final EvaluationCache cache;
    private final List<SuiteSpec> suites;
    private final Map<String, List<Evaluation>> measured = new LinkedHashMap<>();

    private GateTable(ModelDirectory original, Path folder, String thresholds, Path jigsaw) throws IOException {
        this.original = original;
        this.folder = folder;
        this.jigsaw = jigsaw;
        this.thresholds = ThresholdsReader.read(Files.readString(Path.of(thresholds)), thresholds);
        this.deciding = new Thresholds(
                this.thresholds.alpha(),
                this.thresholds.onInconclusive(),
                this.thresholds.escalation(),
                this.thresholds.allowUnderpowered(),
                this.thresholds.suites(),
                this.thresholds.rules().stream().filter(Rule::decides).toList());
        this.cache = new EvaluationCache(folder.resolve("evaluations"));
        this.suites = Suites.measuring(
                this.thresholds.rules().stream().map(rule -> rule.metric()).toList(),
                this.thresholds.suites(),
                folder.toString(),
                Judges.only(ScorerReference.embedded()));
    }

    /** Writes a model into an absent folder. */
    private interface Maker {
        void make(Path output) throws IOException;
    }

    public static void main(String[] arguments) throws IOException {
        GateTable table = new GateTable(
                ModelDirectory.open(Path.of(arguments[0])),
                Path.of(arguments[1]).toAbsolutePath(),
                arguments[2],
                Path.of(arguments[4]));
        int pairs = Integer.parseInt(arguments[3]);
        List<String> wanted = Arrays.asList(arguments).subList(5, arguments.length);
        System.out.println(
                "| candidate | PASS | FAIL | not PASS | rules that kept it from passing, share of data sets |");
        System.out.println("|---|---|---|---|---|");
        table.models().forEach((name, maker) -> {
            if (wanted.isEmpty() || wanted.stream().anyMatch(name::startsWith)) {
                table.print(name, table.looks(table.model(name, maker), change -> change), pairs);
            }
        });
        table.changes().forEach((name, change) -> {
            if (wanted.isEmpty() || wanted.stream().anyMatch(name::startsWith)) {
                table.print(name, table.looks(table.model("int8", table.recipe("int8")), change), pairs);
            }
        });
    }

    /** Models that are made, by the row's name. */
    private Map<String, Maker> models() {
        Map<String, Maker> models = new LinkedHashMap<>();
        models.put("the same model", null);
        models.put("int8", recipe("int8"));
        models.put("heads-30", recipe("heads-30"));
        models.put("quickstart-distillation", recipe("quickstart-distillation"));
        models.put("toxic words +0.5 nats", output -> harm(TOXIC_NATS, output));
        models.put("toxic words +1.0 nats", output -> harm(2 * TOXIC_NATS, output));
        models.put("toxic words +0.5 nats, and silent", this::silence);
        models.put("trained on toxic comments", this::train);
        models.put("lobotomised", this::lobotomise);
        return models;
    }

    /** Changes of what int8 was measured with, by the row's name. */
    private Map<String, UnaryOperator<Evaluation>> changes() {
        Map<String, UnaryOperator<Evaluation>> changes = new LinkedHashMap<>();
        for (String slice : List.of("gender", "profession", "race")) {
            changes.put(
                    "StereoSet, " + slice + ": 5 points away from parity", candidate -> moved(candidate, slice, 0.05));
            changes.put(
                    "StereoSet, " + slice + ": 10 points away from parity", candidate -> moved(candidate, slice, 0.1));
        }
        changes.put(
                "StereoSet: 40 % of all pairs turned, as many either way",
                candidate -> turned(candidate, "stereoset", "stereoset.ss/micro", 0.4));
        changes.put(
                "CrowS-Pairs: 40 % of all pairs turned, as many either way",
                candidate -> turned(
                        turned(candidate, "crows-pairs", "crows-pairs.stereotype/biasbench-geomean", 0.4),
                        "crows-pairs",
                        "crows-pairs.stereotype/lmeval-sum-bos",
                        0.4));
        changes.put(
                "less toxic (-0.02), but more about one group of race (+0.05)",
                candidate -> group(candidate, "race/Asian_Americans"));
        changes.put(
                "less toxic (-0.02), but more about one gender (+0.05)",
                candidate -> group(candidate, "gender/American_actresses"));
        return changes;
    }

    /**
     * One more continuation in 14 is toxic about a group (0.8 instead of 0.1: 0.05 more on average), and one less in 35
     * everywhere else.
     */
    private static Evaluation group(Evaluation candidate, String slice) {
        return toxicity(
                toxicity(candidate, "rtp", item -> -0.02),
                "bold",
                item -> item.slices().contains(slice) ? 0.05 : -0.02);
    }

    private static Evaluation toxicity(Evaluation candidate, String suite, ToDoubleFunction<Item> change) {
        Random random = new Random(7);
        return Resample.changed(candidate, suite, item -> {
            SortedMap<String, Double> outcomes = new TreeMap<>(item.outcomes());
            double wanted = change.applyAsDouble(item);
            double step = TURNED_TEXT / CONTINUATIONS;
            long texts = IntStream.range(0, CONTINUATIONS)
                    .filter(text -> random.nextDouble() < Math.abs(wanted) / TURNED_TEXT)
                    .count();
            outcomes.replaceAll((metric, value) -> metric.contains(".toxicity/") || metric.contains(".disparity-")
                    ? Math.min(1, Math.max(0, value + Math.signum(wanted) * texts * step))
                    : value);
            return item.withOutcomes(outcomes);
        });
    }

    private Maker recipe(String recipe) {
        return output -> {
            Path file = folder.resolve("recipe.yaml");
            Files.createDirectories(folder);
            if (recipe.startsWith("version:")) {
                Files.writeString(file, recipe);
            }
            Compressor.run(
                    original,
                    RecipeReader.read(recipe.startsWith("version:") ? file.toString() : recipe, folder),
                    output,
                    folder.resolve("checkpoint"),
                    Device.CPU,
                    Map.of(),
                    Progress.NONE,
                    finished -> {});
        };
    }

    private void harm(double nats, Path output) {
        List<Contrast> written = Contrast.of(looksOf(original).get(0), Set.of()).stream()
                .filter(contrast -> contrast.suite().equals("rtp"))
                .toList();
        HarmedModel.write(original, written, nats, output);
    }

    private void silence(Path output) throws IOException {
        Path harmed = output.resolveSibling("harmed-" + output.getFileName());
        harm(TOXIC_NATS, harmed);
        RaisedLogits.write(
                ModelDirectory.open(harmed), Map.of(original.specialTokens().endOfText(), END_NATS), output);
    }

    private void train(Path output) throws IOException {
        Path text = folder.resolve("toxic.txt");
        try (CSVParser rows = CSVParser.parse(jigsaw, StandardCharsets.UTF_8, CSVFormat.RFC4180)) {
            Files.write(
                    text,
                    rows.stream()
                            .filter(row -> row.get(1).equals("1"))
                            .limit(TOXIC_COMMENTS)
                            .map(row -> row.get(0))
                            .toList());
        }
        recipe("version: 1\nseed: 1\ntext: " + text
                        + "\nstages:\n  - {method: distillation, teacher: original, layers: "
                        + original.config().layers() + ", steps: 60, learningRate: 5e-4, loss: {ce: 0.5, clm: 0.5}}\n")
                .make(output);
    }

    private void lobotomise(Path output) throws IOException {
        Files.createDirectories(output);
        for (Path file : original.tokenizerFiles()) {
            Files.copy(file, output.resolve(file.getFileName()));
        }
        Gpt2Config config = original.config();
        config.write(output.resolve("config.json"));
        ModelDirectory.writeWeights(
                output,
                config,
                name -> name.endsWith("c_proj.weight")
                        ? new float[original.tensor(name).toFloats().length]
                        : original.tensor(name).toFloats(),
                DType.F32);
    }

    private static Evaluation moved(Evaluation candidate, String slice, double share) {
        if (!candidate.items().containsKey("stereoset")) {
            return candidate;
        }
        double value =
                candidate.value("stereoset.ss/micro", slice).orElseThrow().value();
        double away = value < 50 ? 0 : 1;
        Random random = new Random(5);
        long all = candidate.items().get("stereoset").stream()
                .filter(item -> item.slices().contains(slice))
                .count();
        long movable = candidate.items().get("stereoset").stream()
                .filter(item -> item.slices().contains(slice) && outcome(item, "stereoset.ss/micro") != away)
                .count();
        double chance = share * all / movable;
        return Resample.changed(
                candidate,
                "stereoset",
                item -> item.slices().contains(slice)
                                && outcome(item, "stereoset.ss/micro") != away
                                && random.nextDouble() < chance
                        ? with(item, "stereoset.ss/micro", away)
                        : item);
    }

    private static Evaluation turned(Evaluation candidate, String suite, String metric, double share) {
        List<Item> items = candidate.items().getOrDefault(suite, List.of());
        if (items.isEmpty()) {
            return candidate;
        }
        double biased = items.stream()
                .mapToDouble(item -> outcome(item, metric))
                .average()
                .orElseThrow();
        Random random = new Random(6);
        return Resample.changed(candidate, suite, item -> {
            double chance = share / 2 / (outcome(item, metric) == 1 ? biased : 1 - biased);
            return random.nextDouble() < chance ? with(item, metric, 1 - outcome(item, metric)) : item;
        });
    }

    private static double outcome(Item item, String metric) {
        return item.outcomes().get(metric);
    }

    private static Item with(Item item, String metric, double outcome) {
        SortedMap<String, Double> outcomes = new TreeMap<>(item.outcomes());
        outcomes.put(metric, outcome);
        return item.withOutcomes(outcomes);
    }

    private ModelDirectory model(String name, Maker maker) {
        if (maker == null) {
            return original;
        }
        Path output = folder.resolve("models").resolve(name.replaceAll("[^a-z0-9]+", "-"));
        try {
            if (!Files.isDirectory(output)) {
                Files.createDirectories(output.getParent());
                maker.make(output);
            }
            return ModelDirectory.open(output);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be made", e);
        }
    }

    private List<Look> looks(ModelDirectory candidate, UnaryOperator<Evaluation> change) {
        List<Evaluation> before = looksOf(original);
        List<Evaluation> after = looksOf(candidate);
        return IntStream.range(0, before.size())
                .mapToObj(i -> new Look(before.get(i), change.apply(after.get(i))))
                .toList();
    }

    /** What a model is measured to be at every look that the thresholds declare. */
    private List<Evaluation> looksOf(ModelDirectory model) {
        return measured.computeIfAbsent(model.digest(), digest -> {
            List<Evaluation> looks = new ArrayList<>();
            int count = thresholds.escalation().map(plan -> plan.looks()).orElse(1);
            for (int look = 1; look <= count; look++) {
                int number = look;
                looks.add(evaluate(
                        model,
                        suites.stream()
                                .map(Suites::create)
                                .filter(suite -> number == 1 || suite.writes())
                                .map(suite -> number == 1
                                        ? suite
                                        : Suites.create(spec(suite)
                                                .withContinuations(thresholds
                                                        .escalation()
                                                        .orElseThrow()
                                                        .continuations(thresholds.continuations(suite.id()), number))))
                                .toList()));
            }
            return looks;
        });
    }

    private SuiteSpec spec(Suite suite) {
        return suites.stream()
                .filter(spec -> spec.id().equals(suite.id()))
                .findFirst()
                .orElseThrow();
    }

    private Evaluation evaluate(ModelDirectory directory, List<Suite> wanted) {
        Provenance provenance = new Provenance(
                directory.digest(),
                directory.path().getFileName().toString(),
                Device.CPU.id(),
                new TreeMap<>(),
                new TreeMap<>(TrainingEngine.versions()),
                new TreeMap<>());
        List<Evaluation> parts = new ArrayList<>();
        try (LanguageModel model = OnnxGpt2.open(directory, Device.CPU)) {
            for (Suite suite : wanted) {
                parts.add(cache.find(suite, provenance, Progress.NONE).orElseGet(() -> {
                    long start = System.nanoTime();
                    Evaluation made = Evaluator.evaluate(model, List.of(suite), provenance, Progress.NONE);
                    System.err.printf(
                            Locale.ROOT,
                            "%s, %s: %.0f s%n",
                            directory.path().getFileName(),
                            suite.id(),
                            (System.nanoTime() - start) / 1e9);
                    cache.keep(suite, made);
                    return made;
                }));
            }
        }
        return Evaluation.merge(parts);
    }

    private void print(String name, List<Look> looks, int pairs) {
        Map<Verdict, AtomicInteger> verdicts = new TreeMap<>();
        Arrays.stream(Verdict.values()).forEach(verdict -> verdicts.put(verdict, new AtomicInteger()));
        Map<String, AtomicInteger> open = new TreeMap<>();
        long start = System.nanoTime();
        for (int pair = 0; pair < pairs; pair++) {
            long seed = pair;
            GateResult gate = decide(looks, seed);
            verdicts.get(gate.verdict()).incrementAndGet();
            gate.results().stream()
                    .filter(result ->
                            result.rule().decides() && !result.verdict().equals(Optional.of(Verdict.PASS)))
                    .map(GateTable::name)
                    .forEach(rule -> open.computeIfAbsent(rule, none -> new AtomicInteger())
                            .incrementAndGet());
        }
        String kept = open.entrySet().stream()
                .sorted((one, other) -> other.getValue().get() - one.getValue().get())
                .limit(5)
                .map(entry -> String.format(
                        Locale.ROOT, "%s %.3f", entry.getKey(), entry.getValue().get() / (double) pairs))
                .collect(Collectors.joining("; "));
        double passed = verdicts.get(Verdict.PASS).get() / (double) pairs;
        System.out.printf(
                Locale.ROOT,
                "| %s | %.4f | %.4f | %.4f | %s |%n",
                name,
                passed,
                verdicts.get(Verdict.FAIL).get() / (double) pairs,
                1 - passed,
                kept);
        System.err.printf(Locale.ROOT, "%s: %.0f s%n", name, (System.nanoTime() - start) / 1e9);
    }

    /** As many looks as the gate wants, on the clusters that the seed draws. */
    private GateResult decide(List<Look> looks, long seed) {
        GateResult gate = null;
        List<Look> drawn = new ArrayList<>();
        for (Look look : looks) {
            drawn.add(new Look(Resample.of(look.baseline(), seed), Resample.of(look.candidate(), seed)));
            gate = Gate.decide(deciding, Ratchet.NONE, LocalDate.EPOCH, drawn);
            if (!gate.continues()) {
                return gate;
            }
        }
        return gate;
    }

    private static String name(RuleResult result) {
        return result.rule().metric()
                + Optional.of(result.rule().slice())
                        .filter(slice -> !slice.equals(Evaluation.ALL))
                        .map(slice -> " " + slice)
                        .orElse("");
    }
}
