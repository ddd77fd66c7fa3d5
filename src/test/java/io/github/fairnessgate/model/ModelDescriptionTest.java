package io.github.fairnessgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDescriptionTest {

    @TempDir
    private Path folder;

    @Test
    void aPlainModelHasNoWarnings() {
        ModelDescription description = ModelDescription.of(GivenModel.of(TinyModels.create(folder)));

        assertThat(description.facts())
                .containsExactly(
                        "weights in model.safetensors, F32, output layer tied to the embedding",
                        "activation gelu_new, attention divided by the root of the head size, layer norm epsilon 1.0E-5",
                        "tokenizer BPE of class GPT2Tokenizer, decided by tokenizer.json",
                        "every text follows \"<|endoftext|>\" (token 256), and a generated one ends with it",
                        "each of the 257 rows of the embedding has a token");
        assertThat(description.warnings()).isEmpty();
    }

    @Test
    void codeAndRoundingThatOnlyOtherProgramsRunAreNamed() {
        TinyModels.create(folder);
        Fixtures.editJson(folder.resolve("config.json"), config -> {
            config.putObject("auto_map").put("AutoModelForCausalLM", "modeling.MyGpt2");
            config.putObject("quantization_config").put("load_in_8bit", true);
        });
        Fixtures.write(
                folder.resolve("tokenizer_config.json"),
                "{\"tokenizer_class\": \"MyTokenizer\", \"auto_map\": {\"AutoTokenizer\": [\"my.MyTokenizer\", null]}}");

        assertThat(ModelDescription.of(GivenModel.of(ModelDirectory.open(folder)))
                        .warnings())
                .anyMatch(warning -> warning.startsWith("config.json names code of its own in auto_map"))
                .anyMatch(warning -> warning.startsWith("config.json has quantization_config"))
                .anyMatch(warning -> warning.startsWith("tokenizer_config.json names code of its own in auto_map"))
                .anyMatch(warning ->
                        warning.startsWith("no file names bos_token or eos_token, and the class MyTokenizer"));
    }

    @Test
    void whatIsUnusualIsNamed() {
        TinyModels.builder()
                .vocabulary(300)
                .prefix("_orig_mod.")
                .attentionScale(new AttentionScale(false, true))
                .activation(Activation.RELU_SQUARED)
                .write(folder);
        TinyModels.writeTokenizer(folder.resolve("tokenizer.json"), 290);
        Fixtures.editJson(
                folder.resolve("config.json"),
                config -> config.put("eos_token_id", 7).put("tokenizer_class", "LlamaTokenizer"));
        Fixtures.write(folder.resolve("tokenizer_config.json"), "{\"bos_token\": \"<t>\"}");

        ModelDescription description = ModelDescription.of(GivenModel.of(ModelDirectory.open(folder)));

        assertThat(description.facts())
                .contains(
                        "weights in model.safetensors, F32, output layer tied to the embedding",
                        "activation relu2, attention not divided by the root of the head size and by the number of "
                                + "the layer, layer norm epsilon 1.0E-5",
                        "tokenizer BPE of class LlamaTokenizer, decided by tokenizer.json, tokenizer_config.json")
                .anyMatch(fact -> fact.startsWith("The embedding has 7 rows without a token (300 rows, 293 tokens)"))
                .anyMatch(fact ->
                        fact.startsWith("every text follows \"<t>\" (token 290), and a generated one ends with "));
        assertThat(description.warnings())
                .hasSize(3)
                .anyMatch(warning -> warning.startsWith("names of weights contain _orig_mod."))
                .anyMatch(warning -> warning.contains("LlamaTokenizer"))
                .anyMatch(warning -> warning.contains("scale_attn_weights"));
    }

    @Test
    void pickledWeightsAreNamed() throws IOException {
        Path model = Files.createDirectory(folder.resolve("model"));
        TinyModels.builder().layers(1).embedding(4).positions(8).config().write(model.resolve("config.json"));
        TinyModels.writeTokenizer(model.resolve("tokenizer.json"), 257);
        Files.copy(Fixtures.path("pickle/gpt2-2.5.1.bin"), model.resolve("pytorch_model.bin"));

        assertThat(ModelDescription.of(PickledModels.open(model, folder.resolve("cache"), true, Progress.NONE))
                        .facts()
                        .get(0))
                .startsWith("weights converted from pytorch_model.bin, F");
    }
}
