package io.github.fairnessgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.Fixtures;
import io.github.fairnessgate.tensor.FloatTensor;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class Gpt2ConfigTest {

    @TempDir
    Path folder;

    private Path file(Consumer<ObjectNode> edit) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("model_type", "gpt2")
                .put("n_layer", 3)
                .put("n_head", 4)
                .put("n_embd", 8)
                .put("n_positions", 16)
                .put("vocab_size", 60000);
        edit.accept(json);
        Path file = folder.resolve("config.json");
        Fixtures.write(file, json.toString());
        return file;
    }

    @Test
    void missingOptionalKeysMeanWhatTheyMeanForThePublishedGpt2() {
        Gpt2Config config = Gpt2Config.read(file(json -> {}));

        assertThat(config)
                .isEqualTo(new Gpt2Config(
                        3,
                        4,
                        List.of(List.of(), List.of(), List.of()),
                        8,
                        16,
                        60000,
                        32,
                        Activation.GELU_TANH,
                        AttentionScale.PUBLISHED,
                        1e-5,
                        true,
                        List.of(50256),
                        List.of(50256),
                        Optional.empty()));
    }

    @Test
    void nullIsLikeAMissingKey() {
        assertThat(Gpt2Config.read(file(json ->
                        json.putNull("n_inner").putNull("activation_function").putNull("pruned_heads"))))
                .isEqualTo(Gpt2Config.read(file(json -> {})));
    }

    @Test
    void allKeysAreRead() {
        Gpt2Config config = Gpt2Config.read(file(json -> json.put("n_inner", 20)
                .put("activation_function", "gelu")
                .put("layer_norm_epsilon", 1e-6)
                .put("tie_word_embeddings", false)
                .put("bos_token_id", 1)
                .put("eos_token_id", 2)
                .putObject("pruned_heads")
                .putArray("1")
                .add(3)
                .add(0)));

        assertThat(config)
                .isEqualTo(new Gpt2Config(
                        3,
                        4,
                        List.of(List.of(), List.of(0, 3), List.of()),
                        8,
                        16,
                        60000,
                        20,
                        Activation.GELU_ERF,
                        AttentionScale.PUBLISHED,
                        1e-6,
                        false,
                        List.of(1),
                        List.of(2),
                        Optional.empty()));
        assertThat(config.headSize()).isEqualTo(2);
        assertThat(config.heads(0)).isEqualTo(4);
        assertThat(config.heads(1)).isEqualTo(2);
    }

    @Test
    void bothNamesOfTheTanhFormAreUnderstood() {
        assertThat(Gpt2Config.read(file(json -> json.put("activation_function", "gelu_pytorch_tanh")))
                        .activation())
                .isEqualTo(Activation.GELU_TANH);
    }

    /** As {@code GPT2Config.from_dict} of transformers 4.57.1 and 5.24.0 reads them. */
    @Test
    void theGeneralNamesOfTransformersDecide() {
        Gpt2Config config = Gpt2Config.read(file(json -> {
            json.put("hidden_size", 12).put("num_hidden_layers", 5).put("max_position_embeddings", 64);
            json.remove("n_head");
            json.put("num_attention_heads", 3);
        }));
        assertThat(List.of(config.embedding(), config.layers(), config.positions(), config.baseHeads()))
                .containsExactly(12, 5, 64, 3);
    }

    @Test
    void attentionIsScaledAsTheConfigurationSays() {
        Gpt2Config config = Gpt2Config.read(
                file(json -> json.put("scale_attn_weights", false).put("scale_attn_by_inverse_layer_idx", true)));
        assertThat(config.attentionScale()).isEqualTo(new AttentionScale(false, true));
        assertThat(config.attentionFactor(2)).isEqualTo(1. / 3);
        assertThat(config.attentionScale().disagreements())
                .singleElement()
                .asString()
                .contains("4.57.1", "eager");
        config.write(folder.resolve("written.json"));
        assertThat(Gpt2Config.read(folder.resolve("written.json"))).isEqualTo(config);
        assertThat(Gpt2Config.read(file(json -> {})).attentionFactor(2)).isEqualTo(1 / Math.sqrt(2));
    }

    @Test
    void aModelSavedByTransformersIsRead() {
        Gpt2Config config = Gpt2Config.read(Fixtures.path("transformers-pruned-bf16/config.json"));

        assertThat(config.prunedHeads()).containsExactly(List.of(), List.of(0));
        assertThat(config.tiedEmbeddings()).isTrue();
        assertThat(config.innerSize()).isEqualTo(16);
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Gpt2Config config = new Gpt2Config(
                2,
                4,
                List.of(List.of(1), List.of()),
                8,
                16,
                300,
                20,
                Activation.GELU_ERF,
                AttentionScale.PUBLISHED,
                1e-6,
                false,
                List.of(298),
                List.of(299),
                Optional.empty());

        config.write(folder.resolve("deeper/config.json"));

        assertThat(Gpt2Config.read(folder.resolve("deeper/config.json"))).isEqualTo(config);
    }

    /** As training scripts write them; only those that exist have an effect, on the end of generated texts. */
    @Test
    void idsThatDoNotExistAreTakenAndWrittenAsTheyAre() {
        Gpt2Config config = Gpt2Config.read(file(json -> {
            json.put("vocab_size", 100)
                    .put("bos_token_id", -1)
                    .put("pad_token_id", 70_000)
                    .putNull("decoder_start_token_id");
            json.putArray("eos_token_id").add(50_256).add(7);
        }));
        assertThat(config.bosTokenIds()).containsExactly(-1);
        assertThat(config.eosTokenIds()).containsExactly(50_256, 7);
        config.write(folder.resolve("list.json"));
        assertThat(Gpt2Config.read(folder.resolve("list.json"))).isEqualTo(config);

        Gpt2Config without = Gpt2Config.read(
                file(json -> json.putNull("eos_token_id").put("tokenizer_class", "PreTrainedTokenizerFast")));
        assertThat(without.eosTokenIds()).isEmpty();
        assertThat(without.tokenizerClass()).contains("PreTrainedTokenizerFast");
        without.withInnerSize(16)
                .withUntiedEmbeddings()
                .withPrunedHeads(without.prunedHeads())
                .write(folder.resolve("null.json"));
        assertThat(Fixtures.json(folder.resolve("null.json"))
                        .get("eos_token_id")
                        .isNull())
                .isTrue();
        assertThat(Fixtures.json(folder.resolve("null.json"))
                        .get("tokenizer_class")
                        .asText())
                .isEqualTo("PreTrainedTokenizerFast");
    }

    @Test
    void aConfigWithAllItsHeadsSaysNothingOfPrunedHeads() {
        TinyModels.builder().config().write(folder.resolve("config.json"));

        assertThat(Fixtures.json(folder.resolve("config.json")).has("pruned_heads"))
                .isFalse();
    }

    @Test
    void attentionTensorsShrinkWithTheHeadsThatWereRemoved() {
        Gpt2Config config =
                Gpt2Config.read(file(json -> {})).withPrunedHeads(List.of(List.of(), List.of(3, 0, 1), List.of()));

        assertThat(config.prunedHeads().get(1)).containsExactly(0, 1, 3);
        assertThat(config.tensorShapes().get("h.0.attn.c_attn.weight")).containsExactly(8, 24);
        assertThat(config.tensorShapes().get("h.1.attn.c_attn.weight")).containsExactly(8, 6);
        assertThat(config.tensorShapes().get("h.1.attn.c_attn.bias")).containsExactly(6);
        assertThat(config.tensorShapes().get("h.1.attn.c_proj.weight")).containsExactly(2, 8);
        assertThat(config.tensorShapes().get("h.1.attn.c_proj.bias")).containsExactly(8);
        assertThat(config.tensorShapes().get("h.1.mlp.c_fc.weight")).containsExactly(8, 32);
    }

    @Test
    void gpt2SmallHasItsPublishedNumberOfParameters() {
        Gpt2Config small = new Gpt2Config(
                12,
                12,
                Collections.nCopies(12, List.of()),
                768,
                1024,
                50257,
                3072,
                Activation.GELU_TANH,
                AttentionScale.PUBLISHED,
                1e-5,
                true,
                List.of(50256),
                List.of(50256),
                Optional.empty());

        assertThat(small.tensorShapes().values().stream()
                        .mapToLong(FloatTensor::elements)
                        .sum())
                .isEqualTo(124_439_808);
        assertThat(small.tensorShapes()).hasSize(148);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refused(
                        json -> json.put("model_type", "gpt_neo"),
                        "model_type is \"gpt_neo\"",
                        "only \"gpt2\" is supported"),
                refused(json -> json.remove("model_type"), "the key model_type is missing"),
                refused(json -> json.remove("n_layer"), "the key n_layer is missing"),
                refused(json -> json.remove("n_head"), "the key n_head is missing"),
                refused(json -> json.remove("n_embd"), "the key n_embd is missing"),
                refused(json -> json.remove("n_positions"), "the key n_positions is missing"),
                refused(json -> json.remove("vocab_size"), "the key vocab_size is missing"),
                refused(json -> json.put("n_layer", 0), "n_layer is 0", "at least 1"),
                refused(json -> json.put("n_layer", 2_000_000_000), "n_layer is 2000000000", "at most 10000"),
                refused(json -> json.put("n_layer", "six"), "n_layer is \"six\"", "whole number"),
                refused(json -> json.put("n_embd", 8.5), "n_embd is 8.5", "whole number"),
                refused(
                        json -> json.put("n_embd", 2_000_000_000).remove("n_inner"),
                        "n_embd is 2000000000",
                        "four times that",
                        "below 2147483648"),
                refused(json -> json.put("n_positions", 5_000_000_000L), "n_positions is 5000000000", "whole number"),
                refused(json -> json.put("n_embd", 10), "n_embd (10) is not divisible by n_head (4)"),
                refused(
                        json -> json.put("scale_attn_weights", 1),
                        "scale_attn_weights is 1, but it must be true or false"),
                refused(json -> json.put("add_cross_attention", true), "add_cross_attention is true, but only false"),
                refused(
                        json -> json.put("tie_word_embeddings", "yes"),
                        "tie_word_embeddings is \"yes\"",
                        "true or false"),
                refused(
                        json -> json.put("activation_function", "gelu_fats"),
                        "\"gelu_fats\"",
                        "only these are supported",
                        "gelu_new, gelu_pytorch_tanh",
                        "linear"),
                refused(json -> json.put("layer_norm_epsilon", 0), "layer_norm_epsilon is 0.0"),
                refused(json -> json.put("layer_norm_epsilon", "tiny"), "layer_norm_epsilon is \"tiny\""),
                refused(json -> json.put("eos_token_id", "</s>"), "eos_token_id is \"</s>\"", "whole number"),
                refused(json -> json.putArray("bos_token_id").add(1.5), "bos_token_id is 1.5", "whole number"),
                refused(json -> json.put("pruned_heads", 1), "pruned_heads is 1", "must be an object"),
                refused(
                        json -> json.putObject("pruned_heads").put("0", 1),
                        "pruned_heads of layer 0 is 1",
                        "list of heads"),
                refused(
                        json -> json.putObject("pruned_heads").putArray("3").add(1),
                        "layer \"3\"",
                        "n_layer is 3",
                        "0 to 2"),
                refused(json -> json.putObject("pruned_heads").putArray("first").add(1), "layer \"first\""),
                refused(json -> json.putObject("pruned_heads").putArray("0").add(4), "layer 0 is [4]", "n_head is 4"),
                refused(
                        json -> json.putObject("pruned_heads")
                                .putArray("0")
                                .add(1)
                                .add(1),
                        "names a head twice"),
                refused(
                        json -> json.putObject("pruned_heads")
                                .putArray("2")
                                .add(0)
                                .add(1)
                                .add(2)
                                .add(3),
                        "layer 2 removes all 4 heads"));
    }

    private static Arguments refused(Consumer<ObjectNode> edit, String... sentence) {
        return Arguments.of(sentence[0], edit, sentence);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void aConfigThatCannotBeMeantIsRefusedWithItsPlace(String name, Consumer<ObjectNode> edit, String[] sentence) {
        Path file = file(edit);

        assertThatThrownBy(() -> Gpt2Config.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContainingAll(sentence);
    }

    @Test
    void aFileThatIsNotJsonIsRefusedWithLineAndColumn() {
        Path file = folder.resolve("config.json");
        Fixtures.write(file, "{\"model_type\": \"gpt2\",\n n_layer: 3}");

        assertThatThrownBy(() -> Gpt2Config.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(file.toString(), "this is not JSON", "line 2");
    }

    @Test
    void aRepeatedKeyIsRefused() {
        Path file = folder.resolve("config.json");
        Fixtures.write(file, "{\"model_type\": \"gpt2\", \"n_layer\": 3, \"n_layer\": 4}");

        assertThatThrownBy(() -> Gpt2Config.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("Duplicate", "n_layer");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> Gpt2Config.read(folder.resolve("config.json")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(folder.resolve("config.json") + " does not exist");
    }
}
