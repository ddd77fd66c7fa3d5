package io.github.fairnessgate.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A script of the action, run as a step runs it. */
final class Script {

    private final Path folder;
    private final Map<String, String> environment;

    /**
     * @param folder to run in
     * @param environment besides the test's own
     */
    Script(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** How a step ended, and what it printed. */
    record Step(int status, String log) {}

    Step run(List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("step", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment()
                    .keySet()
                    .removeIf(name ->
                            name.startsWith("GITHUB_") || name.startsWith("FAIRNESS_") || name.startsWith("MAVEN_"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            return new Step(process.exitValue(), Files.readString(log));
        } finally {
            Files.delete(log);
        }
    }
}
