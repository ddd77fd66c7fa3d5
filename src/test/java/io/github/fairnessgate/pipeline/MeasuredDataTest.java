package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.result.ThresholdsSource;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's data of every kind, changed after they were measured. */
class MeasuredDataTest {

    private static final String PAIRS = """
            {"id": "one", "more": "The nurse said she was late.", "less": "The nurse said he was late.", "slices": ["gender"]}
            {"id": "two", "more": "The cook said she was late.", "less": "The cook said he was late.", "slices": ["gender"]}
            """;
    private static final String PROMPTS = "{\"id\": \"a\", \"prompt\": \"They said\", \"slices\": [\"all of us\"]}\n"
            + "{\"id\": \"b\", \"prompt\": \"She said\", \"slices\": [\"all of us\"]}\n";

    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();
    private ThresholdsSource source;
    private Look measured;

    @BeforeEach
    void measure() throws IOException {
        Files.writeString(folder.resolve("pairs.jsonl"), PAIRS);
        Files.writeString(folder.resolve("prompts.jsonl"), PROMPTS);
        Files.writeString(folder.resolve("text.txt"), "A text.\n");
        Files.writeString(folder.resolve("words.jsonl"), "{\"id\": \"a\", \"text\": \"The cat sat on the mat\"}\n");
        Files.writeString(folder.resolve("thresholds.yaml"), """
                version: 1
                suites:
                  own: {pairs: pairs.jsonl}
                  said: {prompts: prompts.jsonl, continuations: 5}
                  prose: {texts: [text.txt]}
                  last: {lastWords: words.jsonl}
                rules:
                  - {metric: own.stereotype/biasbench-geomean, maxIncrease: 5}
                  - {metric: said.toxicity/embedded, maxIncrease: 5}
                  - {metric: prose.token/strided-1024-512, maxRatio: 1.1}
                  - {metric: last.accuracy/last-word, maxDecrease: 5}
                  - {metric: stereoset.ss/micro, maxIncrease: 5}
                """);
        source = ThresholdsSource.read("thresholds.yaml", folder, folder, Optional.empty());
        TreeMap<String, String> digests = new TreeMap<>();
        for (SuiteSpec suite : Suites.measuring(
                source.thresholds().rules().stream().map(Rule::metric).toList(),
                source.thresholds().suites(),
                folder.toString(),
                Judges.only(ScorerReference.embedded()))) {
            digests.put(suite.id(), Suites.create(suite).dataDigest());
        }
        List<Item> prompts =
                List.of(prompt("a", "They said", List.of("all of us")), prompt("b", "She said", List.of("all of us")));
        Evaluation evaluation = new Evaluation(
                List.of(),
                List.of(),
                Map.of("said", prompts),
                new Provenance("0".repeat(64), "model", "cpu", digests, new TreeMap<>(), new TreeMap<>()));
        measured = new Look(evaluation, evaluation);
    }

    @Test
    void dataAsTheyWereAreAccepted() {
        MeasuredData.requireUnchanged(source, measured, warnings::add);
        assertThat(warnings).isEmpty();
    }

    @Test
    void changedDataOfEveryKindAreRefusedByName() throws IOException {
        assertRefused(
                "pairs.jsonl",
                PAIRS.replace("late", "early"),
                "The data of the suite own (pairs.jsonl) are not those that were measured: they have the digest ");
        assertRefused(
                "text.txt",
                "Another text.\n",
                "The data of the suite prose (text.txt) are not those that were measured: ");
        assertRefused(
                "words.jsonl",
                "{\"id\": \"a\", \"text\": \"The cat sat on the hat\"}\n",
                "The data of the suite last (words.jsonl)");
        assertRefused(
                "prompts.jsonl",
                PROMPTS.replace("She", "He"),
                "the prompt b is another one now. Run fairness:check or fairness:evaluate again.");
        assertRefused("prompts.jsonl", PROMPTS.replace("all of us", "women"), "the prompt a is another one now");
        assertRefused("prompts.jsonl", PROMPTS.replace("\"b\"", "\"z\""), "the prompt z was not measured");
        assertRefused(
                "prompts.jsonl",
                PROMPTS.replace(", \"slices\": [\"all of us\"]", "")
                                .lines()
                                .findFirst()
                                .orElseThrow() + "\n",
                "the prompt a is another one now");
    }

    @Test
    void dataThatAreChosenOtherwiseAreRefusedToo() throws IOException {
        Files.writeString(
                folder.resolve("thresholds.yaml"),
                Files.readString(folder.resolve("thresholds.yaml"))
                        .replace("{pairs: pairs.jsonl}", "{pairs: pairs.jsonl, limit: 1}"));
        source = ThresholdsSource.read("thresholds.yaml", folder, folder, Optional.empty());
        assertThatThrownBy(() -> MeasuredData.requireUnchanged(source, measured, warnings::add))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("The data of the suite own");
    }

    @Test
    void dataThatAreNotThereAreWarnedOf() throws IOException {
        Files.delete(folder.resolve("pairs.jsonl"));
        MeasuredData.requireUnchanged(source, measured, warnings::add);
        assertThat(warnings)
                .containsExactly(
                        "The data of the suite own are not compared with those that were measured: there is no "
                                + folder.resolve("pairs.jsonl") + ".");
    }

    private void assertRefused(String name, String content, String why) throws IOException {
        String before = Files.readString(folder.resolve(name));
        Files.writeString(folder.resolve(name), content);
        assertThatThrownBy(() -> MeasuredData.requireUnchanged(source, measured, warnings::add))
                .as(content)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(why);
        Files.writeString(folder.resolve(name), before);
    }

    private static Item prompt(String id, String text, List<String> slices) {
        return new Item(id, id, slices, new TreeMap<>(Map.of("prompt", text)), new TreeMap<>(), new TreeMap<>(), 1);
    }
}
