package io.github.fairnessgate.maven;

import io.github.fairnessgate.Durations;
import io.github.fairnessgate.Printable;
import io.github.fairnessgate.Progress;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.maven.execution.MavenSession;

/**
 * Progress in the build log. Without a terminal, a task has a line with the time left once it takes longer than
 * {@value #SECONDS_BEFORE_FIRST_LINE} seconds, one a minute from then on, and one at its end; and while a
 * {@link Heartbeat} runs no minute is silent, so that a CI system does not take a build for dead. On a terminal that
 * someone watches there is a bar that is drawn over itself instead. Several tasks may go on at the same time; the bar
 * is of the one that made the latest step. All of it is information: under {@code -q} there is nothing.
 */
final class LogProgress implements Progress {

    private static final long SECONDS_BEFORE_FIRST_LINE = 2;
    private static final long SECONDS_BETWEEN_LINES = 60;
    private static final int BAR_WIDTH = 30;
    private static final String ERASE_LINE = "\r\033[K";

    private final PrintableLog log;
    private final PrintStream terminal;
    private final LongSupplier clock;
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private String latest = "";
    private long lastLine;
    private boolean barShown;

    /**
     * @param terminal draws the bar; null for none
     * @param clock nanoseconds since whenever
     */
    LogProgress(PrintableLog log, PrintStream terminal, LongSupplier clock) {
        this.log = log;
        this.terminal = terminal;
        this.clock = clock;
        this.lastLine = clock.getAsLong();
    }

    /** A bar needs a terminal, a person before it, and the log for itself. */
    static LogProgress forBuild(PrintableLog log, MavenSession session) {
        boolean watched = System.console() != null
                && session.getRequest().isInteractiveMode()
                && session.getRequest().getDegreeOfConcurrency() <= 1
                && log.isInfoEnabled();
        return new LogProgress(log, watched ? System.out : null, System::nanoTime);
    }

    /** Where a task is. */
    private static final class Task {

        private final String name;
        private final long started;
        private boolean hasLine;
        private long done;
        private long total;

        Task(String name, long started) {
            this.name = name;
            this.started = started;
        }

        String text(long now) {
            String text = String.format(Locale.ROOT, "%s: %d %%", name, 100 * done / total);
            return done == 0
                    ? text
                    : text + ", about " + Durations.text((long) ((double) (now - started) * (total - done) / done))
                            + " left";
        }
    }

    @Override
    public synchronized void step(String task, long done, long total) {
        String name = Printable.name(task); // a bar does not go through the log
        long now = clock.getAsLong();
        Task running = tasks.computeIfAbsent(name, begun -> new Task(begun, now));
        running.done = done;
        running.total = total;
        latest = name;
        if (done == total) {
            line(name + ": done in " + Durations.text(now - running.started));
            tasks.remove(name);
        } else if (terminal != null) {
            terminal.print(ERASE_LINE + bar(running) + " " + running.text(now));
            terminal.flush();
            barShown = true;
        } else if (running.hasLine
                ? isOver(SECONDS_BETWEEN_LINES, lastLine, now)
                : isOver(SECONDS_BEFORE_FIRST_LINE, running.started, now)) {
            line(running.text(now));
            running.hasLine = true;
        }
    }

    @Override
    public synchronized void info(String message) {
        line(message);
    }

    /**
     * A sign of life if the log has had no line for a minute and nobody watches a bar; for {@link Heartbeat}, which
     * knows when work goes on.
     */
    synchronized void beat() {
        long now = clock.getAsLong();
        if (terminal == null && isOver(SECONDS_BETWEEN_LINES, lastLine, now)) {
            line(
                    tasks.containsKey(latest)
                            ? tasks.get(latest).text(now)
                            : "Still at work, nothing to report for " + Durations.text(now - lastLine));
        }
    }

    private static boolean isOver(long seconds, long since, long now) {
        return now - since >= seconds * 1_000_000_000L;
    }

    private void line(String message) {
        eraseBar();
        log.info(message);
        lastLine = clock.getAsLong();
    }

    private void eraseBar() {
        if (barShown) {
            terminal.print(ERASE_LINE);
            terminal.flush();
            barShown = false;
        }
    }

    private static String bar(Task task) {
        int filled = (int) (BAR_WIDTH * task.done / task.total);
        return "[" + "#".repeat(filled) + " ".repeat(BAR_WIDTH - filled) + "]";
    }
}
