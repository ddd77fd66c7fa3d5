package io.github.fairnessgate.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class DevicesTest {

    @TempDir
    Path folder;

    @Test
    void cpuIsAlwaysThere() {
        assertThat(Devices.choose("cpu", Progress.NONE)).isEqualTo(Device.CPU);
        assertThat(Devices.choose(" CPU ", Progress.NONE)).isEqualTo(Device.CPU);
    }

    @Test
    void anUnknownDeviceNamesTheKnownOnes() {
        assertThatThrownBy(() -> Devices.choose("gpu", Progress.NONE)).isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("'gpu'").hasMessageContaining("auto, cpu or cuda");
    }

    @Test
    @EnabledIf("thereIsNoNvidiaDriver")
    void cudaWithoutAGpuIsAnErrorThatNamesWhatIsMissing() {
        assertThatThrownBy(() -> Devices.choose("cuda", Progress.NONE)).isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("fairness.device is cuda").hasMessageContaining("NVIDIA GPU");
    }

    @Test
    @EnabledIf("thereIsNoNvidiaDriver")
    void autoTakesTheCpuWhereThereIsNoGpu() {
        assertThat(Devices.choose("auto", Progress.NONE)).isEqualTo(Device.CPU);
    }

    @Test
    void everyMissingLibraryIsNamedWithWhatItBelongsTo() throws IOException {
        Path driver = Files.createFile(folder.resolve("version"));
        Path libraries = Files.createDirectory(folder.resolve("lib"));
        List<String> all = Devices.missingForCuda(driver, List.of(libraries));
        assertThat(all).contains("libcudnn.so.9 (cuDNN 9)", "libcuda.so.1 (the NVIDIA driver)");
        for (String missing : all) {
            Files.createFile(libraries.resolve(missing.split(" ")[0]));
        }
        assertThat(Devices.missingForCuda(driver, List.of(libraries))).isEmpty();
        assertThat(Devices.missingForCuda(folder.resolve("absent"), List.of(libraries))).singleElement().asString().contains("NVIDIA GPU");
    }

    static boolean thereIsNoNvidiaDriver() {
        return !Files.exists(Path.of("/proc/driver/nvidia/version"));
    }
}
