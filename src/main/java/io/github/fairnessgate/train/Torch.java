package io.github.fairnessgate.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;

/** Opens DJL's PyTorch engine. */
final class Torch {

    private static final String ENGINE = "PyTorch";

    private Torch() {}

    /**
     * A manager whose arrays live on the device. The caller closes it, and computes on the thread that called.
     *
     * <p>Fixes the number of threads to what PyTorch chose when it was loaded: sums are cut into as many parts, so
     * another number would be another result.
     *
     * @throws InvalidInputException if the device is {@code cuda} and PyTorch sees no GPU; nothing falls back to the
     *     CPU
     */
    static NDManager open(Device device) {
        JniUtils.setNumThreads(threads());
        return NDManager.newBaseManager(translate(device), ENGINE);
    }

    /** How many threads PyTorch computes with on the CPU. */
    static int threads() {
        return Threads.NUMBER;
    }

    /** Asked for once: the answer of a thread on which the number was changed is another. */
    private static final class Threads {

        private static final int NUMBER = ask();

        private static int ask() {
            engine();
            return JniUtils.getNumThreads();
        }
    }

    /** PyTorch's version, {@code 2.5.1}. */
    static String version() {
        return engine().getVersion();
    }

    static Engine engine() {
        return Engine.getEngine(ENGINE);
    }

    private static ai.djl.Device translate(Device device) {
        if (device == Device.CPU) {
            return ai.djl.Device.cpu();
        }
        if (engine().getGpuCount() == 0) {
            throw new InvalidInputException(
                    "PyTorch " + engine().getVersion() + " sees no CUDA GPU, but device 'cuda' was asked for;"
                            + " install an NVIDIA driver for CUDA 12.4 or later and make sure that "
                            + "pytorch-native-cu124 is used,"
                            + " or set " + Parameters.DEVICE + " to 'cpu'");
        }
        return ai.djl.Device.gpu();
    }
}
