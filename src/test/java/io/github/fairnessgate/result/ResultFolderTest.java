package io.github.fairnessgate.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFolderTest {

    private static final List<String> REPORTS = List.of(
            "report.json",
            "report.html",
            "TEST-fairness.xml",
            "report.sarif",
            "summary.md",
            "badge.json",
            "skipped.json");

    @TempDir
    Path folder;

    @BeforeEach
    void anEarlierRunLeftEverything() throws IOException {
        for (String report : REPORTS) {
            Files.writeString(folder.resolve(report), "earlier");
        }
        Files.writeString(folder.resolve("evidence.zip"), "earlier");
        Files.createDirectories(folder.resolve("compressed"));
        Files.createDirectories(folder.resolve("evaluation"));
    }

    @Test
    void reportsAndEvidenceOfAnEarlierRunGo() {
        new ResultFolder(folder).clear();
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("compressed", "evaluation");
    }

    @Test
    void evidenceThatIsToBeJudgedStays() {
        new ResultFolder(folder).clearReports();
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("compressed", "evaluation", "evidence.zip");
    }
}
