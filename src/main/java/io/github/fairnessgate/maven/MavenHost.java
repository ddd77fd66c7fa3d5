package io.github.fairnessgate.maven;

import io.github.fairnessgate.Messages;
import io.github.fairnessgate.pipeline.BuildIdentity;
import io.github.fairnessgate.pipeline.CompressedHere;
import io.github.fairnessgate.pipeline.Host;
import io.github.fairnessgate.pipeline.Locations;
import io.github.fairnessgate.pipeline.Told;
import io.github.fairnessgate.report.Identity;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.maven.execution.MavenExecutionRequest;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.apache.maven.project.MavenProjectHelper;

/** A build by Maven, as a use case sees it. */
class MavenHost implements Host {

    private final MavenSession session;
    private final MavenProject project;
    private final PrintableLog log;
    private final Locations locations;
    private final Told told;
    private final Optional<MavenProjectHelper> helper;

    /** @param helper of goals that attach files */
    MavenHost(
            MavenSession session,
            MavenProject project,
            PrintableLog log,
            Locations locations,
            Told told,
            Optional<MavenProjectHelper> helper) {
        this.session = session;
        this.project = project;
        this.log = log;
        this.locations = locations;
        this.told = told;
        this.helper = helper;
    }

    final MavenSession session() {
        return session;
    }

    final MavenProject mavenProject() {
        return project;
    }

    @Override
    public String tool() {
        return "Maven " + session.getSystemProperties().getProperty("maven.version", "of unknown version");
    }

    @Override
    public Messages messages() {
        return log;
    }

    @Override
    public Messages messagesOnce(Path about) {
        return new OnceLog(log, session, about.toString());
    }

    @Override
    public Locations locations() {
        return locations;
    }

    @Override
    public Told told() {
        return told;
    }

    @Override
    public LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }

    @Override
    public Optional<Project> project() {
        return described(project);
    }

    private static Optional<Project> described(MavenProject project) {
        return project.getFile() == null
                ? Optional.empty()
                : Optional.of(new Project(
                        project.getGroupId(),
                        project.getArtifactId(),
                        project.getVersion(),
                        project.getBuild().getFinalName()));
    }

    @Override
    public Identity identity() {
        return identity(project);
    }

    /** Of the build of a project, by the variables of this process. */
    static Identity identity(MavenProject project) {
        return BuildIdentity.of(
                System.getenv(),
                described(project),
                Optional.ofNullable(project.getProperties().getProperty("project.build.outputTimestamp")),
                Instant.now());
    }

    @Override
    public void attach(String classifier, Path zip) {
        boolean attached = project.getAttachedArtifacts().stream()
                .anyMatch(artifact -> zip.toFile().equals(artifact.getFile()));
        if (project.getFile() != null && !attached) {
            helper.orElseThrow().attachArtifact(project, "zip", classifier, zip.toFile());
        }
    }

    @Override
    public List<String> relaxations() {
        return MavenExecutionRequest.REACTOR_FAIL_NEVER.equals(
                        session.getRequest().getReactorFailureBehavior())
                ? List.of("Maven was called with --fail-never (-fn): no failure fails the build.")
                : List.of();
    }

    @Override
    public Optional<CompressedHere> compressed(Path candidate) {
        return CompressedInBuild.find(
                project, Optional.ofNullable(session.getProjects()).orElse(List.of()), candidate);
    }

    @Override
    public void note(CompressedHere made) {
        CompressedInBuild.note(project, made);
    }
}
