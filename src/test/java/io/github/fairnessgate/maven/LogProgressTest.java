package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.junit.jupiter.api.Test;

class LogProgressTest {

    private final List<String> lines = new ArrayList<>();
    private final Log log = new SystemStreamLog() {
        @Override
        public void info(CharSequence content) {
            lines.add(content.toString());
        }
    };

    @Test
    void withoutATerminalQuickTasksGetOneLine() {
        LogProgress progress = new LogProgress(log, null);
        progress.step("StereoSet", 10, 100);
        progress.step("StereoSet", 50, 100);
        progress.step("StereoSet", 100, 100);
        assertThat(lines).containsExactly("StereoSet: done in 0 s");
    }

    @Test
    void onATerminalTheBarIsDrawnOverItselfAndErasedBeforeEveryLine() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LogProgress progress = new LogProgress(log, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        progress.step("distillation", 0, 4);
        progress.step("distillation", 1, 4);
        progress.info("a line");
        progress.step("distillation", 2, 4);
        progress.step("distillation", 4, 4);
        String drawn = bytes.toString(StandardCharsets.UTF_8);
        assertThat(drawn).contains("distillation: 25 %, about").doesNotContain("\n").endsWith("\r\033[K");
        assertThat(lines).containsExactly("a line", "distillation: done in 0 s");
    }
}
