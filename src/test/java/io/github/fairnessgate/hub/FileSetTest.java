package io.github.fairnessgate.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FileSetTest {

    private static final List<String> JAPANESE =
            List.of("config.json", "pytorch_model.bin", "rust_model.ot", "spiece.model", "tokenizer_config.json");

    @Test
    void piecesOfSentencePieceAreNeededWithoutTokenizerJsonAlone() {
        assertThat(FileSet.LANGUAGE_MODEL.of(JAPANESE))
                .containsExactlyInAnyOrder("config.json", "pytorch_model.bin", "spiece.model", "tokenizer_config.json");
        assertThat(FileSet.LANGUAGE_MODEL.of(
                        List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer.model")))
                .doesNotContain("tokenizer.model");
    }

    @Test
    void aModelWithPiecesOfSentencePieceLacksNothing() {
        assertThat(FileSet.LANGUAGE_MODEL.lacking(JAPANESE::contains, Optional.empty()))
                .isEmpty();
        assertThat(FileSet.LANGUAGE_MODEL.lacking(
                        Set.of("config.json", "model.safetensors")::contains, Optional.empty()))
                .hasValueSatisfying(lacking -> assertThat(lacking).contains("spiece.model"));
    }

    @Test
    void whetherThereArePiecesMattersWithoutTokenizerJsonAlone() {
        assertThat(FileSet.LANGUAGE_MODEL.mattering(JAPANESE::contains)).contains("spiece.model", "tokenizer.model");
        assertThat(FileSet.LANGUAGE_MODEL.mattering(Set.of("tokenizer.json")::contains))
                .doesNotContain("spiece.model", "tokenizer.model");
    }
}
