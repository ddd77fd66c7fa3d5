package io.github.fairnessgate.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.compress.Compressor;
import io.github.fairnessgate.compress.MlBom;
import io.github.fairnessgate.compress.ModelLicence;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Fixtures;
import io.github.fairnessgate.model.GivenModel;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.PickledModels;
import io.github.fairnessgate.model.Proof;
import io.github.fairnessgate.model.ShippedFiles;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.runtime.Gpt2Graph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is shipped with a candidate: the files that a compression leaves, and everything that somebody may put beside or
 * in the place of them.
 */
@Tag("native")
class InspectionTest {

    @TempDir
    static Path models;

    private static SampleEvidence sample;
    private static Path quantized;

    @TempDir
    Path folder;

    private Path candidate;

    @BeforeAll
    static void compress() throws IOException {
        sample = SampleEvidence.in(models);
        Files.writeString(
                models.resolve("int8.yaml"),
                "version: 1\nseed: 3\ntext: text.txt\ndense: true\nstages:\n  - {method: quantization, scheme: int8}\n");
        quantized = models.resolve("quantized");
        Files.writeString(models.resolve("text.txt"), "a text of some length, ".repeat(200));
        ModelDirectory original =
                TinyModels.builder().layers(2).heads(2).embedding(32).write(models.resolve("wide"));
        Compressor.run(
                original,
                RecipeReader.read("int8.yaml", models),
                quantized,
                models.resolve("checkpoint-int8"),
                Device.CPU,
                Map.of(),
                Progress.NONE,
                SampleEvidence::writeGraph);
        MlBom.write(
                quantized,
                MlBom.Identity.named("small"),
                MlBom.Identity.named("original"),
                new ModelLicence(Optional.empty(), Optional.empty()),
                "1.0");
    }

    @BeforeEach
    void copy() {
        candidate = copy(sample.compressed().path(), folder.resolve("candidate"));
    }

    @Test
    void everyFileThatACompressionLeavesIsVerified() {
        assertThat(shipped().measured()).containsExactly("config.json", "model.safetensors", "tokenizer.json");
        assertThat(shipped().verified())
                .isEqualTo(Map.of(
                        "compression.json",
                        Proof.RECORD,
                        "mlbom.cdx.json",
                        Proof.RECORD,
                        "model.onnx",
                        Proof.GRAPH,
                        "dense/config.json",
                        Proof.TWIN,
                        "dense/model.safetensors",
                        Proof.TWIN,
                        "dense/tokenizer.json",
                        Proof.TWIN));
        assertThat(shipped().unverified()).isEmpty();
        assertThat(shipped().counts())
                .isEqualTo("3 files measured, 6 shipped beside them, 6 of them verified, 0 unverified");
        assertThat(shipped().warning()).isEmpty();
    }

    @Test
    void theTwinOfAQuantizedModelHasToBeGenuine() throws IOException {
        candidate = copy(quantized, folder.resolve("int8"));
        assertThat(shipped().verified())
                .isEqualTo(Map.of(
                        "compression.json",
                        Proof.RECORD,
                        "dense/config.json",
                        Proof.TWIN,
                        "dense/model.safetensors",
                        Proof.TWIN,
                        "dense/tokenizer.json",
                        Proof.TWIN,
                        "mlbom.cdx.json",
                        Proof.RECORD,
                        "model.onnx",
                        Proof.GRAPH));
        flip("dense/model.safetensors");
        assertRefused("dense/model.safetensors is not the file that belongs to the weights that are measured");
    }

    @Test
    void ofPickledWeightsEveryFileOfTheUsersFolderIsAccountedFor() throws IOException {
        pickled();
        assertThat(shipped().measured()).containsExactly("config.json", "model.safetensors", "tokenizer.json");
        assertThat(shipped().verified()).isEqualTo(Map.of("pytorch_model.bin", Proof.PICKLE));
        assertThat(shipped().unverified()).isEmpty();

        for (String name : List.of("modeling.py", "training_args.bin", "onnx/model.onnx", "README.md")) {
            Files.createDirectories(candidate.resolve(name).getParent());
            Files.writeString(candidate.resolve(name), "of another model");
        }
        assertThat(shipped().unverified())
                .containsExactly("README.md", "modeling.py", "onnx/model.onnx", "training_args.bin");

        ModelDirectory converted = given().directory();
        Files.write(candidate.resolve("model.onnx"), Gpt2Graph.logits(converted, candidate));
        assertThat(shipped().verified()).containsEntry("model.onnx", Proof.GRAPH);
        flip("model.onnx");
        assertRefused("model.onnx is not the graph of the weights that are measured");
    }

    @Test
    void besidePickledWeightsNothingPassesForTheirConversion() throws IOException {
        AtomicFiles.delete(candidate);
        copy(Fixtures.path("pickle/sharded"), candidate);
        for (String name : Fixtures.names(candidate)) {
            if (!name.startsWith("pytorch_model")) {
                Files.delete(candidate.resolve(name));
            }
        }
        beside();
        assertThat(shipped().verified().keySet())
                .containsExactlyInAnyOrder(
                        "pytorch_model.bin.index.json",
                        "pytorch_model-00001-of-00002.bin",
                        "pytorch_model-00002-of-00002.bin");
        Files.writeString(candidate.resolve("model-00001-of-00002.safetensors"), "another model");
        assertRefused(
                "model-00001-of-00002.safetensors is not what was measured, because the pickled weights beside it are");
    }

    private void pickled() throws IOException {
        AtomicFiles.delete(candidate);
        Files.createDirectories(candidate);
        Files.copy(Fixtures.path("pickle/gpt2-2.5.1.bin"), candidate.resolve("pytorch_model.bin"));
        beside();
    }

    private void beside() throws IOException {
        TinyModels.builder().layers(1).embedding(4).positions(8).config().write(candidate.resolve("config.json"));
        TinyModels.writeTokenizer(candidate.resolve("tokenizer.json"), 257);
    }

    private GivenModel given() {
        return PickledModels.open(candidate, folder.resolve("cache"), true, Progress.NONE);
    }

    @Test
    void anyChangeOfTheGraphIsRefused() throws IOException {
        byte[] genuine = Files.readAllBytes(candidate.resolve("model.onnx"));
        ModelDirectory other =
                TinyModels.builder().layers(1).heads(2).embedding(8).write(folder.resolve("other"));
        for (byte[] graph : List.of(
                new byte[0],
                "no graph".getBytes(),
                Gpt2Graph.logits(other, other.path()),
                foreignGraph("other.bin"),
                ModelProto.parseFrom(genuine).toBuilder()
                        .setProducerName("somebody")
                        .build()
                        .toByteArray())) {
            Files.write(candidate.resolve("model.onnx"), graph);
            assertRefused("model.onnx is not the graph ", "a different model than the one that is judged");
        }
        for (int place = 0; place < genuine.length; place += 97) {
            Files.write(candidate.resolve("model.onnx"), genuine);
            flip("model.onnx", place);
            assertRefused("model.onnx is not the graph ");
        }
    }

    @Test
    void withoutARecordOfTheCompressionAGraphThatReadsTheMeasuredWeightsOrIsOursIsStillRefused() throws IOException {
        withoutRecords();
        assertThat(shipped().verified()).containsEntry("model.onnx", Proof.GRAPH);
        Files.createDirectories(candidate.resolve("onnx"));
        for (String name : List.of("model.onnx", "decoder.onnx", "onnx/model.ONNX")) {
            Files.write(
                    candidate.resolve(name),
                    foreignGraph(name.startsWith("onnx/") ? "../model.safetensors" : "./model.safetensors"));
            assertRefused(
                    name.substring(name.lastIndexOf('/') + 1) + " is not the graph of the weights that are measured");
            Files.write(
                    candidate.resolve(name),
                    ModelProto.newBuilder()
                            .setProducerName("fairness-maven-plugin")
                            .build()
                            .toByteArray());
            assertRefused("is not the graph of the weights that are measured");
            Files.write(
                    candidate.resolve(name),
                    Gpt2Graph.logits(
                            ModelDirectory.open(candidate),
                            candidate.resolve(name).getParent()));
            assertThat(shipped().verified()).containsEntry(name, Proof.GRAPH);
        }
    }

    @Test
    void graphsOfAnotherOriginAreNotVerified() throws IOException {
        withoutRecords();
        Files.write(candidate.resolve("model.onnx"), foreignGraph("model.onnx_data"));
        Files.writeString(candidate.resolve("decoder.onnx"), "version https://git-lfs");
        assertThat(shipped().unverified()).containsExactly("decoder.onnx", "model.onnx");
        assertThat(shipped().warning().orElseThrow())
                .startsWith("NOT VERIFIED: decoder.onnx, model.onnx. These files are shipped with the candidate");
    }

    @Test
    void everyFileOfTheTwinHasToBeGenuine() throws IOException {
        for (String name : List.of("dense/config.json", "dense/model.safetensors", "dense/tokenizer.json")) {
            byte[] genuine = Files.readAllBytes(candidate.resolve(name));
            flip(name);
            assertRefused(name + " is not the file that belongs to the weights that are measured");
            Files.write(candidate.resolve(name), genuine);
        }
        Files.writeString(candidate.resolve("dense/modeling.py"), "print()");
        assertThat(shipped().unverified()).containsExactly("dense/modeling.py");
    }

    @Test
    void aFolderCalledDenseOfAModelWithoutATwinIsNotVerified() throws IOException {
        candidate = sampleOriginal();
        Files.createDirectories(candidate.resolve("dense"));
        Files.writeString(candidate.resolve("dense/model.safetensors"), "other weights");
        assertThat(shipped().unverified()).containsExactly("dense/model.safetensors");
    }

    @Test
    void whatElseSomebodyMayLoadOrRunIsNotVerifiedEvenIfItIsTheOriginals() throws IOException {
        Path original = sampleOriginal();
        List<String> names = List.of(
                "adapter_config.json",
                "adapter_model.safetensors",
                "chat_template.jinja",
                "consolidated.safetensors",
                "flax_model.msgpack",
                "gguf/model-Q4.gguf",
                "model.safetensors.index.json",
                "modeling_gpt2.py",
                "pytorch_model.bin",
                "tf_model.h5",
                "tokenizer.model");
        Files.createDirectories(original.resolve("gguf"));
        Files.createDirectories(candidate.resolve("gguf"));
        for (String name : names) {
            Files.writeString(original.resolve(name), "the same");
            Files.writeString(candidate.resolve(name), "the same");
        }
        assertThat(Inspection.of(
                                "c",
                                GivenModel.of(ModelDirectory.open(candidate)),
                                Inspection.comparable(ModelDirectory.open(original)))
                        .shipped()
                        .orElseThrow()
                        .unverified())
                .containsExactlyElementsOf(names);
        assertThat(shipped().warning().orElseThrow())
                .contains("adapter_config.json")
                .contains(" and 1 more. These files are shipped");
    }

    @Test
    void settingsAndDocumentsOfTheOriginalAreVerifiedAndChangedOnesAreNot() throws IOException {
        Path original = sampleOriginal();
        for (String name : List.of(
                "README.md", "LICENSE", "generation_config.json", "tokenizer_config.json", "special_tokens_map.json")) {
            Files.writeString(original.resolve(name), "{}");
            Files.writeString(candidate.resolve(name), "{}");
        }
        Files.writeString(candidate.resolve("generation_config.json"), "{\"temperature\": 0.1}");
        ModelDirectory before = ModelDirectory.open(original);
        ModelRecord record =
                Inspection.of("c", GivenModel.of(ModelDirectory.open(candidate)), Inspection.comparable(before));
        assertThat(record.shipped().orElseThrow().unverified()).containsExactly("generation_config.json");
        assertThat(record.verified())
                .containsEntry("README.md", Proof.ORIGINAL)
                .containsEntry("LICENSE", Proof.ORIGINAL)
                .containsEntry("tokenizer_config.json", Proof.ORIGINAL)
                .containsEntry("special_tokens_map.json", Proof.ORIGINAL);
        assertThat(ModelRecord.ofOriginal("o", before, Inspection.comparable(before), record)
                        .files()
                        .keySet())
                .containsExactly(
                        "LICENSE",
                        "README.md",
                        "config.json",
                        "model.safetensors",
                        "special_tokens_map.json",
                        "tokenizer.json",
                        "tokenizer_config.json");
    }

    @Test
    void aSecondTokenizerHasToBeTheMeasuredOne() throws IOException {
        withoutRecords();
        ObjectNode tokenizer = (ObjectNode)
                Json.MAPPER.readTree(candidate.resolve("tokenizer.json").toFile());
        ObjectNode vocabulary = (ObjectNode) tokenizer.at("/model/vocab");
        String merges = "#version: 0.2\n" + text(tokenizer.at("/model/merges"));
        Json.MAPPER.writeValue(candidate.resolve("vocab.json").toFile(), vocabulary);
        Files.writeString(candidate.resolve("merges.txt"), merges);
        assertThat(shipped().verified())
                .containsEntry("vocab.json", Proof.TOKENIZER)
                .containsEntry("merges.txt", Proof.TOKENIZER);

        Files.writeString(candidate.resolve("merges.txt"), merges + "a b\n");
        assertRefused("merges.txt differs from tokenizer.json at merge ");
        Files.writeString(candidate.resolve("merges.txt"), merges);
        ObjectNode swapped = vocabulary.deepCopy();
        swapped.put("a", vocabulary.get("b").asInt())
                .put("b", vocabulary.get("a").asInt());
        Json.MAPPER.writeValue(candidate.resolve("vocab.json").toFile(), swapped);
        assertRefused("vocab.json has the token \"a\" with number ");
        Json.MAPPER.writeValue(
                candidate.resolve("vocab.json").toFile(), vocabulary.deepCopy().without("a"));
        assertRefused("vocab.json lacks the token \"a\" of tokenizer.json");
        Json.MAPPER.writeValue(
                candidate.resolve("vocab.json").toFile(), vocabulary.deepCopy().put("new", 1));
        assertRefused("tokenizer.json has no such token");
    }

    @Test
    void recordsThatContradictTheModelAreRefusedByField() throws IOException {
        edit("compression.json", report -> ((ObjectNode) report.get("output")).put("zeros", 7));
        assertRefused("output.zeros of compression.json is 7, but that of the model is ");
        edit("compression.json", report -> ((ObjectNode) report.at("/output/layers/1")).put("heads", 9));
        assertRefused("output.layers of compression.json is ");
        edit("compression.json", report -> ((ObjectNode) report.get("output")).put("digest", "0".repeat(64)));
        assertRefused("output.digest of compression.json is 0000");
        edit(
                "mlbom.cdx.json",
                bom -> ((ObjectNode) bom.at("/metadata/component/properties/1")).put("value", "another.yaml"));
        assertRefused(
                "the property fairness-maven-plugin:recipe of mlbom.cdx.json is [another.yaml], but recipe.name of "
                        + "compression.json is [recipe.yaml]");
        edit(
                "mlbom.cdx.json",
                bom -> bom.get("components").forEach(component -> ((ObjectNode) component).put("type", "data")));
        assertRefused("mlbom.cdx.json");
        copy();
        Files.delete(candidate.resolve("compression.json"));
        assertRefused(
                "the digest of the file compression.json in mlbom.cdx.json is ", "but that of the file is missing");
    }

    @Test
    void aBillOfMaterialsOfAnotherToolIsNotVerified() throws IOException {
        withoutRecords();
        Files.writeString(candidate.resolve("mlbom.cdx.json"), "{\"bomFormat\": \"CycloneDX\"}");
        assertThat(shipped().unverified()).containsExactly("mlbom.cdx.json");
    }

    @Test
    void settingsByWhichOtherCodeOrOtherWeightsAreLoadedAreRefused() throws IOException {
        withoutRecords();
        Files.delete(candidate.resolve("model.onnx"));
        edit("config.json", config -> config.putObject("auto_map").put("AutoModelForCausalLM", "modeling.Own"));
        assertRefused("config.json has the key auto_map", "it names code that is loaded instead of GPT-2's");
        edit("config.json", config -> config.remove("auto_map"));
        edit("config.json", config -> config.putObject("quantization_config").put("load_in_4bit", true));
        assertRefused("config.json has the key quantization_config", "weights are rounded when they are loaded");
        edit("config.json", config -> config.remove("quantization_config"));
        Files.writeString(
                candidate.resolve("tokenizer_config.json"),
                "{\"auto_map\": {\"AutoTokenizer\": [\"own.Tokenizer\", null]}}");
        assertRefused("tokenizer_config.json has the key auto_map");
    }

    @Test
    void linksCountAsWhatTheyPointToAndOnesThatLeadNowhereAreRefused() throws IOException {
        Files.writeString(folder.resolve("elsewhere.bin"), "other weights");
        Files.createSymbolicLink(candidate.resolve("pytorch_model.bin"), folder.resolve("elsewhere.bin"));
        Files.createDirectories(folder.resolve("parts"));
        Files.writeString(folder.resolve("parts/one.gguf"), "other weights");
        Files.createSymbolicLink(candidate.resolve("linked"), folder.resolve("parts"));
        assertThat(shipped().unverified()).containsExactly("linked/one.gguf", "pytorch_model.bin");
        Files.delete(folder.resolve("elsewhere.bin"));
        assertRefused("pytorch_model.bin is neither a file nor a folder, or a link that leads nowhere");
        Files.delete(candidate.resolve("pytorch_model.bin"));
        Files.createSymbolicLink(folder.resolve("parts/again"), candidate);
        assertRefused("Cannot list ");
    }

    private ShippedFiles shipped() {
        return Inspection.of("candidate", given(), new TreeMap<>()).shipped().orElseThrow();
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(this::shipped)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(parts)
                .hasMessageContaining(candidate.toString());
    }

    private Path sampleOriginal() {
        return copy(sample.original().path(), folder.resolve("original"));
    }

    private void withoutRecords() throws IOException {
        Files.delete(candidate.resolve("compression.json"));
        Files.delete(candidate.resolve("mlbom.cdx.json"));
    }

    /** A graph of another tool whose only weight lies in a file. */
    private static byte[] foreignGraph(String location) {
        return ModelProto.newBuilder()
                .setProducerName("pytorch")
                .setGraph(GraphProto.newBuilder()
                        .setName("main")
                        .addInitializer(TensorProto.newBuilder()
                                .setName("wte")
                                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                                .addExternalData(StringStringEntryProto.newBuilder()
                                        .setKey("location")
                                        .setValue(location))))
                .build()
                .toByteArray();
    }

    private void flip(String name) throws IOException {
        flip(name, (int) Files.size(candidate.resolve(name)) / 2);
    }

    private void flip(String name, int place) throws IOException {
        byte[] bytes = Files.readAllBytes(candidate.resolve(name));
        bytes[place] ^= 1;
        Files.write(candidate.resolve(name), bytes);
    }

    private void edit(String name, Consumer<ObjectNode> change) throws IOException {
        if (!name.equals("config.json")) {
            copy();
        }
        ObjectNode json =
                (ObjectNode) Json.MAPPER.readTree(candidate.resolve(name).toFile());
        change.accept(json);
        Files.writeString(candidate.resolve(name), json.toPrettyString());
    }

    private static String text(JsonNode merges) {
        StringBuilder text = new StringBuilder();
        merges.forEach(merge -> text.append(
                        merge.isArray()
                                ? merge.get(0).asText() + " " + merge.get(1).asText()
                                : merge.asText())
                .append('\n'));
        return text.toString();
    }

    private static Path copy(Path from, Path to) {
        AtomicFiles.delete(to);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
            return to;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
