package io.github.fairnessgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.Fixtures;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuiltinModelsTest {

    @TempDir
    Path cache;

    private Path extract() {
        return BuiltinModels.extract("reference-gpt2", cache.resolve("builtin"));
    }

    @Test
    void theReferenceModelIsASoundModelOfItsPublishedSize() {
        ModelDirectory model = ModelDirectory.open(extract());

        model.requireFinite();
        assertThat(model.config().layers()).isEqualTo(6);
        assertThat(model.parameters()).isEqualTo(4_291_584);
        assertThat(((Tensor) model.tensor("wte.weight")).dtype()).isEqualTo(DType.F16);
        assertThat(model.specialTokens().endOfText()).isEqualTo(8191);
    }

    @Test
    void theModelCardAndNothingHalfWrittenIsBesideTheModel() {
        assertThat(Fixtures.names(extract()))
                .containsExactly(
                        "README.md",
                        "config.json",
                        "generation_config.json",
                        "model.safetensors",
                        "tokenizer.json",
                        "tokenizer_config.json");
        assertThat(Fixtures.names(cache.resolve("builtin"))).noneMatch(name -> name.endsWith(".part"));
    }

    @Test
    void anIntactCopyIsUsedAgain() throws Exception {
        Path weights = extract().resolve("model.safetensors");
        Files.setLastModifiedTime(weights, FileTime.fromMillis(1_000_000));

        assertThat(extract().resolve("model.safetensors")).isEqualTo(weights);
        assertThat(Files.getLastModifiedTime(weights)).isEqualTo(FileTime.fromMillis(1_000_000));
    }

    @Test
    void aDamagedCopyIsReplaced() throws Exception {
        Path weights = extract().resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length / 2] ^= 1;
        Files.write(weights, bytes);
        Files.delete(weights.resolveSibling("config.json"));

        ModelDirectory.open(extract()).requireFinite();

        bytes[bytes.length / 2] ^= 1;
        assertThat(Digests.sha256(weights)).isEqualTo(Digests.sha256(bytes));
    }

    @Test
    void concurrentBuildsAllGetTheSameSoundModel() throws Exception {
        ExecutorService builds = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Path>> tasks = IntStream.range(0, 8)
                    .<Callable<Path>>mapToObj(i -> this::extract)
                    .toList();
            Set<Path> folders = new HashSet<>();
            for (Future<Path> folder : builds.invokeAll(tasks)) {
                folders.add(folder.get());
            }
            assertThat(folders).hasSize(1);
            ModelDirectory.open(folders.iterator().next()).requireFinite();
            assertThat(Fixtures.names(cache.resolve("builtin"))).hasSize(2).noneMatch(name -> name.endsWith(".part"));
        } finally {
            builds.shutdownNow();
        }
    }

    @Test
    void anUnknownNameIsRefused() {
        assertThatThrownBy(() -> BuiltinModels.extract("gpt5", cache))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("There is no built-in model \"gpt5\"; there is harmed-gpt2, reference-gpt2.");
    }

    @Test
    void aCacheThatCannotBeWrittenIsNamed() {
        Fixtures.write(cache.resolve("builtin"), "a file where the cache should be");

        assertThatThrownBy(this::extract)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("Cannot unpack the built-in model to", "builtin");
    }
}
