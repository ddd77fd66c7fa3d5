package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.result.OutputLock;
import io.github.fairnessgate.result.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two builds in one output folder, and what others leave there. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OutputFolderTest {

    @TempDir
    Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CountDownLatch told = new CountDownLatch(1);
    private final PrintableLog log = new PrintableLog(new SystemStreamLog() {
        @Override
        public void info(CharSequence content) {
            lines.add(content.toString());
            told.countDown();
        }
    });

    @Test
    void theSecondGoalWaitsForTheFirstAndSaysSo() throws Exception {
        AtomicBoolean entered = new AtomicBoolean();
        Thread second;
        try (OutputLock first = OutputLock.acquire(folder.resolve("fairness"), log)) {
            second = new Thread(() -> {
                try (OutputLock own = OutputLock.acquire(folder.resolve("fairness"), log)) {
                    entered.set(true);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            second.start();
            assertThat(told.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(entered).isFalse();
        }
        second.join();
        assertThat(entered).isTrue();
        assertThat(lines)
                .containsExactly(
                        "Waiting for another goal of this build, which works in " + folder.resolve("fairness"));
    }

    @Test
    void anotherProcessIsNamed() throws Exception {
        Path source = Files.writeString(folder.resolve("Holder.java"), """
                import java.nio.ByteBuffer;
                import java.nio.channels.FileChannel;
                import java.nio.file.Path;
                import java.nio.file.StandardOpenOption;
                public class Holder {
                    public static void main(String[] arguments) throws Exception {
                        FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        channel.lock();
                        channel.write(ByteBuffer.wrap(("process " + ProcessHandle.current().pid()).getBytes()));
                        System.out.println("held");
                        System.in.read();
                    }
                }
                """);
        Path output = Files.createDirectory(folder.resolve("fairness"));
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        source.toString(),
                        output.resolve(".lock").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("held");
            Thread release = new Thread(() -> {
                try {
                    told.await();
                    holder.getOutputStream().close();
                } catch (InterruptedException | IOException e) {
                    holder.destroyForcibly();
                }
            });
            release.start();
            try (OutputLock own = OutputLock.acquire(output, log)) {
                assertThat(lines)
                        .containsExactly(
                                "Waiting for another build, process " + holder.pid() + ", which works in " + output);
            }
            release.join();
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void whoIsInterruptedWhileWaitingEnds() throws Exception {
        try (OutputLock first = OutputLock.acquire(folder, log)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> OutputLock.acquire(folder, log)).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> OutputLock.acquire(file.resolve("fairness"), log))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(
                        "Nothing can be written to " + file.resolve("fairness"), "fairness.outputDirectory");
        assertThatThrownBy(() -> Scratch.in(file.resolve("fairness")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Nothing can be written to");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".work-old",
                ".work-",
                ".work",
                ".work--",
                ".work-abc-1",
                ".work-99999999999999999999999-1",
                ".work-12",
                ".work-1x-2",
                ".work--1-1"
            })
    void foldersThatOnlyLookLikeOursStay(String name) throws IOException {
        Path other = Files.createDirectory(folder.resolve(name));
        try (Scratch scratch = Scratch.in(folder)) {
            assertThat(scratch.folder()).isDirectory();
        }
        assertThat(other).isDirectory();
    }

    @Test
    void whatAKilledBuildLeftGoes() throws Exception {
        Process gone = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
                .start();
        gone.waitFor();
        Path left = Files.createDirectory(folder.resolve(".work-" + gone.pid() + "-123"));
        Path alive = Files.createDirectory(
                folder.resolve(".work-" + ProcessHandle.current().pid() + "-1"));
        try (Scratch scratch = Scratch.in(folder)) {
            assertThat(left).doesNotExist();
            assertThat(alive).isDirectory();
        }
    }
}
