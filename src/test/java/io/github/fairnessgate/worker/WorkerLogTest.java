package io.github.fairnessgate.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.Hostile;
import io.github.fairnessgate.Printable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WorkerLogTest {

    @TempDir
    Path folder;

    @Test
    void whateverAWorkerPrintsTheLogIsPrintableLineByLine() throws Exception {
        Path file = folder.resolve("worker.log");
        Files.writeString(file, "earlier\n");
        String printed = Hostile.TEXT + "\njava.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)\n"
                + "a".repeat(1_000_000) + "\nlast";
        try (WorkerLog log = new WorkerLog(file)) {
            log.append("{\"not\": \"ours\u001b\"}");
            log.follow(new ByteArrayInputStream(printed.getBytes(StandardCharsets.UTF_8)))
                    .join();
            assertThat(log.last()).isEqualTo("last");
            assertThat(log.problem()).isEmpty();
        }
        String log = Files.readString(file);
        // Lines of what is printed are lines of the log, whatever they say; everything else that could begin a line is
        // written out.
        assertThat(log)
                .startsWith("earlier\n{\"not\": \"ours\\u{1b}\"}\n")
                .contains("\n    at a.B.c(B.java:1)\n")
                .doesNotContain("\u001b", "\u202e", "\u2028", "\u0085", "##[", "\r");
        assertThat(log.lines())
                .noneMatch(line -> line.strip().startsWith("::"))
                .allMatch(line -> line.length() <= Printable.LONGEST_LINE)
                .contains("\\u{3a}:error file=pom.xml::INJECTED");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskDoesNotStopAWorkerButIsTold() throws IOException {
        try (WorkerLog log = new WorkerLog(Path.of("/dev/full"))) {
            log.append("one");
            log.append("two");
            assertThat(log.last()).isEqualTo("two");
            assertThat(log.problem()).contains("No space left on device");
        }
    }
}
