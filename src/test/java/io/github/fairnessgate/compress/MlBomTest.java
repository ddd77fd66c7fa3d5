package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.FileSums;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Held against the official JSON schema of CycloneDX 1.6. */
@Tag("native")
class MlBomTest {

    private static final MlBom.Identity MODEL =
            MlBom.Identity.maven("org.example", "small-model", "1.0", "zip", "compressed");
    private static final MlBom.Identity ANCESTOR = MlBom.Identity.named("builtin:something");
    private static final ModelLicence UNKNOWN = new ModelLicence(Optional.empty(), Optional.empty());

    @TempDir
    static Path directory;

    private static ModelDirectory input;
    private static Path folder;

    @BeforeAll
    static void compress() throws IOException {
        input = TinyModels.builder().layers(2).heads(2).embedding(8).write(directory.resolve("input"));
        Files.writeString(directory.resolve("text.txt"), "a text of some length, ".repeat(40));
        Files.writeString(directory.resolve("recipe.yaml"), """
                version: 1
                seed: 3
                text: [text.txt, 'te*.txt']
                dense: true
                stages:
                  - method: head-pruning
                    importance: michel
                    heads: 1
                    examples: 2
                    sequenceLength: 16
                """);
        folder = directory.resolve("compressed");
        Compressor.run(
                input,
                RecipeReader.read("recipe.yaml", directory),
                folder,
                directory.resolve("checkpoint"),
                Device.CPU,
                Map.of(CompressionReport.PLUGIN, "0.1", "onnxruntime", "1.29.0"),
                Progress.NONE,
                path -> {});
    }

    @Test
    void theDocumentIsValidAsCycloneDx16SaysWhateverIsKnown() throws IOException {
        JsonSchema schema = schema();
        for (ModelLicence licence : new ModelLicence[] {
            UNKNOWN, licence("apache-2.0", null), licence("my own", "Do what you like."), licence(null, "Text")
        }) {
            assertThat(schema.validate(write(MODEL, ANCESTOR, licence)))
                    .as(licence.toString())
                    .isEmpty();
        }
        assertThat(schema.validate(write(MlBom.Identity.named("x"), MODEL, UNKNOWN)))
                .isEmpty();
        ObjectNode wrong = (ObjectNode) write(MODEL, ANCESTOR, licence("apache-2.0", null));
        ((ObjectNode) wrong.at("/metadata/component/licenses/0/license")).put("id", "apache-2.0");
        ((ObjectNode) wrong.at("/metadata/component/modelCard/modelParameters")).put("architecture", "no such key");
        assertThat(schema.validate(wrong)).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void itNamesTheModelWhatItCameFromAndWhatWasUsed() throws IOException {
        JsonNode bom = write(MODEL, ANCESTOR, licence("mit", null));
        JsonNode model = bom.at("/metadata/component");
        assertThat(model.get("type").textValue()).isEqualTo("machine-learning-model");
        assertThat(model.get("purl").textValue())
                .isEqualTo("pkg:maven/org.example/small-model@1.0?classifier=compressed&type=zip");
        assertThat(model.at("/licenses/0/license/id").textValue()).isEqualTo("MIT");
        assertThat(property(model, "model:sha256"))
                .isEqualTo(ModelDirectory.open(folder).digest());
        assertThat(property(model, "recipe")).isEqualTo("recipe.yaml");
        assertThat(property(model, "recipe:sha256")).isEqualTo(Digests.sha256(directory.resolve("recipe.yaml")));
        assertThat(property(model, "stage")).isEqualTo("head-pruning");
        JsonNode ancestor = model.at("/pedigree/ancestors/0");
        assertThat(ancestor.get("name").textValue()).isEqualTo("builtin:something");
        assertThat(property(ancestor, "model:sha256")).isEqualTo(input.digest());
        assertThat(model.at("/modelCard/modelParameters/modelArchitecture").textValue())
                .isEqualTo("GPT2LMHeadModel");
        assertThat(model.at("/modelCard/modelParameters/datasets")).hasSize(2);
        assertThat(bom.at("/components/0/bom-ref")).isEqualTo(model.at("/modelCard/modelParameters/datasets/0/ref"));
        assertThat(bom.at("/components/0/hashes/0/content").textValue())
                .isEqualTo(Digests.sha256(directory.resolve("text.txt")));
        assertThat(bom.at("/metadata/tools/components/0/name").textValue()).isEqualTo("fairness-maven-plugin");
        assertThat(bom.at("/metadata/tools/components/0/version").textValue()).isEqualTo("0.1");
    }

    @Test
    void aTextThatNoStageReadIsNoDataset() throws IOException {
        Files.writeString(directory.resolve("rounded.yaml"), """
                version: 1
                seed: 3
                text: text.txt
                dense: true
                stages:
                  - {method: weight-pruning, importance: magnitude, sparsity: 0.5}
                  - {method: quantization, scheme: float16}
                """);
        Path rounded = directory.resolve("rounded");
        Compressor.run(
                input,
                RecipeReader.read("rounded.yaml", directory),
                rounded,
                directory.resolve("checkpoint"),
                Device.CPU,
                Map.of(CompressionReport.PLUGIN, "0.1"),
                Progress.NONE,
                path -> {});
        MlBom.write(rounded, MODEL, ANCESTOR, UNKNOWN, "0.1");
        JsonNode bom = Json.MAPPER.readTree(rounded.resolve(MlBom.FILE).toFile());
        assertThat(schema().validate(bom)).isEmpty();
        assertThat(bom.at("/metadata/component/modelCard/modelParameters").has("datasets"))
                .isFalse();
        assertThat(bom.get("components"))
                .isNotEmpty()
                .allMatch(component -> component.get("type").asText().equals("file"));
    }

    /** Package URLs percent-encode what is neither letter, digit nor one of {@code .-_~}. */
    @Test
    void aVersionWithBuildMetadataIsEncodedInThePackageUrl() {
        assertThat(MlBom.Identity.maven("org.example", "model", "1.0+7", "zip", "")
                        .purl())
                .contains("pkg:maven/org.example/model@1.0%2B7?type=zip");
    }

    @Test
    void itListsEveryFileWithItsDigest() throws IOException {
        JsonNode bom = write(MODEL, ANCESTOR, UNKNOWN);
        Map<String, String> files = FileSums.of(folder);
        assertThat(files).containsKeys("compression.json", "dense/model.safetensors", "tokenizer.json");
        files.remove(MlBom.FILE);
        assertThat(StreamSupport.stream(bom.get("components").spliterator(), false)
                        .filter(component -> component.get("type").asText().equals("file")))
                .extracting(file -> Map.entry(
                        file.get("name").asText(), file.at("/hashes/0/content").asText()))
                .containsExactlyElementsOf(files.entrySet().stream()
                        .map(file -> Map.entry(file.getKey(), file.getValue()))
                        .toList());
        assertThat(bom.at("/dependencies/0/dependsOn")).hasSize(files.size() + 2);
    }

    @Test
    void itIsTheSameEveryTimeAndHasNoPlaceAndNoTimeInIt() throws IOException {
        write(MODEL, ANCESTOR, UNKNOWN);
        String first = Files.readString(folder.resolve(MlBom.FILE));
        write(MODEL, ANCESTOR, UNKNOWN);
        assertThat(Files.readString(folder.resolve(MlBom.FILE)))
                .isEqualTo(first)
                .contains("\"serialNumber\" : \"urn:uuid:")
                .doesNotContain("timestamp")
                .doesNotContain(directory.toString());
    }

    @Test
    void aLicenceThatIsNotStatedIsLeftOut() throws IOException {
        assertThat(write(MODEL, ANCESTOR, UNKNOWN).at("/metadata/component").has("licenses"))
                .isFalse();
    }

    @Test
    void aLicenceIsWhatTheFolderSays() throws IOException {
        Path model = Files.createDirectories(directory.resolve("licensed"));
        assertThat(ModelLicence.of(model)).isEqualTo(UNKNOWN);
        Files.writeString(model.resolve("README.md"), "# A model\n\nlicense: mit, says the text, but not the head\n");
        assertThat(ModelLicence.of(model)).isEqualTo(UNKNOWN);
        Files.writeString(
                model.resolve("README.md"),
                "---\nlanguage: en\nlicense: \"apache-2.0\"  # as always\ntags: []\n---\n# A model\n");
        assertThat(ModelLicence.of(model)).isEqualTo(licence("apache-2.0", null));
        Files.writeString(model.resolve("README.md"), "---\r\nlicense: other\r\n---\r\n");
        Files.writeString(model.resolve("LICENSE"), "Own terms.");
        assertThat(ModelLicence.of(model)).isEqualTo(licence("other", "Own terms."));
    }

    private static ModelLicence licence(String name, String text) {
        return new ModelLicence(Optional.ofNullable(name), Optional.ofNullable(text));
    }

    private static String property(JsonNode component, String name) {
        return StreamSupport.stream(component.get("properties").spliterator(), false)
                .filter(property -> property.get("name").asText().equals("fairness-maven-plugin:" + name))
                .findFirst()
                .orElseThrow()
                .get("value")
                .asText();
    }

    @Test
    void aModelFromTheHubIsNamedByItsCommit() throws IOException {
        String commit = "607a30d783dfa663caf39e06633721c8d4cfcd7e";
        for (String organisation : new String[] {"openai-community", ""}) {
            JsonNode bom = write(MODEL, MlBom.Identity.huggingFace(organisation, "gpt2", commit), UNKNOWN);

            assertThat(schema().validate(bom)).isEmpty();
            assertThat(bom.toString())
                    .contains("\"pkg:huggingface/" + (organisation.isEmpty() ? "" : organisation + "/") + "gpt2@"
                            + commit + "\"");
        }
    }

    private static JsonNode write(MlBom.Identity model, MlBom.Identity ancestor, ModelLicence licence)
            throws IOException {
        MlBom.write(folder, model, ancestor, licence, "0.1");
        return Json.MAPPER.readTree(folder.resolve(MlBom.FILE).toFile());
    }

    /** The three files of the schema, of which the first refers to the others. */
    private static JsonSchema schema() {
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V7,
                builder -> builder.schemaMappers(
                        mappers -> mappers.mapPrefix("http://cyclonedx.org/schema/", "classpath:fixtures/cyclonedx/")));
        return factory.getSchema(
                SchemaLocation.of("http://cyclonedx.org/schema/bom-1.6.SNAPSHOT.schema.json"),
                SchemaValidatorsConfig.builder().build());
    }
}
