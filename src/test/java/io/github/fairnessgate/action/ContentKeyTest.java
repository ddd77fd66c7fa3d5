package io.github.fairnessgate.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.action.Script.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class ContentKeyTest {

    @TempDir
    Path folder;

    @Test
    void equalContentHasEqualKeysWhateverItsAge() throws Exception {
        write("one/a/entry.json", "1");
        write("two/a/entry.json", "1");
        write("two/a.lock", "pid");
        Files.setLastModifiedTime(folder.resolve("two/a/entry.json"), java.nio.file.attribute.FileTime.fromMillis(0));
        assertThat(key("one")).hasSize(33).isEqualTo(key("two"));
        write("two/a/entry.json", "2");
        assertThat(key("two")).isNotEqualTo(key("one"));
        write("three/b/entry.json", "1");
        assertThat(key("three")).isNotEqualTo(key("one"));
    }

    @Test
    void nothingHasNoKey() throws Exception {
        Files.createDirectories(folder.resolve("empty/folder"));
        assertThat(key("empty")).isEmpty();
        assertThat(key("missing")).isEmpty();
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(folder.resolve(file).getParent());
        Files.writeString(folder.resolve(file), text);
    }

    private String key(String where) throws Exception {
        Step step = new Script(folder, Map.of())
                .run(List.of(
                        "bash",
                        Path.of(".github/action/content-key.sh")
                                .toAbsolutePath()
                                .toString(),
                        where));
        assertThat(step.status()).isZero();
        return step.log();
    }
}
