package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationCacheTest {

    private static final Metric METRIC =
            new Metric("stereoset.ss/micro", "stereoset", Estimator.SHARE, Direction.PARITY);
    private static final String GOOD = "a".repeat(64);
    private static final String BAD = "b".repeat(64);

    @TempDir
    Path folder;

    private final Suite suite = new StereoSet();
    private final List<String> log = new ArrayList<>();
    private final Progress progress = new Progress() {
        @Override
        public void step(String task, long done, long total) {
            // Not looked at.
        }

        @Override
        public void info(String message) {
            log.add(message);
        }
    };
    private EvaluationCache cache;

    @BeforeEach
    void open() {
        cache = new EvaluationCache(folder);
    }

    @Test
    void theCacheFindsByContentAndNothingElse() {
        Evaluation kept = evaluation(GOOD, 50);
        cache.keep(suite, kept);
        assertThat(cache.find(suite, kept.provenance(), progress)).contains(kept);
        assertThat(cache.find(
                        suite,
                        kept.from("the same model elsewhere", new TreeMap<>()).provenance(),
                        progress))
                .contains(kept);
        assertThat(cache.find(suite, evaluation(BAD, 50).provenance(), progress))
                .isEmpty();
        assertThat(cache.find(new CrowsPairs(), kept.provenance(), progress)).isEmpty();
        Provenance half = Provenance.of(
                GOOD,
                "src/main/model",
                Device.CPU,
                EvaluationPrecision.FLOAT16,
                kept.provenance().versions());
        assertThat(cache.find(suite, half, progress)).isEmpty();
        assertThat(log).isEmpty();
    }

    @Test
    void aCacheThatIsOffNeitherReadsNorWrites() {
        Evaluation kept = evaluation(GOOD, 50);
        EvaluationCache.off().keep(suite, kept);
        assertThat(folder).isEmptyDirectory();
        cache.keep(suite, kept);
        assertThat(EvaluationCache.off().find(suite, kept.provenance(), progress))
                .isEmpty();
    }

    /**
     * The numbers of the good model under the digest of the bad one: once believed, because the folder was called so.
     */
    @Test
    void anEntryUnderTheNameOfAnotherIsMeasuredAgain() {
        keepBoth();
        replace(BAD, text -> text);
        assertMeasuredAgain("its entry.json says that it answers a request with a different model.");
    }

    @Test
    void anEntryOfAnotherModelWhoseDigestIsReplacedIsMeasuredAgain() {
        keepBoth();
        replace(BAD, text -> text.replace(GOOD, BAD));
        assertMeasuredAgain("its result.json is not the one that entry.json was written with.");
    }

    @Test
    void anEntryWithoutASealAsEarlierVersionsWroteItIsMeasuredAgain() {
        keepBoth();
        AtomicFiles.delete(entry(BAD).resolve("entry.json"));
        assertMeasuredAgain("it has no entry.json.");
        keepBoth();
        edit(entry(BAD).resolve("entry.json"), text -> "{}");
        assertMeasuredAgain("says that it answers a request with a different");
        for (String nothing : List.of("null", "", "[]", "{\"request\": 1}", "{\"sha256\": {}}")) {
            keepBoth();
            edit(entry(BAD).resolve("entry.json"), text -> nothing);
            assertMeasuredAgain("entry.json");
        }
    }

    /** A file with a hole, which takes no room on the disk. */
    @Test
    void anEntryThatWouldFillTheMemoryIsMeasuredAgain() throws IOException {
        for (String name : List.of("entry.json", "result.json")) {
            keepBoth();
            try (RandomAccessFile huge =
                    new RandomAccessFile(entry(BAD).resolve(name).toFile(), "rw")) {
                huge.setLength(BoundedFiles.LARGEST + 1);
            }
            assertMeasuredAgain(name + " has more than 64.0 MB");
        }
    }

    @Test
    void itemsThatWereCutShortOrEditedAreMeasuredAgain() {
        keepBoth();
        edit(items(BAD), text -> text.lines().limit(3).toList().toString());
        assertMeasuredAgain("is missing or not the file");
        keepBoth();
        edit(items(BAD), text -> text.replace("100.0", "0.0"));
        assertMeasuredAgain("is missing or not the file");
    }

    @Test
    void whatWasSealedAgainStillHasToFitWhatIsAsked() {
        keepBoth();
        sealed(json -> ((ObjectNode) json.get("provenance")).put("model", GOOD));
        assertMeasuredAgain("it was made with a different model.");
        keepBoth();
        sealed(json -> ((ObjectNode) json.get("provenance")).put("device", "cuda"));
        assertMeasuredAgain("it was made with a different device, precision or version.");
        keepBoth();
        sealed(json -> ((ObjectNode) json.at("/provenance/versions")).put("onnxruntime", "1"));
        assertMeasuredAgain("it was made with a different device, precision or version.");
        keepBoth();
        sealed(json -> ((ObjectNode) json.at("/provenance/data")).put("stereoset", "0".repeat(64)));
        assertMeasuredAgain("it was made with different data or a different scorer.");
        keepBoth();
        sealed(json -> ((ObjectNode) json.at("/values/0")).put("value", 51.5));
        assertMeasuredAgain("its numbers do not follow from its items.");
        keepBoth();
        sealed(json -> ((ObjectNode) json.at("/metrics/0")).put("suite", "crows-pairs"));
        assertMeasuredAgain("it has the results of a different suite.");
    }

    @Test
    void anEvaluationOfOtherDataIsNotKept() {
        Evaluation evaluation = evaluation(GOOD, 50);
        Evaluation other = new Evaluation(
                evaluation.metrics(),
                evaluation.values(),
                evaluation.items(),
                evaluation.provenance().on(new TreeMap<>(Map.of("stereoset", "0".repeat(64))), new TreeMap<>()));
        assertThatThrownBy(() -> cache.keep(suite, other))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("with different data");
        assertThat(folder).isEmptyDirectory();
    }

    private void keepBoth() {
        log.clear();
        cache.keep(suite, evaluation(GOOD, 50));
        cache.keep(suite, evaluation(BAD, 90));
    }

    private void assertMeasuredAgain(String reason) {
        assertThat(cache.find(suite, evaluation(BAD, 90).provenance(), progress))
                .isEmpty();
        assertThat(log)
                .singleElement()
                .asString()
                .contains("stereoset is measured again", reason)
                .doesNotContain("\n");
        Evaluation again = evaluation(BAD, 90);
        cache.keep(suite, again);
        assertThat(cache.find(suite, again.provenance(), progress)).contains(again);
    }

    /** The entry whose seal names a model. */
    private Path entry(String model) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> text(entry.resolve("entry.json")).contains(model))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path items(String model) {
        return entry(model).resolve("items/result-stereoset.jsonl");
    }

    /** Puts the good model's entry in the place of another one's, with every file edited. */
    private void replace(String model, UnaryOperator<String> edit) {
        Path good = entry(GOOD);
        Path target = entry(model);
        for (String file : List.of("entry.json", "result.json", "items/result-stereoset.jsonl")) {
            String text = edit.apply(text(good.resolve(file)));
            edit(target.resolve(file), old -> text);
        }
    }

    /** Edits the bad model's summary and seals the entry again, as somebody who knows how could. */
    private void sealed(Consumer<ObjectNode> change) {
        Path entry = entry(BAD);
        edit(entry.resolve("result.json"), text -> json(text, change));
        edit(
                entry.resolve("entry.json"),
                text -> json(text, seal -> seal.put("sha256", Digests.sha256(entry.resolve("result.json")))));
    }

    private static String json(String text, Consumer<ObjectNode> change) {
        try {
            ObjectNode json = (ObjectNode) Json.MAPPER.readTree(text);
            change.accept(json);
            return json.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void edit(Path file, UnaryOperator<String> change) {
        try {
            Files.writeString(file, change.apply(text(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param percent of ten items that are stereotypical */
    private Evaluation evaluation(String model, int percent) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            items.add(new Item(
                    "item-" + i,
                    "term-" + i,
                    List.of("race"),
                    new TreeMap<>(Map.of("stereotype", "text")),
                    new TreeMap<>(Map.of("stereotype", -1.5)),
                    new TreeMap<>(Map.of(METRIC.id(), i < percent / 10 ? 100. : 0.)),
                    1));
        }
        return Evaluation.of(
                SuiteResult.of("stereoset", List.of(METRIC), items),
                new Provenance(
                        model,
                        "src/main/model",
                        "cpu",
                        new TreeMap<>(Map.of("stereoset", suite.dataDigest())),
                        new TreeMap<>(Map.of("onnxruntime", "1.29.0")),
                        new TreeMap<>()));
    }
}
