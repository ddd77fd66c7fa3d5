package io.github.fairnessgate.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThresholdsSourceTest {

    private static final String PLUGIN = "<plugin>\n<artifactId>fairness-maven-plugin</artifactId>\n%s</plugin>\n";

    @TempDir
    Path folder;

    @Test
    void builtInThresholdsAreWhereThePomNamesThemOrElseThePlugin() throws IOException {
        assertThat(line("<project>\n" + PLUGIN.formatted("<configuration>\n<thresholds>strict</thresholds>\n")))
                .isEqualTo(5);
        assertThat(line("<project>\n" + PLUGIN.formatted("") + "<plugin><thresholds>other's</thresholds></plugin>"))
                .isEqualTo(3);
        assertThat(line("<project>\n<!--\n" + PLUGIN.formatted("") + "-->\n" + PLUGIN.formatted("")))
                .isEqualTo(8);
        assertThat(line("<project>\n<parent/>\n")).isEqualTo(1);
    }

    @Test
    void thresholdsInAFileAreTheirOwnPlace() throws IOException {
        Files.writeString(folder.resolve("t.yaml"), ThresholdsSource.builtIn("default"));
        assertThat(ThresholdsSource.read("t.yaml", folder, folder, Optional.empty())
                        .place())
                .contains(new Report.Source("t.yaml", OptionalInt.empty()));
    }

    private int line(String pom) throws IOException {
        Path file = Files.writeString(folder.resolve("pom.xml"), pom);
        return ThresholdsSource.read("strict", folder, folder, Optional.of(file))
                .place()
                .orElseThrow()
                .line()
                .orElseThrow();
    }
}
