package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.model.AttentionScale;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.report.ModelWarnings.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelWarningsTest {

    private static final String ORIGINAL = "a".repeat(64);
    private static final String CANDIDATE = "b".repeat(64);
    private static final String OTHER = "c".repeat(64);

    @TempDir
    Path folder;

    @Test
    void aModelAndWhatWasMadeFromItGiveNoReasonToWarn() {
        assertThat(warnings(side(ORIGINAL), side(CANDIDATE, from(ORIGINAL, CANDIDATE))))
                .isEmpty();
        assertThat(warnings(side(ORIGINAL), side(CANDIDATE))).isEmpty();
        assertThat(warnings(side(ORIGINAL, from(OTHER, ORIGINAL)), side(CANDIDATE, from(ORIGINAL, CANDIDATE))))
                .as("compressed twice")
                .isEmpty();
    }

    @Test
    void aCandidateThatWasMadeFromAnotherModelIsNamed() {
        assertThat(warnings(side(ORIGINAL), side(CANDIDATE, from(OTHER, CANDIDATE))))
                .singleElement()
                .asString()
                .startsWith("The candidate was made from another model than the one that it is compared with")
                .contains(OTHER, ORIGINAL);
    }

    @Test
    void exchangedModelsAreNamed() {
        assertThat(warnings(side(CANDIDATE, from(ORIGINAL, CANDIDATE)), side(ORIGINAL)))
                .singleElement()
                .asString()
                .startsWith("Original and candidate are exchanged")
                .contains(ORIGINAL);
        assertThat(warnings(side(CANDIDATE, from(ORIGINAL, CANDIDATE)), side(ORIGINAL, from(OTHER, ORIGINAL))))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("Original and candidate are exchanged");
    }

    @Test
    void aReportOfAnotherModelBesideTheCandidateIsNamed() {
        assertThat(warnings(side(ORIGINAL), side(CANDIDATE, from(ORIGINAL, OTHER))))
                .singleElement()
                .asString()
                .startsWith("The compression.json in the candidate's folder is about another model (sha256 " + OTHER);
    }

    @Test
    void aReportThatSaysNothingIsNamedAndNotRepeated() {
        for (String nothing : List.of(
                "",
                "null",
                "[]",
                "{",
                "{\"input\": {\"digest\": \"\\n[INFO] Verdict: PASS\"}, \"output\": {}}",
                from("A".repeat(64), CANDIDATE))) {
            assertThat(warnings(side(ORIGINAL), side(CANDIDATE, nothing)))
                    .as(nothing)
                    .singleElement()
                    .asString()
                    .startsWith("The compression.json in the candidate's folder does not say what the candidate was "
                            + "made from")
                    .doesNotContain("PASS");
        }
    }

    @Test
    void aModelThatIsComparedWithItselfIsNamed() {
        assertThat(warnings(side(ORIGINAL), side(ORIGINAL)))
                .singleElement()
                .asString()
                .startsWith("The candidate is the original model itself");
        assertThat(warnings(side(ORIGINAL, from(ORIGINAL, ORIGINAL)), side(ORIGINAL, from(OTHER, ORIGINAL))))
                .singleElement()
                .asString()
                .startsWith("The candidate is the original model itself");
    }

    @Test
    void aTokenizerThatDecidesIsNamed() throws IOException {
        ModelDirectory plain = TinyModels.builder().vocabulary(300).seed(1).write(folder.resolve("plain"));
        ModelDirectory random = TinyModels.builder().vocabulary(300).seed(2).write(folder.resolve("random"));
        Path tokenizer = random.path().resolve("tokenizer.json");
        Files.writeString(
                tokenizer,
                Files.readString(tokenizer)
                        .replaceFirst("\"type\"\\s*:\\s*\"BPE\"", "\"type\": \"BPE\", \"dropout\": 0.1"));
        ModelDirectory dropped = ModelDirectory.open(random.path());
        assertThat(warnings(
                        Side.ofModel(plain.digest(), Optional.of(plain)),
                        Side.ofModel(dropped.digest(), Optional.of(dropped))))
                .singleElement()
                .asString()
                .startsWith("The tokenizer of the candidate asks for random tokenization (model.dropout = 0.1), which "
                        + "is switched off");
        Files.writeString(
                tokenizer, Files.readString(tokenizer).replaceFirst("\"dropout\": 0.1", "\"ignore_merges\": true"));
        Path configuration = random.path().resolve("tokenizer_config.json");
        Files.writeString(configuration, "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
        ModelDirectory other = ModelDirectory.open(random.path());
        assertThat(warnings(
                        Side.ofModel(plain.digest(), Optional.of(plain)),
                        Side.ofModel(other.digest(), Optional.of(other))))
                .singleElement()
                .asString()
                .startsWith("The candidate has another tokenizer than the original (model.ignore_merges)");
        Files.delete(configuration);
        ModelDirectory ofGpt2Class = ModelDirectory.open(random.path());
        assertThat(warnings(
                        Side.ofModel(plain.digest(), Optional.of(plain)),
                        Side.ofModel(ofGpt2Class.digest(), Optional.of(ofGpt2Class))))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("Versions of transformers read the tokenizer of the candidate in different ways: "
                        + "tokenizer.json has" + " model.ignore_merges = true, which is measured as in transformers 4");
    }

    @Test
    void namesThatTransformersDoesNotFindAreWarnedOf() {
        ModelDirectory plain = TinyModels.builder().seed(1).write(folder.resolve("plain"));
        ModelDirectory byLayer = TinyModels.builder()
                .seed(2)
                .attentionScale(new AttentionScale(true, true))
                .write(folder.resolve("by layer"));
        assertThat(warnings(
                        Side.ofModel(plain.digest(), Optional.of(plain)),
                        Side.ofModel(byLayer.digest(), Optional.of(byLayer))))
                .singleElement()
                .asString()
                .startsWith("Versions of transformers compute the candidate in different ways: ")
                .contains("scale_attn_by_inverse_layer_idx");
        ModelDirectory compiled =
                TinyModels.builder().seed(2).prefix("_orig_mod.").write(folder.resolve("compiled"));
        assertThat(warnings(
                        Side.ofModel(plain.digest(), Optional.of(plain)),
                        Side.ofModel(compiled.digest(), Optional.of(compiled))))
                .singleElement()
                .asString()
                .startsWith("The names of the candidate's weights contain _orig_mod., with which transformers finds "
                        + "none of them");
    }

    private static List<String> warnings(Side original, Side candidate) {
        return ModelWarnings.of(original, candidate);
    }

    private static Side side(String digest) {
        return Side.of(digest, Optional.empty());
    }

    private Side side(String digest, String report) {
        try {
            Path model = Files.createTempDirectory(folder, "model");
            Files.writeString(model.resolve("compression.json"), report);
            return Side.of(digest, Optional.of(model));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String from(String input, String output) {
        return "{\"input\": {\"digest\": \"" + input + "\"}, \"output\": {\"digest\": \"" + output + "\"}}";
    }
}
