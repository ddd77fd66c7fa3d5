package io.github.fairnessgate.worker;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * One heavy job a device at a time, over all builds of a user on a machine: a lock on a file that
 * names its owner. The system releases it when the owner ends, however it ends.
 */
final class DeviceLock implements AutoCloseable {

    private static final int LONGEST_PID = 20;

    private final FileChannel channel;

    private DeviceLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits until the device is free; says once whom it waits for.
     *
     * @param gpus those that this process sees, as {@code CUDA_VISIBLE_DEVICES} lists them; it uses the first
     */
    static DeviceLock acquire(Path directory, Device device, Optional<String> gpus, Progress progress) throws IOException {
        Files.createDirectories(directory);
        String name = name(device, gpus);
        Path file = directory.resolve(name + ".lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                progress.info("Waiting for device " + name + ", which process " + owner(file) + " uses");
                channel.lock();
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)), 0);
            return new DeviceLock(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** {@code cpu}, {@code cuda-0}, {@code cuda-GPU-8932f937-d72c}. */
    static String name(Device device, Optional<String> gpus) {
        return device == Device.CPU ? device.id() : device.id() + "-" + gpus.map(listed -> listed.split(",")[0].strip().replaceAll("[^\\w-]", "_")).orElse("0");
    }

    private static String owner(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String pid = new String(in.readNBytes(LONGEST_PID), StandardCharsets.UTF_8).strip();
            return pid.isEmpty() ? "(unknown)" : pid;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
