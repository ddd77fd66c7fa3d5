package io.github.fairnessgate.maven;

import io.github.fairnessgate.pipeline.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.project.MavenProject;

/** Finds settings that are unknown, beaten by another, or that cannot be understood. */
final class SettingsCheck {

    private final KnownParameters known;
    private final MavenSession session;
    private final MavenProject project;
    private final String goal;
    private final OnceLog log;

    SettingsCheck(
            KnownParameters known, MavenSession session, MavenProject project, MojoExecution execution, OnceLog log) {
        this.known = known;
        this.session = session;
        this.project = project;
        this.goal = execution.getGoal();
        this.log = log;
    }

    /**
     * Says what has no effect.
     *
     * @throws io.github.fairnessgate.InvalidInputException if Maven would pass over what somebody meant
     */
    void require(GoalSettings settings, Told told) {
        PropertySources sources = new PropertySources(session, project);
        Supplier<PomReferences> references = () -> new PomReferences(session, project);
        MisspeltSettings misspelt = new MisspeltSettings(known);
        misspelt.properties(sources, references).forEach(log::warn);
        misspelt.withoutPrefix(goal, sources, references).forEach(log::warn);
        misspelt.elements(new PomConfiguration(project));
        settings.requireSound();
        List<String> withoutEffect = new ArrayList<>(settings.overridden());
        withoutEffect.addAll(UnreadProperties.of(known, sources, session.getGoals()));
        told.withoutEffect(withoutEffect);
    }
}
