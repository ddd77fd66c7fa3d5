package io.github.fairnessgate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The formatter breaks no texts: what is left too wide is a literal or a comment. */
class LinesTest {

    private static final int WIDEST = 140;

    @Test
    void noLineIsTooWide() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java")).flatMap(LinesTest::tooWide))
                    .isEmpty();
        }
    }

    private static Stream<String> tooWide(Path file) {
        List<String> lines = lines(file);
        return IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).length() > WIDEST)
                .mapToObj(i -> file + ":" + (i + 1));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
