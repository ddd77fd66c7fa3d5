package io.github.fairnessgate.maven;

import io.github.fairnessgate.pipeline.Locations;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;

/** Where a goal works in a project, and where there is no POM. */
final class MavenLocations {

    private MavenLocations() {}

    /** @param output as configured; null for the usual folder */
    static Locations of(MavenSession session, MavenProject project, File output) {
        Path base = base(session, project);
        return new Locations(
                base,
                output(project, base, output),
                checkout(session, base),
                Optional.ofNullable(project.getFile()).map(File::toPath));
    }

    /** The plugin's cache: as configured, or in the local repository. */
    static Path cache(MavenSession session, File configured) {
        return configured != null
                ? configured.toPath().toAbsolutePath().normalize()
                : Path.of(session.getLocalRepository().getBasedir())
                        .toAbsolutePath()
                        .resolve(".cache")
                        .resolve("fairness");
    }

    /** The module, or the working directory where there is no POM. */
    static Path base(MavenSession session, MavenProject project) {
        File folder =
                project.getBasedir() == null ? new File(session.getExecutionRootDirectory()) : project.getBasedir();
        return folder.toPath().toAbsolutePath();
    }

    private static Path output(MavenProject project, Path base, File configured) {
        // Without a POM, Maven leaves ${project.build.directory} half interpolated: not for a default value.
        Path folder = configured != null
                ? configured.toPath()
                : project.getFile() == null
                        ? base.resolve("target").resolve("fairness")
                        : Path.of(project.getBuild().getDirectory(), "fairness");
        return folder.toAbsolutePath().normalize();
    }

    /** GitHub Actions says where the root of the checkout is, else it is the root of the reactor. */
    private static Path checkout(MavenSession session, Path base) {
        String workspace = System.getenv("GITHUB_WORKSPACE");
        if (workspace != null && base.startsWith(Path.of(workspace))) {
            return Path.of(workspace);
        }
        File reactor = session.getRequest().getMultiModuleProjectDirectory();
        return reactor == null ? base : reactor.toPath();
    }
}
