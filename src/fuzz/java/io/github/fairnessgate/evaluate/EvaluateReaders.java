package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Evaluation.Value;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.fuzz.ByteMutator;
import io.github.fairnessgate.fuzz.JsonMutator;
import io.github.fairnessgate.fuzz.LinesMutator;
import io.github.fairnessgate.fuzz.Mutator;
import io.github.fairnessgate.fuzz.Target;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The readers of users' data and of evaluations. */
public final class EvaluateReaders {

    private static final String PAIRS = """
            {"id": "a", "more": "She is a nurse.", "less": "He is a nurse.", "slices": ["women"]}
            {"id": "b", "more": "He is a boss.", "less": "She is a boss.", "slices": ["men", "work"], "cluster": "work"}
            {"id": "c", "more": "A caf\u00e9 \\ud83d\\ude00", "less": "B", "slices": ["women", "men"]}
            {"id": "d", "more": "C", "less": "D", "slice": "work"}
            """;
    private static final String PROMPTS = """
            {"id": "a", "prompt": "The woman worked as", "slices": ["women"]}
            {"id": "b", "prompt": "The man worked as", "slices": ["men"], "cluster": "x"}
            {"id": "c", "prompt": "She said", "slices": ["women"]}
            {"id": "d", "prompt": "He said", "slices": ["men"], "cluster": "x"}
            """;
    private static final String LAST_WORDS = """
            {"id": "a", "text": "She went to the market to buy some bread"}
            {"id": "b", "text": "He could not believe his eyes", "cluster": "x"}
            """;
    private static final String TEXT = " = Heading = \n\n A text of some words .\n Another line .\n";
    private static final Mutator JSON = new JsonMutator().andBytes();
    private static final Mutator LINES = new LinesMutator(new JsonMutator()).andBytes();

    private EvaluateReaders() {}

    /** @param root where the readers' folders are made */
    public static List<Target> all(Path root) throws IOException {
        Judges judges = new Judges(ScorerReference.ngram(), Optional.empty());
        Path pairs = folder(root, "pairs");
        Path prompts = folder(root, "prompts");
        Path words = folder(root, "last-words");
        Path texts = folder(root, "texts");
        return Stream.concat(
                        Stream.of(
                                new Target("pairs", "pairs.jsonl", pairs, bytes(PAIRS), LINES, file -> {
                                    UserPairs suite = new UserPairs("mine", file, Subset.ALL);
                                    return suite.extents() + " " + suite.hasContrast();
                                }),
                                new Target(
                                        "prompts",
                                        "prompts.jsonl",
                                        prompts,
                                        bytes(PROMPTS),
                                        LINES,
                                        file -> new UserPrompts("mine", file, Subset.ALL, new Generation(2, 1), judges)
                                                .prompts()
                                                .toString()),
                                new Target(
                                        "last-words",
                                        "words.jsonl",
                                        words,
                                        bytes(LAST_WORDS),
                                        LINES,
                                        file -> new LastWord("mine", file, Subset.ALL)
                                                .extents()
                                                .toString()),
                                new Target(
                                        "texts",
                                        "text.txt",
                                        texts,
                                        bytes(TEXT),
                                        new LinesMutator(new ByteMutator()).andBytes(),
                                        file -> new Perplexity(
                                                        "mine",
                                                        List.of(file),
                                                        List.of("mine.token/strided"),
                                                        Subset.ALL,
                                                        OptionalInt.empty())
                                                .extents()
                                                .toString())),
                        evaluations(root).stream())
                .toList();
    }

    private static Path folder(Path root, String name) throws IOException {
        return Files.createDirectories(root.resolve(name));
    }

    private static List<byte[]> bytes(String text) {
        return List.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Target> evaluations(Path root) throws IOException {
        Path data = Files.writeString(root.resolve("cached.jsonl"), PAIRS);
        Suite suite = new UserPairs("mine", data, Subset.ALL);
        Evaluation evaluation = evaluation(suite);
        List<Target> targets = new ArrayList<>();
        for (String name : List.of("evaluation.json", "items/evaluation-mine.jsonl")) {
            boolean items = name.startsWith("items");
            Path folder = folder(root, items ? "evaluation-items" : "evaluation");
            EvaluationFiles.write(folder, "evaluation", evaluation);
            Path summary = folder.resolve("evaluation.json");
            String before = Files.readString(summary);
            targets.add(new Target(
                    folder.getFileName().toString(),
                    name,
                    folder,
                    List.of(Files.readAllBytes(folder.resolve(name))),
                    items ? LINES : JSON,
                    file -> {
                        if (items) {
                            Files.writeString(summary, before.replace(sum(before), Digests.sha256(file)));
                        }
                        return EvaluationFiles.read(folder, "evaluation").toString();
                    }));
        }
        targets.addAll(shards(root));
        for (String name : List.of("entry.json", "result.json", "result-mine.jsonl")) {
            Path cache = folder(root, "cache-" + name.replaceFirst("\\..*", ""));
            new EvaluationCache(cache).keep(suite, evaluation);
            Path file = found(cache, name);
            Path seal = found(cache, "entry.json");
            Path summary = found(cache, "result.json");
            String sealed = Files.readString(seal);
            String summed = Files.readString(summary);
            targets.add(new Target(
                    cache.getFileName().toString(),
                    cache.relativize(file).toString(),
                    cache,
                    List.of(Files.readAllBytes(file)),
                    name.endsWith("l") ? LINES : JSON,
                    input -> {
                        if (input.equals(file) && name.endsWith("l")) {
                            Files.writeString(summary, summed.replace(sum(summed), Digests.sha256(input)));
                        }
                        if (!name.equals("entry.json")) {
                            Files.writeString(
                                    seal,
                                    sealed.replaceFirst("(\"sha256\" : \")[^\"]*", "$1" + Digests.sha256(summary)));
                        }
                        return cached(cache, suite, evaluation);
                    }));
        }
        return targets;
    }

    private static List<Target> shards(Path root) throws IOException {
        Path answers = folder(root, "answers");
        SortedMap<String, Object> request = new TreeMap<>(Map.of("suite", "mine", "processor", "one"));
        Path file = answers.resolve("mine.answers");
        try (AnswerFile written = AnswerFile.open(file, request, Progress.NONE).orElseThrow()) {
            written.keep("0".repeat(64), new byte[] {1, 2, 3});
            written.keep("1".repeat(64), new byte[0]);
        }
        Path shards = folder(root, "shards");
        Path shard = ShardFolder.write(shards, new Shard(1, 2), answers);
        return List.of(
                new Target(
                        "answers",
                        "mine.answers",
                        answers,
                        List.of(Files.readAllBytes(file)),
                        new ByteMutator(),
                        input -> {
                            try (AnswerFile read = AnswerFile.read(input)) {
                                return read.request() + " " + read.size();
                            }
                        }),
                new Target(
                        "shard",
                        ShardFolder.NAME,
                        shard,
                        List.of(Files.readAllBytes(shard.resolve(ShardFolder.NAME))),
                        JSON,
                        input -> ShardFolder.read(input).toString()));
    }

    /** The digest of the only file of items. */
    private static String sum(String summary) {
        return summary.replaceAll("(?s).*\"sha256\" : \"([0-9a-f]{64}).*", "$1");
    }

    private static Path found(Path folder, String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Whoever makes all digests fit may change what items say beside their outcomes. */
    private static String cached(Path folder, Suite suite, Evaluation kept) {
        Evaluation found = new EvaluationCache(folder)
                .find(suite, kept.provenance(), Progress.NONE)
                .orElseThrow(() -> new InvalidInputException("The entry is not used."));
        return found.values() + " " + found.provenance().model();
    }

    private static Evaluation evaluation(Suite suite) {
        Metric metric = new Metric("mine.preference/sum-bos", "mine", Estimator.SHARE, Direction.PARITY);
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            items.add(new Item(
                    "abcd".substring(i, i + 1),
                    "cluster-" + i,
                    List.of(),
                    new TreeMap<>(Map.of("more", "text " + i)),
                    new TreeMap<>(),
                    new TreeMap<>(Map.of("score", -1.25 - i)),
                    new TreeMap<>(Map.of(metric.id(), i < 3 ? 1. : 0.)),
                    1));
        }
        return new Evaluation(
                List.of(metric),
                List.of(new Value(metric.id(), "all", 75, 4)),
                Map.of("mine", items),
                new Provenance(
                        "a".repeat(64),
                        "a model",
                        "cpu",
                        new TreeMap<>(Map.of("mine", suite.dataDigest())),
                        new TreeMap<>(Map.of("onnxruntime", "1")),
                        new TreeMap<>()));
    }
}
