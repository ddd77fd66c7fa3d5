package io.github.fairnessgate.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.worker.DeviceShare.Capacity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DeviceLockTest {

    private static final long GB = 1_000_000_000;

    @TempDir
    Path folder;

    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();

    @AfterEach
    void clearProperties() {
        System.clearProperty(DeviceShare.SHARING_PROPERTY);
        System.clearProperty(DeviceShare.PROCESSORS_PROPERTY);
    }

    @Test
    void sharesThatFitAreHeldAtTheSameTime() throws IOException {
        try (DeviceLock first = acquire(2, 4);
                DeviceLock second = acquire(1, 4);
                DeviceLock third = acquire(1, 4)) {
            assertThat(told).isEmpty();
            assertThat(List.of(first, second, third)).doesNotContainNull();
        }
        acquire(4, 4).close();
        assertThat(told).isEmpty();
    }

    @Test
    void aShareThatDoesNotFitWaitsForItsLastSlotAndKeepsOthersBehindIt() throws Exception {
        DeviceLock first = acquire(3, 4);
        CompletableFuture<DeviceLock> large = later(2, 4);
        assertThat(told.poll(30, TimeUnit.SECONDS))
                .isEqualTo("Waiting for device cpu, which process "
                        + ProcessHandle.current().pid() + " uses");
        CompletableFuture<DeviceLock> small = later(1, 4);
        assertThat(told.poll(30, TimeUnit.SECONDS))
                .isEqualTo("Waiting for device cpu, which process "
                        + ProcessHandle.current().pid() + " waits for as well");
        assertThat(large).isNotDone();
        assertThat(small).isNotDone();
        first.close();
        try (DeviceLock second = large.get();
                DeviceLock third = small.get()) {
            assertThat(told).isEmpty();
            assertThat(List.of(second, third)).doesNotContainNull();
        }
    }

    @Test
    void whoWaitsForNobodyIsNotWaitedFor() throws IOException {
        try (DeviceLock all = acquire(4, 4);
                DeviceLock none = acquire(0, 4)) {
            assertThat(List.of(all, none)).doesNotContainNull();
        }
        try (DeviceLock none = acquire(0, 4);
                DeviceLock all = acquire(4, 4)) {
            assertThat(List.of(none, all)).doesNotContainNull();
        }
        assertThat(told).isEmpty();
    }

    /** 16 processors and 64 GB: a slot is a processor and 4 GB. */
    @Test
    void aWorkerTakesTheSlotsThatItsProcessorsAndItsMemoryNeed() {
        Capacity machine = new Capacity(16, 64 * GB);
        assertThat(DeviceShare.needed(new Capacity(4, 10 * GB), machine)).isEqualTo(new DeviceShare(4, 16));
        assertThat(DeviceShare.needed(new Capacity(4, 16 * GB), machine)).isEqualTo(new DeviceShare(4, 16));
        assertThat(DeviceShare.needed(new Capacity(4, 16 * GB + 1), machine)).isEqualTo(new DeviceShare(5, 16));
        assertThat(DeviceShare.needed(new Capacity(1, 33 * GB), machine)).isEqualTo(new DeviceShare(9, 16));
        assertThat(DeviceShare.needed(new Capacity(1, 400 * GB), machine)).isEqualTo(new DeviceShare(16, 16));
    }

    @Test
    void whatIsTimedHasTheDeviceForItselfWhateverTheBuildSays() {
        int own = Runtime.getRuntime().availableProcessors();
        System.setProperty(DeviceShare.PROCESSORS_PROPERTY, Integer.toString(4 * own));
        WorkerRequest timed = new WorkerRequest.Measure("a", "", "b", "", Device.CPU, 3, "c");
        for (DeviceSharing sharing : DeviceSharing.values()) {
            System.setProperty(DeviceShare.SHARING_PROPERTY, sharing.name());
            assertThat(DeviceShare.of(timed)).isEqualTo(new DeviceShare(4 * own, 4 * own));
        }
    }

    @Test
    void aWorkerThatSeesEveryProcessorTakesTheWholeMachineUnlessTheBuildSaysOtherwise() {
        int own = Runtime.getRuntime().availableProcessors();
        WorkerRequest request = new WorkerRequest.Harm("absent", "", List.of(), List.of(), 1, Device.CPU, "x");
        assertThat(DeviceShare.of(request)).isEqualTo(new DeviceShare(own, own));
        System.setProperty(DeviceShare.PROCESSORS_PROPERTY, Integer.toString(own + 1));
        System.setProperty(DeviceShare.SHARING_PROPERTY, "DEVICE");
        assertThat(DeviceShare.of(request)).isEqualTo(new DeviceShare(own + 1, own + 1));
        System.setProperty(DeviceShare.SHARING_PROPERTY, "NONE");
        assertThat(DeviceShare.of(request)).isEqualTo(new DeviceShare(0, own + 1));
    }

    @Test
    void aGpuHasOneWorkerAtATime() {
        System.setProperty(DeviceShare.PROCESSORS_PROPERTY, "1000");
        assertThat(DeviceShare.of(new WorkerRequest.Write("absent", "", Device.CUDA)))
                .isEqualTo(new DeviceShare(1, 1));
    }

    @Test
    void aMisspeltWayOfSharingIsAnError() {
        assertThat(DeviceSharing.of(" None")).isEqualTo(DeviceSharing.NONE);
        assertThatThrownBy(() -> DeviceSharing.of("machine"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("fairness.lock is 'machine'; it must be auto, device or none.");
    }

    private CompletableFuture<DeviceLock> later(int slots, int of) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return acquire(slots, of);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private DeviceLock acquire(int slots, int of) throws IOException {
        return DeviceLock.acquire(folder, "cpu", new DeviceShare(slots, of), new Progress() {
            @Override
            public void step(String task, long done, long total) {}

            @Override
            public void info(String message) {
                told.add(message);
            }
        });
    }
}
