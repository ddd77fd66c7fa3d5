package io.github.fairnessgate.worker;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.LockFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A share of a device, held until it is closed, over all builds of a user on a machine: a {@link LockFile} for every
 * slot, which names its owner's process. Who waits for slots has a lock as well, so that a large share is not waited
 * for in vain while small ones come and go, and two do not each hold what the other one lacks.
 */
final class DeviceLock implements AutoCloseable {

    private final List<LockFile> slots;

    private DeviceLock(List<LockFile> slots) {
        this.slots = slots;
    }

    /**
     * Waits until the share is free; says once whom it waits for.
     *
     * @param device as {@link #name} gives it
     */
    static DeviceLock acquire(Path directory, String device, DeviceShare share, Progress progress) throws IOException {
        DeviceLock lock = new DeviceLock(new ArrayList<>());
        if (share.slots() == 0) {
            return lock;
        }
        try (LockFile turn = LockFile.acquire(
                directory.resolve(device + ".lock"),
                self(),
                owner -> progress.info(waiting(device, owner, "waits for as well")))) {
            lock.take(directory, device, share, progress);
            return lock;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private void take(Path directory, String device, DeviceShare share, Progress progress) throws IOException {
        List<LockFile> others = new ArrayList<>();
        try {
            for (int slot = 0; slot < share.of(); slot++) {
                others.add(LockFile.open(directory.resolve(device + "-slot-" + slot + ".lock")));
            }
            boolean told = false;
            while (takeFree(others, share.slots()) < share.slots()) {
                if (!told) {
                    progress.info(waiting(device, others.get(0).owner(), "uses"));
                    told = true;
                }
                LockFile.sleep();
            }
        } finally {
            close(others);
        }
    }

    /** @return how many are held then */
    private int takeFree(List<LockFile> others, int wanted) throws IOException {
        for (LockFile slot : List.copyOf(others)) {
            if (slots.size() < wanted && slot.tryLock(self())) {
                slots.add(slot);
                others.remove(slot);
            }
        }
        return slots.size();
    }

    private static String self() {
        return Long.toString(ProcessHandle.current().pid());
    }

    private static String waiting(String device, String owner, String does) {
        return "Waiting for device " + device + ", which process " + (owner.isEmpty() ? "(unknown)" : owner) + " "
                + does;
    }

    /**
     * {@code cpu}, {@code cuda-0}, {@code cuda-GPU-8932f937-d72c}.
     *
     * @param gpus those that this process sees, as {@code CUDA_VISIBLE_DEVICES} lists them; it uses the first
     */
    static String name(Device device, Optional<String> gpus) {
        return device == Device.CPU
                ? device.id()
                : device.id() + "-"
                        + gpus.map(listed -> listed.split(",")[0].strip().replaceAll("[^\\w-]", "_"))
                                .orElse("0");
    }

    @Override
    public void close() throws IOException {
        close(slots);
    }

    private static void close(List<LockFile> files) throws IOException {
        for (LockFile file : files) {
            file.close();
        }
    }
}
