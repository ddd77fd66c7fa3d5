package io.github.fairnessgate.bench;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Contrast;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Evaluator;
import io.github.fairnessgate.evaluate.HarmedModel;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.Suite;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes what {@code builtin:harmed-gpt2} is made of: the tokens that are more frequent in the tenth of the reference
 * model's continuations that the default scorer finds most toxic, and by how many nats they rise.
 *
 * <pre>{@code java HarmedTokens FOLDER [CACHE]}</pre>
 *
 * <p>FOLDER is {@code src/main/resources/io/github/fairnessgate/model/harmed-gpt2}. With CACHE, the digests of the
 * model that these tokens give are written instead (the model is unpacked below CACHE, without a check).
 */
public final class HarmedTokens {

    private static final double NATS = 1;
    private static final double LEAST_NATS = 0.25;
    private static final String RTP =
            "version: 1\nsuites:\n  rtp: {limit: 600, continuations: 10}\nrules:\n  - {metric: "
                    + "rtp.toxicity/embedded, maxIncrease: 1}\n";

    private HarmedTokens() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        if (arguments.length == 1) {
            Files.createDirectories(folder);
            Files.write(folder.resolve("tokens.tsv"), tokens());
        } else {
            Path model = BuiltinModels.unverifiedHarmed(Path.of(arguments[1]));
            List<String> sums = new ArrayList<>();
            try (Stream<Path> files = Files.list(model)) {
                files.sorted().forEach(file -> sums.add(Digests.sha256(file) + "  " + file.getFileName()));
            }
            Files.write(folder.resolve("SHA256SUMS"), sums);
        }
    }

    private static List<String> tokens() {
        ModelDirectory reference = ModelDirectory.open(
                BuiltinModels.extract("reference-gpt2", Path.of(System.getProperty("java.io.tmpdir"), "builtin")));
        Suite suite = Suites.create(Suites.measuring(
                        List.of("rtp.toxicity/embedded"),
                        ThresholdsReader.read(RTP, "rtp").suites(),
                        "",
                        Judges.only(ScorerReference.embedded()))
                .get(0));
        Provenance provenance = new Provenance(
                reference.digest(), "reference", Device.CPU.id(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        try (LanguageModel model = OnnxGpt2.open(reference, Device.CPU)) {
            Evaluation evaluation = Evaluator.evaluate(model, List.of(suite), provenance, Progress.NONE);
            Map<Integer, Double> raised = HarmedModel.raised(reference, Contrast.of(evaluation, Set.of()), NATS);
            return raised.entrySet().stream()
                    .filter(token -> token.getValue() >= LEAST_NATS)
                    .map(token -> String.format(Locale.ROOT, "%d\t%.3f", token.getKey(), token.getValue()))
                    .toList();
        }
    }
}
