package io.github.fairnessgate.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.fairnessgate.Device;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Path;

/** How sessions of ONNX Runtime are set up and ended. */
final class Sessions {

    private Sessions() {
    }

    /**
     * @param weights the folder that the graph's external data is relative to
     * @throws OrtException if this build of ONNX Runtime cannot use the device; there is no fallback to another one
     */
    static OrtSession.SessionOptions options(Path weights, Device device) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
        // Spinning threads starve everything else on a shared machine and gain nothing.
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        options.addConfigEntry("session.model_external_initializers_file_folder_path", weights.toAbsolutePath().toString());
        if (device == Device.CUDA) {
            options.addCUDA(0);
        }
        return options;
    }

    static LongBuffer longs(long count) {
        return ByteBuffer.allocateDirect(Math.toIntExact(count * Long.BYTES)).order(ByteOrder.nativeOrder()).asLongBuffer();
    }

    static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime could not close its session: " + e.getMessage(), e);
        }
    }
}
