package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.MlBom;
import io.github.fairnessgate.compress.ModelLicence;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.file.Archives;
import io.github.fairnessgate.result.ThresholdsSource;
import io.github.fairnessgate.worker.WorkerException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Compresses a model by a recipe; a result that is there already and would come out the same is taken as it is. */
public final class Compressing {

    private static final String CLASSIFIER = "compressed";

    private final ModelHost host;

    public Compressing(ModelHost host) {
        this.host = host;
    }

    public Outcome run(CompressionSettings settings) throws WorkerException, InterruptedException {
        boolean attached = ParameterValues.isTrue(settings.attach(), Parameters.ATTACH);
        boolean afresh = !ParameterValues.isCacheOn(settings.measuring().cache());
        Workers workers = new Workers(host, settings.compute());
        requireMeasurable(new Measuring(host, workers, settings.measuring()));
        CompressionJob job = job(settings, workers);
        CompressedModel compressed =
                new CompressedModel(host.locations().output(), workers::work, host.progress(), host.messages()::warn);
        Optional<Host.Project> project = host.project();
        if (afresh) {
            compressed.startAfresh();
        }
        compressed.bringUpToDate(job, again(afresh, settings.force()), project.isPresent(), workers.timeout());
        MlBom.write(
                compressed.folder(),
                identity(job, project),
                job.ancestor(),
                ModelLicence.of(job.model().directory().path()),
                job.pluginVersion());
        project.ifPresent(own -> {
            Path zip = Archives.writeSmallZip(
                    compressed.folder(), host.locations().output().resolve(own.finalName() + "-compressed.zip"));
            compressed.requireUnchanged(job);
            if (attached) {
                host.attach(CLASSIFIER, zip);
            }
        });
        host.note(new CompressedHere(
                compressed.folder(),
                job.model().source(),
                job.digest(),
                CompressionReport.read(compressed.folder()).output().digest()));
        return Outcome.GOOD;
    }

    /** A compression may take hours, so what would end the build after it is found before. */
    private static void requireMeasurable(Measuring measuring) {
        ThresholdsSource source = measuring.thresholds();
        Measuring.preflight(source.thresholds(), measuring.suites(source, List.of()), Optional.empty());
    }

    /** Why a model is made although nothing changed. */
    private static Optional<String> again(boolean afresh, boolean force) {
        if (afresh) {
            return Optional.of(Parameters.CACHE + " is off");
        }
        return force ? Optional.of(Parameters.FORCE + " is true") : Optional.empty();
    }

    private CompressionJob job(CompressionSettings settings, Workers workers) {
        LocatedModel model = new ModelFinder(host).original(settings.model());
        Path base = host.locations().base();
        Recipe complete = Recipes.complete(RecipeReader.read(settings.recipe(), base), model, host);
        Device device = workers.device();
        return CompressionJob.of(
                model,
                settings.recipe(),
                base,
                complete,
                device,
                host.libraries().ofCompression(device, host.build()));
    }

    private static MlBom.Identity identity(CompressionJob job, Optional<Host.Project> project) {
        return project.map(
                        own -> MlBom.Identity.maven(own.groupId(), own.artifactId(), own.version(), "zip", CLASSIFIER))
                .orElseGet(() -> MlBom.Identity.named(job.ancestor().name() + "-compressed"));
    }
}
