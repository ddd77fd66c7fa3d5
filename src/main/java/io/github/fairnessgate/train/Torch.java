package io.github.fairnessgate.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;

/** Opens DJL's PyTorch engine. */
final class Torch {

    private static final String ENGINE = "PyTorch";

    private Torch() {
    }

    /**
     * A manager whose arrays live on the device. The caller closes it.
     *
     * @throws InvalidInputException if the device is {@code cuda} and PyTorch sees no GPU; nothing falls back to the CPU
     */
    static NDManager open(Device device) {
        return NDManager.newBaseManager(translate(device), ENGINE);
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
            throw new InvalidInputException("PyTorch " + engine().getVersion() + " sees no CUDA GPU, but device 'cuda' was asked for;"
                    + " install an NVIDIA driver for CUDA 12.4 or later and make sure that pytorch-native-cu124 is used,"
                    + " or set fairness.device to 'cpu'");
        }
        return ai.djl.Device.gpu();
    }
}
