package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressedHereTest {

    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();
    private LocatedModel original;
    private LocatedModel compressed;

    @BeforeEach
    void makeModels() throws IOException {
        original = model("original", 1);
        compressed = model("compressed", 2);
        from(original, compressed);
    }

    @Test
    void whatThisBuildCompressedIsComparedWithWhatItWasMadeFromWithoutAWord() {
        CompressedHere.requireNoSwap(made(), original, compressed, warnings::add);
        assertThat(warnings).isEmpty();
    }

    @Test
    void anotherOriginalThanTheOneThatThisBuildCompressedIsAnErrorAndElseAWarning() {
        LocatedModel other = model("other", 3);
        assertThatThrownBy(() -> CompressedHere.requireNoSwap(made(), other, compressed, warnings::add))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(
                        "made from another model",
                        "This build compressed original",
                        other.directory().digest());
        CompressedHere.requireNoSwap(Optional.empty(), other, compressed, warnings::add);
        assertThat(warnings).singleElement().asString().contains("made from another model");
    }

    @Test
    void exchangedModelsAreAnErrorWhereThisBuildCompressedAndElseAWarning() {
        assertThatThrownBy(() -> CompressedHere.requireNoSwap(made(), compressed, original, warnings::add))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Original and candidate are exchanged");
        CompressedHere.requireNoSwap(Optional.empty(), compressed, original, warnings::add);
        assertThat(warnings).singleElement().asString().startsWith("Original and candidate are exchanged");
    }

    /** The folder of another build, with its own report: consistent in itself. */
    @Test
    void anotherBuildsModelInTheFolderThatThisBuildCompressedToIsAnError() throws IOException {
        Optional<CompressedHere> made = made();
        LocatedModel replaced = model("compressed", 4);
        from(original, replaced);
        assertThatThrownBy(() -> CompressedHere.requireNoSwap(made, original, replaced, warnings::add))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is not the one that this build compressed");
    }

    @Test
    void aCandidateThatNoReportIsAboutMayBeComparedInABuildThatCompresses() {
        CompressedHere.requireNoSwap(made(), original, model("harmed", 5), warnings::add);
        assertThat(warnings).isEmpty();
    }

    private Optional<CompressedHere> made() {
        return Optional.of(new CompressedHere(
                folder.resolve("compressed").toAbsolutePath().normalize(),
                "original",
                original.directory().digest(),
                compressed.directory().digest()));
    }

    private LocatedModel model(String name, long seed) {
        return new LocatedModel(TinyModels.builder().seed(seed).write(folder.resolve(name)), name);
    }

    private static void from(LocatedModel input, LocatedModel output) throws IOException {
        ModelDirectory made = output.directory();
        Files.writeString(
                made.path().resolve("compression.json"),
                "{\"input\": {\"digest\": \"" + input.directory().digest() + "\"}, \"output\": {\"digest\": \""
                        + made.digest() + "\"}}");
    }
}
