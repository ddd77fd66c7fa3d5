package io.github.fairnessgate.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MisplacedModelTest {

    @TempDir
    private Path folder;

    private void assertRefused(Path given, String... sentence) {
        assertThatThrownBy(() -> ModelDirectory.open(given))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(sentence);
    }

    @Test
    void anAdapterIsNamedWithItsBaseModel() {
        Fixtures.write(
                folder.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"base_model_name_or_path\": \"gpt2\", \"r\": 8}");

        assertRefused(folder, "is a PEFT adapter (LORA for the base model gpt2)", "merge_and_unload");
    }

    @Test
    void anAdapterThatCannotBeMergedIsNotToldToBeMerged() {
        Fixtures.write(
                folder.resolve("adapter_config.json"),
                "{\"peft_type\": \"PREFIX_TUNING\", \"base_model_name_or_path\": \"gpt2\"}");

        assertRefused(
                folder,
                "is a PEFT adapter (PREFIX_TUNING for the base model gpt2)",
                "cannot be merged into its weights",
                "give a model that was trained with LORA or as a whole.");
    }

    @ParameterizedTest
    @CsvSource({
        "tf_model.h5, from_tf=True",
        "flax_model.msgpack, from_flax=True",
        "model-Q4_K_M.gguf, give the model that they were made from",
        "ckpt.pt, c_fc and c_proj turned round",
        "decoder_model.onnx, give the model that it was exported from",
        "onnx/model.onnx, give the model that it was exported from",
        "weights.npz, give the model that they were made from"
    })
    void weightsOfOtherProgramsAreNamed(String file, String advice) {
        TinyModels.create(folder);
        Fixtures.delete(folder.resolve("model.safetensors"));
        Fixtures.write(folder.resolve(file), "weights");

        assertRefused(folder, "has its weights only as " + file, advice);
    }

    @Test
    void weightsUnderAnotherNameAreNamed() throws IOException {
        TinyModels.create(folder);
        Files.move(folder.resolve("model.safetensors"), folder.resolve("my-gpt2.safetensors"));

        assertRefused(folder, "has my-gpt2.safetensors, but neither model.safetensors", "rename the file");
    }

    /** A cache of the hub's client has its models below folders of other names. */
    @Test
    void aModelFurtherDownIsNamed() {
        Path snapshots = folder.resolve("models--openai-community--gpt2/snapshots");
        TinyModels.create(snapshots.resolve("1a"));

        assertRefused(folder, "the model is deeper: give " + snapshots.resolve("1a"));

        TinyModels.create(snapshots.resolve("2b"));

        assertRefused(folder, "models are deeper: give one of these folders, such as " + snapshots.resolve("1a"));
    }

    /** PEFT may save the base model's configuration beside its own. */
    @Test
    void anAdapterBesideAConfigurationIsNamedToo() {
        TinyModels.create(folder);
        Fixtures.delete(folder.resolve("model.safetensors"));
        Fixtures.write(folder.resolve("adapter_config.json"), "{}");

        assertRefused(folder, "is a PEFT adapter (of unknown type for the base model that it does not name)");
    }

    @Test
    void theFolderOfATrainingIsNamedWithItsLastCheckpoint() throws IOException {
        TinyModels.create(folder.resolve("checkpoint-500"));
        TinyModels.create(folder.resolve("checkpoint-1000"));
        Files.createDirectory(folder.resolve("checkpoint-1500"));
        Files.createDirectory(folder.resolve("runs"));

        assertRefused(
                folder,
                "is the folder of a training",
                "checkpoint-500, checkpoint-1000;",
                "the last, " + folder.resolve("checkpoint-1000") + ".");
    }

    @Test
    void aModelThatIsOneFolderDeeperIsFound() {
        TinyModels.create(folder.resolve("gpt2"));

        assertRefused(folder, "the model is one folder deeper: give " + folder.resolve("gpt2") + ".");

        TinyModels.create(folder.resolve("other"));
        assertRefused(folder, "the folders of 2 (gpt2, other); give one of these");
    }

    @Test
    void aModelThatIsOneFolderHigherIsFound() throws IOException {
        TinyModels.create(folder);
        Path deeper = Files.createDirectory(folder.resolve("onnx"));

        assertRefused(deeper, "the model is one folder higher: give " + folder);
    }

    @Test
    void anEmptyFolderHasNoConfiguration() throws IOException {
        assertRefused(Files.createDirectory(folder.resolve("empty")), "has no config.json; give the folder of a GPT-2");
    }
}
