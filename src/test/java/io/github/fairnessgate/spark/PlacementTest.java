package io.github.fairnessgate.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacementTest {

    @TempDir
    Path folder;

    /** As in the cache of the Hugging Face hub, whose snapshots link to blobs by relative paths. */
    @Test
    void aLinkIsFollowed() throws Exception {
        Path blob = Files.writeString(
                Files.createDirectories(folder.resolve("blobs")).resolve("0123"), "weights");
        Path link = Files.createDirectories(folder.resolve("snapshots/a")).resolve("model.safetensors");
        Files.createSymbolicLink(link, Path.of("../../blobs/0123"));
        Path target = folder.resolve("elsewhere/deep/model.safetensors");
        Placement.place(link, target);
        assertThat(target).isRegularFile().hasContent("weights");
        assertThat(Files.isSymbolicLink(target)).isFalse();
        assertThat(blob).hasContent("weights");
    }
}
