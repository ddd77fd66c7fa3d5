package io.github.fairnessgate.hub;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Tries again, after waits that double, as long as there is hope. */
final class Retries {

    /** In a row, without progress between them. */
    static final int MOST_TRIES = 6;

    static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    /** A server that wants more is not waited for. */
    static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    /** Something to try. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws IOException, InterruptedException;
    }

    private final Pause pause;
    private final Progress progress;

    Retries(Pause pause, Progress progress) {
        this.pause = pause;
        this.progress = progress;
    }

    /**
     * The result of the first attempt that succeeds.
     *
     * @param what is tried, as a message says it: {@code "downloading config.json"}
     * @throws InvalidInputException if none did, if the server wants to be left alone for too long, or if the thread is
     *     interrupted
     */
    <T> T run(String what, Attempt<T> attempt) {
        int failures = 0;
        while (true) {
            try {
                return attempt.run();
            } catch (InterruptedException e) {
                throw interrupted(what, e);
            } catch (SSLException e) {
                throw new InvalidInputException(
                        "Cannot continue " + what + ": no safe connection (" + reason(e)
                                + "); if a proxy of your own inspects connections, Java must trust its certificate "
                                + "(-Djavax.net.ssl.trustStore=...).",
                        e);
            } catch (IOException e) {
                boolean progressed = e instanceof TemporaryFailure failure && failure.hasProgressed();
                failures = progressed ? 1 : failures + 1;
                await(what, e, failures);
            }
        }
    }

    private void await(String what, IOException failure, int failures) {
        if (failures == MOST_TRIES) {
            throw new InvalidInputException(
                    "Cannot continue " + what + ": " + reason(failure) + ", and " + (MOST_TRIES - 1)
                            + " more tries failed in the same way; check the network, the proxy and HF_ENDPOINT, "
                            + "or try again later (what was downloaded is kept);"
                            + " HF_HUB_OFFLINE=1 uses what is in the cache.",
                    failure);
        }
        Optional<Duration> wanted =
                failure instanceof TemporaryFailure temporary ? temporary.waiting() : Optional.empty();
        Duration wait = wanted.orElse(FIRST_WAIT.multipliedBy(1L << (failures - 1)));
        if (wait.compareTo(LONGEST_WAIT) > 0) {
            throw new InvalidInputException(
                    "Cannot continue " + what + ": " + reason(failure) + ", and the server asks to wait "
                            + wait.toSeconds()
                            + " s before the next try; try again later, or set HF_TOKEN, for which the hub allows "
                            + "more requests.",
                    failure);
        }
        progress.info("Waiting " + wait.toSeconds() + " s before continuing " + what + ": " + reason(failure));
        try {
            pause.sleep(wait);
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    private static InvalidInputException interrupted(String what, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new InvalidInputException(
                "The build was interrupted while " + what + "; the next one resumes where it stopped.", e);
    }

    private static String reason(IOException e) {
        return Reason.of(e);
    }
}
