package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.pipeline.CompressedHere;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.maven.project.MavenProject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressedInBuildTest {

    @TempDir
    Path folder;

    @Test
    void whatAnotherModuleCompressedCountsWhereItsFolderIsTheCandidate() {
        MavenProject compressing = new MavenProject();
        MavenProject checking = new MavenProject();
        Path candidate = folder.resolve("compressed").toAbsolutePath().normalize();
        CompressedHere made = new CompressedHere(candidate, "original", "0".repeat(64), "1".repeat(64));
        CompressedInBuild.note(compressing, made);
        assertThat(CompressedInBuild.find(checking, List.of(compressing, checking), candidate))
                .isEqualTo(Optional.of(made));
        assertThat(CompressedInBuild.find(checking, List.of(compressing, checking), folder.resolve("elsewhere")))
                .isEmpty();
        assertThat(CompressedInBuild.find(compressing, List.of(), folder.resolve("elsewhere")))
                .isEqualTo(Optional.of(made));
    }
}
