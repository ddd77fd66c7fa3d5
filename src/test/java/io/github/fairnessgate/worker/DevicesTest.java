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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        assertThatThrownBy(() -> Devices.choose("gpu", Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("'gpu'")
                .hasMessageContaining("auto, cpu or cuda");
    }

    @Test
    @EnabledIf("thereIsNoNvidiaDriver")
    void cudaWithoutAGpuIsAnErrorThatNamesWhatIsMissing() {
        assertThatThrownBy(() -> Devices.choose("cuda", Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("fairness.device is cuda")
                .hasMessageContaining("NVIDIA GPU");
    }

    @Test
    @EnabledIf("thereIsNoNvidiaDriver")
    void autoTakesTheCpuWhereThereIsNoGpu() {
        assertThat(Devices.choose("auto", Progress.NONE)).isEqualTo(Device.CPU);
    }

    @Test
    void everyMissingLibraryIsNamedWithWhatItBelongsToAndEveryFoundOneWithItsPlace() throws IOException {
        Path driver = Files.createFile(folder.resolve("version"));
        Path libraries = Files.createDirectory(folder.resolve("lib"));
        CudaLibraries none = Devices.cuda(driver, List.of(libraries));
        assertThat(none.obstacles()).containsExactly("libcuda.so.1 (the NVIDIA driver)");
        assertThat(none.found()).isEmpty();
        for (String missing : none.missing().keySet()) {
            Files.createFile(libraries.resolve(missing));
        }
        CudaLibraries all = Devices.cuda(driver, List.of(folder, libraries));
        assertThat(all.obstacles()).isEmpty();
        assertThat(all.found())
                .hasSize(none.missing().size())
                .containsEntry("libcuda.so.1", libraries.resolve("libcuda.so.1"));
        assertThat(Devices.cuda(folder.resolve("absent"), List.of(libraries)).obstacles())
                .singleElement()
                .asString()
                .contains("NVIDIA GPU");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024 | "
                        + "550.54.14 | false",
                "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build  "
                        + "(dvs-builder@U16)  Thu Jan 23 22:50:36 UTC 2025 | 570.86.15 | false",
                "NVRM version: NVIDIA UNIX x86_64 Kernel Module  525.60.13  Wed Nov 30 06:39:21 UTC 2022 | "
                        + "525.60.13 | false",
                "NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.256.02  Thu May  2 14:37:44 UTC 2024 | "
                        + "470.256.02 | true",
                "something else | unknown | false"
            })
    void theDriversVersionIsReadFromWhatTheKernelTells(String text, String version, boolean tooOld) throws IOException {
        Path driver = Files.writeString(
                folder.resolve("version"), text + "\nGCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n");
        CudaLibraries cuda = Devices.cuda(driver, List.of());
        assertThat(cuda.driver()).contains(version);
        assertThat(cuda.isDriverTooOld()).isEqualTo(tooOld);
        assertThat(cuda.obstacles().stream()
                        .anyMatch(obstacle -> obstacle.contains("525.60.13 or later; there is " + version)))
                .isEqualTo(tooOld);
    }

    static boolean thereIsNoNvidiaDriver() {
        return !Files.exists(Path.of("/proc/driver/nvidia/version"));
    }
}
