package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.UserPath;
import io.github.fairnessgate.report.History;
import java.nio.file.Path;

/** The file of a project's results. */
final class HistoryFile {

    private HistoryFile() {}

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
}
