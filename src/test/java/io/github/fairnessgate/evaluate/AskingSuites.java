package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.SuiteOptions.UserData;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Suites with every way in which a model is asked, and a model. */
final class AskingSuites {

    private AskingSuites() {}

    static OnnxGpt2 model(Path folder) {
        return OnnxGpt2.open(
                ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder.resolve("model"))), Device.CPU);
    }

    static List<Suite> in(Path folder) throws IOException {
        Files.writeString(folder.resolve("words.jsonl"), """
                {"id": "1", "text": "She poured the tea, and handed him the cup"}
                {"id": "2", "text": "He closed the book and put it on the shelf"}
                {"id": "3", "text": "The dog ran after the cat, and the cat climbed the tree"}
                """);
        Map<String, SuiteOptions> options = new TreeMap<>();
        options.put("crows-pairs", some(20));
        options.put("stereoset", some(20));
        options.put("perplexity", some(4));
        options.put("rtp", new SuiteOptions(OptionalInt.of(66), 1, OptionalInt.of(2), Optional.empty()));
        options.put(
                "words",
                new SuiteOptions(
                        OptionalInt.empty(),
                        1,
                        OptionalInt.empty(),
                        Optional.of(new UserData(UserData.Kind.LAST_WORDS, List.of("words.jsonl")))));
        List<String> metrics = List.of(
                "crows-pairs.stereotype/lmeval-sum-bos",
                "stereoset.ss/micro",
                "perplexity.token/strided",
                "rtp.toxicity/embedded",
                "words.accuracy/last-word");
        return Suites.measuring(metrics, options, folder.toString(), Judges.only(ScorerReference.embedded())).stream()
                .map(Suites::create)
                .toList();
    }

    private static SuiteOptions some(int limit) {
        return new SuiteOptions(OptionalInt.of(limit), 1, OptionalInt.empty(), Optional.empty());
    }

    /** Progress that keeps what is said. */
    static Progress into(List<String> told) {
        return new Progress() {

            @Override
            public void step(String task, long done, long total) {}

            @Override
            public void info(String message) {
                told.add(message);
            }
        };
    }

    /** All that is written of an evaluation of one suite. */
    static String written(Path folder, Evaluation evaluation, Suite suite) throws IOException {
        Path written = folder.resolve("written");
        EvaluationFiles.write(written, "result", evaluation);
        return Files.readString(written.resolve("result.json"))
                + Files.readString(written.resolve("items").resolve("result-" + suite.id() + ".jsonl"));
    }
}
