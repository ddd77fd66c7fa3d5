package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.Archives;
import io.github.fairnessgate.artifact.BuiltinModels;
import io.github.fairnessgate.artifact.Digests;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.artifact.ModelReference;
import java.nio.file.Files;
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

/** Turns what the parameter {@code model} says into a folder: unpacks archives, resolves Maven coordinates. */
@Named
@Singleton
class ModelLocator {

    private final RepositorySystem repositorySystem;

    @Inject
    ModelLocator(RepositorySystem repositorySystem) {
        this.repositorySystem = repositorySystem;
    }

    /** @throws InvalidInputException if there is no such model, or if it is not a GPT-2 that can be used */
    LocatedModel locate(String reference, Path baseDirectory, Path cache, MavenSession session, MavenProject project) {
        return new LocatedModel(ModelDirectory.open(folder(reference, baseDirectory, cache, session, project).path()), reference);
    }

    /** @throws InvalidInputException if the reference leads nowhere */
    LocatedFolder folder(String reference, Path baseDirectory, Path cache, MavenSession session, MavenProject project) {
        ModelReference parsed = ModelReference.parse(reference, baseDirectory);
        return new LocatedFolder(folder(parsed, cache, session, project), parsed.name());
    }

    private Path folder(ModelReference parsed, Path cache, MavenSession session, MavenProject project) {
        if (parsed instanceof ModelReference.Directory directory) {
            return directory.path();
        }
        if (parsed instanceof ModelReference.Builtin builtin) {
            return BuiltinModels.extract(builtin.name(), cache.resolve("models"));
        }
        if (parsed instanceof ModelReference.Archive archive) {
            return unpacked(archive.path(), cache);
        }
        return unpacked(artifact((ModelReference.Coordinates) parsed, "model", session, project), cache);
    }

    /**
     * The file of an artifact.
     *
     * @param what how a message calls it: {@code model}
     * @throws InvalidInputException if Maven cannot resolve it
     */
    Path artifact(ModelReference.Coordinates coordinates, String what, MavenSession session, MavenProject project) {
        DefaultArtifact artifact = new DefaultArtifact(coordinates.groupId(), coordinates.artifactId(), coordinates.classifier(),
                coordinates.extension(), coordinates.version());
        try {
            return repositorySystem.resolveArtifact(session.getRepositorySession(),
                    new ArtifactRequest(artifact, project.getRemoteProjectRepositories(), null)).getArtifact().getFile().toPath();
        } catch (ArtifactResolutionException e) {
            throw new InvalidInputException("The " + what + " " + artifact + " cannot be resolved: " + e.getMessage(), e);
        }
    }

    /** An archive is unpacked once, under the digest of its content; modules of a parallel build wait for each other. */
    private static synchronized Path unpacked(Path archive, Path cache) {
        Path target = cache.resolve("models").resolve(Digests.sha256(archive));
        if (!Files.isDirectory(target)) {
            Archives.extract(archive, target);
        }
        return target;
    }
}
