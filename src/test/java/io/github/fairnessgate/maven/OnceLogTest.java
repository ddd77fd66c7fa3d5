package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.maven.execution.DefaultMavenExecutionRequest;
import org.apache.maven.execution.DefaultMavenExecutionResult;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.junit.jupiter.api.Test;

/** Goals of one build, each with a log of its own. */
class OnceLogTest {

    private final List<String> lines = new ArrayList<>();

    @SuppressWarnings("deprecation")
    private final MavenSession session =
            new MavenSession(null, new DefaultMavenExecutionRequest(), new DefaultMavenExecutionResult(), List.of());

    private OnceLog log(String about) {
        return new OnceLog(
                new PrintableLog(new SystemStreamLog() {
                    @Override
                    public void info(CharSequence line) {
                        lines.add(line.toString());
                    }

                    @Override
                    public void warn(CharSequence line) {
                        lines.add("warning: " + line);
                    }
                }),
                session,
                about);
    }

    @Test
    void aLineIsSaidOnceInABuildAboutTheSameThing() {
        log("a/model").info("src/main/model: a note");
        log("a/model").info("src/main/model: a note");
        log("a/model").warn("another");
        log("b/model").info("src/main/model: a note");
        log("b/model").info("src/main/model: a note");

        assertThat(lines).containsExactly("src/main/model: a note", "warning: another", "src/main/model: a note");
    }
}
