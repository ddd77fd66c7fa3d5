package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.ComputeSettings;
import org.apache.maven.plugins.annotations.Parameter;

/** Parameters of goals that run a model. */
abstract class AbstractModelMojo extends AbstractHostMojo {

    /**
     * The model to compress, which is also the baseline of the comparison: a folder in Hugging Face form, a zip or
     * tar.gz of one, Maven coordinates {@code groupId:artifactId[:extension[:classifier]]:version}, a model on the
     * Hugging Face hub {@code hf://organisation/name@commit}, or {@code builtin:reference-gpt2}.
     */
    @Parameter(property = Parameters.MODEL)
    private String model;

    /**
     * {@code auto}, {@code cpu} or {@code cuda}. {@code auto} takes a GPU that can be used; {@code cuda} fails without
     * one.
     */
    @Parameter(property = Parameters.DEVICE, defaultValue = Parameters.DEFAULT_DEVICE)
    private String device;

    /**
     * The GPUs to use, for instance {@code 0,1}. Numbers are those of {@code nvidia-smi}, or positions in
     * {@code CUDA_VISIBLE_DEVICES} if that is set. With several GPUs, models are measured at the same time, and a
     * single task uses the first. By default, CUDA chooses.
     */
    @Parameter(property = Parameters.DEVICES)
    private String devices;

    /**
     * Options for the worker's JVM, for instance {@code -Xmx8g}, separated as in an argument file of the {@code java}
     * launcher.
     */
    @Parameter(property = Parameters.ARG_LINE, defaultValue = "")
    private String argLine;

    /**
     * The time limit of a worker, in seconds. A worker that exceeds it is stopped, and the build ends with an error.
     */
    @Parameter(property = Parameters.TIMEOUT, defaultValue = Parameters.DEFAULT_TIMEOUT)
    private long timeout;

    /**
     * Whether builds of this machine wait for each other. {@code auto}: a worker waits until as many processors, and as
     * much memory, as it takes are free, or the GPU is. {@code device}: it waits for the whole device. {@code none}: it
     * neither waits nor is waited for.
     */
    @Parameter(property = Parameters.LOCK, defaultValue = Parameters.DEFAULT_LOCK)
    private String lock;

    AbstractModelMojo(MavenServices services) {
        super(services);
    }

    @Override
    boolean isLeftToModules() {
        return isLeftToModules(model);
    }

    /** As the user wrote it; null for none. */
    final String model() {
        return model;
    }

    final ComputeSettings compute() {
        return new ComputeSettings(device, devices, argLine, timeout, lock);
    }
}
