package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Progress;

/**
 * The progress of one of several pieces of work that go on at the same time.
 *
 * @param name how the log calls the piece of work
 * @param progress of all of them
 */
public record NamedProgress(String name, Progress progress) implements Progress {

    @Override
    public void step(String task, long done, long total) {
        progress.step(name + ", " + task, done, total);
    }

    @Override
    public void info(String message) {
        progress.info(name + ": " + message);
    }
}
