package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.report.History;
import io.github.fairnessgate.report.Identity;
import io.github.fairnessgate.report.Report;
import io.github.fairnessgate.report.SampleReports;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HistoryFileTest {

    private static final String PROJECT = "org.example:my-model";
    private static final int EACH = 12;

    @TempDir
    Path folder;

    /** Each reads what is there before it writes the whole: without the lock, one would write over the other. */
    @Test
    void buildsThatAppendAtTheSameTimeLoseNoLine() throws Exception {
        Path file = folder.resolve("history.jsonl");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path arguments =
                Files.writeString(folder.resolve("java.args"), "-cp\n\"" + classPath.replace("\\", "\\\\") + "\"\n");
        List<Process> builds = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            builds.add(new ProcessBuilder(
                            java.toString(), "@" + arguments, Appending.class.getName(), file.toString(), name)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve(name + ".log").toFile())
                    .start());
        }
        for (Process build : builds) {
            assertThat(build.waitFor()).as(logs()).isZero();
        }
        assertThat(Files.readAllLines(file)).hasSize(2 * EACH);
        assertThat(History.read(file, PROJECT)).isNotEqualTo(History.NONE);
        try (var files = Files.list(folder)) {
            assertThat(files.map(Path::toFile).map(File::getName))
                    .containsExactlyInAnyOrder("history.jsonl", "java.args", "a.log", "b.log");
        }
    }

    private String logs() throws Exception {
        return Files.readString(folder.resolve("a.log")) + Files.readString(folder.resolve("b.log"));
    }

    /** A build that appends results of many versions. */
    static final class Appending {

        private Appending() {}

        public static void main(String[] arguments) {
            Report report = SampleReports.report("fail", 700, Optional.empty());
            for (int i = 0; i < EACH; i++) {
                Report own = report.with(new Identity(PROJECT, arguments[1] + i, "", "", "2026-11-30T12:00:00Z", ""));
                try (HistoryFile locked = HistoryFile.lock(Path.of(arguments[0]), PROJECT)) {
                    locked.write(locked.with(own));
                }
            }
        }
    }
}
