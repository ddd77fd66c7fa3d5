package io.github.fairnessgate.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestsTest {

    @TempDir
    Path folder;

    @Test
    void theExampleOfTheStandardHasItsPublishedDigest() {
        // FIPS 180-2, appendix B.1
        String published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        Fixtures.write(folder.resolve("file"), "abc");

        assertThat(Digests.sha256("abc".getBytes(StandardCharsets.UTF_8))).isEqualTo(published);
        assertThat(Digests.sha256(folder.resolve("file"))).isEqualTo(published);
    }

    @Test
    void aFileLargerThanTheBufferIsReadWhole() {
        byte[] bytes = new byte[3_000_001];
        Arrays.fill(bytes, (byte) 'a');
        Fixtures.write(folder.resolve("file"), bytes);

        assertThat(Digests.sha256(folder.resolve("file"))).isEqualTo(Digests.sha256(bytes));
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> Digests.sha256(folder.resolve("file")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(folder.resolve("file") + " does not exist");
    }
}
