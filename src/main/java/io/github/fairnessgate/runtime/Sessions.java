package io.github.fairnessgate.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.github.fairnessgate.Device;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;

/** How sessions of ONNX Runtime are set up and ended. */
final class Sessions {

    private Sessions() {}

    /**
     * @param weights the folder that the graph's external data is relative to
     * @throws OrtException if this build of ONNX Runtime cannot use the device; there is no fallback to another one
     */
    static OrtSession.SessionOptions options(Path weights, Device device) throws OrtException {
        return options(weights, device, Runtime.getRuntime().availableProcessors());
    }

    /** @param threads how many threads share the work of one run */
    static OrtSession.SessionOptions options(Path weights, Device device, int threads) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        // Spinning threads starve everything else on a shared machine and gain nothing.
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        options.addConfigEntry(
                "session.model_external_initializers_file_folder_path",
                weights.toAbsolutePath().toString());
        if (device == Device.CUDA) {
            addCuda(options);
        }
        return options;
    }

    /**
     * Products in float32 and not in TF32, which has 10 bits: scores are compared with those of a CPU. Sums in one
     * order.
     */
    private static void addCuda(OrtSession.SessionOptions options) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
            cuda.add("use_tf32", "0");
            options.addCUDA(cuda);
        }
        options.setDeterministicCompute(true);
    }

    /** Zeros outside the heap, for ONNX Runtime to read and write in place. */
    static LongBuffer longs(long count) {
        return ByteBuffer.allocateDirect(Math.toIntExact(count * Long.BYTES))
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }

    static FloatBuffer floats(long count) {
        return ByteBuffer.allocateDirect(Math.toIntExact(count * Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime could not close its session: " + e.getMessage(), e);
        }
    }
}
