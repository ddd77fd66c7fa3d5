package io.github.fairnessgate.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * A lock on a file, held until it is closed: against other processes, and against other threads of this one, which the
 * operating system's lock does not tell apart. The system releases it when the process ends, however it ends. The file
 * stays.
 */
public final class LockFile implements AutoCloseable {

    private static final long RETRY_MILLIS = 20;
    private static final int LONGEST_OWNER = 100;

    private final FileChannel channel;

    private LockFile(FileChannel channel) {
        this.channel = channel;
    }

    /** For locks that all builds of this user on this machine share. */
    public static Path folder() {
        return Path.of(
                System.getProperty("java.io.tmpdir"), "fairness-maven-plugin-" + System.getProperty("user.name"));
    }

    /**
     * Waits until the lock is free.
     *
     * @param file made if it does not exist, with its folders
     * @param waiting called once if somebody else has the lock
     * @throws IOException if the file cannot be made or locked, or the thread is interrupted
     */
    public static LockFile acquire(Path file, Runnable waiting) throws IOException {
        return acquire(file, "", owner -> waiting.run());
    }

    /**
     * Waits until the lock is free, and notes who has it then.
     *
     * @param file made if it does not exist, with its folders
     * @param self who asks, in a few words; written into the file unless empty
     * @param waiting called once, with what the owner wrote, if somebody else has the lock
     * @throws IOException if the file cannot be made or locked, or the thread is interrupted
     */
    public static LockFile acquire(Path file, String self, Consumer<String> waiting) throws IOException {
        LockFile lock = open(file);
        try {
            if (!lock.tryLock(self)) {
                waiting.accept(lock.owner());
                do {
                    sleep();
                } while (!lock.tryLock(self));
            }
            return lock;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * A lock that is not held yet.
     *
     * @param file made if it does not exist, with its folders
     */
    public static LockFile open(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        return new LockFile(
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /**
     * Takes the lock if it is free, and notes who has it then.
     *
     * @param self as for {@link #acquire(Path, String, Consumer)}
     */
    public boolean tryLock(String self) throws IOException {
        try {
            if (channel.tryLock() == null) {
                return false;
            }
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
        if (!self.isEmpty()) {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(self.getBytes(StandardCharsets.UTF_8)), 0);
        }
        return true;
    }

    /**
     * What the owner wrote. Read from the open file: to open it again and close it would, on POSIX systems, give up the
     * lock that another thread of this process may hold.
     */
    public String owner() {
        try {
            ByteBuffer text = ByteBuffer.allocate(LONGEST_OWNER);
            channel.read(text, 0);
            return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
        } catch (IOException locked) {
            return ""; // on Windows nobody else may read a locked file
        }
    }

    /** Waits a moment before the next {@link #tryLock}. */
    public static void sleep() throws IOException {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for another build", e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
