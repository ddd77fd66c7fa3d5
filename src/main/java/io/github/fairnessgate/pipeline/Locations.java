package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.result.ResultFolder;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a use case works. All paths are absolute.
 *
 * @param base what relative paths of the user are relative to: the module, or the working directory where there is no
 *     POM
 * @param output where results go
 * @param checkout the root of the checkout, which the module is in
 * @param pom of the module; nothing where there is none
 */
public record Locations(Path base, Path output, Path checkout, Optional<Path> pom) {

    public ResultFolder results() {
        return new ResultFolder(output);
    }
}
