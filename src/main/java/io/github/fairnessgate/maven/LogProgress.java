package io.github.fairnessgate.maven;

import io.github.fairnessgate.Progress;
import java.io.PrintStream;
import java.util.Locale;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.logging.Log;

/**
 * Progress in the build log: a line when a task begins to take long, every {@value #SECONDS_BETWEEN_LINES}
 * seconds and at its end; and on a terminal that someone watches, a bar that is drawn over itself.
 */
final class LogProgress implements Progress {

    private static final long SECONDS_BETWEEN_LINES = 15;
    private static final int BAR_WIDTH = 30;
    private static final String ERASE_LINE = "\r\033[K";

    private final Log log;
    private final PrintStream terminal;
    private String task = "";
    private long started;
    private long lastLine;
    private boolean barShown;

    /** @param terminal draws the bar; null for none */
    LogProgress(Log log, PrintStream terminal) {
        this.log = log;
        this.terminal = terminal;
    }

    /** A bar needs a terminal, a person before it, and the log for itself. */
    static LogProgress forBuild(Log log, MavenSession session) {
        boolean watched = System.console() != null && session.getRequest().isInteractiveMode()
                && session.getRequest().getDegreeOfConcurrency() <= 1 && log.isInfoEnabled();
        return new LogProgress(log, watched ? System.out : null);
    }

    @Override
    public synchronized void step(String name, long done, long total) {
        long now = System.nanoTime();
        if (!name.equals(task)) {
            task = name;
            started = now;
            lastLine = now;
        }
        if (done == total) {
            eraseBar();
            log.info(name + ": done in " + time(now - started));
            task = "";
        } else if (terminal != null) {
            terminal.print(ERASE_LINE + bar(done, total) + " " + text(now, done, total));
            terminal.flush();
            barShown = true;
        } else if (now - lastLine >= SECONDS_BETWEEN_LINES * 1_000_000_000L) {
            lastLine = now;
            log.info(text(now, done, total));
        }
    }

    @Override
    public synchronized void info(String message) {
        eraseBar();
        log.info(message);
    }

    private void eraseBar() {
        if (barShown) {
            terminal.print(ERASE_LINE);
            terminal.flush();
            barShown = false;
        }
    }

    private static String bar(long done, long total) {
        int filled = (int) (BAR_WIDTH * done / total);
        return "[" + "#".repeat(filled) + " ".repeat(BAR_WIDTH - filled) + "]";
    }

    private String text(long now, long done, long total) {
        String text = String.format(Locale.ROOT, "%s: %d %%", task, 100 * done / total);
        return done == 0 ? text : text + ", about " + time((now - started) * (total - done) / done) + " left";
    }

    private static String time(long nanos) {
        long seconds = Math.round(nanos / 1e9);
        return seconds < 60 ? seconds + " s" : String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
    }
}
