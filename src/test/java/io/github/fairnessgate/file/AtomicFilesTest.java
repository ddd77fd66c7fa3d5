package io.github.fairnessgate.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {

    @TempDir
    Path folder;

    @Test
    void aFileIsWrittenWithItsFoldersAndReplacesAnOlderOne() {
        Path file = folder.resolve("a/b/file.txt");

        AtomicFiles.write(file, "old".getBytes(StandardCharsets.UTF_8));
        AtomicFiles.write(file, "new".getBytes(StandardCharsets.UTF_8));

        assertThat(file).hasContent("new");
        assertThat(Fixtures.names(folder.resolve("a/b"))).containsExactly("file.txt");
    }

    @Test
    void whileItIsWrittenTheOldFileIsWhole() {
        Path file = folder.resolve("file.txt");
        Fixtures.write(file, "old");

        AtomicFiles.write(file, out -> {
            out.write("ne".getBytes(StandardCharsets.UTF_8));
            out.flush();
            assertThat(file).hasContent("old");
            out.write("w".getBytes(StandardCharsets.UTF_8));
        });

        assertThat(file).hasContent("new");
    }

    @Test
    void aFullDiskLeavesTheOldFileAndNothingElse() {
        Path file = folder.resolve("file.txt");
        Fixtures.write(file, "old");

        assertThatThrownBy(() -> AtomicFiles.write(file, out -> {
                    out.write(1);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("Cannot write " + file
                        + ": No space left on device; make room on that disk, or name a folder on another.");

        assertThat(file).hasContent("old");
        assertThat(Fixtures.names(folder)).containsExactly("file.txt");
    }

    @Test
    void aFailureOfTheWriterIsPassedOnAndLeavesNothing() {
        assertThatThrownBy(() -> AtomicFiles.write(folder.resolve("file.txt"), out -> {
                    throw new IllegalStateException("bug");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("bug");

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aTargetThatCannotBeWrittenIsNamed() {
        Fixtures.write(folder.resolve("file"), "not a folder");

        assertThatThrownBy(() -> AtomicFiles.write(folder.resolve("file/config.json"), new byte[1]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Cannot write " + folder.resolve("file/config.json"));
    }

    @Test
    void aFolderIsWrittenWithItsParentsAndReplacesAnOlderOneEntirely() {
        Path target = folder.resolve("a/model");
        Fixtures.write(target.resolve("old"), "old");

        AtomicFiles.writeFolder(target, aside -> Files.writeString(aside.resolve("new"), "new"));

        assertThat(Fixtures.names(target)).containsExactly("new");
        assertThat(Fixtures.names(folder.resolve("a"))).containsExactly("model");
    }

    @Test
    void aFolderThatCannotBeFinishedLeavesTheOldOne() {
        Path target = folder.resolve("model");
        Fixtures.write(target.resolve("old"), "old");

        assertThatThrownBy(() -> AtomicFiles.writeFolder(target, aside -> {
                    Files.writeString(aside.resolve("half"), "half");
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("Cannot write " + target
                        + ": No space left on device; make room on that disk, or name a folder on another.");

        assertThat(Fixtures.names(target)).containsExactly("old");
        assertThat(Fixtures.names(folder)).containsExactly("model");
    }

    @Test
    void aFolderThatCannotBeReplacedIsPutBack() {
        Path target = folder.resolve("model");
        Fixtures.write(target.resolve("old"), "old");

        assertThatThrownBy(() -> AtomicFiles.replaceFolder(folder.resolve("missing"), target))
                .isInstanceOf(InvalidInputException.class);

        assertThat(Fixtures.names(target)).containsExactly("old");
        assertThat(Fixtures.names(folder)).containsExactly("model");
    }

    @Test
    void concurrentWritersOfOneFolderAllSucceedAndOneOfThemWins() throws Exception {
        Path target = folder.resolve("model");
        ExecutorService writers = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Void>> tasks = Collections.nCopies(200, () -> {
                AtomicFiles.writeFolder(target, aside -> {
                    Files.writeString(aside.resolve("a"), "a");
                    Files.writeString(aside.resolve("b"), "b");
                });
                return null;
            });
            for (Future<Void> task : writers.invokeAll(tasks)) {
                task.get();
            }
        } finally {
            writers.shutdownNow();
        }

        assertThat(Fixtures.names(target)).containsExactly("a", "b");
        assertThat(Fixtures.names(folder)).containsExactly("model");
    }

    @Test
    void filesAndFoldersAreDeletedAndMissingOnesAreNoError() {
        Fixtures.write(folder.resolve("model/deep/file"), "x");

        AtomicFiles.delete(folder.resolve("model"));
        AtomicFiles.delete(folder.resolve("model"));

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatAKilledWriterLeftIsRemovedAndNothingElse() throws IOException {
        Fixtures.write(folder.resolve("deep/.model.safetensors.1234.part"), "half");
        Fixtures.write(folder.resolve(".model.1234.part/config.json"), "half");
        Fixtures.write(folder.resolve("deep/model.part"), "a user's file");
        Fixtures.write(folder.resolve("deep/config.json"), "whole");

        AtomicFiles.deleteLeftovers(folder);
        AtomicFiles.deleteLeftovers(folder.resolve("missing"));

        assertThat(Fixtures.names(folder)).containsExactly("deep");
        assertThat(Fixtures.names(folder.resolve("deep"))).containsExactly("config.json", "model.part");
    }

    @Test
    void aLinkedFolderIsNotEmptied() throws IOException {
        Fixtures.write(folder.resolve("precious/file"), "keep");
        Files.createDirectories(folder.resolve("work/.model.1.part"));
        Files.createSymbolicLink(folder.resolve("work/.model.1.part/link"), folder.resolve("precious"));

        AtomicFiles.deleteLeftovers(folder.resolve("work"));

        assertThat(folder.resolve("work")).isEmptyDirectory();
        assertThat(folder.resolve("precious/file")).hasContent("keep");
    }
}
