package io.github.fairnessgate;

/** Receives how far a long piece of work has come. Implementations are safe for concurrent use. */
public interface Progress {

    /** Ignores everything. */
    Progress NONE = new Progress() {
        @Override
        public void step(String task, long done, long total) {}

        @Override
        public void info(String message) {}
    };

    /**
     * {@code done} of {@code total} units of {@code task} are finished; called as often as the work likes, receivers
     * thin it out.
     *
     * @param task what is being done, as a user would name it: {@code "distillation"}
     * @param done finished units, 0 to {@code total}
     * @param total all units, at least 1
     */
    void step(String task, long done, long total);

    /** A line for the build log. */
    void info(String message);
}
