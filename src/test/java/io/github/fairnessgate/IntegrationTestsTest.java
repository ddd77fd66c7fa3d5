package io.github.fairnessgate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The invoker passes over a folder that it is not told of, without a word. */
class IntegrationTestsTest {

    @Test
    void everyOneWithoutAPomIsNamedInTheBuild() throws IOException {
        String build = Files.readString(Path.of("pom.xml"));
        try (Stream<Path> folders = Files.list(Path.of("src/it"))) {
            List<String> withoutPom = folders.filter(Files::isDirectory)
                    .filter(folder -> !Files.exists(folder.resolve("pom.xml")))
                    .map(folder -> folder.getFileName().toString())
                    .toList();
            assertThat(withoutPom)
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(build).contains("<pomInclude>" + name + "</pomInclude>"));
        }
    }
}
