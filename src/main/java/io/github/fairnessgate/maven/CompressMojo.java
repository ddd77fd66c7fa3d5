package io.github.fairnessgate.maven;

import io.github.fairnessgate.artifact.Archives;
import io.github.fairnessgate.artifact.AtomicFiles;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.compress.Compressor;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerRequest;
import java.nio.file.Path;
import java.util.Set;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProjectHelper;

/** Compresses the model by the recipe, and attaches the result to the build as a zip with the classifier {@code compressed}. */
@Mojo(name = "compress", defaultPhase = LifecyclePhase.PREPARE_PACKAGE, requiresProject = false, threadSafe = true)
public class CompressMojo extends AbstractModelMojo {

    /** The folder of the compressed model below the output folder. */
    static final String FOLDER = "compressed";

    /** How to compress: a YAML file, or the name of a recipe that the plugin brings along. */
    @Parameter(property = Parameters.RECIPE, defaultValue = Parameters.DEFAULT_RECIPE)
    private String recipe;

    /** Whether the zip is attached to the build, to be installed and deployed with it. */
    @Parameter(property = Parameters.ATTACH, defaultValue = "true")
    private boolean attach;

    private final MavenProjectHelper projectHelper;

    @Inject
    public CompressMojo(ModelLocator modelLocator, WorkerLauncher workerLauncher, MavenProjectHelper projectHelper) {
        super(modelLocator, workerLauncher);
        this.projectHelper = projectHelper;
    }

    @Override
    void run() throws WorkerException, InterruptedException {
        LocatedModel model = baselineModel();
        Path compressed = outputDirectory().resolve(FOLDER);
        progress().info("Compressing " + model.source() + " by the recipe " + recipe);
        try (Scratch scratch = Scratch.in(outputDirectory())) {
            Path output = scratch.folder().resolve(FOLDER);
            work(new WorkerRequest.Compress(model.directory().path().toString(), recipe, baseDirectory().toString(), device(),
                    output.toString()), scratch.folder());
            AtomicFiles.replaceFolder(output, compressed);
        }
        progress().info("Compressed model: " + compressed);
        if (project().getFile() != null) {
            Path zip = Archives.writeZip(compressed, notPacked(compressed),
                    outputDirectory().resolve(project().getBuild().getFinalName() + "-compressed.zip"));
            if (attach) {
                projectHelper.attachArtifact(project(), "zip", "compressed", zip.toFile());
            }
        }
    }

    /** The float32 twin of a quantized model would make the zip larger than the model that was to become smaller. */
    private static Set<String> notPacked(Path compressed) {
        return ModelDirectory.open(compressed).isQuantized() ? Set.of(Compressor.DENSE) : Set.of();
    }
}
