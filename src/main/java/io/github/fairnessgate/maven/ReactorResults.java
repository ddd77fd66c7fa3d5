package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.report.ModuleResult;
import io.github.fairnessgate.report.Report;
import io.github.fairnessgate.result.FinishedResult;
import io.github.fairnessgate.result.ReportFiles;
import io.github.fairnessgate.result.SkippedGate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.maven.execution.BuildFailure;
import org.apache.maven.execution.BuildSummary;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;

/**
 * What the modules of a build have found, as their output folders say. What may be left from an earlier build is no
 * result: that of a module that this build has yet to build, and a pass of a module whose build failed.
 */
final class ReactorResults {

    private static final Set<String> PHASES_WITHOUT_A_GATE =
            Set.of("pre-clean", "clean", "post-clean", "pre-site", "site", "post-site", "site-deploy");

    private final MavenSession session;
    private final MavenProject current;
    private final Path root;
    private final BiFunction<String, Report, String> publisher;

    /**
     * @param current the project that the goal runs in
     * @param root what paths are relative to
     * @param publisher is given a name of which there is no other, and a report; returns where its page is, relative to
     *     the aggregate's
     */
    ReactorResults(
            MavenSession session, MavenProject current, Path root, BiFunction<String, Report, String> publisher) {
        this.session = session;
        this.current = current;
        this.root = root;
        this.publisher = publisher;
    }

    /** All modules of the build, those included that {@code -pl} leaves out. */
    List<ModuleResult> modules() {
        List<ModuleResult> modules = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (MavenProject project : session.getAllProjects()) {
            for (ModuleFolder folder : ModuleFolder.of(project, session)) {
                modules.add(module(project, folder, names));
            }
        }
        return modules;
    }

    private ModuleResult module(MavenProject project, ModuleFolder folder, Set<String> names) {
        String module = project.getGroupId() + ":" + project.getArtifactId();
        String file = root.relativize(folder.path().resolve(ReportFiles.JSON))
                .toString()
                .replace('\\', '/');
        Optional<String> problem = problem(project, folder);
        if (problem.isPresent()) {
            return ModuleResult.none(module, file, problem.get());
        }
        try {
            Report report = FinishedResult.read(folder.path());
            if (report.gate().passed() && session.getResult().getBuildSummary(project) instanceof BuildFailure) {
                return ModuleResult.none(
                        module, file, "Its build failed, so that the result there may be of an earlier one.");
            }
            return ModuleResult.of(module, file, report, publisher.apply(name(project, names), report));
        } catch (InvalidInputException e) {
            return ModuleResult.none(module, file, e.getMessage());
        } catch (RuntimeException e) {
            // One damaged module hides neither the others nor itself.
            return ModuleResult.none(
                    module, file, "Its result is damaged (" + e + "): run fairness:check there again.");
        }
    }

    private Optional<String> problem(MavenProject project, ModuleFolder folder) {
        BuildSummary summary = session.getResult().getBuildSummary(project);
        if (folder.skipped()) {
            return Optional.of("Its gate is skipped.");
        }
        if (summary == null && !project.equals(current) && session.getProjects().contains(project) && gatesAreToRun()) {
            return Optional.of("It was not built yet when this page was made.");
        }
        if (FinishedResult.isIn(folder.path())) {
            return Optional.empty();
        }
        return Optional.of(SkippedGate.in(folder.path())
                .map(by -> "Its gate was skipped by " + by + ".")
                .orElse("There is no result: fairness:check makes one."));
    }

    /** Whether this build gets to a phase or goal that judges. */
    private boolean gatesAreToRun() {
        return session.getGoals().isEmpty()
                || session.getGoals().stream()
                        .map(goal -> goal.replaceFirst("@.*", ""))
                        .anyMatch(goal -> goal.contains(":")
                                ? goal.endsWith(":check") || goal.endsWith(":verify")
                                : !PHASES_WITHOUT_A_GATE.contains(goal));
    }

    private static String name(MavenProject project, Set<String> names) {
        String name = project.getArtifactId();
        for (int number = 2; !names.add(name); number++) {
            name = project.getArtifactId() + "-" + number;
        }
        return name;
    }
}
