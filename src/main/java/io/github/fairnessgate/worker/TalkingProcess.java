package io.github.fairnessgate.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.Printable;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.UnfitException;
import io.github.fairnessgate.file.BoundedLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A process that says {@link WorkerEvent}s on its standard output: listened to until it ends, killed on time-out or
 * interrupt. Never leaves a process behind.
 */
final class TalkingProcess {

    private static final long KILL_SECONDS = 10;
    /** More characters than any event has. */
    private static final int LONGEST_EVENT = 1 << 16;

    private final String name;
    private final Duration timeout;
    private final Path log;

    /** Starts the process. */
    @FunctionalInterface
    interface Start {
        Process run() throws WorkerException;
    }

    /**
     * @param name how messages call it: {@code worker}
     * @param timeout after which it is killed
     * @param log receives its standard error, appended
     */
    TalkingProcess(String name, Duration timeout, Path log) {
        this.name = name;
        this.timeout = timeout;
        this.log = log;
    }

    /**
     * Has the process do its work.
     *
     * @return what it said last
     * @throws InvalidInputException if it found the user's input at fault
     * @throws UnfitException if it found the recipe or the model at fault
     * @throws WorkerEndedException if it crashed, was killed or ran out of time
     * @throws WorkerException if it could not be started or listened to
     * @throws InterruptedException if this thread was interrupted; the process has ended then
     */
    WorkerEvent.Finished run(Start start, Progress progress) throws WorkerException, InterruptedException {
        try (WorkerLog lines = new WorkerLog(log)) {
            return run(start.run(), lines, progress);
        } catch (IOException e) {
            throw new WorkerException(
                    "The log of the " + name + ", " + log + ", cannot be written: " + Reason.of(e)
                            + "; make room, or set " + Parameters.OUTPUT_DIRECTORY + ".",
                    e);
        }
    }

    private WorkerEvent.Finished run(Process process, WorkerLog lines, Progress progress)
            throws WorkerException, InterruptedException {
        AtomicBoolean timedOut = new AtomicBoolean();
        Thread killer = killAfterTimeout(process, timedOut);
        Thread follower = lines.follow(process.getErrorStream());
        try {
            WorkerEvent last = listen(process, lines, progress);
            int status = process.waitFor();
            follower.join(TimeUnit.SECONDS.toMillis(KILL_SECONDS));
            lines.problem()
                    .ifPresent(problem ->
                            progress.info("The log of the " + name + ", " + log + ", lacks lines: " + problem));
            if (last instanceof WorkerEvent.Finished finished && status == 0) {
                return finished;
            }
            throw failure(last, status, timedOut.get(), lines);
        } catch (IOException e) {
            throw new WorkerException("The output of the " + name + " could not be read: " + Reason.of(e) + ".", e);
        } finally {
            killer.interrupt();
            end(process);
        }
    }

    private Thread killAfterTimeout(Process process, AtomicBoolean timedOut) {
        Thread killer = new Thread(
                () -> {
                    try {
                        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                            timedOut.set(true);
                            kill(process);
                        }
                    } catch (InterruptedException finished) {
                        Thread.currentThread().interrupt();
                    }
                },
                "fairness-timeout");
        killer.setDaemon(true);
        killer.start();
        return killer;
    }

    /** Passes events on until the worker's output ends; returns the last one, or null if there was none. */
    private static WorkerEvent listen(Process process, WorkerLog lines, Progress progress)
            throws IOException, InterruptedException {
        WorkerEvent last = null;
        try (BoundedLines output = new BoundedLines(process.inputReader(StandardCharsets.UTF_8), LONGEST_EVENT)) {
            while (true) {
                // A blocking read cannot be interrupted; a build that is cancelled must not hang on it.
                while (!output.ready() && process.isAlive()) {
                    Thread.sleep(20);
                }
                String line = output.next();
                if (line == null) {
                    return last;
                }
                last = receive(line, last, lines, progress);
            }
        }
    }

    static WorkerEvent receive(String line, WorkerEvent last, WorkerLog lines, Progress progress) {
        WorkerEvent event;
        try {
            event = Json.MAPPER.readValue(line, WorkerEvent.class);
        } catch (JsonProcessingException notOurs) {
            // Native libraries print where they like.
            lines.append(line);
            return last;
        }
        if (event instanceof WorkerEvent.Step step) {
            progress.step(step.task(), step.done(), step.total());
        } else if (event instanceof WorkerEvent.Info info) {
            progress.info(info.message());
        }
        return event;
    }

    private WorkerEndedException failure(WorkerEvent last, int status, boolean timedOut, WorkerLog lines) {
        if (timedOut) {
            return new WorkerEndedException("The " + name + " was stopped after " + timeout.toSeconds() + " s; raise "
                    + Parameters.TIMEOUT + " if it needs longer (log: " + log + ").");
        }
        if (last instanceof WorkerEvent.Unfit unfit) {
            throw new UnfitException(unfit.message());
        }
        if (last instanceof WorkerEvent.Failed failed) {
            if (failed.invalidInput()) {
                throw new InvalidInputException(failed.message());
            }
            return new WorkerEndedException("The " + name + " failed: " + failed.message() + " (log: " + log + ").");
        }
        return new WorkerEndedException("The " + name + " ended with exit status " + status
                + " before it had a result" + (status > 128 ? ", killed by signal " + (status - 128) : "")
                + "; it may have been killed or have run out of memory (log: " + log
                + (lines.last().isEmpty() ? "" : ", last line: " + Printable.name(lines.last())) + ").");
    }

    /** Through the handle, because the process object would close the streams that {@link #listen} reads. */
    private static void kill(Process process) {
        process.toHandle().destroyForcibly();
    }

    private void end(Process process) throws WorkerException {
        kill(process);
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(KILL_SECONDS, TimeUnit.SECONDS)) {
                throw new WorkerException(
                        "The " + name + ", process " + process.pid() + "," + " does not end although it was killed.");
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
