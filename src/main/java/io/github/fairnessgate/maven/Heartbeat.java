package io.github.fairnessgate.maven;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Has {@link LogProgress} give signs of life from its opening to its closing, whether or not the work makes steps. */
final class Heartbeat implements AutoCloseable {

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "fairness-heartbeat");
        thread.setDaemon(true);
        return thread;
    });

    /** @param interval how often it is looked whether the log has been silent */
    Heartbeat(LogProgress progress, Duration interval) {
        timer.scheduleAtFixedRate(progress::beat, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
