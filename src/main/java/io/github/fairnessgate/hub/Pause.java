package io.github.fairnessgate.hub;

import java.time.Duration;

/** How a wait is spent. */
@FunctionalInterface
interface Pause {

    Pause SLEEP = duration -> Thread.sleep(duration.toMillis());

    /** Returns when {@code duration} is over. */
    void sleep(Duration duration) throws InterruptedException;
}
