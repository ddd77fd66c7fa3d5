package io.github.fairnessgate.maven;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.model.ModelReference;
import io.github.fairnessgate.pipeline.LibraryVersions;
import io.github.fairnessgate.pipeline.LocatedFolder;
import io.github.fairnessgate.pipeline.LocatedModel;
import io.github.fairnessgate.pipeline.Locations;
import io.github.fairnessgate.pipeline.ModelHost;
import io.github.fairnessgate.pipeline.Told;
import io.github.fairnessgate.worker.CudaFolder;
import io.github.fairnessgate.worker.SparkProcess;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerProcess;
import io.github.fairnessgate.worker.WorkerRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;

/** A build by Maven that can get at models, and start workers. */
final class MavenModelHost extends MavenHost implements ModelHost {

    /** How often it is looked whether the log has been silent for too long. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private final MavenServices services;
    private final List<Artifact> pluginArtifacts;
    private final ModelAccess access;
    private final LogProgress progress;

    /**
     * How models are found.
     *
     * @param cache of unpacked models, native libraries and evaluations
     * @param allowMovingRevision whether the revision of a model on the hub may be a branch or tag
     * @param allowPickle whether weights may be pickles
     */
    record ModelAccess(Path cache, boolean allowMovingRevision, boolean allowPickle) {}

    /** @param pluginArtifacts the plugin's own jar and its libraries */
    MavenModelHost(
            MavenSession session,
            MavenProject project,
            PrintableLog log,
            Locations locations,
            Told told,
            MavenServices services,
            List<Artifact> pluginArtifacts,
            ModelAccess access) {
        super(session, project, log, locations, told, Optional.of(services.projects()));
        this.services = services;
        this.pluginArtifacts = pluginArtifacts;
        this.access = access;
        this.progress = LogProgress.forBuild(log, session);
    }

    @Override
    public Progress progress() {
        return progress;
    }

    @Override
    public Path cache() {
        return access.cache();
    }

    @Override
    public LibraryVersions libraries() {
        return services.workers().versions();
    }

    @Override
    public String build() {
        String version = services.plugin();
        return pluginArtifacts.stream()
                .filter(artifact -> version.endsWith("-SNAPSHOT")
                        && artifact.getArtifactId().equals("fairness-maven-plugin"))
                .map(artifact -> artifact.getFile().toPath())
                .filter(Files::isRegularFile)
                .map(jar -> version + "+" + Digests.sha256(jar).substring(0, 12))
                .findFirst()
                .orElse(version);
    }

    @Override
    public LocatedModel locate(String reference) {
        return services.models().locate(reference, surroundings());
    }

    @Override
    public LocatedFolder classifier(String reference) {
        return services.models().classifier(reference, surroundings());
    }

    private ModelLocator.Surroundings surroundings() {
        return new ModelLocator.Surroundings(
                locations().base(),
                access.cache(),
                access.allowMovingRevision(),
                access.allowPickle(),
                session(),
                mavenProject(),
                progress);
    }

    @Override
    public Path artifact(ModelReference.Coordinates coordinates, String what) {
        return services.models().artifact(coordinates, what, session(), mavenProject());
    }

    @Override
    public CudaFolder cuda() {
        return services.workers().cuda(access.cache(), session(), mavenProject());
    }

    @Override
    public void launch(SparkProcess.Job job, List<String> libraries, Launch launch)
            throws WorkerException, InterruptedException {
        try (Heartbeat heartbeat = new Heartbeat(progress, HEARTBEAT)) {
            services.workers()
                    .run(job, libraries, launch, access.cache(), pluginArtifacts, session(), mavenProject(), progress);
        }
    }

    @Override
    public WorkerProcess.Usage launch(WorkerRequest request, Launch launch, Progress told)
            throws WorkerException, InterruptedException {
        try (Heartbeat heartbeat = new Heartbeat(progress, HEARTBEAT)) {
            return services.workers()
                    .run(request, launch, access.cache(), pluginArtifacts, session(), mavenProject(), told);
        }
    }
}
