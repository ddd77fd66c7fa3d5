package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.Archives;
import io.github.fairnessgate.file.DerivedFolders;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.hub.FileSet;
import io.github.fairnessgate.hub.Hub;
import io.github.fairnessgate.hub.HubSettings;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.GivenModel;
import io.github.fairnessgate.model.ModelReference;
import io.github.fairnessgate.model.PickledModels;
import io.github.fairnessgate.pipeline.LocatedFolder;
import io.github.fairnessgate.pipeline.LocatedModel;
import java.nio.file.Path;
import javax.inject.Inject;
import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/**
 * Turns what the parameter {@code model} says into a folder: unpacks archives, resolves Maven coordinates, downloads
 * from the Hugging Face hub.
 */
@Named
@Singleton
class ModelLocator {

    private final RepositorySystem repositorySystem;

    @Inject
    ModelLocator(RepositorySystem repositorySystem) {
        this.repositorySystem = repositorySystem;
    }

    /**
     * What a reference is looked up with.
     *
     * @param baseDirectory what a relative path is relative to
     * @param cache where archives are unpacked
     * @param allowMovingRevision whether the revision of a model on the hub may be a branch or tag
     * @param allowPickle whether weights may be pickles
     * @param progress is told how far a download is
     */
    record Surroundings(
            Path baseDirectory,
            Path cache,
            boolean allowMovingRevision,
            boolean allowPickle,
            MavenSession session,
            MavenProject project,
            Progress progress) {}

    /** @throws InvalidInputException if there is no such model, or if it is not a GPT-2 that can be used */
    LocatedModel locate(String reference, Surroundings surroundings) {
        ModelReference parsed = ModelReference.parse(reference, surroundings.baseDirectory());
        if (parsed instanceof ModelReference.Hub hub) {
            Hub.Snapshot snapshot = snapshot(
                    hub,
                    surroundings.allowPickle() ? FileSet.LANGUAGE_MODEL : FileSet.SAFE_LANGUAGE_MODEL,
                    surroundings);
            return new LocatedModel(
                    open(snapshot.folder(), surroundings),
                    snapshot.model().text()); // with the commit, whatever it was before
        }
        return new LocatedModel(open(path(parsed, surroundings), surroundings), reference);
    }

    private static GivenModel open(Path folder, Surroundings surroundings) {
        return PickledModels.open(folder, surroundings.cache(), surroundings.allowPickle(), surroundings.progress());
    }

    /**
     * The folder of a toxicity classifier.
     *
     * @throws InvalidInputException if the reference leads nowhere
     */
    LocatedFolder classifier(String reference, Surroundings surroundings) {
        ModelReference parsed = ModelReference.parse(reference, surroundings.baseDirectory());
        Path path = parsed instanceof ModelReference.Hub hub
                ? snapshot(hub, FileSet.TEXT_CLASSIFIER, surroundings).folder()
                : path(parsed, surroundings);
        return new LocatedFolder(path, parsed.name());
    }

    private Path path(ModelReference parsed, Surroundings surroundings) {
        if (parsed instanceof ModelReference.Directory directory) {
            return directory.path();
        }
        if (parsed instanceof ModelReference.Builtin builtin) {
            return BuiltinModels.extract(builtin.name(), surroundings.cache().resolve("models"));
        }
        if (parsed instanceof ModelReference.Archive archive) {
            return unpacked(archive.path(), surroundings.cache(), surroundings.progress());
        }
        return unpacked(
                artifact((ModelReference.Coordinates) parsed, "model", surroundings.session(), surroundings.project()),
                surroundings.cache(),
                surroundings.progress());
    }

    private static Hub.Snapshot snapshot(ModelReference.Hub model, FileSet files, Surroundings surroundings) {
        HubSettings settings = HubSettings.of(System.getenv(), Path.of(System.getProperty("user.home")));
        return new Hub(
                        surroundings.session().isOffline() ? settings.withoutNetwork() : settings,
                        new MavenProxies(surroundings.session().getRepositorySession()),
                        surroundings.progress())
                .snapshot(model, files, surroundings.allowMovingRevision());
    }

    /**
     * The file of an artifact.
     *
     * @param what how a message calls it: {@code model}
     * @throws InvalidInputException if Maven cannot resolve it
     */
    Path artifact(ModelReference.Coordinates coordinates, String what, MavenSession session, MavenProject project) {
        DefaultArtifact artifact = new DefaultArtifact(
                coordinates.groupId(),
                coordinates.artifactId(),
                coordinates.classifier(),
                coordinates.extension(),
                coordinates.version());
        try {
            return repositorySystem
                    .resolveArtifact(
                            session.getRepositorySession(),
                            new ArtifactRequest(artifact, project.getRemoteProjectRepositories(), null))
                    .getArtifact()
                    .getFile()
                    .toPath();
        } catch (ArtifactResolutionException e) {
            throw new InvalidInputException(
                    "The " + what + " " + artifact + " cannot be resolved: " + Reason.of(e)
                            + "; check the coordinates and the repositories"
                            + (session.isOffline() ? ", or run once without -o." : "."),
                    e);
        }
    }

    private static Path unpacked(Path archive, Path cache, Progress progress) {
        String digest = Digests.sha256(archive);
        return DerivedFolders.of(
                cache.resolve("models"),
                digest,
                archive.toString(),
                folder -> {
                    Archives.extract(archive, folder);
                    if (!Digests.sha256(archive).equals(digest)) {
                        throw new InvalidInputException(
                                archive + " changed while it was unpacked: run the build again when nothing else "
                                        + "writes to it.");
                    }
                },
                progress);
    }
}
