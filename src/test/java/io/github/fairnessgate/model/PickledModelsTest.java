package io.github.fairnessgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.Fixtures;
import io.github.fairnessgate.pickle.Pickles;
import io.github.fairnessgate.pickle.TorchFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PickledModelsTest {

    @TempDir
    Path temporary;

    private final List<String> messages = new ArrayList<>();
    private Path folder;
    private Path twin;
    private Path cache;

    @BeforeEach
    void writeWhatIsBesideTheWeights() throws IOException {
        folder = temporary.resolve("model");
        twin = temporary.resolve("twin");
        cache = temporary.resolve("cache");
        for (Path model : List.of(folder, twin)) {
            writeConfig(model, true);
            TinyModels.writeTokenizer(model.resolve("tokenizer.json"), 257);
        }
        Files.writeString(folder.resolve("README.md"), "---\nlicense: mit\n---\n");
        Files.writeString(folder.resolve("training_args.bin"), "not a model");
        Files.copy(Fixtures.path("pickle/gpt2.safetensors"), twin.resolve("model.safetensors"));
    }

    private static void writeConfig(Path model, boolean tied) {
        TinyModels.builder()
                .layers(1)
                .embedding(4)
                .positions(8)
                .tied(tied)
                .config()
                .write(model.resolve("config.json"));
    }

    private void weights(String fixture) throws IOException {
        Files.copy(Fixtures.path("pickle/" + fixture), folder.resolve("pytorch_model.bin"));
    }

    private ModelDirectory open(boolean allowed) {
        return given(allowed).directory();
    }

    private GivenModel given(boolean allowed) {
        return PickledModels.open(folder, cache, allowed, new Progress() {
            @Override
            public void step(String task, long done, long total) {}

            @Override
            public void info(String message) {
                messages.add(message);
            }
        });
    }

    private void assertRefused(String... sentence) {
        assertThatThrownBy(() -> open(true))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(sentence);
        assertThat(converted()).isEmpty();
    }

    /** Folders of converted models, and what a failure might leave. */
    private List<String> converted() {
        Path models = cache.resolve("models");
        return Files.exists(models)
                ? Fixtures.names(models).stream()
                        .filter(name -> !name.endsWith(".lock"))
                        .toList()
                : List.of();
    }

    static Stream<String> versions() {
        return Fixtures.names(Fixtures.path("pickle")).stream().filter(name -> name.matches("gpt2-.*\\.bin"));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aPickleIsTheModelThatItsTwinInSafetensorsIs(String fixture) throws IOException {
        weights(fixture);

        ModelDirectory model = open(true);

        ModelDirectory expected = ModelDirectory.open(twin);
        assertThat(model.digest()).isEqualTo(expected.digest());
        expected.tensors()
                .forEach((name, weight) ->
                        assertThat(model.tensor(name).toFloats()).as(name).isEqualTo(weight.toFloats()));
        assertThat(model.tensors().keySet()).isEqualTo(expected.tensors().keySet());
    }

    @Test
    void shardsAreTheModelThatTheirTwinsAre() throws IOException {
        for (String name : Fixtures.names(Fixtures.path("pickle/sharded"))) {
            Files.copy(
                    Fixtures.path("pickle/sharded/" + name),
                    (name.startsWith("pytorch_model") ? folder : twin).resolve(name));
        }
        Files.delete(twin.resolve("model.safetensors"));

        assertThat(open(true).digest()).isEqualTo(ModelDirectory.open(twin).digest());
        assertThat(open(true).tensor("wte.weight").toFloats())
                .isEqualTo(ModelDirectory.open(twin).tensor("wte.weight").toFloats());

        Files.delete(folder.resolve("pytorch_model-00002-of-00002.bin"));
        assertThatThrownBy(() -> open(true))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("names the shard pytorch_model-00002-of-00002.bin");
    }

    @Test
    void anIndexNamesFilesOfTheFolderOnly() throws IOException {
        for (String index : List.of(
                "{\"weight_map\":{\"a\":\"../x.bin\"}}",
                "{\"weight_map\":{\"a\":\"x.safetensors\"}}",
                "{\"weight_map\":{}}",
                "{}",
                "no")) {
            Files.writeString(folder.resolve("pytorch_model.bin.index.json"), index);
            assertRefused("pytorch_model.bin.index.json");
        }
    }

    @Test
    void itIsConvertedOnceWithWhatIsBesideIt() throws IOException {
        weights("gpt2-2.5.1.bin");

        ModelDirectory model = open(true);
        assertThat(messages)
                .hasSize(1)
                .filteredOn(message -> message.startsWith("Converting " + folder.resolve("pytorch_model.bin")))
                .hasSize(1);
        assertThat(Fixtures.names(model.path()))
                .containsExactly("README.md", "config.json", "model.safetensors", "tokenizer.json");
        Path file = model.path().resolve("model.safetensors");
        Object written = Files.getLastModifiedTime(file);

        assertThat(open(true).path()).isEqualTo(model.path());
        assertThat(messages)
                .filteredOn(message -> message.startsWith("Converting "))
                .hasSize(1);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(written);

        Files.writeString(folder.resolve("README.md"), "another licence");
        assertThat(open(true).path()).isNotEqualTo(model.path());
    }

    @Test
    void theOutputLayerOfAnUntiedModelIsKept() throws IOException {
        weights("gpt2-2.5.1.bin");
        writeConfig(folder, false);

        assertThat(open(true).tensor("lm_head.weight").toFloats())
                .isEqualTo(open(true).tensor("wte.weight").toFloats());
    }

    @Test
    void theUsersFolderIsKnown() throws IOException {
        weights("gpt2-2.5.1.bin");

        assertThat(given(true).folder()).isEqualTo(folder);
        assertThat(given(true).isConverted()).isTrue();
        assertThat(PickledModels.sources(folder)).containsExactly("pytorch_model.bin");
    }

    @Test
    void aConversionInTheCacheIsNotBelieved() throws IOException {
        weights("gpt2-2.5.1.bin");
        String digest = open(true).digest();
        Path planted = open(true).path();
        messages.clear();

        TinyModels.builder().seed(3).write(planted);

        assertThat(open(true).digest()).isEqualTo(digest);
        assertThat(messages)
                .anyMatch(message -> message.startsWith("The cached folder " + planted + " does not hold what "));
    }

    @Test
    void aConversionIsOfTheFilesThatItWasMadeOf() throws IOException {
        weights("gpt2-2.5.1.bin");
        Path converted = open(true).path();
        assertThat(PickledModels.isConversion(converted, folder)).isTrue();

        Files.writeString(folder.resolve("model.onnx"), "is not converted");
        assertThat(PickledModels.isConversion(converted, folder)).isTrue();
        Files.writeString(folder.resolve("generation_config.json"), "{}");
        assertThat(PickledModels.isConversion(converted, folder)).isFalse();
        Files.delete(folder.resolve("pytorch_model.bin"));
        assertThat(PickledModels.isConversion(converted, folder)).isFalse();
    }

    @Test
    void safetensorsWin() throws IOException {
        Files.writeString(folder.resolve("pytorch_model.bin"), "not even a pickle");
        Files.copy(twin.resolve("model.safetensors"), folder.resolve("model.safetensors"));

        assertThat(open(true).path()).isEqualTo(folder);
        assertThat(messages)
                .containsExactly(
                        folder.resolve("pytorch_model.bin") + " is ignored, because model.safetensors is beside it");
        assertThat(open(false).path()).isEqualTo(folder);
    }

    @Test
    void theSwitchTurnsItOff() throws IOException {
        weights("gpt2-2.5.1.bin");

        assertThatThrownBy(() -> open(false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("only as pytorch_model.bin", "fairness.allowPickle is false");
        assertThat(cache).doesNotExist();
    }

    @Test
    void nothingIsLeftOfWhatIsRefused() throws IOException {
        Fixtures.write(
                folder.resolve("pytorch_model.bin"),
                Pickles.pickle()
                        .op('}')
                        .text("a")
                        .global("posix", "system")
                        .text("touch x")
                        .op(0x85)
                        .op('R')
                        .op('s')
                        .op('.')
                        .zipped());
        assertRefused("posix.system", "nothing of the file was run");

        Files.delete(folder.resolve("pytorch_model.bin"));
        weights("gpt2-2.5.1.bin");
        byte[] bytes = Files.readAllBytes(folder.resolve("pytorch_model.bin"));
        bytes[
                (int) TorchFile.read(folder.resolve("pytorch_model.bin"))
                        .places()
                        .get("15")
                        .offset()] ^= 1;
        Files.write(folder.resolve("pytorch_model.bin"), bytes);
        assertRefused("checksum");
    }

    @Test
    void whatDoesNotFitIsSaidOfTheUsersFile() throws IOException {
        weights("assorted-2.5.1.bin");

        assertThatThrownBy(() -> open(true))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(folder.resolve("pytorch_model.bin") + ", converted to safetensors: ");
    }

    @Test
    void aFolderWithoutPicklesIsOpenedAsItIs() {
        GivenModel model = PickledModels.open(twin, cache, true, Progress.NONE);

        assertThat(model.directory().path()).isEqualTo(twin);
        assertThat(model.isConverted()).isFalse();
        assertThat(cache).doesNotExist();
    }
}
