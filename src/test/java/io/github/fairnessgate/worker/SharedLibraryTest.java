package io.github.fairnessgate.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against libraries that gcc made ({@code src/test/fixtures/cuda/make_libraries.sh}); what readelf says of them stands
 * in the expectations.
 */
class SharedLibraryTest {

    private static final Path LIBRARIES = Path.of("src/test/resources/fixtures/cuda");

    @TempDir
    Path folder;

    @Test
    void theNameByWhichOthersAskIsReadAndNotGuessed() {
        assertThat(SharedLibrary.read(LIBRARIES.resolve("libcudart-8774224f.so.12"))
                        .soname())
                .contains("libcudart.so.12");
        assertThat(SharedLibrary.read(LIBRARIES.resolve("libonnxruntime.so")).soname())
                .contains("libonnxruntime.so.1");
        assertThat(SharedLibrary.read(LIBRARIES.resolve("libonnxruntime_providers_cuda.so"))
                        .soname())
                .isEmpty();
    }

    @Test
    void whatALibraryAsksForIsReadInItsOrder() {
        assertThat(SharedLibrary.read(LIBRARIES.resolve("libonnxruntime_providers_cuda.so"))
                        .needed())
                .containsExactly(
                        "libcublasLt.so.12", "libcublas.so.12", "libcurand.so.10", "libcudart.so.12", "libcuda.so.1");
        assertThat(SharedLibrary.read(LIBRARIES.resolve("libcublas-4cc45526.so.12"))
                        .needed())
                .containsExactly("libcublasLt-44a813aa.so.12");
        assertThat(SharedLibrary.read(LIBRARIES.resolve("system/libcuda.so.1")))
                .isEqualTo(new SharedLibrary(Optional.of("libcuda.so.1"), List.of()));
    }

    @Test
    void aFileThatIsNoLibraryIsRefusedByName() throws IOException {
        Path text = Files.writeString(folder.resolve("text.so"), "INPUT(libc.so.6)\n".repeat(10));
        assertThatThrownBy(() -> SharedLibrary.read(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("text.so")
                .hasMessageContaining("does not begin as one");
        Path empty = Files.createFile(folder.resolve("empty.so"));
        assertThatThrownBy(() -> SharedLibrary.read(empty))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("shorter than the header");
        assertThatThrownBy(() -> SharedLibrary.read(folder.resolve("absent.so")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("absent.so");
    }

    @Test
    void aDamagedLibraryIsAnErrorWhereverItIsCutOrChanged() throws IOException {
        byte[] whole = Files.readAllBytes(LIBRARIES.resolve("libonnxruntime_providers_cuda.so"));
        int refused = 0;
        for (int length = 0; length < whole.length; length += 7) {
            refused += isRefused(Arrays.copyOf(whole, length)) ? 1 : 0;
        }
        assertThat(refused).isGreaterThan(100);
        for (int place = 0; place < whole.length; place++) {
            byte[] changed = whole.clone();
            changed[place] ^= (byte) 0xff;
            isRefused(changed);
        }
    }

    /** Nothing but this one exception may come out of the reader. */
    private boolean isRefused(byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("damaged.so"), content);
        try {
            SharedLibrary.read(file);
            return false;
        } catch (InvalidInputException e) {
            assertThat(e).hasMessageContaining("damaged.so");
            return true;
        }
    }
}
