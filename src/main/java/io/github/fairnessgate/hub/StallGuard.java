package io.github.fairnessgate.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends a stream from which nothing comes any more, or so little that it would never end; reading it then fails.
 * {@value #PATIENCE} times the limit for a single read is the time in which {@value #LEAST_BYTES} bytes must come, so
 * that a server cannot hold a build for long by sending a byte now and then.
 */
final class StallGuard extends FilterInputStream {

    static final int PATIENCE = 5;
    static final long LEAST_BYTES = 1 << 20;

    private final Duration limit;
    private long windowStart = System.nanoTime();
    private long windowBytes;
    private volatile long lastRead = System.nanoTime();
    private volatile boolean closed;
    private volatile boolean stalled;

    /** @param limit how long a read may wait */
    StallGuard(InputStream in, Duration limit) {
        super(in);
        this.limit = limit;
        checkIn(limit.toNanos());
    }

    private void checkIn(long nanos) {
        CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(this::check);
    }

    private void check() {
        if (closed) {
            return;
        }
        long left = limit.toNanos() - (System.nanoTime() - lastRead);
        if (left > 0) {
            checkIn(left);
            return;
        }
        stalled = true;
        try {
            in.close();
        } catch (IOException e) {
            return; // the reader fails all the same
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read;
        try {
            read = in.read(target, offset, length);
        } catch (IOException e) {
            throw stalled ? stalled(e) : e;
        }
        if (stalled) { // what looks like the end is not
            throw stalled(null);
        }
        lastRead = System.nanoTime();
        if (read > 0) {
            requireFast(read);
        }
        return read;
    }

    private void requireFast(int read) throws IOException {
        windowBytes += read;
        if (windowBytes >= LEAST_BYTES) {
            windowBytes = 0;
            windowStart = lastRead;
        } else if (lastRead - windowStart > PATIENCE * limit.toNanos()) {
            throw new IOException("only " + windowBytes + " bytes came in " + PATIENCE * limit.toSeconds() + " s");
        }
    }

    private IOException stalled(IOException cause) {
        return new IOException("nothing came for " + limit.toSeconds() + " s", cause);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        in.close();
    }
}
