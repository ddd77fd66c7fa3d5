package io.github.fairnessgate.maven;

import io.github.fairnessgate.pipeline.CompressedHere;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.project.MavenProject;

/** Has a project remember what was compressed in it, for goals that follow in the same build. */
final class CompressedInBuild {

    private static final String KEY = "io.github.fairnessgate.compressed";

    private CompressedInBuild() {}

    /** Notes it as texts: other goals may be loaded by another class loader. */
    static void note(MavenProject project, CompressedHere made) {
        project.setContextValue(
                KEY,
                Map.of(
                        "folder",
                        made.folder().toString(),
                        "source",
                        made.source(),
                        "input",
                        made.input(),
                        "output",
                        made.output()));
    }

    /**
     * What was compressed in this project, or else in the project that made the model in a folder.
     *
     * @param all the projects of the build
     */
    static Optional<CompressedHere> find(MavenProject project, Collection<MavenProject> all, Path candidate) {
        return of(project)
                .or(() -> all.stream()
                        .map(CompressedInBuild::of)
                        .flatMap(Optional::stream)
                        .filter(made -> made.isIn(candidate))
                        .findFirst());
    }

    private static Optional<CompressedHere> of(MavenProject project) {
        return project.getContextValue(KEY) instanceof Map<?, ?> made
                ? Optional.of(new CompressedHere(
                        Path.of(text(made, "folder")), text(made, "source"), text(made, "input"), text(made, "output")))
                : Optional.empty();
    }

    private static String text(Map<?, ?> made, String key) {
        return String.valueOf(made.get(key));
    }
}
