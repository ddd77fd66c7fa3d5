package io.github.fairnessgate.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class JobFileTest {

    private static final JobFile JOB = new JobFile(
            new TreeMap<>(Map.of("spark.master", "local-cluster[2,1,1024]", "spark.a", " with: = # blanks\\ and é")),
            new WorkerStart(
                    List.of("-cp", "\"{folder}lib/0-a b.jar:{folder}lib/1-b.jar\"", "", "Main"),
                    new TreeMap<>(Map.of("OMP_DYNAMIC", "FALSE"))),
            new TreeMap<>(
                    Map.of("lib/0-a b.jar", "/home/me/a b.jar", "model-0/config.json", "C:\\models\\config.json")),
            List.of(new ShardTask(0, 1), new ShardTask(1, 16)),
            "/home/me/ausgänge");

    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsRead() throws Exception {
        Path file = folder.resolve("job.properties");
        JOB.write(file);
        assertThat(JobFile.read(file)).isEqualTo(JOB);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void nobodyElseReadsTheSecretsInIt() throws Exception {
        Path file = folder.resolve("job.properties");
        JOB.write(file);
        assertThat(Files.getPosixFilePermissions(file))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }
}
