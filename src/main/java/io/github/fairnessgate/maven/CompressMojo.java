package io.github.fairnessgate.maven;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.compress.Compressor;
import io.github.fairnessgate.compress.MlBom;
import io.github.fairnessgate.compress.ModelLicence;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.file.Archives;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.ModelReference;
import io.github.fairnessgate.worker.WorkerException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProjectHelper;

/**
 * Compresses the model by the recipe, and attaches the result to the build as a zip with the classifier {@code compressed}. A result that
 * is there already and would come out the same is taken as it is.
 */
@Mojo(name = "compress", defaultPhase = LifecyclePhase.PREPARE_PACKAGE, requiresProject = false, threadSafe = true)
public class CompressMojo extends AbstractModelMojo {

    /** How to compress: a YAML file, or the name of a recipe that the plugin brings along. */
    @Parameter(property = Parameters.RECIPE, defaultValue = Parameters.DEFAULT_RECIPE)
    private String recipe;

    /** Whether the zip is attached to the build, to be installed and deployed with it. */
    @Parameter(property = Parameters.ATTACH, defaultValue = "true")
    private String attach;

    /** Whether to compress again although nothing changed. */
    @Parameter(property = Parameters.FORCE, defaultValue = "false")
    private boolean force;

    /** Whether a compressed model of an earlier build is kept where nothing changed: {@code on}, or {@code off} for releases, which compresses again. */
    @Parameter(property = Parameters.CACHE, defaultValue = Parameters.DEFAULT_CACHE)
    private String cache;

    private final MavenProjectHelper projectHelper;

    @Inject
    public CompressMojo(ModelLocator modelLocator, WorkerLauncher workerLauncher, MavenProjectHelper projectHelper) {
        super(modelLocator, workerLauncher);
        this.projectHelper = projectHelper;
    }

    @Override
    void run() throws WorkerException, InterruptedException {
        boolean attached = isTrue(attach, Parameters.ATTACH);
        boolean afresh = !isCacheOn(cache);
        CompressionJob job = job();
        CompressedModel compressed = new CompressedModel(outputDirectory(), this::work, progress(), getLog()::warn);
        boolean zipped = project().getFile() != null;
        if (afresh) {
            compressed.startAfresh();
        }
        compressed.bringUpToDate(job, again(afresh), zipped, timeout());
        MlBom.write(compressed.folder(), identity(job), job.ancestor(), ModelLicence.of(job.model().directory().path()), job.pluginVersion());
        if (zipped) {
            Path zip = Archives.writeZip(compressed.folder(), Compressor.unshipped(ModelDirectory.open(compressed.folder())),
                    outputDirectory().resolve(project().getBuild().getFinalName() + "-compressed.zip"));
            compressed.requireUnchanged(job);
            if (attached) {
                projectHelper.attachArtifact(project(), "zip", "compressed", zip.toFile());
            }
        }
        CompressedHere.note(project(), new CompressedHere(compressed.folder(), job.model().source(), job.digest(), compressed.made().output()));
    }

    /** Why a model is made although nothing changed. */
    private Optional<String> again(boolean afresh) {
        if (afresh) {
            return Optional.of(Parameters.CACHE + " is off");
        }
        return force ? Optional.of(Parameters.FORCE + " is true") : Optional.empty();
    }

    private CompressionJob job() {
        LocatedModel model = baselineModel();
        Recipe read = RecipeReader.read(recipe, baseDirectory());
        read.plan(model.directory().config());
        Recipe complete = read.withArtifacts(texts(read));
        Device device = device();
        return CompressionJob.of(model, recipe, baseDirectory(), complete, device, versions().ofCompression(device, pluginVersion()));
    }

    private Map<String, Path> texts(Recipe read) {
        Map<String, Path> texts = new TreeMap<>();
        for (String source : read.mavenSources()) {
            texts.put(source, artifact(ModelReference.Coordinates.parse(Recipe.coordinates(source)).orElseThrow(), "text"));
        }
        return texts;
    }

    private MlBom.Identity identity(CompressionJob job) {
        return project().getFile() == null ? MlBom.Identity.named(job.ancestor().name() + "-compressed")
                : MlBom.Identity.maven(project().getGroupId(), project().getArtifactId(), project().getVersion(), "zip", "compressed");
    }
}
