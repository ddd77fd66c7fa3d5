package io.github.fairnessgate.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.compress.Compressor;
import io.github.fairnessgate.compress.MlBom;
import io.github.fairnessgate.compress.ModelLicence;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.file.Archives;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is released, from the input to the zip. */
@Tag("native")
class CompressedZipTest {

    private static final String RECIPE = """
            version: 1
            seed: 3
            text: text.txt
            dense: true
            stages:
              - {method: head-pruning, importance: michel, heads: 2, examples: 4, sequenceLength: 16}
              - {method: distillation, layers: 2, steps: 3, batchSize: 2, sequenceLength: 16}
            """;

    @TempDir
    Path folder;

    @Test
    void twoBuildsOfTheSameInputsInDifferentPlacesGiveTheSameZip() throws IOException {
        Path first = build(folder.resolve("one"));
        Path second = build(folder.resolve("another place"));
        assertThat(first).hasSameBinaryContentAs(second);
        try (ZipFile zip = new ZipFile(first.toFile())) {
            assertThat(Collections.list(zip.entries()))
                    .extracting(ZipEntry::getName)
                    .containsExactlyElementsOf(List.of(
                            "compression.json",
                            "config.json",
                            "dense/config.json",
                            "dense/model.safetensors",
                            "dense/tokenizer.json",
                            "mlbom.cdx.json",
                            "model.onnx",
                            "model.safetensors",
                            "tokenizer.json"));
        }
    }

    private static Path build(Path place) throws IOException {
        ModelDirectory model =
                TinyModels.builder().layers(4).heads(4).embedding(16).write(place.resolve("model"));
        Files.writeString(place.resolve("text.txt"), "the text of a model, ".repeat(100));
        Files.writeString(place.resolve("recipe.yaml"), RECIPE);
        Path compressed = place.resolve("target/compressed");
        Compressor.run(
                model,
                RecipeReader.read("recipe.yaml", place),
                compressed,
                place.resolve("target/checkpoint"),
                Device.CPU,
                Map.of(),
                Progress.NONE,
                WorkerMain::writeGraph);
        MlBom.write(
                compressed,
                MlBom.Identity.named("small"),
                MlBom.Identity.named("model"),
                ModelLicence.of(model.path()),
                "1");
        return Archives.writeSmallZip(compressed, place.resolve("target/compressed.zip"));
    }
}
