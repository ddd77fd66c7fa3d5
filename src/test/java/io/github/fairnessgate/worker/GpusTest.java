package io.github.fairnessgate.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GpusTest {

    private static final String UUID = "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6";

    @TempDir
    Path driver;

    @BeforeEach
    void letTheDriverKnowTwoGpus() throws IOException {
        Files.createDirectory(driver.resolve("0000:01:00.0"));
        Files.createDirectory(driver.resolve("0000:41:00.0"));
    }

    @Test
    void gpusComeInTheOrderInWhichTheyAreNamed() {
        assertThat(choose("1, 0")).containsExactly(new Gpu(1, "1"), new Gpu(0, "0"));
        assertThat(Gpus.text(choose("1,0"))).isEqualTo("GPUs 1 and 0");
        assertThat(Gpus.text(choose("1"))).isEqualTo("GPU 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void nothingNamesNone(String wish) {
        assertThat(choose(wish)).isEmpty();
        assertThat(Gpus.choose(wish, Device.CPU, Optional.empty(), driver)).isEmpty();
        assertThat(Gpus.choose(null, Device.CUDA, Optional.empty(), driver)).isEmpty();
    }

    @Test
    void aNumberThatIsNotThereIsNamedWithThoseThatAre() {
        assertProblem(
                () -> choose("0,2"),
                "fairness.devices is '0,2', but there is no GPU 2: this machine has 2 GPUs, so numbers go from 0 to 1.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"1,0,1 | 1", "0,00 | 0"})
    void aNumberNamedTwiceIsAnError(String wish, int number) {
        assertProblem(
                () -> choose(wish),
                "fairness.devices is '" + wish + "', which names GPU " + number
                        + " twice; one GPU works on one model at a time, so name each once.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"a | a", "0,-1 | -1", "0; 1 | 0; 1", "0,,1 | ''", "0, | ''", "cuda:0 | cuda:0", "99999 | 99999"})
    void whatIsNoNumberIsNamed(String wish, String part) {
        assertProblem(
                () -> choose(wish),
                "fairness.devices is '" + wish + "', but '" + part
                        + "' is not the number of a GPU; give numbers from 0 with commas between them, such as 0,1.");
    }

    @Test
    void onACpuThereAreNone() {
        assertProblem(
                () -> Gpus.choose("0,1", Device.CPU, Optional.empty(), driver),
                "fairness.devices is '0,1', but this run is on the cpu; set fairness.device to cuda, or remove "
                        + "fairness.devices.");
    }

    @Test
    void numbersCountWhatTheEnvironmentListsWhereItDoes() {
        Optional<String> listed = Optional.of("5, " + UUID);
        assertThat(Gpus.choose("1,0", Device.CUDA, listed, driver)).containsExactly(new Gpu(1, UUID), new Gpu(0, "5"));
        assertProblem(
                () -> Gpus.choose("5", Device.CUDA, listed, driver),
                "fairness.devices is '5', but there is no GPU 5: CUDA_VISIBLE_DEVICES lists 5," + UUID
                        + ", so numbers go from 0 to 1.");
        assertProblem(
                () -> Gpus.choose("0", Device.CUDA, Optional.of(""), driver),
                "fairness.devices is '0', but there is no GPU 0: CUDA_VISIBLE_DEVICES lists none.");
    }

    @Test
    void whereTheDriverTellsNothingTheNumbersAreTakenAsTheyAre() {
        assertThat(Gpus.choose("7", Device.CUDA, Optional.empty(), driver.resolve("absent")))
                .containsExactly(new Gpu(7, "7"));
    }

    @Test
    void numbersOfTheMachineAreCountedAsByNvidiaSmiAndThoseOfAListAsThere() {
        assertThat(new Gpu(1, "1").environment(Optional.empty()))
                .isEqualTo(Map.of("CUDA_VISIBLE_DEVICES", "1", "CUDA_DEVICE_ORDER", "PCI_BUS_ID"));
        assertThat(new Gpu(1, UUID).environment(Optional.of("5," + UUID)))
                .isEqualTo(Map.of("CUDA_VISIBLE_DEVICES", UUID));
    }

    @Test
    void everyGpuHasALockOfItsOwnWhichARunThatNamesNoneTakesToo() {
        assertThat(DeviceLock.name(Device.CUDA, Optional.of("1"))).isEqualTo("cuda-1");
        assertThat(DeviceLock.name(Device.CUDA, Optional.empty()))
                .isEqualTo(DeviceLock.name(Device.CUDA, Optional.of("0,1")))
                .isEqualTo("cuda-0");
        assertThat(DeviceLock.name(Device.CUDA, Optional.of("MIG-GPU-1/7/0"))).isEqualTo("cuda-MIG-GPU-1_7_0");
        assertThat(DeviceLock.name(Device.CPU, Optional.of("1"))).isEqualTo("cpu");
    }

    private List<Gpu> choose(String wish) {
        return Gpus.choose(wish, Device.CUDA, Optional.empty(), driver);
    }

    private static void assertProblem(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String sentence) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessage(sentence);
    }
}
