package io.github.fairnessgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTraitsTest {

    @TempDir
    Path folder;

    @Test
    void theUsualTokenizerHasNothingToSay() {
        TokenizerTraits reference = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder))
                .tokenizer();
        assertThat(reference.random()).isEmpty();
        assertThat(reference.notes()).isEmpty();
    }

    @Test
    void whatIsSwitchedOffAndWhatChangesTextsIsNoted() {
        assertThat(edited(json -> json.putObject("truncation").put("max_length", 4))
                        .notes())
                .singleElement()
                .asString()
                .contains("asks for truncation, which is switched off");
        assertThat(edited(json -> json.putObject("padding").put("pad_id", 0)).notes())
                .singleElement()
                .asString()
                .contains("asks for padding, which is switched off");
        assertThat(edited(json -> json.putObject("normalizer")
                                .put("type", "Sequence")
                                .putArray("normalizers")
                                .addObject()
                                .put("type", "Lowercase"))
                        .notes())
                .singleElement()
                .asString()
                .contains("has a normalizer ([Lowercase]), which changes texts");
        assertThat(edited(json -> json.putObject("pre_tokenizer").put("type", "Whitespace"))
                        .notes())
                .singleElement()
                .asString()
                .contains("no pre_tokenizer ByteLevel");
        assertThat(edited(json -> {
                            ObjectNode bytes = json.get("decoder").deepCopy();
                            ArrayNode decoders = json.putObject("decoder")
                                    .put("type", "Sequence")
                                    .putArray("decoders");
                            decoders.add(bytes);
                            decoders.addObject()
                                    .put("type", "Replace")
                                    .put("content", "friend")
                                    .putObject("pattern")
                                    .put("String", "idiot");
                        })
                        .notes())
                .singleElement()
                .asString()
                .contains("a decoder other than ByteLevel ([ByteLevel, Replace])");
    }

    @Test
    void aConfigurationThatOnlyTransformers4FollowsAboutALeadingBlankIsNamed() throws Exception {
        Path model = TinyModels.create(folder.resolve("model")).path();
        Files.writeString(
                model.resolve("tokenizer_config.json"),
                "{\"add_prefix_space\": true, \"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
        assertThat(ModelDirectory.open(model).tokenizer().disagreements())
                .singleElement()
                .asString()
                .contains(
                        "tokenizer.json has add_prefix_space = false, which is measured",
                        "transformers 4 follows tokenizer_config.json (true");
        Files.writeString(
                model.resolve("tokenizer_config.json"),
                "{\"add_prefix_space\": true, \"tokenizer_class\": \"GPT2Tokenizer\"}");
        assertThat(ModelDirectory.open(model).tokenizer().disagreements()).isEmpty();
    }

    @Test
    void aLeadingBlankThatOnlyOneConfigurationAsksForIsADifference() throws Exception {
        Path plain = TinyModels.create(folder.resolve("plain")).path();
        Path blank = TinyModels.create(folder.resolve("blank")).path();
        Files.writeString(blank.resolve("tokenizer_config.json"), "{\"add_prefix_space\": true}");
        assertThat(ModelDirectory.open(blank)
                        .tokenizer()
                        .differences(ModelDirectory.open(plain).tokenizer()))
                .containsExactly("pre_tokenizer");
    }

    @Test
    void otherTokensThatBeginOrEndTextsAreDifferences() throws Exception {
        Path plain = TinyModels.create(folder.resolve("usual")).path();
        Path other = TinyModels.create(folder.resolve("other")).path();
        Files.writeString(other.resolve("tokenizer_config.json"), "{\"bos_token\": \"!\"}");
        Files.writeString(other.resolve("generation_config.json"), "{\"eos_token_id\": [256, 5]}");
        assertThat(ModelDirectory.open(other)
                        .tokenizer()
                        .differences(ModelDirectory.open(plain).tokenizer()))
                .containsExactly("added_tokens", "beginning of texts", "end of generated texts");
    }

    @Test
    void differencesThatDecideAreNamed() {
        TokenizerTraits plain = edited(json -> {});
        assertThat(edited(json -> json.putObject("normalizer").put("type", "NFC"))
                        .differences(plain))
                .containsExactly("normalizer");
        assertThat(plain.differences(edited(json -> ((ArrayNode) json.at("/model/merges")).remove(0))))
                .containsExactly("model.merges");
        assertThat(plain.differences(edited(json -> ((ObjectNode) json.get("model")).put("ignore_merges", true))))
                .containsExactly("model.ignore_merges");
        assertThat(plain.differences(edited(json -> ((ObjectNode) json.at("/added_tokens/0")).put("lstrip", true))))
                .containsExactly("added_tokens");
    }

    /** Newer versions of the library write merges as pairs, and fields that older ones leave out. */
    @Test
    void theSameTokenizerWrittenByAnotherVersionIsTheSame() {
        TokenizerTraits plain = edited(json -> {});
        TokenizerTraits rewritten = edited(json -> {
            json.put("version", "2.0");
            json.putNull("normalizer");
            json.putObject("post_processor").put("type", "ByteLevel");
            ObjectNode model = (ObjectNode) json.get("model");
            model.putNull("dropout")
                    .putNull("unk_token")
                    .put("continuing_subword_prefix", "")
                    .put("byte_fallback", false)
                    .put("ignore_merges", false);
            ArrayNode pairs = model.arrayNode();
            model.get("merges")
                    .forEach(merge -> pairs.addArray()
                            .add(merge.asText().split(" ")[0])
                            .add(merge.asText().split(" ")[1]));
            model.set("merges", pairs);
        });
        assertThat(rewritten.differences(plain)).isEmpty();
    }

    @Test
    void aTokenizerInTwoFilesIsTheSameAsInOne() {
        Path model = TinyModels.builder()
                .vocabulary(300)
                .write(folder.resolve("one"))
                .path();
        TokenizerTraits one = ModelDirectory.open(model).tokenizer();
        AtomicFiles.delete(model.resolve("tokenizer.json"));
        TinyModels.writeLegacyTokenizer(model, 300);
        assertThat(ModelDirectory.open(model).tokenizer().differences(one)).isEmpty();
    }

    private TokenizerTraits edited(Consumer<ObjectNode> edit) {
        Path model = TinyModels.builder()
                .vocabulary(300)
                .write(folder.resolve("edited"))
                .path();
        Fixtures.editJson(model.resolve("tokenizer.json"), edit);
        return ModelDirectory.open(model).tokenizer();
    }
}
