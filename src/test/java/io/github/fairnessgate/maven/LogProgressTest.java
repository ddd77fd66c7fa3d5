package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.maven.execution.DefaultMavenExecutionRequest;
import org.apache.maven.execution.DefaultMavenExecutionResult;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.junit.jupiter.api.Test;

class LogProgressTest {

    private static final long SECOND = 1_000_000_000L;

    private final List<String> lines = new ArrayList<>();
    private long now = 77 * SECOND;

    @Test
    void withoutATerminalQuickTasksGetOneLine() {
        LogProgress progress = progress(null);
        progress.step("StereoSet", 10, 100);
        pass(1.9);
        progress.step("StereoSet", 50, 100);
        progress.step("StereoSet", 100, 100);
        assertThat(lines).containsExactly("StereoSet: done in 2 s");
    }

    @Test
    void whatTakesLongerThanTwoSecondsSaysHowMuchTimeIsLeftAndThenOnceAMinute() {
        LogProgress progress = progress(null);
        for (int step = 0; step <= 200; step++) {
            progress.step("distillation", step, 200);
            pass(1);
        }
        assertThat(lines)
                .containsExactly(
                        "distillation: 1 %, about 3 min 18 s left",
                        "distillation: 31 %, about 2 min 18 s left",
                        "distillation: 61 %, about 1 min 18 s left",
                        "distillation: 91 %, about 18 s left",
                        "distillation: done in 3 min 20 s");
    }

    @Test
    void everyTaskBeginsItsOwnTwoSeconds() {
        LogProgress progress = progress(null);
        for (String task : List.of("StereoSet", "CrowS-Pairs")) {
            progress.step(task, 1, 4);
            pass(3);
            progress.step(task, 2, 4);
            progress.step(task, 4, 4);
        }
        assertThat(lines)
                .containsExactly(
                        "StereoSet: 50 %, about 3 s left",
                        "StereoSet: done in 3 s", "CrowS-Pairs: 50 %, about 3 s left", "CrowS-Pairs: done in 3 s");
    }

    @Test
    void tasksThatGoOnAtTheSameTimeAreTimedEachByItself() {
        LogProgress progress = progress(null);
        for (int step = 0; step < 10; step++) {
            progress.step("baseline, StereoSet", step, 10);
            pass(0.5);
            progress.step("candidate, StereoSet", step, 20);
            pass(0.5);
        }
        progress.step("baseline, StereoSet", 10, 10);
        pass(10);
        progress.step("candidate, StereoSet", 20, 20);
        assertThat(lines)
                .containsExactly(
                        "baseline, StereoSet: 20 %, about 8 s left",
                        "candidate, StereoSet: 10 %, about 18 s left",
                        "baseline, StereoSet: done in 10 s",
                        "candidate, StereoSet: done in 20 s");
    }

    @Test
    void aHeartbeatFillsAMinuteWithoutALine() {
        LogProgress progress = progress(null);
        pass(59);
        progress.beat();
        assertThat(lines).isEmpty();
        pass(1);
        progress.beat();
        progress.beat();
        progress.step("distillation", 1, 100);
        pass(30);
        progress.info("a line");
        pass(59);
        progress.beat();
        pass(1);
        progress.beat();
        assertThat(lines)
                .containsExactly(
                        "Still at work, nothing to report for 1 min 00 s",
                        "a line",
                        "distillation: 1 %, about 2 h 28 min left");
    }

    @Test
    void aRunningHeartbeatBeatsUntilItIsClosed() throws Exception {
        CountDownLatch beaten = new CountDownLatch(2);
        LogProgress progress = new LogProgress(new PrintableLog(new RecordingLog(true)), null, () -> {
            beaten.countDown();
            return now += 60 * SECOND;
        });
        try (Heartbeat heartbeat = new Heartbeat(progress, Duration.ofMillis(1))) {
            assertThat(beaten.await(1, TimeUnit.MINUTES)).isTrue();
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("fairness-heartbeat")) {
                thread.join(Duration.ofMinutes(1).toMillis());
                assertThat(thread.isAlive()).isFalse();
            }
        }
        assertThat(lines).isNotEmpty().allMatch(line -> line.startsWith("Still at work"));
    }

    @Test
    void onATerminalTheBarIsDrawnOverItselfAndErasedBeforeEveryLine() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LogProgress progress = progress(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        progress.step("distillation", 0, 4);
        progress.step("distillation", 1, 4);
        progress.info("a line");
        progress.step("distillation", 2, 4);
        pass(90);
        progress.beat();
        progress.step("distillation", 4, 4);
        String drawn = bytes.toString(StandardCharsets.UTF_8);
        assertThat(drawn)
                .contains("distillation: 25 %, about")
                .doesNotContain("\n")
                .endsWith("\r\033[K");
        assertThat(lines).containsExactly("a line", "distillation: done in 1 min 30 s");
    }

    @Test
    void quietMeansQuiet() {
        DefaultMavenExecutionRequest request = new DefaultMavenExecutionRequest();
        request.setInteractiveMode(true);
        @SuppressWarnings("deprecation")
        MavenSession session = new MavenSession(null, request, new DefaultMavenExecutionResult(), List.of());
        PrintStream standardOutput = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            LogProgress progress = LogProgress.forBuild(new PrintableLog(new RecordingLog(false)), session);
            progress.step("distillation", 1, 2);
            progress.step("distillation", 2, 2);
            progress.info("a line");
            progress.beat();
        } finally {
            System.setOut(standardOutput);
        }
        assertThat(lines).isEmpty();
        assertThat(printed.size()).isZero();
    }

    private LogProgress progress(PrintStream terminal) {
        return new LogProgress(new PrintableLog(new RecordingLog(true)), terminal, () -> now);
    }

    private void pass(double seconds) {
        now += (long) (seconds * SECOND);
    }

    /** Keeps what Maven would print: under {@code -q} no information. */
    private final class RecordingLog extends SystemStreamLog {

        private final boolean informs;

        RecordingLog(boolean informs) {
            this.informs = informs;
        }

        @Override
        public boolean isInfoEnabled() {
            return informs;
        }

        @Override
        public void info(CharSequence content) {
            if (informs) {
                lines.add(content.toString());
            }
        }
    }
}
