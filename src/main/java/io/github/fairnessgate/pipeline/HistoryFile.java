package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.UserPath;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.file.LockFile;
import io.github.fairnessgate.report.History;
import io.github.fairnessgate.report.Report;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The file of a project's results, while one build appends to it: another one that would append as well waits. The lock
 * is not beside the file, where somebody would commit it.
 */
final class HistoryFile implements AutoCloseable {

    private final Path file;
    private final String project;
    private final LockFile lock;

    private HistoryFile(Path file, String project, LockFile lock) {
        this.file = file;
        this.project = project;
        this.lock = lock;
    }

    /** Where it is, or will be. */
    static Path in(Host host, String written) {
        return UserPath.resolve(host.locations().base(), written).normalize();
    }

    /**
     * Told before anything is measured.
     *
     * @throws io.github.fairnessgate.InvalidInputException if the file is not a history of this project
     */
    static void requireSound(Host host, String written) {
        History.read(in(host, written), host.identity().project());
    }

    /**
     * Waits until no other build of this user on this machine appends.
     *
     * @param project that the results have to be of
     */
    static HistoryFile lock(Path file, String project) {
        Path absolute = file.toAbsolutePath().normalize();
        Path lock = LockFile.folder()
                .resolve("history-" + Digests.sha256(absolute.toString().getBytes(StandardCharsets.UTF_8)) + ".lock");
        try {
            return new HistoryFile(absolute, project, LockFile.acquire(lock, () -> {}));
        } catch (IOException e) {
            throw FileErrors.cannot("lock", lock, e);
        }
    }

    /**
     * The results in the file, and this one at their end if it is not among them.
     *
     * @throws io.github.fairnessgate.InvalidInputException if the file is not a history of the project
     */
    History with(Report report) {
        return read().with(report);
    }

    History read() {
        return History.read(file, project);
    }

    void write(History history) {
        history.write(file);
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw FileErrors.cannot("unlock", file, e);
        }
    }
}
