package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.ComputeSettings;
import org.apache.maven.plugins.annotations.Parameter;

/** Parameters of goals that run a model. */
abstract class AbstractModelMojo extends AbstractHostMojo {

    /**
     * The model to compress, which is also the baseline of the comparison: a folder in Hugging Face form, a zip or tar.gz of
     * one, Maven coordinates {@code groupId:artifactId[:extension[:classifier]]:version}, a model on the Hugging Face hub
     * {@code hf://organisation/name@commit}, or {@code builtin:reference-gpt2}.
     */
    @Parameter(property = Parameters.MODEL)
    private String model;

    /** {@code auto}, {@code cpu} or {@code cuda}. {@code auto} takes a GPU that can be used; {@code cuda} fails without one. */
    @Parameter(property = Parameters.DEVICE, defaultValue = Parameters.DEFAULT_DEVICE)
    private String device;

    /**
     * The GPUs to use, such as {@code 0,1}: numbers as {@code nvidia-smi} counts, or of those that {@code CUDA_VISIBLE_DEVICES} lists. With several of them
     * models are measured side by side; what runs alone takes the first. Whatever CUDA takes by default.
     */
    @Parameter(property = Parameters.DEVICES)
    private String devices;

    /** Options for the worker's JVM, for instance {@code -Xmx8g}, separated as in an argument file of the {@code java} launcher. */
    @Parameter(property = Parameters.ARG_LINE, defaultValue = "")
    private String argLine;

    /** Seconds after which a worker is stopped and the build ends as broken. */
    @Parameter(property = Parameters.TIMEOUT, defaultValue = Parameters.DEFAULT_TIMEOUT)
    private long timeout;

    AbstractModelMojo(MavenServices services) {
        super(services);
    }

    /** As the user wrote it; null for none. */
    final String model() {
        return model;
    }

    final ComputeSettings compute() {
        return new ComputeSettings(device, devices, argLine, timeout);
    }
}
