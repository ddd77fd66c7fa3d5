package io.github.fairnessgate.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {

    @TempDir
    Path root;

    @Test
    void availableMemoryIsWhatTheKernelSaysAndSwap() throws IOException {
        write(
                "proc/meminfo",
                "MemTotal:       24000000 kB\nMemFree:         1000000 kB\nMemAvailable:    2000000 kB\nSwapFree:  "
                        + "       500000 kB\n");
        assertThat(machine().availableMemory()).hasValue(2_500_000L * 1024);
    }

    @Test
    void theTightestLimitOfAControlGroupCounts() throws IOException {
        write("proc/meminfo", "MemAvailable:    20000000 kB\n");
        write("proc/self/cgroup", "0::/builds/job\n");
        write("sys/fs/cgroup/builds/job/memory.max", "max\n");
        write("sys/fs/cgroup/builds/job/memory.current", "100\n");
        assertThat(machine().availableMemory()).hasValue(20_000_000L * 1024);
        write("sys/fs/cgroup/builds/memory.max", "2000000000\n");
        write("sys/fs/cgroup/builds/memory.current", "1900000000\n");
        write(
                "sys/fs/cgroup/builds/memory.stat",
                "anon 1\nactive_file 300000000\ninactive_file 500000000\nworkingset_refault_file 7\n");
        assertThat(machine().availableMemory()).hasValue(2_000_000_000 - 1_900_000_000 + 800_000_000);
    }

    @Test
    void theFirstVersionOfControlGroupsCountsToo() throws IOException {
        write("proc/meminfo", "MemAvailable:    20000000 kB\n");
        write("proc/self/cgroup", "5:cpu,cpuacct:/\n4:memory:/../outside\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        write("sys/fs/cgroup/memory/memory.usage_in_bytes", "5\n");
        assertThat(machine().availableMemory()).hasValue(20_000_000L * 1024);
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1000\n");
        assertThat(machine().availableMemory()).hasValue(995);
    }

    @Test
    void aSystemThatDoesNotTellIsNotGuessed() {
        assertThat(machine().availableMemory()).isEmpty();
        assertThat(machine().accelerator()).isEmpty();
        assertThat(machine().processor()).isEqualTo(System.getProperty("os.arch"));
    }

    @Test
    void processorAndAcceleratorAreNamed() throws IOException {
        write(
                "proc/cpuinfo",
                "processor\t: 0\nmodel name\t: Some CPU @ 2.00GHz\nprocessor\t: 1\nmodel name\t: Some CPU @ 2.00GHz\n");
        write("proc/driver/nvidia/gpus/0000:00:01.0/information", "Model: \t\t NVIDIA Something\nIRQ:   12\n");
        assertThat(machine().processor()).isEqualTo("Some CPU @ 2.00GHz");
        assertThat(machine().accelerator()).contains("NVIDIA Something");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisMachineTells() {
        assertThat(Machine.here().availableMemory().orElseThrow()).isPositive();
        assertThat(Machine.here().processor()).isNotBlank();
    }

    @Test
    void anEvaluationForWhichMemoryCannotSufficeIsRefused() {
        ModelDirectory model = TinyModels.create(root.resolve("model"));
        assertThatCode(() -> AskedModel.requireMemory(model, 1_000_000_000)).doesNotThrowAnyException();
        assertThatThrownBy(() -> AskedModel.requireMemory(model, 100_000_000))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("takes at least 150.0 MB of memory", "only 100.0 MB are available");
    }

    private Machine machine() {
        return Machine.at(root);
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    /** Of a full disk, what unpacks native libraries only says that they are not there. */
    @Test
    void aFailureWhereLittleIsFreeNamesTheFolderThatIsFull() {
        assertThat(WorkerMain.whereLittleIsFree(new File("scratch"), 200_000))
                .isEqualTo("; only 200 kB are free in scratch, which may be why: make room, or set"
                        + " fairness.outputDirectory");
        assertThat(WorkerMain.whereLittleIsFree(new File("scratch"), 5_000_000_000L))
                .isEmpty();
    }
}
