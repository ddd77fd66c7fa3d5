package io.github.fairnessgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.Fixtures;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.FloatTensor;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import io.github.fairnessgate.tensor.Tensor;
import io.github.fairnessgate.tensor.Weight;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDirectoryTest {

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void nameTheFolder() {
        folder = temporary.resolve("model");
    }

    private void editConfig(Consumer<ObjectNode> edit) {
        Fixtures.editJson(folder.resolve("config.json"), edit);
    }

    /** Replaces the weights of a default model by edited ones. */
    private void editWeights(Consumer<Map<String, FloatTensor>> edit) {
        Map<String, FloatTensor> weights =
                new LinkedHashMap<>(TinyModels.builder().weights());
        edit.accept(weights);
        SafetensorsWriter.write(folder.resolve("model.safetensors"), weights, DType.F32);
    }

    private void assertRefused(String... sentence) {
        assertThatThrownBy(() -> ModelDirectory.open(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(sentence);
    }

    @Nested
    class Opened {

        @Test
        void aModelHasItsConfigAndItsTensorsInCanonicalOrder() {
            TinyModels tiny = TinyModels.builder().layers(3);

            ModelDirectory model = tiny.write(folder);

            assertThat(model.path()).isEqualTo(folder);
            assertThat(model.config()).isEqualTo(tiny.config());
            assertThat(model.tensors().keySet())
                    .containsExactlyElementsOf(tiny.config().tensorShapes().keySet());
            assertThat(model.specialTokens().endOfText()).isEqualTo(256);
            assertThat(model.parameters())
                    .isEqualTo(
                            257 * 8 + 32 * 8 + 3 * (2 * 16 + 8 * 24 + 24 + 8 * 8 + 8 + 8 * 32 + 32 + 32 * 8 + 8) + 16);
            assertThat(model.weightBytes()).isEqualTo(4 * model.parameters());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "transformer."})
        void namesMayHaveThePrefixOfTransformersOrNot(String prefix) {
            ModelDirectory model = TinyModels.builder().prefix(prefix).write(folder);

            TinyModels.builder().weights().forEach((name, tensor) -> {
                assertThat(model.tensor(name).toFloats()).isEqualTo(tensor.data());
                assertThat(model.tensor(name).shape()).isEqualTo(tensor.shape());
            });
        }

        @ParameterizedTest
        @ValueSource(strings = {"_orig_mod.", "module.", "model.", "base_model.model.", "module._orig_mod."})
        void namesMayBeWrapped(String wrapper) {
            for (String prefix : List.of("", "transformer.")) {
                ModelDirectory model =
                        TinyModels.builder().prefix(wrapper + prefix).write(folder);

                assertThat(model.weightTraits()).isEqualTo(new WeightTraits(wrapper, List.of(), List.of()));
                TinyModels.builder()
                        .weights()
                        .forEach((name, tensor) ->
                                assertThat(model.tensor(name).toFloats()).isEqualTo(tensor.data()));
            }
        }

        /** As FSDP and torch.compile wrap every block by itself. */
        @Test
        void namesMayBeWrappedWithin() {
            TinyModels.create(folder);
            Map<String, FloatTensor> wrapped = new LinkedHashMap<>();
            TinyModels.builder()
                    .weights()
                    .forEach((name, tensor) -> wrapped.put(
                            "_fsdp_wrapped_module.transformer."
                                    + name.replaceFirst("^h\\.0\\.", "h.0._fsdp_wrapped_module._orig_mod."),
                            tensor));
            SafetensorsWriter.write(folder.resolve("model.safetensors"), wrapped, DType.F32);

            ModelDirectory model = ModelDirectory.open(folder);

            assertThat(model.weightTraits().wrapper()).isEqualTo("_fsdp_wrapped_module._orig_mod.");
            TinyModels.builder()
                    .weights()
                    .forEach((name, tensor) ->
                            assertThat(model.tensor(name).toFloats()).isEqualTo(tensor.data()));
        }

        @Test
        void otherHeadsAreNotPartOfALanguageModel() {
            Map<String, FloatTensor> weights =
                    new LinkedHashMap<>(TinyModels.builder().weights());
            List<String> heads = List.of(
                    "classifier.weight",
                    "multiple_choice_head.summary.bias",
                    "multiple_choice_head.summary.weight",
                    "qa_outputs.weight",
                    "score.weight",
                    "v_head.summary.weight");
            heads.forEach(head -> weights.put(head, new FloatTensor(new long[] {2, 8}, new float[16])));
            TinyModels.create(folder);
            SafetensorsWriter.write(folder.resolve("model.safetensors"), weights, DType.F32);

            ModelDirectory model = ModelDirectory.open(folder);

            assertThat(model.weightTraits()).isEqualTo(new WeightTraits("", heads, List.of()));
            assertThat(model.tensors().keySet())
                    .containsExactlyElementsOf(
                            TinyModels.builder().config().tensorShapes().keySet());
        }

        /** As safetensors' save_model writes a tied model: one name of the two. */
        @Test
        void theTiedOutputLayerAloneIsTheEmbedding() {
            TinyModels.create(folder);
            Map<String, FloatTensor> weights =
                    new LinkedHashMap<>(TinyModels.builder().weights());
            FloatTensor embedding = weights.remove("wte.weight");
            weights.put("lm_head.weight", embedding);
            SafetensorsWriter.write(folder.resolve("model.safetensors"), weights, DType.F32);

            assertThat(ModelDirectory.open(folder).tensor("wte.weight").toFloats())
                    .isEqualTo(embedding.data());

            Fixtures.editJson(folder.resolve("config.json"), config -> config.put("tie_word_embeddings", false));
            assertRefused("lacks the tensor wte.weight");
        }

        @Test
        void numbersOfEightBytesAreRounded() {
            ModelDirectory model = TinyModels.builder().dtype(DType.F64).write(folder);

            TinyModels.builder()
                    .weights()
                    .forEach((name, tensor) ->
                            assertThat(model.tensor(name).toFloats()).isEqualTo(tensor.data()));
            model.requireFinite();
            assertThat(model.weightBytes()).isEqualTo(8 * model.parameters());
        }

        @Test
        void aNumberThatNoFloatCanBeIsNamed() throws IOException {
            ModelDirectory model = TinyModels.builder().dtype(DType.F64).write(folder);
            Tensor bias = (Tensor) model.tensor("ln_f.bias");
            try (FileChannel file = FileChannel.open(folder.resolve("model.safetensors"), StandardOpenOption.WRITE)) {
                file.write(
                        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(0, 1e300), bias.offset() + 16);
            }

            assertThatThrownBy(model::requireFinite)
                    .hasMessageContaining("ln_f.bias")
                    .hasMessageContaining("has Infinity at index 2");
        }

        @ParameterizedTest
        @EnumSource(
                value = DType.class,
                names = {"F16", "BF16"})
        void numbersOfTwoBytesAreWidened(DType dtype) {
            ModelDirectory model = TinyModels.builder().dtype(dtype).write(folder);

            float[] stored = TinyModels.builder().weights().get("wte.weight").data();
            float[] read = model.tensor("wte.weight").toFloats();
            for (int i = 0; i < stored.length; i++) {
                assertThat(read[i])
                        .isCloseTo(stored[i], within(Math.abs(stored[i]) / (dtype == DType.F16 ? 2047 : 255) + 1e-7f));
            }
            assertThat(model.weightBytes()).isEqualTo(2 * model.parameters());
        }

        @ParameterizedTest
        @ValueSource(strings = {"transformers-sharded", "transformers-pruned-bf16"})
        void whatTransformersSavedIsRead(String name) {
            Fixtures.copyFolder(Fixtures.path(name), folder);
            TinyModels.writeTokenizer(folder.resolve("tokenizer.json"), 257);

            ModelDirectory model = ModelDirectory.open(folder);

            JsonNode expected = Fixtures.json(folder.resolve("expected.json"));
            model.tensors().forEach((tensorName, tensor) -> assertIs(expected.get(tensorName), (Tensor) tensor));
            assertThat(model.config().tiedEmbeddings())
                    .isEqualTo(!model.tensors().containsKey("lm_head.weight"));
        }

        private void assertIs(JsonNode expected, Tensor tensor) {
            float[] numbers = tensor.toFloats();
            double sum = 0;
            for (float number : numbers) {
                sum += number;
            }
            assertThat(expected.get("shape"))
                    .hasToString(Json.MAPPER.valueToTree(tensor.shape()).toString());
            for (int i = 0; i < expected.get("first").size(); i++) {
                assertThat(numbers[i]).isEqualTo(expected.get("first").get(i).floatValue());
            }
            assertThat(numbers[numbers.length - 1])
                    .isEqualTo(expected.get("last").floatValue());
            assertThat(sum).isCloseTo(expected.get("sum").doubleValue(), within(1e-12));
        }

        @Test
        void aMappedTensorIsReadOnlyAndLittleEndian() {
            ByteBuffer bytes = ((Tensor) TinyModels.create(folder).tensor("wpe.weight")).map();

            assertThat(bytes.isReadOnly()).isTrue();
            assertThat(bytes.isDirect()).isTrue();
            assertThat(bytes.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThat(bytes.getFloat(0))
                    .isEqualTo(TinyModels.builder().weights().get("wpe.weight").data()[0]);
        }

        @Test
        void tensorsCannotBeAddedOrInvented() {
            ModelDirectory model = TinyModels.create(folder);

            assertThatThrownBy(() -> model.tensors().clear()).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> model.tensor("h.9.ln_1.weight")).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void causalMasksThatOldVersionsStoredAreIgnored() {
            TinyModels.create(folder);
            editWeights(weights -> {
                weights.put("transformer.h.0.attn.bias", new FloatTensor(new long[] {1, 1, 4, 4}, new float[16]));
                weights.put("h.1.attn.masked_bias", new FloatTensor(new long[] {}, new float[1]));
            });

            assertThat(ModelDirectory.open(folder).tensors())
                    .containsOnlyKeys(TinyModels.builder().weights().keySet());
        }

        @Test
        void aTiedOutputLayerMayBeStoredIfItIsTheEmbedding() {
            TinyModels.create(folder);
            editWeights(weights -> weights.put("lm_head.weight", weights.get("wte.weight")));

            assertThat(ModelDirectory.open(folder).tensors()).doesNotContainKey("lm_head.weight");
        }

        @Test
        void anOutputLayerOfItsOwnIsATensor() {
            ModelDirectory model =
                    TinyModels.builder().tied(false).prefix("transformer.").write(folder);

            assertThat(model.tensor("lm_head.weight").toFloats())
                    .isNotEqualTo(model.tensor("wte.weight").toFloats());
        }

        @Test
        void removedHeadsAreNotThere() {
            ModelDirectory model = TinyModels.builder()
                    .prunedHeads(List.of(List.of(), List.of(1)))
                    .write(folder);

            assertThat(model.tensor("h.1.attn.c_attn.weight").shape()).containsExactly(8, 12);
        }

        @Test
        void theTokenizerMayBeInTwoFiles() {
            TinyModels.builder().vocabulary(300).write(folder);
            Fixtures.delete(folder.resolve("tokenizer.json"));
            TinyModels.writeLegacyTokenizer(folder, 300);

            assertThat(ModelDirectory.open(folder).specialTokens().endOfText()).isEqualTo(299);
            assertThat(ModelDirectory.open(folder).tokenizerFiles())
                    .containsExactly(folder.resolve("vocab.json"), folder.resolve("merges.txt"));
        }

        @Test
        void onlyTheHeaderIsReadSoWeightsThatBecameZerosOpenAsWell() throws IOException {
            TinyModels.builder().vocabulary(900).embedding(64).write(folder);
            Map<String, Weight> tensors = ModelDirectory.open(folder).tensors();
            long dataStart = ((Tensor) tensors.get("wte.weight")).offset();
            try (RandomAccessFile weights =
                    new RandomAccessFile(folder.resolve("model.safetensors").toFile(), "rw")) {
                long size = weights.length();
                weights.setLength(dataStart);
                weights.setLength(size); // the data are a hole of zeros now
            }

            assertThat(ModelDirectory.open(folder).tensor("ln_f.weight").toFloats())
                    .containsOnly(0);
        }
    }

    @Nested
    class Digest {

        private String digest() {
            return ModelDirectory.open(folder).digest();
        }

        @Test
        void isWhatSha256sumSaysOfItsOwnList() {
            ModelDirectory model = TinyModels.create(folder);

            String list = Digests.sha256(folder.resolve("config.json")) + "  config.json\n"
                    + Digests.sha256(folder.resolve("model.safetensors")) + "  model.safetensors\n"
                    + Digests.sha256(folder.resolve("tokenizer.json")) + "  tokenizer.json\n";
            assertThat(model.digest()).isEqualTo(Digests.sha256(list.getBytes(StandardCharsets.UTF_8)));
        }

        @Test
        void dependsOnNeitherPlaceNorTimeNorOtherFiles() throws IOException {
            String digest = TinyModels.create(folder).digest();
            String elsewhere = TinyModels.create(temporary.resolve("elsewhere")).digest();
            Fixtures.write(folder.resolve("README.md"), "hello");
            Fixtures.write(folder.resolve("model.onnx"), "graph");
            Files.setLastModifiedTime(folder.resolve("config.json"), FileTime.fromMillis(0));

            assertThat(elsewhere).isEqualTo(digest).hasSize(64);
            assertThat(digest()).isEqualTo(digest);
        }

        @Test
        void changesWithWeightsConfigAndTokenizer() {
            String digest = TinyModels.create(folder).digest();
            String otherWeights = TinyModels.builder().seed(2).write(folder).digest();
            TinyModels.create(folder);
            editConfig(config -> config.put("layer_norm_epsilon", 1e-4));
            String otherConfig = digest();
            TinyModels.create(folder);
            Fixtures.editJson(
                    folder.resolve("tokenizer.json"),
                    json -> ((ObjectNode) json.get("pre_tokenizer")).put("add_prefix_space", true));
            String otherTokenizer = digest();

            assertThat(List.of(digest, otherWeights, otherConfig, otherTokenizer))
                    .doesNotHaveDuplicates();
        }

        @Test
        void coversEveryShard() throws IOException {
            Fixtures.copyFolder(Fixtures.path("transformers-sharded"), folder);
            TinyModels.writeTokenizer(folder.resolve("tokenizer.json"), 257);
            String digest = digest();
            Path shard = folder.resolve("model-00002-of-00003.safetensors");
            byte[] bytes = Files.readAllBytes(shard);
            bytes[bytes.length - 1] ^= 1;
            Fixtures.write(shard, bytes);

            assertThat(digest()).isNotEqualTo(digest);
        }
    }

    @Nested
    class Finite {

        @Test
        void goodWeightsPass() {
            TinyModels.create(folder).requireFinite();
        }

        @ParameterizedTest
        @EnumSource(
                value = DType.class,
                names = {"F32", "F16", "BF16"})
        void theFirstBadNumberIsNamedWithTensorAndIndex(DType dtype) {
            TinyModels.create(folder);
            Map<String, FloatTensor> weights = TinyModels.builder().weights();
            weights.get("h.1.mlp.c_fc.weight").data()[37] = Float.NaN;
            weights.get("h.1.mlp.c_fc.weight").data()[99] = Float.POSITIVE_INFINITY;
            SafetensorsWriter.write(folder.resolve("model.safetensors"), weights, dtype);

            assertThatThrownBy(() -> ModelDirectory.open(folder).requireFinite())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContainingAll(
                            "model.safetensors", "tensor h.1.mlp.c_fc.weight of shape [8, 32] has NaN at index 37");
        }

        @ParameterizedTest
        @EnumSource(
                value = DType.class,
                names = {"F32", "F16", "BF16"})
        void infinityIsNotAWeightEither(DType dtype) {
            TinyModels.create(folder);
            Map<String, FloatTensor> weights = TinyModels.builder().weights();
            weights.get("ln_f.bias").data()[7] = Float.NEGATIVE_INFINITY;
            SafetensorsWriter.write(folder.resolve("model.safetensors"), weights, dtype);

            assertThatThrownBy(() -> ModelDirectory.open(folder).requireFinite())
                    .hasMessageContaining("tensor ln_f.bias of shape [8] has -Infinity at index 7");
        }

        @Test
        void theIndexIsThatOfTheWholeTensorHoweverLarge() {
            TinyModels wide = TinyModels.builder().embedding(128);
            wide.write(folder);
            Map<String, FloatTensor> weights = wide.weights();
            weights.get("wte.weight").data()[30_000] = Float.NaN;
            for (DType dtype : List.of(DType.F32, DType.F16, DType.BF16)) {
                SafetensorsWriter.write(folder.resolve("model.safetensors"), weights, dtype);

                assertThatThrownBy(() -> ModelDirectory.open(folder).requireFinite())
                        .hasMessageContaining("tensor wte.weight of shape [257, 128] has NaN at index 30000");
            }
        }

        @Test
        void theLargestNumbersAreNumbers() {
            TinyModels.create(folder);
            editWeights(weights -> weights.get("ln_f.bias").data()[0] = Float.MAX_VALUE);

            ModelDirectory.open(folder).requireFinite();
        }
    }

    @Nested
    class RefusedForItsWeights {

        @BeforeEach
        void goodModel() {
            TinyModels.create(folder);
        }

        @Test
        void aTruncatedFile() throws IOException {
            byte[] whole = Files.readAllBytes(folder.resolve("model.safetensors"));
            Fixtures.write(folder.resolve("model.safetensors"), Arrays.copyOf(whole, whole.length / 2));

            assertRefused("model.safetensors", "truncated");
        }

        @Test
        void aMissingTensor() {
            editWeights(weights -> weights.remove("h.1.ln_2.bias"));

            assertRefused("model.safetensors lacks the tensor h.1.ln_2.bias of shape [8]");
        }

        @Test
        void aMissingLayer() {
            editWeights(weights -> weights.keySet().removeIf(name -> name.startsWith("h.1.")));

            assertRefused("has weights of 1 layers", "n_layer = 2", "tensor h.1.ln_1.weight is missing");
        }

        @Test
        void moreLayersThanTheConfigSays() {
            editConfig(config -> config.put("n_layer", 1));

            assertRefused("has weights of 2 layers (such as h.1.", "n_layer = 1");
        }

        @Test
        void aTensorThatNoGpt2Has() {
            editWeights(weights -> weights.put("scores.weight", new FloatTensor(new long[] {1}, new float[1])));

            assertRefused("tensor scores.weight is not part of a GPT-2 language model");
        }

        @Test
        void aPointerOfGitLfs() throws IOException {
            Files.writeString(
                    folder.resolve("model.safetensors"),
                    "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 497774208\n");

            assertRefused("model.safetensors is not the weights but a pointer of Git LFS to them; fetch them with: git "
                    + "lfs pull");
        }

        @Test
        void aWrapperAroundSomeNamesOnly() {
            editWeights(weights -> weights.put("module.ln_f.bias", weights.remove("ln_f.bias")));

            assertRefused("lacks the tensor ln_f.bias");
        }

        @Test
        void aTensorUnderTwoNames() {
            editWeights(weights -> weights.put("transformer.ln_f.bias", weights.get("ln_f.bias")));

            assertRefused("tensor ln_f.bias is there twice", "transformer.ln_f.bias");
        }

        @Test
        void aWrongType() {
            Fixtures.writeSafetensors(
                    folder.resolve("model.safetensors"),
                    "{\"wte.weight\":{\"dtype\":\"I64\",\"shape\":[257,8],\"data_offsets\":[0,16448]}}",
                    new byte[16448]);

            assertRefused("tensor wte.weight has dtype I64, but only F64, F32, F16 and BF16 weights are supported");
        }

        @Test
        void aWrongShape() {
            editWeights(weights -> weights.put("h.0.mlp.c_fc.bias", new FloatTensor(new long[] {31}, new float[31])));

            assertRefused("tensor h.0.mlp.c_fc.bias has shape [31]", "n_embd = 8, n_inner = 32", "asks for [32]");
        }

        @Test
        void aTransposedLinearLayer() {
            editWeights(weights -> weights.compute(
                    "h.0.mlp.c_fc.weight", (name, tensor) -> new FloatTensor(new long[] {32, 8}, tensor.data())));

            assertRefused(
                    "tensor h.0.mlp.c_fc.weight has shape [32, 8]", "asks for [8, 32]; it seems to be transposed");
        }

        @Test
        void aWidthThatContradictsTheConfig() {
            editConfig(config -> config.put("n_embd", 16));

            assertRefused("tensor wte.weight has shape [257, 8]", "n_embd = 16", "asks for [257, 16]");
        }

        @Test
        void aVocabularyThatContradictsTheConfig() {
            editConfig(config -> config.put("vocab_size", 300));

            assertRefused("tensor wte.weight has shape [257, 8]", "vocab_size = 300");
        }

        @Test
        void positionsThatContradictTheConfig() {
            editConfig(config -> config.put("n_positions", 64));

            assertRefused("tensor wpe.weight has shape [32, 8]", "n_positions = 64");
        }

        @Test
        void prunedHeadsThatContradictTheShapes() {
            editConfig(config -> config.putObject("pruned_heads").putArray("1").add(0));

            assertRefused(
                    "tensor h.1.attn.c_attn.weight has shape [8, 24]",
                    "pruned_heads of layer 1 = [0]",
                    "asks for [8, 12]");
        }

        @Test
        void aTiedOutputLayerThatDiffers() {
            editWeights(weights -> {
                float[] other = weights.get("wte.weight").data().clone();
                other[1000] += 1;
                weights.put("lm_head.weight", new FloatTensor(new long[] {257, 8}, other));
            });

            assertRefused("lm_head.weight differs from the token embedding wte.weight", "tie_word_embeddings = true");
        }

        @Test
        void anUntiedModelWithoutOutputLayer() {
            editConfig(config -> config.put("tie_word_embeddings", false));

            assertRefused("lacks the tensor lm_head.weight of shape [257, 8], which tie_word_embeddings = false");
        }

        @Test
        void picklesOnly() throws IOException {
            Files.move(folder.resolve("model.safetensors"), folder.resolve("pytorch_model.bin"));

            assertRefused("only as pytorch_model.bin", "can run any code when it is loaded", "save_pretrained");
        }

        @Test
        void noWeightsAtAll() {
            Fixtures.delete(folder.resolve("model.safetensors"));

            assertRefused("has neither model.safetensors nor model.safetensors.index.json");
        }

        @Test
        void aFileThatShrinksAfterItWasOpened() throws IOException {
            Tensor last = (Tensor) ModelDirectory.open(folder).tensor("ln_f.bias");
            byte[] whole = Files.readAllBytes(folder.resolve("model.safetensors"));
            Fixtures.write(folder.resolve("model.safetensors"), Arrays.copyOf(whole, whole.length - 1));

            assertThatThrownBy(last::map)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("became shorter while it was in use: tensor ln_f.bias");
        }
    }

    @Nested
    class RefusedForItsShards {

        private Path index;

        @BeforeEach
        void goodModel() {
            Fixtures.copyFolder(Fixtures.path("transformers-sharded"), folder);
            TinyModels.writeTokenizer(folder.resolve("tokenizer.json"), 257);
            index = folder.resolve("model.safetensors.index.json");
        }

        @Test
        void aMissingShard() {
            Fixtures.delete(folder.resolve("model-00002-of-00003.safetensors"));

            assertRefused("names the shard model-00002-of-00003.safetensors, which does not exist");
        }

        @Test
        void aTensorInTwoShards() {
            SafetensorsWriter.write(
                    folder.resolve("extra.safetensors"),
                    Map.of("transformer.wte.weight", new FloatTensor(new long[] {1}, new float[1])),
                    DType.F32);
            Fixtures.editJson(index, json -> ((ObjectNode) json.get("weight_map")).put("other", "extra.safetensors"));

            assertRefused(
                    "Tensor transformer.wte.weight is in two shards",
                    "extra.safetensors",
                    "model-00001-of-00003.safetensors");
        }

        @Test
        void aTensorThatIsInAnotherShardThanTheIndexSays() {
            Fixtures.editJson(
                    index,
                    json -> ((ObjectNode) json.get("weight_map"))
                            .put("transformer.wpe.weight", "model-00001-of-00003.safetensors"));

            assertRefused("tensor transformer.wpe.weight is in model-00001-of-00003.safetensors, but it is in "
                    + "model-00003-of-00003.safetensors");
        }

        @Test
        void aTensorThatIsInNoShard() {
            Fixtures.editJson(
                    index,
                    json -> ((ObjectNode) json.get("weight_map")).put("ghost", "model-00001-of-00003.safetensors"));

            assertRefused("tensor ghost is in model-00001-of-00003.safetensors, but it is in no shard");
        }

        @Test
        void aTiedOutputLayerThatIsInNoShardIsNotMissed() throws IOException {
            TinyModels.create(folder);
            Files.move(folder.resolve("model.safetensors"), folder.resolve("model-00001-of-00001.safetensors"));
            ObjectNode map = Json.MAPPER.createObjectNode().put("lm_head.weight", "model-00001-of-00001.safetensors");
            TinyModels.builder().weights().keySet().forEach(name -> map.put(name, "model-00001-of-00001.safetensors"));
            Fixtures.write(
                    index, Json.MAPPER.createObjectNode().set("weight_map", map).toString());

            assertThat(ModelDirectory.open(folder).config().tiedEmbeddings()).isTrue();

            editConfig(config -> config.put("tie_word_embeddings", false));
            assertRefused("lacks the tensor lm_head.weight");
        }

        @Test
        void aTensorThatTheIndexDoesNotList() {
            Fixtures.editJson(index, json -> ((ObjectNode) json.get("weight_map")).remove("transformer.ln_f.bias"));

            assertRefused("has tensor transformer.ln_f.bias, which model.safetensors.index.json does not list");
        }

        @Test
        void aShardOutsideTheFolder() {
            Fixtures.editJson(
                    index,
                    json -> ((ObjectNode) json.get("weight_map")).put("lm_head.weight", "../secret.safetensors"));

            assertRefused("the shard of tensor lm_head.weight is \"../secret.safetensors\"", "in the same folder");
        }

        @Test
        void anIndexWithoutAMap() {
            Fixtures.write(index, "{}");

            assertRefused("has no \"weight_map\"");
        }

        @Test
        void anIndexThatIsNotJson() {
            Fixtures.write(index, "weights: 3");

            assertRefused("model.safetensors.index.json is not JSON");
        }
    }

    @Nested
    class RefusedForItsOtherFiles {

        @BeforeEach
        void goodModel() {
            TinyModels.create(folder);
        }

        @Test
        void noFolder() {
            assertThatThrownBy(() -> ModelDirectory.open(temporary.resolve("nowhere")))
                    .hasMessageContainingAll("nowhere does not exist", "config.json");
            assertThatThrownBy(() -> ModelDirectory.open(folder.resolve("config.json")))
                    .hasMessageContaining("config.json is not a folder");
        }

        @Test
        void noConfig() {
            Fixtures.delete(folder.resolve("config.json"));

            assertRefused("has no config.json");
        }

        @Test
        void noTokenizer() {
            Fixtures.delete(folder.resolve("tokenizer.json"));

            assertRefused("has no tokenizer", "tokenizer.json", "vocab.json with merges.txt");
        }

        @Test
        void halfATokenizer() {
            Fixtures.delete(folder.resolve("tokenizer.json"));
            TinyModels.writeLegacyTokenizer(folder, 257);
            Fixtures.delete(folder.resolve("merges.txt"));

            assertRefused("has no tokenizer");
        }

        @Test
        void aTokenizerWithMoreTokensThanTheEmbedding() {
            TinyModels.writeTokenizer(folder.resolve("tokenizer.json"), 260);

            assertRefused(
                    "tokenizer.json has the token \"ac\" with number 258",
                    "larger than the token embedding, which has 257 rows");
        }

        @Test
        void aTokenizerWithFewerTokensThanTheEmbedding() {
            TinyModels.builder().vocabulary(300).write(folder);
            TinyModels.writeTokenizer(folder.resolve("tokenizer.json"), 269);

            assertRefused("tokenizer.json has 269 tokens", "much smaller than the token embedding, which has 300 rows");
        }

        @Test
        void anAddedTokenWithoutContent() {
            Fixtures.editJson(
                    folder.resolve("tokenizer.json"),
                    json -> json.withArray("added_tokens").addObject().put("id", 257));

            assertRefused("added_tokens has {\"id\":257}", "content and id");
        }

        @Test
        void twoTokensWithOneNumber() {
            Fixtures.editJson(
                    folder.resolve("tokenizer.json"), json -> ((ObjectNode) json.at("/model/vocab")).put("#", 0));

            assertRefused("have the same number 0");
        }

        @Test
        void aTokenWithoutNumber() {
            Fixtures.editJson(
                    folder.resolve("tokenizer.json"), json -> ((ObjectNode) json.at("/model/vocab")).put("#", "two"));

            assertRefused("token \"#\" has the number \"two\"");
        }

        @Test
        void aTokenizerThatDoesNotKnowTheEndOfText() {
            Fixtures.editJson(folder.resolve("tokenizer.json"), json -> {
                json.putArray("added_tokens");
                ((ObjectNode) json.at("/model/vocab")).remove("<|endoftext|>");
                ((ObjectNode) json.at("/model/vocab")).put("\u4e00", 256);
            });

            editConfig(json -> json.put("bos_token_id", 257).putNull("eos_token_id"));
            assertRefused(
                    "has no token that begins a text", "neither bos_token nor eos_token nor <|endoftext|>", "0 to 256");
            editConfig(json -> json.put("bos_token_id", 256));
            assertThat(ModelDirectory.open(folder).specialTokens().beginning()).isEqualTo(256);
        }

        @Test
        void twoTokenizerFilesThatDoNotKnowTheEndOfText() {
            Fixtures.delete(folder.resolve("tokenizer.json"));
            TinyModels.writeLegacyTokenizer(folder, 257);
            Fixtures.editJson(
                    folder.resolve("vocab.json"),
                    json -> json.put("\u4e00", 256).remove("<|endoftext|>"));

            editConfig(json -> json.putNull("bos_token_id").put("eos_token_id", 1000));
            assertRefused("vocab.json has no token that begins a text");
        }

        @Test
        void aTokenizerOfAnotherKind() {
            Fixtures.editJson(
                    folder.resolve("tokenizer.json"), json -> ((ObjectNode) json.get("model")).put("type", "Phonetic"));

            assertRefused(
                    "has no vocabulary that can be used (model.type is \"Phonetic\")",
                    "BPE, WordPiece or WordLevel",
                    "Unigram");
        }

        @Test
        void aListOfPiecesThatIsNotUnigrams() {
            Fixtures.editJson(
                    folder.resolve("tokenizer.json"), json -> ((ObjectNode) json.get("model")).put("type", "Unigram"));

            assertRefused("has no vocabulary that can be used (model.type is \"Unigram\")");
        }

        @Test
        void piecesOfWordsWithoutAClass() {
            Fixtures.delete(folder.resolve("tokenizer.json"));
            Fixtures.write(folder.resolve("vocab.txt"), "[UNK]\n");

            assertRefused("has its tokenizer only as vocab.txt", "{\"tokenizer_class\": \"BertTokenizer\"}");
        }

        @Test
        void piecesOfWordsWithoutTheUnknownToken() {
            Fixtures.delete(folder.resolve("tokenizer.json"));
            Fixtures.write(folder.resolve("vocab.txt"), "[PAD]\n");
            Fixtures.write(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"BertTokenizer\"}");

            assertRefused("vocab.txt lacks the token \"[UNK]\"");
        }

        /** AutoTokenizer of transformers makes other tokens of the same files, or none. */
        @ParameterizedTest
        @ValueSource(strings = {"BlenderbotTokenizer", "PreTrainedTokenizerFast", "CLIPTokenizer"})
        void bytePairsOfAnotherClass(String name) {
            Fixtures.delete(folder.resolve("tokenizer.json"));
            TinyModels.writeLegacyTokenizer(folder, TinyModels.BYTE_VOCABULARY);
            Fixtures.write(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"" + name + "\"}");

            assertRefused(
                    "has its tokenizer only as vocab.json and merges.txt, and its class is " + name.replace("Fast", ""),
                    "GPT2Tokenizer, LongformerTokenizer, RobertaTokenizer",
                    "which writes tokenizer.json");
        }

        @Test
        void wordsOfAnotherClass() {
            Fixtures.delete(folder.resolve("tokenizer.json"));
            Fixtures.write(folder.resolve("vocab.txt"), "[PAD]\n");
            Fixtures.write(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"BertJapaneseTokenizer\"}");

            assertRefused("only as vocab.txt, and its class is BertJapaneseTokenizer", "it reads BertTokenizer");
        }

        @Test
        void bytePairsUnderTheNamesOfOpenAi() {
            Fixtures.delete(folder.resolve("tokenizer.json"));
            Fixtures.write(folder.resolve("encoder.json"), "{}");

            assertRefused("copy encoder.json to vocab.json and vocab.bpe to merges.txt");
        }

        @Test
        void aModelOfSentencePiece() {
            Fixtures.delete(folder.resolve("tokenizer.json"));
            Fixtures.write(folder.resolve("spiece.model"), "pieces");

            assertRefused(
                    "has its tokenizer only as spiece.model",
                    "its class is GPT2Tokenizer, which the plugin does not read",
                    "save_pretrained(folder), which writes tokenizer.json");
        }

        @Test
        void aTokenizerThatIsNotJson() {
            Fixtures.write(folder.resolve("tokenizer.json"), "tokenizer");

            assertRefused("tokenizer.json is not JSON");
        }

        @Test
        void aMergeOfThreeParts() {
            Fixtures.delete(folder.resolve("tokenizer.json"));
            TinyModels.writeLegacyTokenizer(folder, 257);
            Fixtures.write(folder.resolve("merges.txt"), "#version: 0.2\na b\na b c\n");

            assertRefused("merges.txt, line 3: \"a b c\" is not a merge");
        }

        @Test
        void mergesThatWereLost() {
            TinyModels.builder().vocabulary(300).write(folder);
            Fixtures.editJson(
                    folder.resolve("tokenizer.json"), json -> ((ObjectNode) json.get("model")).putArray("merges"));

            assertRefused(
                    "tokenizer.json has no merges, but the vocabulary has tokens of several characters", "truncated");
        }

        @Test
        void aFileOfMergesThatIsEmpty() {
            TinyModels.builder().vocabulary(300).write(folder);
            Fixtures.delete(folder.resolve("tokenizer.json"));
            TinyModels.writeLegacyTokenizer(folder, 300);
            Fixtures.write(folder.resolve("merges.txt"), "#version: 0.2\n");

            assertRefused("merges.txt has no merges", "truncated");
        }
    }
}
