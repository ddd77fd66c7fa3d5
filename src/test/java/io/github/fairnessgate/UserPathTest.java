package io.github.fairnessgate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class UserPathTest {

    @Test
    void aRelativePathIsInTheFolderAndAnAbsoluteOneIsNot() {
        Path folder = Path.of("folder").toAbsolutePath();
        assertThat(UserPath.resolve(folder, "texts/a.txt"))
                .isEqualTo(folder.resolve("texts").resolve("a.txt"));
        assertThat(UserPath.resolve(folder, folder.getParent().toString())).isEqualTo(folder.getParent());
    }

    /** As in a container in which no locale is set: Java can open no file with an umlaut in its name there. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aNameThatTheLocaleCannotWriteIsRefusedWithWhatHelps() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Resolver.class.getName());
        builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
        Process process = builder.redirectErrorStream(true).start();
        try (InputStream output = process.getInputStream()) {
            assertThat(new String(output.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("No file on this machine can be called", "LC_ALL=C.UTF-8");
        }
        assertThat(process.waitFor()).isZero();
    }

    /** Says what the user would read. */
    static final class Resolver {

        private Resolver() {}

        public static void main(String[] arguments) {
            try {
                System.out.println(UserPath.resolve(Path.of(""), "schwellen-\u00fc.yaml"));
            } catch (InvalidInputException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void aNameThatNoFileCanHaveIsRefused() {
        assertThatThrownBy(() -> UserPath.resolve(Path.of(""), "a\0b"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("No file on this machine can be called \"a\\u{0}b\" (")
                .hasMessageContaining("correct the name");
    }
}
