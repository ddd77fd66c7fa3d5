package io.github.fairnessgate.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PrivateCopyTest {

    @TempDir
    Path folder;

    @Test
    void aCopiedModelHasTheDigestAndTheNumbersOfTheMomentWhateverIsWrittenToTheOriginal() throws IOException {
        ModelDirectory model = TinyModels.builder().seed(1).write(folder.resolve("model"));
        String digest = model.digest();
        float[] weights = model.tensor("wte.weight").toFloats();
        try (PrivateCopy copy = model.copy()) {
            TinyModels.builder().seed(2).write(folder.resolve("other"));
            Files.write(
                    folder.resolve("model/model.safetensors"),
                    Files.readAllBytes(folder.resolve("other/model.safetensors"))); // in place
            ModelDirectory kept = ModelDirectory.open(copy.folder());
            assertThat(kept.digest()).isEqualTo(digest).isNotEqualTo(model.digest());
            assertThat(kept.tensor("wte.weight").toFloats()).isEqualTo(weights);
        }
    }

    @Test
    void theTokenizersFilesThatDecideNothingComeAlongForWhatIsDerivedFromTheModel() throws IOException {
        ModelDirectory model = TinyModels.create(folder.resolve("model"));
        Files.writeString(folder.resolve("model/special_tokens_map.json"), "{}");
        Files.writeString(folder.resolve("model/README.md"), "a card");
        try (PrivateCopy copy = model.copy()) {
            assertThat(copy.folder().resolve("special_tokens_map.json")).hasContent("{}");
            assertThat(copy.folder().resolve("README.md")).doesNotExist();
        }
    }

    @Test
    void aCopyIsGoneWhenItIsClosedAndWhenItFails() {
        ModelDirectory model = TinyModels.create(folder.resolve("model"));
        PrivateCopy copy = model.copy();
        assertThat(copy.folder()).isNotEmptyDirectory();
        copy.close();
        assertThat(copy.folder()).doesNotExist();
        AtomicFiles.delete(folder.resolve("model/config.json"));
        assertThatThrownBy(model::copy)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(folder.resolve("model/config.json").toString());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void nobodyElseCanReadOrWriteIt() throws IOException {
        try (PrivateCopy copy = TinyModels.create(folder.resolve("model")).copy()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.folder())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void aFailureNamesTheFolderThatTheUserKnows() {
        ModelDirectory model = TinyModels.create(folder.resolve("model"));
        try (PrivateCopy copy = model.copy()) {
            assertThatThrownBy(() -> copy.run(() -> {
                        throw new InvalidInputException(copy.folder().resolve("model.safetensors") + " is damaged.");
                    }))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(model.path().resolve("model.safetensors") + " is damaged.");
            assertThat(copy.use(() -> List.of(1))).containsExactly(1);
        }
    }
}
