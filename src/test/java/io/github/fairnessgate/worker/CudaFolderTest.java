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
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * With jars laid out as pytorch-native-cu124 2.5.1, cuda-redist 12.9-9.10-1.5.12 and onnxruntime_gpu 1.29.0 are, whose
 * libraries have the names of the real ones and next to nothing else; and with the real ones, 3.5 GB, where
 * {@code -Dcuda.jars} says where they are, in this order, separated by colons.
 */
class CudaFolderTest {

    private static final Path LIBRARIES = Path.of("src/test/resources/fixtures/cuda");
    private static final Path SYSTEM = LIBRARIES.resolve("system");
    private static final Path LINKER = Path.of("/lib64/ld-linux-x86-64.so.2");
    private static final String TORCH = "pytorch/cu124/linux-x86_64/";
    private static final String TOOLKIT = "org/bytedeco/cuda/linux-x86_64/";
    private static final String ONNX_RUNTIME = "ai/onnxruntime/native/linux-x64/";

    @TempDir
    Path folder;

    private Path cache;
    private Path torch;
    private Path toolkit;
    private Path onnxRuntime;

    @BeforeEach
    void makeJars() throws IOException {
        cache = folder.resolve("cache with space");
        torch = jar(
                "torch.jar",
                Map.of(
                        TORCH + "libcudart-8774224f.so.12",
                        library("libcudart-8774224f.so.12"),
                        TORCH + "libcublas-4cc45526.so.12",
                        library("libcublas-4cc45526.so.12"),
                        TORCH + "libcublasLt-44a813aa.so.12",
                        library("libcublasLt-44a813aa.so.12"),
                        TORCH + "libcudnn.so.9",
                        library("libcudnn.so.9"),
                        TORCH + "libcudnn_graph.so.9",
                        library("libcudnn_graph.so.9"),
                        TORCH + "libtorch_cuda.so",
                        "large".getBytes(StandardCharsets.UTF_8)));
        toolkit = jar(
                "cuda-redist.jar",
                Map.of(
                        TOOLKIT + "libcudart.so.12",
                        library("libcudart.so.12"),
                        TOOLKIT + "libcurand.so.10",
                        library("libcurand.so.10"),
                        TOOLKIT + "libcufft.so.11",
                        "large".getBytes(StandardCharsets.UTF_8)));
        onnxRuntime = jar(
                "onnxruntime_gpu.jar",
                Map.of(
                        ONNX_RUNTIME + CudaFolder.PROVIDER,
                        library(CudaFolder.PROVIDER),
                        ONNX_RUNTIME + "libonnxruntime.so",
                        library("libonnxruntime.so"),
                        ONNX_RUNTIME + "libonnxruntime_providers_tensorrt.so",
                        new byte[9],
                        "ai/onnxruntime/native/win-x64/onnxruntime.dll",
                        new byte[9]));
    }

    @Test
    void everyLibraryLiesUnderItsOwnNameAndIsLinkedByTheNameThatOthersAskFor() throws IOException {
        Path made = CudaFolder.in(cache, torch, toolkit, onnxRuntime).path();
        assertThat(made).startsWith(cache);
        assertThat(names(made))
                .containsExactlyInAnyOrder(
                        "libcudart.so.12",
                        "libcurand.so.10",
                        "libcublas-4cc45526.so.12",
                        "libcublas.so.12",
                        "libcublasLt-44a813aa.so.12",
                        "libcublasLt.so.12",
                        "libcudnn.so.9",
                        "libcudnn_graph.so.9",
                        CudaFolder.PROVIDER,
                        "libonnxruntime.so",
                        "libonnxruntime.so.1");
        assertThat(Files.readSymbolicLink(made.resolve("libcublas.so.12")))
                .isEqualTo(Path.of("libcublas-4cc45526.so.12"));
        assertThat(Files.isSymbolicLink(made.resolve("libcudnn.so.9"))).isFalse();
        assertThat(made.resolve("libcublasLt.so.12"))
                .hasSameBinaryContentAs(LIBRARIES.resolve("libcublasLt-44a813aa.so.12"));
    }

    @Test
    void theFolderIsMadeOnceAndAgainOnlyIfSomethingInItIsNotAsItShouldBe() throws IOException {
        Path made = CudaFolder.in(cache, torch, toolkit, onnxRuntime).path();
        Object first = identity(made);
        assertThat(CudaFolder.in(cache, torch, toolkit, onnxRuntime).path()).isEqualTo(made);
        assertThat(identity(made)).isEqualTo(first);

        Files.delete(made.resolve("libcudnn.so.9"));
        assertThat(CudaFolder.in(cache, torch, toolkit, onnxRuntime)
                        .needs(List.of())
                        .found())
                .containsKey("libcudnn.so.9");
        Files.write(made.resolve("libcublas-4cc45526.so.12"), new byte[3]);
        CudaFolder.in(cache, torch, toolkit, onnxRuntime);
        assertThat(made.resolve("libcublas.so.12"))
                .hasSameBinaryContentAs(LIBRARIES.resolve("libcublas-4cc45526.so.12"));
    }

    @Test
    void otherLibrariesGetAnotherFolder() throws IOException {
        Path made = CudaFolder.in(cache, torch, toolkit, onnxRuntime).path();
        Path other = jar("other.jar", Map.of(ONNX_RUNTIME + CudaFolder.PROVIDER, library("libonnxruntime.so")));
        assertThat(CudaFolder.in(cache, torch, toolkit, other).path()).isNotEqualTo(made);
        assertThat(made).exists();
    }

    @Test
    void buildsThatNeedTheFolderAtTheSameTimeAllGetIt() throws Exception {
        ExecutorService builds = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Path>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(
                        () -> CudaFolder.in(cache, torch, toolkit, onnxRuntime).path());
            }
            for (Future<Path> call : builds.invokeAll(calls)) {
                assertThat(names(call.get())).contains("libcublas.so.12");
            }
        } finally {
            builds.shutdownNow();
        }
        try (Stream<Path> paths = Files.list(cache.resolve("native"))) {
            assertThat(paths.map(path -> path.getFileName().toString()))
                    .filteredOn(name -> name.contains("part"))
                    .isEmpty();
        }
    }

    @Test
    void theDriverIsAllThatTheProviderAsksTheSystemFor() throws IOException {
        CudaFolder made = CudaFolder.in(cache, torch, toolkit, onnxRuntime);
        assertThat(made.needs(List.of()).missing()).containsExactly("libcuda.so.1");
        assertThat(made.needs(List.of()).found().keySet())
                .containsExactly(
                        "libcublas.so.12",
                        "libcublasLt-44a813aa.so.12",
                        "libcublasLt.so.12",
                        "libcudart.so.12",
                        "libcudnn.so.9",
                        "libcudnn_graph.so.9",
                        "libcurand.so.10");
        CudaFolder.Needs needs = made.needs(List.of(folder.resolve("absent"), SYSTEM));
        assertThat(needs.missing()).isEmpty();
        assertThat(needs.found())
                .containsEntry("libcuda.so.1", SYSTEM.resolve("libcuda.so.1"))
                .containsEntry("libcublas.so.12", made.path().resolve("libcublas.so.12"));
    }

    @Test
    void theLibrariesOfTheFolderAreTakenWhateverTheSystemHas() throws IOException {
        Path system = Files.createDirectory(folder.resolve("system"));
        Files.copy(LIBRARIES.resolve("libcudart-8774224f.so.12"), system.resolve("libcudart.so.12"));
        CudaFolder made = CudaFolder.in(cache, torch, toolkit, onnxRuntime);
        assertThat(made.needs(List.of(system)).found())
                .containsEntry("libcudart.so.12", made.path().resolve("libcudart.so.12"));
    }

    @Test
    @EnabledIf("thereIsThisSystemsLinker")
    void theDynamicLinkerItselfFindsTheSameAndEveryFunction() throws Exception {
        CudaFolder made = CudaFolder.in(cache, torch, toolkit, onnxRuntime);
        assertThat(places(linked(made, CudaFolder.PROVIDER, Path.of("/nowhere"))))
                .containsEntry(
                        "libcublas.so.12",
                        made.path().resolve("libcublas.so.12").toString())
                .containsEntry("libcuda.so.1", "not found")
                .containsEntry(
                        "libcudart.so.12",
                        made.path().resolve("libcudart.so.12").toString());
        String whole = linked(made, CudaFolder.PROVIDER, SYSTEM);
        assertThat(places(whole)).hasSize(5).doesNotContainValue("not found");
        assertThat(whole).doesNotContain("undefined symbol");
    }

    /** Why PyTorch's CUDA runtime is left in its jar. */
    @Test
    @EnabledIf("thereIsThisSystemsLinker")
    void theDynamicLinkerMissesAFunctionInARuntimeThatIsTooOld() throws Exception {
        Path old = jar(
                "old.jar",
                Map.of(
                        TOOLKIT + "libcudart.so.12",
                        library("libcudart-8774224f.so.12"),
                        TOOLKIT + "libcurand.so.10",
                        library("libcurand.so.10")));
        assertThat(linked(CudaFolder.in(cache, torch, old, onnxRuntime), CudaFolder.PROVIDER, SYSTEM))
                .contains("undefined symbol: cudaLibraryGetKernel")
                .doesNotContain("undefined symbol: cudaMalloc");
    }

    @Test
    @EnabledIfSystemProperty(named = "cuda.jars", matches = ".+")
    void withTheRealJarsEveryLibraryAndEveryFunctionIsFoundThoughTheSystemHasOnlyADriver() throws Exception {
        List<Path> jars = Stream.of(System.getProperty("cuda.jars").split(":"))
                .map(Path::of)
                .toList();
        CudaFolder made = CudaFolder.in(cache, jars.get(0), jars.get(1), jars.get(2));
        assertThat(made.needs(List.of(SYSTEM)).missing()).isEmpty();
        for (String name : names(made.path())) {
            assertThat(linked(made, name, SYSTEM).lines())
                    .as(name)
                    .anyMatch(line -> line.contains("libc.so.6"))
                    .noneMatch(line -> line.contains("not found"))
                    .noneMatch(line -> line.contains("undefined symbol")
                            && !line.contains(" Provider_GetHost\t")); // which ONNX Runtime gives it
        }
        assertThat(places(linked(made, CudaFolder.PROVIDER, SYSTEM)).entrySet())
                .filteredOn(place -> !place.getValue().startsWith(made.path().toString()))
                .filteredOn(place -> place.getKey().matches("lib(cu|nv).*"))
                .extracting(Map.Entry::getKey)
                .containsExactly("libcuda.so.1");
    }

    @Test
    void aJarThatLacksWhatItShouldHaveIsNamed() throws IOException {
        Path empty = jar("empty.jar", Map.of("README", new byte[1]));
        assertThatThrownBy(() -> CudaFolder.in(cache, empty, toolkit, onnxRuntime))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("empty.jar")
                .hasMessageContaining("libcublas");
        assertThatThrownBy(() -> CudaFolder.in(cache, torch, torch, onnxRuntime))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("torch.jar")
                .hasMessageContaining("libcudart");
        assertThatThrownBy(() -> CudaFolder.in(cache, torch, toolkit, empty))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("empty.jar")
                .hasMessageContaining(CudaFolder.PROVIDER);
        Path text = Files.writeString(folder.resolve("text.jar"), "no jar");
        assertThatThrownBy(() -> CudaFolder.in(cache, text, toolkit, onnxRuntime))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("text.jar");
        Path damaged = jar("damaged.jar", Map.of(ONNX_RUNTIME + CudaFolder.PROVIDER, new byte[500]));
        assertThatThrownBy(() -> CudaFolder.in(cache, torch, toolkit, damaged))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(CudaFolder.PROVIDER);
        try (Stream<Path> paths = Files.list(cache.resolve("native"))) {
            assertThat(paths).allMatch(path -> path.toString().endsWith(".lock"));
        }
    }

    /** What the linker says that a library in the folder is given, and which functions it lacks then. */
    private static String linked(CudaFolder made, String name, Path system) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(LINKER.toString(), made.path().resolve(name).toString());
        builder.environment()
                .putAll(Map.of(
                        "LD_TRACE_LOADED_OBJECTS",
                        "1",
                        "LD_WARN",
                        "1",
                        "LD_BIND_NOW",
                        "1",
                        "LD_LIBRARY_PATH",
                        made.path() + ":" + system.toAbsolutePath()));
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    /** By the name that is asked for: the place, or {@code not found}. */
    private static Map<String, String> places(String linked) {
        Map<String, String> places = new HashMap<>();
        linked.lines()
                .filter(line -> line.contains(" => "))
                .map(line -> line.strip().replaceAll(" \\(0x[0-9a-f]+\\)$", "").split(" => ", 2))
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
