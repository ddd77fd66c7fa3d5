package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressionRecordTest {

    @TempDir
    Path directory;

    private Path folder;
    private CompressionRecord record;

    @BeforeEach
    void writeFolder() throws IOException {
        folder = Files.createDirectory(directory.resolve("compressed"));
        Files.writeString(folder.resolve("model.safetensors"), "weights");
        Files.writeString(Files.createDirectory(folder.resolve("dense")).resolve("config.json"), "{}");
        CompressionRecord.of("key", folder).write(directory.resolve("compression.key"));
        record = CompressionRecord.read(directory.resolve("compression.key")).orElseThrow();
    }

    @Test
    void anUntouchedFolderIsUpToDate() throws IOException {
        assertThat(record.files()).containsOnlyKeys("dense/config.json", "model.safetensors");
        assertThat(record.differs("key", folder)).isEmpty();
        Files.writeString(folder.resolve(MlBom.FILE), "written by every build");
        assertThat(record.differs("key", folder)).isEmpty();
    }

    @Test
    void anotherKeyIsNot() {
        assertThat(record.differs("other key", folder))
                .hasValueSatisfying(reason -> assertThat(reason).contains("recipe"));
    }

    @Test
    void oneChangedByteIsNot() throws IOException {
        Files.writeString(folder.resolve("model.safetensors"), "weightz");
        assertThat(record.differs("key", folder))
                .contains(folder.resolve("model.safetensors") + " is not as it was written");
    }

    @Test
    void aMissingFileOrFolderIsNot() throws IOException {
        Files.delete(folder.resolve("dense/config.json"));
        assertThat(record.differs("key", folder)).contains(folder.resolve("dense/config.json") + " is gone");
        Files.delete(folder.resolve("dense"));
        Files.delete(folder.resolve("model.safetensors"));
        Files.delete(folder);
        assertThat(record.differs("key", folder)).contains(folder + " is gone");
    }

    @Test
    void anAddedFileIsNot() throws IOException {
        Files.writeString(folder.resolve("extra"), "");
        assertThat(record.differs("key", folder)).contains(folder.resolve("extra") + " is not as it was written");
    }

    @Test
    void aDamagedRecordCountsAsNone() throws IOException {
        for (String damaged : new String[] {
            "", "{\"key\": \"key\", \"files\": {\"a", "[]", "null", "{}", "{\"key\": \"key\"}", "{\"files\": {}}"
        }) {
            Path file = Files.writeString(directory.resolve("compression.key"), damaged);
            assertThat(CompressionRecord.read(file)).as(damaged).isEmpty();
        }
        assertThat(CompressionRecord.read(directory.resolve("absent"))).isEmpty();
    }
}
