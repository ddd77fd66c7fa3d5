package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.Archives;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.pipeline.LocatedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The name of a folder in the cache proves nothing about what is in it. */
class ModelLocatorTest {

    @TempDir
    Path folder;

    private final List<String> log = new ArrayList<>();
    private String digest;

    @BeforeEach
    void pack() {
        digest = TinyModels.builder().seed(1).write(folder.resolve("model")).digest();
        Archives.writeZip(folder.resolve("model"), folder.resolve("model.zip"));
    }

    @Test
    void anArchiveIsUnpackedOnce() throws IOException {
        assertThat(locate().directory().digest()).isEqualTo(digest);
        Path unpacked = locate().directory().path();
        Object identity = Files.readAttributes(unpacked, "fileKey").get("fileKey");
        assertThat(locate().directory().digest()).isEqualTo(digest);
        assertThat(Files.readAttributes(unpacked, "fileKey").get("fileKey")).isEqualTo(identity);
        assertThat(log).isEmpty();
        assertThat(entries()).containsExactly(unpacked);
    }

    @Test
    void anotherModelUnderTheNameOfAnArchiveIsReplaced() throws IOException {
        Path unpacked = locate().directory().path();
        TinyModels.builder().seed(2).write(unpacked);
        assertThat(locate().directory().digest()).isEqualTo(digest);
        assertThat(log).singleElement().asString().contains(unpacked.toString(), "it is replaced");
        assertThat(entries()).containsExactly(unpacked);
    }

    /** Put there before this build begins, by whoever can write to the cache. */
    @Test
    void aFolderThatWasThereBeforeTheArchiveIsReplaced() throws IOException {
        Path planted = folder.resolve("cache/models").resolve(Digests.sha256(folder.resolve("model.zip")));
        TinyModels.builder().seed(3).write(planted);
        assertThat(locate().directory().digest()).isEqualTo(digest);
        assertThat(log).singleElement().asString().contains("it is replaced");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFileThatBecameALinkAndOneMoreFileAreNoticed() throws IOException {
        Path unpacked = locate().directory().path();
        Files.writeString(unpacked.resolve("model.safetensors.index.json"), "{}");
        assertThat(locate().directory().path().resolve("model.safetensors.index.json"))
                .doesNotExist();
        AtomicFiles.delete(unpacked.resolve("config.json"));
        Files.createSymbolicLink(unpacked.resolve("config.json"), folder.resolve("model/config.json"));
        assertThat(locate().directory().path().resolve("config.json"))
                .isRegularFile()
                .satisfies(file -> assertThat(Files.isSymbolicLink(file)).isFalse());
        assertThat(log).hasSize(2);
    }

    private LocatedModel locate() {
        return new ModelLocator(null)
                .locate(
                        "model.zip",
                        new ModelLocator.Surroundings(
                                folder, folder.resolve("cache"), false, true, null, null, new Progress() {
                                    @Override
                                    public void step(String task, long done, long total) {
                                        // Not looked at.
                                    }

                                    @Override
                                    public void info(String message) {
                                        log.add(message);
                                    }
                                }));
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(folder.resolve("cache/models"))) {
            return entries.toList();
        }
    }
}
