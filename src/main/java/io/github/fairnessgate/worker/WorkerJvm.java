package io.github.fairnessgate.worker;

import io.github.fairnessgate.file.NativeLibraries;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the JVM of every worker is told, on this machine and beside an executor of a cluster. */
final class WorkerJvm {

    /** MKL's mode of conditional numerical reproducibility. */
    private static final String MKL_REPRODUCIBILITY = "MKL_CBWR";

    /** PyTorch reads it when it first multiplies float32 matrices on a GPU. */
    private static final String TF32 = "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE";

    /** ONNX Runtime 1.29 needs stacks larger than the usual ones while it starts. */
    static final List<String> OPTIONS = List.of(
            "-Xss4m",
            // A signal ends the process at once: ONNX Runtime 1.29 has a shutdown hook that frees what
            // running sessions still use, and they crash.
            "-Xrs",
            // Without it, jstack would end a process that has -Xrs.
            "-XX:+StartAttachListener",
            "-Dfile.encoding=UTF-8",
            "-Djava.awt.headless=true",
            // DJL must neither download nor call home.
            "-Dai.djl.offline=true",
            "-DOPT_OUT_TRACKING=true");

    private WorkerJvm() {}

    /** @param natives the folder that native libraries are unpacked to */
    static Map<String, String> environment(String natives) {
        return new HashMap<>(Map.of(
                NativeLibraries.FOLDER,
                natives,
                "ENGINE_CACHE_DIR",
                natives,
                // PyTorch's threads must not spin while they wait: on a busy machine that is ten times slower.
                "OMP_WAIT_POLICY",
                "PASSIVE",
                // Otherwise the number of threads depends on how busy the machine is, and the last bits of a sum on
                // that number.
                "OMP_DYNAMIC",
                "FALSE",
                // MKL adds up in the same order every time, unless the environment says otherwise.
                MKL_REPRODUCIBILITY,
                System.getenv().getOrDefault(MKL_REPRODUCIBILITY, "AUTO"),
                // On a GPU that has TF32, unless the environment says otherwise.
                TF32,
                System.getenv().getOrDefault(TF32, "1"),
                // With a workspace of its own for every stream, cuBLAS adds up in the same order every time.
                "CUBLAS_WORKSPACE_CONFIG",
                ":4096:8"));
    }

    /**
     * An argument file of the java launcher: white space separates, quotes and backslashes as there. It is not only
     * shorter than a command line: ONNX Runtime 1.29 overflows the stack while it starts if the command line of its
     * process has some thousand characters.
     */
    static String argumentFile(List<String> arguments) {
        return arguments.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    static String quoted(String argument) {
        return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
