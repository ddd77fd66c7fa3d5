package io.github.fairnessgate.score;

import io.github.fairnessgate.fuzz.JsonMutator;
import io.github.fairnessgate.fuzz.Mutator;
import io.github.fairnessgate.fuzz.Target;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The readers of what lies beside a scorer's graph. */
public final class ScoreReaders {

    private static final List<String> FILES = List.of("config.json", "tokenizer.json", "tokenizer_config.json");

    private ScoreReaders() {}

    /** @param root where the readers' folders are made */
    public static List<Target> all(Path root) throws IOException {
        Mutator json = new JsonMutator().andBytes();
        List<Target> targets = new ArrayList<>();
        for (String name : FILES) {
            Path folder = Files.createDirectories(root.resolve("scorer-" + name));
            for (String other : FILES) {
                Files.copy(fixture().resolve(other), folder.resolve(other));
            }
            Files.write(folder.resolve("model.onnx"), new byte[] {1});
            targets.add(new Target(
                    "scorer-" + name.replace(".json", "").replace('_', '-'),
                    name,
                    folder,
                    List.of(Files.readAllBytes(folder.resolve(name))),
                    json,
                    file -> read(folder)));
        }
        return targets;
    }

    private static String read(Path folder) {
        ClassifierFiles files = ClassifierFiles.find(folder);
        ClassifierConfig config = ClassifierConfig.read(files);
        return config + " " + config.toxicLabel(files) + " "
                + files.readTokenizer().size();
    }

    private static Path fixture() {
        try {
            return Path.of(ScoreReaders.class
                    .getResource("/fixtures/score/single-label")
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
