package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.runtime.OnnxGpt2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards and a merge give the bytes of one process; without one of them there is nothing. */
@Tag("native")
class ShardsTest {

    private static final int COUNT = 3;
    private static final Provenance PROVENANCE = provenance("a".repeat(64));
    private static final EvaluationCache OFF = EvaluationCache.off();

    @TempDir
    Path folder;

    private static Provenance provenance(String model) {
        return Provenance.of(
                model, "model " + model.charAt(0), Device.CPU, EvaluationPrecision.FLOAT32, new TreeMap<>());
    }

    @Test
    void shardsAndAMergeGiveTheBytesOfOneProcess() throws IOException {
        List<Suite> suites = AskingSuites.in(folder);
        List<String> alone = new ArrayList<>();
        try (OnnxGpt2 model = AskingSuites.model(folder)) {
            for (Suite suite : suites) {
                Evaluation evaluation =
                        Evaluator.evaluate(model, List.of(suite), PROVENANCE, OFF, Optional.empty(), Progress.NONE);
                assertThat(evaluation.provenance().processors())
                        .isEqualTo(Map.of(suite.id(), Set.of(model.fingerprint())));
                alone.add(AskingSuites.written(folder, evaluation, suite));
            }
        }
        for (int number = COUNT; number >= 1; number--) {
            try (OnnxGpt2 model = AskingSuites.model(folder)) {
                write(model, suites, new Shard(number, COUNT), OFF);
            }
        }
        assertThat(sizes()).as("answers of each shard").allMatch(size -> size > 20);
        Shards shards = Shards.in(folder.resolve("shards"));
        try (OnnxGpt2 model = AskingSuites.model(folder)) {
            for (int i = 0; i < suites.size(); i++) {
                Suite suite = suites.get(i);
                assertThat(shards.have(suite, PROVENANCE, true)).isTrue();
                assertThat(shards.processors(suite, PROVENANCE)).isOne();
                assertThat(AskingSuites.written(folder, merged(model, suite, shards), suite))
                        .isEqualTo(alone.get(i));
            }
        }
    }

    private static Evaluation merged(OnnxGpt2 model, Suite suite, Shards shards) {
        return Evaluator.evaluate(model, List.of(suite), PROVENANCE, OFF, Optional.of(shards), Progress.NONE);
    }

    private void write(OnnxGpt2 model, List<Suite> suites, Shard shard, EvaluationCache cache) {
        Path answers = folder.resolve("answers-" + shard.name());
        Evaluator.answer(model, suites, PROVENANCE, shard, cache, answers, Progress.NONE);
        Shards.write(folder.resolve("shards"), shard, answers);
    }

    private List<Integer> sizes() {
        return ShardFolder.under(folder.resolve("shards"))
                .map(ShardFolder::read)
                .map(shard -> shard.files().keySet().stream()
                        .mapToInt(name -> {
                            try (AnswerFile file = AnswerFile.read(shard.path().resolve(name))) {
                                return file.size();
                            }
                        })
                        .sum())
                .toList();
    }

    @Test
    void whateverIsMissingForeignOrDamagedIsNamed() throws IOException {
        Suite suite = AskingSuites.in(folder).get(0);
        Path all = folder.resolve("shards");
        Path second = all.resolve("2-of-3");
        String name = EvaluationCache.answersOf(suite, PROVENANCE);
        try (OnnxGpt2 model = AskingSuites.model(folder)) {
            for (int number = 1; number <= COUNT; number++) {
                write(model, List.of(suite), new Shard(number, COUNT), OFF);
            }
            Shards shards = Shards.in(all);
            assertThatThrownBy(() -> shards.have(suite, provenance("b".repeat(64)), true))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("The shard 1/3 in ")
                    .hasMessageContaining(" has no answers of crows-pairs for model b: what comes closest has a "
                            + "different model. Measure all shards with");
            assertThat(shards.have(suite, provenance("b".repeat(64)), false))
                    .as("a later look")
                    .isFalse();

            byte[] whole = Files.readAllBytes(second.resolve(name));
            byte[] damaged = whole.clone();
            damaged[damaged.length / 2]++;
            Files.write(second.resolve(name), damaged);
            assertBroken("The shard 2/3 in ", " is damaged: " + name + " is missing or was changed.");
            Files.delete(second.resolve(name));
            assertBroken("The shard 2/3 in ", " is damaged: " + name + " is missing or was changed.");

            // An answer that no shard has, although all files are whole.
            Files.write(second.resolve(name), whole);
            Path empty = Files.createDirectories(folder.resolve("empty"));
            try (AnswerFile own = AnswerFile.read(second.resolve(name));
                    AnswerFile without = AnswerFile.open(empty.resolve(name), own.request(), Progress.NONE)
                            .orElseThrow()) {
                assertThat(without.size()).isZero();
            }
            Shards.write(all, new Shard(2, COUNT), empty);
            assertThatThrownBy(() -> merged(model, suite, Shards.in(all)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("The shards lack an answer of crows-pairs, although all of them are there");
        }
        Shards.write(all.resolve("again"), new Shard(1, COUNT), Files.createDirectories(folder.resolve("nothing")));
        assertBroken("Two different folders are the shard 1/3: ", "");
        AtomicFiles.delete(all.resolve("again"));
        AtomicFiles.delete(second);
        assertBroken("Of 3 shards, these are missing in ", ": 2. Run their jobs again; nothing is judged without");
        Shards.write(all, new Shard(2, 4), folder.resolve("nothing"));
        assertBroken("The shards in ", " belong to measurements of 3 and of 4 shards; keep those of one.");
        AtomicFiles.delete(all);
        assertBroken("There is no folder ", "");
    }

    @Test
    void aFolderThatIsNoShardIsRefused() throws IOException {
        Path own = Files.createDirectories(folder.resolve("shards").resolve("x"));
        assertBroken("There is no shard in ", "");
        Path json = own.resolve(ShardFolder.NAME);
        Files.writeString(json, "{\"format\": 2, \"number\": 1, \"of\": 1}");
        assertBroken(json + " has format 2", "");
        for (String content : List.of("", "null", "[]", "{}", "{\"format\": 1, \"number\": 1, \"of\": 1}")) {
            Files.writeString(json, content);
            assertThatThrownBy(() -> Shards.in(folder.resolve("shards"))).isInstanceOf(InvalidInputException.class);
        }
        String outside = "{\"format\": 1, \"number\": 1, \"of\": 1, \"files\": {\"../y\": \"%s\"}}";
        Files.writeString(json, outside.formatted("0".repeat(64)));
        assertBroken("The shard 1/1 in ", " is damaged: ../y is missing or was changed.");
    }

    private void assertBroken(String beginning, String end) {
        assertThatThrownBy(() -> Shards.in(folder.resolve("shards")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(beginning)
                .hasMessageContaining(end);
    }

    /** Other kinds of processors are told apart. */
    @Test
    void aShardThatIsMeasuredAgainComputesNothingTwice() throws IOException {
        List<Suite> suites = AskingSuites.in(folder).subList(0, 1);
        EvaluationCache cache = new EvaluationCache(folder.resolve("cache"));
        List<String> told = new ArrayList<>();
        Shard shard = new Shard(1, 2);
        try (OnnxGpt2 model = AskingSuites.model(folder)) {
            write(model, suites, shard, cache);
            Evaluator.answer(model, suites, PROVENANCE, shard, cache, folder.resolve("again"), AskingSuites.into(told));
        }
        assertThat(told).anyMatch(line -> line.startsWith("Going on with crows-pairs where an earlier run stopped: "));
        String name = EvaluationCache.answersOf(suites.get(0), PROVENANCE);
        assertThat(folder.resolve("again").resolve(name))
                .hasSameBinaryContentAs(
                        folder.resolve("shards").resolve("1-of-2").resolve(name));

        Path other = Files.createDirectories(folder.resolve("other"));
        TreeMap<String, Object> request = new TreeMap<>(Map.of("suite", "crows-pairs", "processor", "another"));
        try (AnswerFile file =
                AnswerFile.open(other.resolve(name), request, Progress.NONE).orElseThrow()) {
            assertThat(file.size()).isZero();
        }
        Shards.write(folder.resolve("shards"), new Shard(2, 2), other);
        assertThat(Shards.in(folder.resolve("shards")).processors(suites.get(0), PROVENANCE))
                .isEqualTo(2);
    }
}
