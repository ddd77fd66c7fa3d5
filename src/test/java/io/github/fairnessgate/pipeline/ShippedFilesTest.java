package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShippedFilesTest {

    private static final Path HERE = Path.of("").toAbsolutePath();

    private final ShippedFiles files = new ShippedFiles();

    @Test
    void aFolderKeepsItsInnerPathsAndShipsOnlyWhatIsNamed() {
        Path scorer = HERE.resolve("scorer");
        String place = files.folder(scorer, List.of(scorer.resolve("onnx/model.onnx"), scorer.resolve("config.json")));
        assertThat(files.all())
                .containsOnlyKeys(place + "/onnx/model.onnx", place + "/config.json")
                .containsValues(scorer.resolve("onnx/model.onnx"), scorer.resolve("config.json"));
    }

    @Test
    void filesOfOneNameHavePlacesOfTheirOwnAndOneFileHasOne() {
        String first = files.file(Path.of("a", "pairs.csv"));
        String second = files.file(Path.of("b", "pairs.csv"));
        assertThat(first).endsWith("/pairs.csv").isNotEqualTo(second);
        assertThat(files.file(HERE.resolve("a/pairs.csv"))).isEqualTo(first);
        assertThat(files.all()).containsOnlyKeys(first, second);
    }
}
