package io.github.fairnessgate.maven;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.artifact.Archives;
import io.github.fairnessgate.artifact.AtomicFiles;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.artifact.ModelReference;
import io.github.fairnessgate.compress.CompressionKey;
import io.github.fairnessgate.compress.CompressionRecord;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.CompressionTimes;
import io.github.fairnessgate.compress.Compressor;
import io.github.fairnessgate.compress.Estimate;
import io.github.fairnessgate.compress.MlBom;
import io.github.fairnessgate.compress.ModelLicence;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.worker.SpeedTest;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerProcess;
import io.github.fairnessgate.worker.WorkerRequest;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
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

    /** The folder of the compressed model below the output folder. */
    static final String FOLDER = "compressed";

    /** What it was made from and what was in it, beside it. */
    private static final String RECORD = "compression.key";

    /** The folder below the output folder from which a build goes on after one that was killed. */
    private static final String CHECKPOINTS = "checkpoint";

    /** How to compress: a YAML file, or the name of a recipe that the plugin brings along. */
    @Parameter(property = Parameters.RECIPE, defaultValue = Parameters.DEFAULT_RECIPE)
    private String recipe;

    /** Whether the zip is attached to the build, to be installed and deployed with it. */
    @Parameter(property = Parameters.ATTACH, defaultValue = "true")
    private boolean attach;

    /** Whether to compress again although nothing changed. */
    @Parameter(property = Parameters.FORCE, defaultValue = "false")
    private boolean force;

    private final MavenProjectHelper projectHelper;

    @Inject
    public CompressMojo(ModelLocator modelLocator, WorkerLauncher workerLauncher, MavenProjectHelper projectHelper) {
        super(modelLocator, workerLauncher);
        this.projectHelper = projectHelper;
    }

    /** What a compression is made from. */
    private record Job(LocatedModel model, Recipe recipe, Device device, SortedMap<String, String> versions, String key) {
    }

    @Override
    void run() throws WorkerException, InterruptedException {
        Job job = job();
        Path compressed = outputDirectory().resolve(FOLDER);
        Path record = outputDirectory().resolve(RECORD);
        Optional<String> reason = reasonToCompress(job, record, compressed);
        if (reason.isPresent()) {
            progress().info("Compressing " + job.model().source() + " by the recipe " + recipe + reason.get());
            compress(job, record, compressed);
        } else {
            progress().info("Up to date: " + compressed + " is " + job.model().source() + " compressed by the recipe " + recipe);
        }
        writeBom(job, compressed);
        if (project().getFile() != null) {
            Path zip = Archives.writeZip(compressed, Compressor.unshipped(ModelDirectory.open(compressed)),
                    outputDirectory().resolve(project().getBuild().getFinalName() + "-compressed.zip"));
            if (attach) {
                projectHelper.attachArtifact(project(), "zip", "compressed", zip.toFile());
            }
        }
    }

    private Job job() {
        LocatedModel model = baselineModel();
        Recipe read = RecipeReader.read(recipe, baseDirectory());
        read.plan(model.directory().config());
        Map<String, Path> artifacts = new TreeMap<>();
        for (String source : read.mavenSources()) {
            ModelReference.Coordinates coordinates = ModelReference.Coordinates.parse(Recipe.coordinates(source)).orElseThrow();
            artifacts.put(source, artifact(coordinates, "text"));
        }
        Recipe complete = read.withArtifacts(artifacts);
        Device device = device();
        SortedMap<String, String> versions = versions().ofCompression(device, pluginVersion());
        return new Job(model, complete, device, versions, CompressionKey.of(model.directory().digest(), complete, device, versions));
    }

    /** The end of a sentence, or empty if what is there can stay. */
    private Optional<String> reasonToCompress(Job job, Path record, Path compressed) {
        if (force) {
            return Optional.of(", because " + Parameters.FORCE + " is true");
        }
        AtomicFiles.deleteLeftovers(compressed);
        Optional<CompressionRecord> last = CompressionRecord.read(record);
        return last.isEmpty() ? Optional.of("") : last.get().differs(job.key(), compressed).map(difference -> " again: " + difference);
    }

    private void compress(Job job, Path record, Path compressed) throws WorkerException, InterruptedException {
        try (Scratch scratch = Scratch.in(outputDirectory())) {
            Estimate.requireDisk(job.recipe(), job.model().directory().config(), project().getFile() != null, outputDirectory(),
                    scratch.folder().toFile().getUsableSpace() + bytes(outputDirectory().resolve(CHECKPOINTS)));
            Path output = scratch.folder().resolve(FOLDER);
            Path times = scratch.folder().resolve("times.json");
            Map<String, String> artifacts = new TreeMap<>();
            job.recipe().artifacts().forEach((source, file) -> artifacts.put(source, file.toString()));
            WorkerProcess.Usage usage = work(new WorkerRequest.Compress(job.model().directory().path().toString(), recipe, OptionalLong.empty(),
                    baseDirectory().toString(), artifacts, job.key(), job.versions(), job.device(), output.toString(),
                    outputDirectory().resolve(CHECKPOINTS).toString(), times.toString()), scratch.folder());
            // Of what the worker wrote, before anything else can have touched it.
            CompressionRecord made = CompressionRecord.of(job.key(), output);
            AtomicFiles.replaceFolder(output, compressed);
            made.write(record);
            progress().info("Compressed model: " + compressed);
            measure(job, compressed, read(times, CompressionTimes.class), usage.peakMemory(), scratch.folder());
        }
    }

    /** After the model is in its place: a model that took hours is not lost because something goes wrong here. */
    private void measure(Job job, Path compressed, CompressionTimes times, long peakMemory, Path scratch)
            throws WorkerException, InterruptedException {
        Path measurements = outputDirectory().resolve(CompressionMeasurements.FILE);
        AtomicFiles.delete(measurements);
        Path output = scratch.resolve("speed.json");
        work(new WorkerRequest.Measure(job.model().directory().path().toString(), compressed.toString(), job.device(), output.toString()), scratch);
        SpeedTest speed = read(output, SpeedTest.class);
        JsonNode report = read(compressed.resolve(CompressionReport.FILE), JsonNode.class);
        CompressionMeasurements.of(report, job.device(), times, peakMemory, speed).write(measurements);
        progress().info("Compression: " + CompressionMeasurements.summary(report, speed));
    }

    /** Of all files at any depth; 0 if there is no such folder. */
    private static long bytes(Path folder) {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidInputException("The folder " + folder + " cannot be listed: " + e.getMessage() + "; check its permissions.", e);
        }
    }

    private static <T> T read(Path file, Class<T> type) {
        try {
            return Json.MAPPER.readValue(file.toFile(), type);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e.getMessage() + "; run the build again.", e);
        }
    }

    private void writeBom(Job job, Path compressed) {
        MlBom.Identity ancestor = identity(ModelReference.parse(job.model().source(), baseDirectory()));
        MlBom.Identity model = project().getFile() == null ? MlBom.Identity.named(ancestor.name() + "-compressed")
                : MlBom.Identity.maven(project().getGroupId(), project().getArtifactId(), project().getVersion(), "zip", "compressed");
        MlBom.write(compressed, model, ancestor, ModelLicence.of(job.model().directory().path()), job.versions().get(CompressionReport.PLUGIN));
    }

    /** By what is the same on every machine: coordinates, or the name of the file or folder without the way there. */
    private static MlBom.Identity identity(ModelReference reference) {
        if (reference instanceof ModelReference.Coordinates maven) {
            return MlBom.Identity.maven(maven.groupId(), maven.artifactId(), maven.version(), maven.extension(), maven.classifier());
        }
        String prefix = reference instanceof ModelReference.Builtin ? "builtin:" : "";
        return MlBom.Identity.named(prefix + reference.name());
    }
}
