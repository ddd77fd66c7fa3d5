package io.github.fairnessgate.worker;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.LockFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A folder of native libraries with which ONNX Runtime's CUDA provider can be loaded on a machine that has no more of
 * NVIDIA's than the driver. cuBLAS 12 and cuDNN 9 are those that DJL's CUDA build of PyTorch carries. They lie there
 * under names of their own ({@code libcublas-4cc45526.so.12}), by which they ask for each other, so they keep these;
 * beside each is a symbolic link with the name by which others ask for it (its SONAME, {@code libcublas.so.12}). The
 * CUDA runtime and cuRAND are those of JavaCPP's jar of CUDA: PyTorch 2.5.1 carries the runtime of CUDA 12.4, which
 * lacks functions of 12.8 that ONNX Runtime 1.29 takes from it, and no cuRAND. ONNX Runtime's own libraries lie there
 * too, because it would unpack 600 MB at every start otherwise.
 *
 * <p>Made once for the content of the three jars: the folder's name comes from the names, sizes and checksums of what
 * is in it.
 */
public final class CudaFolder {

    /** ONNX Runtime's library that does what is done on the GPU. */
    static final String PROVIDER = "libonnxruntime_providers_cuda.so";
    /** What the provider opens itself when it needs it, so that its file does not name it. */
    static final String OPENED_LATER = "libcudnn.so.9";

    private static final String TORCH = "pytorch/cu124/linux-x86_64/";
    private static final String TOOLKIT = "org/bytedeco/cuda/linux-x86_64/";
    private static final String ONNX_RUNTIME = "ai/onnxruntime/native/linux-x64/";

    private final Path path;

    private CudaFolder(Path path) {
        this.path = path;
    }

    /**
     * The folder for these jars, made if it is not there yet or not as it should be. Concurrent calls, of other
     * processes too, wait for each other.
     *
     * @param cache of the plugin
     * @param torch the jar {@code pytorch-native-cu124} for {@code linux-x86_64}
     * @param toolkit the jar {@code cuda-redist} for {@code linux-x86_64}
     * @param onnxRuntime the jar {@code onnxruntime_gpu}
     * @throws InvalidInputException if a jar lacks what it should have, or the folder cannot be written
     */
    public static CudaFolder in(Path cache, Path torch, Path toolkit, Path onnxRuntime) {
        try (ZipFile torchJar = new ZipFile(torch.toFile());
                ZipFile toolkitJar = new ZipFile(toolkit.toFile());
                ZipFile onnxJar = new ZipFile(onnxRuntime.toFile())) {
            SortedMap<String, Source> sources = new TreeMap<>();
            add(sources, torchJar, TORCH + "lib(cublas|cudnn|nvrtc)[^/]*", "libcublas", "libcudnn");
            add(sources, toolkitJar, TOOLKIT + "lib(cudart|curand)\\.so[^/]*", "libcudart", "libcurand");
            add(sources, onnxJar, ONNX_RUNTIME + "lib(?!.*tensorrt)[^/]*\\.so", PROVIDER);
            Path path = cache.resolve("native").resolve("cuda-" + key(sources));
            try (LockFile lock = LockFile.acquire(path.resolveSibling(path.getFileName() + ".lock"), () -> {})) {
                if (!isIntact(path, sources)) {
                    AtomicFiles.writeFolder(path, folder -> unpack(sources, folder));
                }
            }
            return new CudaFolder(path);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The CUDA libraries in " + torch + ", " + toolkit + " and " + onnxRuntime
                            + " cannot be unpacked to " + cache + ": " + Reason.of(e)
                            + "; delete a jar that is damaged, so that Maven fetches it again.",
                    e);
        }
    }

    /** A file in a jar. */
    private record Source(ZipFile jar, ZipEntry entry) {

        long size() {
            return entry.getSize();
        }
    }

    /**
     * Adds the entries of a jar that match: of NVIDIA's libraries those that the provider, or another library in the
     * folder, asks for.
     *
     * @param beginnings of file names, of which there must be one each
     */
    private static void add(SortedMap<String, Source> sources, ZipFile jar, String pattern, String... beginnings) {
        jar.stream()
                .filter(entry -> entry.getName().matches(pattern))
                .forEach(entry -> sources.put(
                        entry.getName().substring(entry.getName().lastIndexOf('/') + 1), new Source(jar, entry)));
        for (String beginning : beginnings) {
            if (sources.keySet().stream().noneMatch(name -> name.startsWith(beginning))) {
                throw new InvalidInputException("The jar " + jar.getName() + " lacks the library " + beginning
                        + ", which a run on CUDA needs; delete it, so that Maven fetches it again.");
            }
        }
    }

    private static String key(SortedMap<String, Source> sources) {
        String content = sources.entrySet().stream()
                .map(file -> file.getKey() + " " + file.getValue().size() + " "
                        + file.getValue().entry().getCrc())
                .collect(Collectors.joining("\n"));
        return Digests.sha256(content.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    }

    /** Whether everything has its size and its link. */
    private static boolean isIntact(Path folder, SortedMap<String, Source> sources) throws IOException {
        for (Map.Entry<String, Source> source : sources.entrySet()) {
            Path file = folder.resolve(source.getKey());
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    || Files.size(file) != source.getValue().size()
                    || !isLinked(file)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLinked(Path file) throws IOException {
        Path link = link(file);
        return Files.exists(link) && Files.isSameFile(link, file);
    }

    private static void unpack(SortedMap<String, Source> sources, Path folder) throws IOException {
        for (Map.Entry<String, Source> source : sources.entrySet()) {
            Path file = folder.resolve(source.getKey());
            try (InputStream content =
                    source.getValue().jar().getInputStream(source.getValue().entry())) {
                Files.copy(content, file);
            }
        }
        for (String name : sources.keySet()) {
            Path file = folder.resolve(name);
            Path link = link(file);
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, file.getFileName());
            }
        }
    }

    /** The name by which others ask for a library: of itself, if it does not tell another. */
    private static Path link(Path file) {
        return SharedLibrary.read(file).soname().map(file::resolveSibling).orElse(file);
    }

    /** For {@code LD_LIBRARY_PATH}, and for ONNX Runtime's property {@code onnxruntime.native.path}. */
    public Path path() {
        return path;
    }

    /**
     * Where the dynamic linker finds what the CUDA provider asks for, directly or through another library; only
     * NVIDIA's libraries, because every system has the others.
     *
     * @param system folders to look in after this one, in their order
     */
    public Needs needs(List<Path> system) {
        SortedMap<String, Path> found = new TreeMap<>();
        SortedSet<String> missing = new TreeSet<>();
        Deque<String> open =
                new ArrayDeque<>(SharedLibrary.read(path.resolve(PROVIDER)).needed());
        open.add(OPENED_LATER);
        while (!open.isEmpty()) {
            String name = open.remove();
            if (!name.startsWith("libcu") || found.containsKey(name) || missing.contains(name)) {
                continue;
            }
            Optional<Path> place = find(name, system);
            place.ifPresentOrElse(file -> found.put(name, file), () -> missing.add(name));
            place.filter(file -> file.startsWith(path))
                    .ifPresent(file -> open.addAll(SharedLibrary.read(file).needed()));
        }
        return new Needs(found, missing);
    }

    private Optional<Path> find(String name, List<Path> system) {
        Path own = path.resolve(name);
        return Files.exists(own)
                ? Optional.of(own)
                : system.stream()
                        .map(folder -> folder.resolve(name))
                        .filter(Files::exists)
                        .findFirst();
    }

    /**
     * What the CUDA provider asks for.
     *
     * @param found the place of every library that is there, by the name that it is asked for by
     * @param missing the names of those that are not there
     */
    public record Needs(SortedMap<String, Path> found, SortedSet<String> missing) {}
}
