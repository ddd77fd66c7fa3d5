package io.github.fairnessgate.worker;

import io.github.fairnessgate.Printable;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.BoundedLines;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The log of a worker: what it and its native libraries print, appended to a file line by line, each of them
 * {@linkplain Printable#line printable}. People show this file in the logs of their CI system.
 */
final class WorkerLog implements AutoCloseable {

    /** More characters than a line of the log can show. */
    private static final int LONGEST = 1 << 16;

    private static final String TAB = "    ";

    private final Writer writer;
    private String last = "";
    private IOException failure;

    WorkerLog(Path file) throws IOException {
        this.writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Appends a line. A disk that is full must not stop a worker: the first failure is kept for {@link #problem}. */
    synchronized void append(String line) {
        last = Printable.line(line.replace("\t", TAB));
        try {
            if (failure == null) {
                writer.write(last + System.lineSeparator());
                writer.flush();
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Appends whatever comes from a stream, until its end. */
    Thread follow(InputStream stream) {
        Thread follower = new Thread(
                () -> {
                    try (BoundedLines lines =
                            new BoundedLines(new InputStreamReader(stream, StandardCharsets.UTF_8), LONGEST)) {
                        for (String line = lines.next(); line != null; line = lines.next()) {
                            append(line);
                        }
                    } catch (IOException e) {
                        append("what else the worker printed was lost: " + Reason.of(e));
                    }
                },
                "fairness-worker-log");
        follower.setDaemon(true);
        follower.start();
        return follower;
    }

    /** The latest line, empty if there is none yet. */
    synchronized String last() {
        return last;
    }

    /** Why lines are missing in the file, if any are. */
    synchronized Optional<String> problem() {
        return Optional.ofNullable(failure).map(Reason::of);
    }

    @Override
    public synchronized void close() throws IOException {
        if (failure == null) {
            writer.close();
        }
    }
}
