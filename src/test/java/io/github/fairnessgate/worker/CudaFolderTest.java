package io.github.fairnessgate.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** With jars laid out as pytorch-native-cu124 2.5.1 and onnxruntime_gpu 1.29.0 are, whose libraries have the names of the real ones and nothing else. */
class CudaFolderTest {

    private static final Path LIBRARIES = Path.of("src/test/resources/fixtures/cuda");
    private static final Path SYSTEM = LIBRARIES.resolve("system");
    private static final Path LINKER = Path.of("/lib64/ld-linux-x86-64.so.2");
    private static final String TORCH = "pytorch/cu124/linux-x86_64/";
    private static final String ONNX_RUNTIME = "ai/onnxruntime/native/linux-x64/";

    @TempDir
    Path folder;

    private Path cache;
    private Path torch;
    private Path onnxRuntime;

    @BeforeEach
    void makeJars() throws IOException {
        cache = folder.resolve("cache with space");
        torch = jar("torch.jar", Map.of(TORCH + "libcudart-8774224f.so.12", library("libcudart-8774224f.so.12"),
                TORCH + "libcublas-4cc45526.so.12", library("libcublas-4cc45526.so.12"),
                TORCH + "libcublasLt-44a813aa.so.12", library("libcublasLt-44a813aa.so.12"),
                TORCH + "libcudnn.so.9", library("libcudnn.so.9"),
                TORCH + "libcudnn_graph.so.9", library("libcudnn_graph.so.9"),
                TORCH + "libtorch_cuda.so", "large".getBytes(StandardCharsets.UTF_8)));
        onnxRuntime = jar("onnxruntime_gpu.jar", Map.of(ONNX_RUNTIME + CudaFolder.PROVIDER, library(CudaFolder.PROVIDER),
                ONNX_RUNTIME + "libonnxruntime.so", library("libonnxruntime.so"),
                ONNX_RUNTIME + "libonnxruntime_providers_tensorrt.so", new byte[9],
                "ai/onnxruntime/native/win-x64/onnxruntime.dll", new byte[9]));
    }

    @Test
    void everyLibraryLiesUnderItsOwnNameAndIsLinkedByTheNameThatOthersAskFor() throws IOException {
        Path made = CudaFolder.in(cache, torch, onnxRuntime).path();
        assertThat(made).startsWith(cache);
        assertThat(names(made)).containsExactlyInAnyOrder("libcudart-8774224f.so.12", "libcublas-4cc45526.so.12", "libcublas.so.12",
                "libcublasLt-44a813aa.so.12", "libcublasLt.so.12", "libcudnn.so.9", "libcudnn_graph.so.9", CudaFolder.PROVIDER, "libonnxruntime.so",
                "libonnxruntime.so.1");
        assertThat(Files.readSymbolicLink(made.resolve("libcublas.so.12"))).isEqualTo(Path.of("libcublas-4cc45526.so.12"));
        assertThat(Files.isSymbolicLink(made.resolve("libcudnn.so.9"))).isFalse();
        assertThat(made.resolve("libcublasLt.so.12")).hasSameBinaryContentAs(LIBRARIES.resolve("libcublasLt-44a813aa.so.12"));
    }

    @Test
    void theFolderIsMadeOnceAndAgainOnlyIfSomethingInItIsNotAsItShouldBe() throws IOException {
        Path made = CudaFolder.in(cache, torch, onnxRuntime).path();
        Object first = identity(made);
        assertThat(CudaFolder.in(cache, torch, onnxRuntime).path()).isEqualTo(made);
        assertThat(identity(made)).isEqualTo(first);

        Files.delete(made.resolve("libcudnn.so.9"));
        assertThat(CudaFolder.in(cache, torch, onnxRuntime).needs(List.of()).found()).containsKey("libcudnn.so.9");
        Files.write(made.resolve("libcublas-4cc45526.so.12"), new byte[3]);
        CudaFolder.in(cache, torch, onnxRuntime);
        assertThat(made.resolve("libcublas.so.12")).hasSameBinaryContentAs(LIBRARIES.resolve("libcublas-4cc45526.so.12"));
    }

    @Test
    void otherLibrariesGetAnotherFolder() throws IOException {
        Path made = CudaFolder.in(cache, torch, onnxRuntime).path();
        Path other = jar("other.jar", Map.of(ONNX_RUNTIME + CudaFolder.PROVIDER, library("libonnxruntime.so")));
        assertThat(CudaFolder.in(cache, torch, other).path()).isNotEqualTo(made);
        assertThat(made).exists();
    }

    @Test
    void buildsThatNeedTheFolderAtTheSameTimeAllGetIt() throws Exception {
        ExecutorService builds = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Path>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(() -> CudaFolder.in(cache, torch, onnxRuntime).path());
            }
            for (Future<Path> call : builds.invokeAll(calls)) {
                assertThat(names(call.get())).contains("libcublas.so.12");
            }
        } finally {
            builds.shutdownNow();
        }
        try (Stream<Path> paths = Files.list(cache.resolve("native"))) {
            assertThat(paths.map(path -> path.getFileName().toString())).filteredOn(name -> name.contains("part")).isEmpty();
        }
    }

    @Test
    void whatTheProviderAsksForIsFoundInTheFolderOrInTheSystemOrNamedAsMissing() throws IOException {
        CudaFolder made = CudaFolder.in(cache, torch, onnxRuntime);
        assertThat(made.needs(List.of()).missing()).containsExactly("libcuda.so.1", "libcudart.so.12", "libcurand.so.10");
        assertThat(made.needs(List.of()).found().keySet()).containsExactly("libcublas.so.12", "libcublasLt-44a813aa.so.12", "libcublasLt.so.12",
                "libcudnn.so.9", "libcudnn_graph.so.9");
        CudaFolder.Needs needs = made.needs(List.of(folder.resolve("absent"), SYSTEM));
        assertThat(needs.missing()).isEmpty();
        assertThat(needs.found()).containsEntry("libcurand.so.10", SYSTEM.resolve("libcurand.so.10"))
                .containsEntry("libcudart.so.12", SYSTEM.resolve("libcudart.so.12"))
                .containsEntry("libcublas.so.12", made.path().resolve("libcublas.so.12"));
    }

    @Test
    void aCudaRuntimeThatIsNewEnoughIsTakenFromTheJar() throws IOException {
        Path before = jar("before.jar", Map.of(ONNX_RUNTIME + CudaFolder.PROVIDER, library("libonnxruntime_providers_cuda_before.so")));
        CudaFolder made = CudaFolder.in(cache, torch, before);
        assertThat(Files.readSymbolicLink(made.path().resolve("libcudart.so.12"))).isEqualTo(Path.of("libcudart-8774224f.so.12"));
        assertThat(made.needs(List.of(SYSTEM)).found()).containsEntry("libcudart.so.12", made.path().resolve("libcudart.so.12"));
    }

    @Test
    void aCudaRuntimeOfTheSystemThatIsTooOldIsMissing() throws IOException {
        Path old = Files.createDirectory(folder.resolve("old"));
        Files.copy(LIBRARIES.resolve("libcudart-8774224f.so.12"), old.resolve("libcudart.so.12"));
        assertThat(CudaFolder.in(cache, torch, onnxRuntime).needs(List.of(old, SYSTEM)).missing()).containsExactly("libcudart.so.12");
    }

    @Test
    @EnabledIf("thereIsThisSystemsLinker")
    void theDynamicLinkerItselfFindsTheSame() throws Exception {
        CudaFolder made = CudaFolder.in(cache, torch, onnxRuntime);
        assertThat(linked(made, Path.of("/nowhere"))).containsEntry("libcublas.so.12", made.path().resolve("libcublas.so.12").toString())
                .containsEntry("libcurand.so.10", "not found").containsEntry("libcuda.so.1", "not found").containsEntry("libcudart.so.12", "not found");
        assertThat(linked(made, SYSTEM.toAbsolutePath())).hasSize(5).doesNotContainValue("not found");
    }

    @Test
    void aJarThatLacksWhatItShouldHaveIsNamed() throws IOException {
        Path empty = jar("empty.jar", Map.of("README", new byte[1]));
        assertThatThrownBy(() -> CudaFolder.in(cache, empty, onnxRuntime)).isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("empty.jar").hasMessageContaining("libcudart");
        assertThatThrownBy(() -> CudaFolder.in(cache, torch, empty)).isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("empty.jar").hasMessageContaining(CudaFolder.PROVIDER);
        Path text = Files.writeString(folder.resolve("text.jar"), "no jar");
        assertThatThrownBy(() -> CudaFolder.in(cache, text, onnxRuntime)).isInstanceOf(InvalidInputException.class).hasMessageContaining("text.jar");
        Path damaged = jar("damaged.jar", Map.of(ONNX_RUNTIME + CudaFolder.PROVIDER, new byte[500]));
        assertThatThrownBy(() -> CudaFolder.in(cache, torch, damaged)).isInstanceOf(InvalidInputException.class).hasMessageContaining(CudaFolder.PROVIDER);
        try (Stream<Path> paths = Files.list(cache.resolve("native"))) {
            assertThat(paths).allMatch(path -> path.toString().endsWith(".lock"));
        }
    }

    /** By the name that is asked for: the place, or {@code not found}. */
    private static Map<String, String> linked(CudaFolder made, Path system) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(LINKER.toString(), made.path().resolve(CudaFolder.PROVIDER).toString());
        builder.environment().put("LD_TRACE_LOADED_OBJECTS", "1");
        builder.environment().put("LD_LIBRARY_PATH", made.path() + ":" + system);
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Map<String, String> places = new HashMap<>();
        output.lines().filter(line -> line.contains(" => ")).map(line -> line.strip().replaceAll(" \\(0x[0-9a-f]+\\)$", "").split(" => ", 2))
                .forEach(parts -> places.put(parts[0], parts[1]));
        return places;
    }

    static boolean thereIsThisSystemsLinker() {
        return Files.isExecutable(LINKER);
    }

    private static Object identity(Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(path -> path.getFileName().toString()).toList();
        }
    }

    private static byte[] library(String name) throws IOException {
        return Files.readAllBytes(LIBRARIES.resolve(name));
    }

    private Path jar(String name, Map<String, byte[]> entries) throws IOException {
        Path file = folder.resolve(name);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        }
        return file;
    }
}
