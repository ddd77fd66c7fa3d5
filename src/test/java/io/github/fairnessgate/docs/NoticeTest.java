package io.github.fairnessgate.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What others made is attributed. */
class NoticeTest {

    @Test
    void everyFolderWithALicenceOfItsOwnIsNamed() throws IOException {
        List<Path> folders;
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            folders = files.filter(file -> file.getFileName().toString().matches("(.*_)?LICENSE([-.].*)?"))
                    .map(Path::getParent)
                    .distinct()
                    .toList();
        }
        String notice = Pages.text(Path.of("NOTICE"));
        assertThat(folders)
                .hasSizeGreaterThan(9)
                .allSatisfy(
                        folder -> assertThat(notice).contains(folder.toString().replace('\\', '/')));
    }

    @Test
    void everyFolderOfEvaluationDataHasItsLicenceBesideIt() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("src/main/resources/io/github/fairnessgate/evaluate/data"))) {
            assertThat(folders.filter(Files::isDirectory).toList()).isNotEmpty().allSatisfy(folder -> {
                try (Stream<Path> files = Files.list(folder)) {
                    assertThat(files.map(file -> file.getFileName().toString()))
                            .anyMatch(name -> name.startsWith("LICENSE"));
                }
            });
        }
    }
}
