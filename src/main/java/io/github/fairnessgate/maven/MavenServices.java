package io.github.fairnessgate.maven;

import javax.inject.Inject;
import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.project.MavenProjectHelper;

/** What Maven gives to goals that need models or workers. */
@Named
@Singleton
class MavenServices {

    private final ModelLocator models;
    private final WorkerLauncher workers;
    private final MavenProjectHelper projects;

    @Inject
    MavenServices(ModelLocator models, WorkerLauncher workers, MavenProjectHelper projects) {
        this.models = models;
        this.workers = workers;
        this.projects = projects;
    }

    ModelLocator models() {
        return models;
    }

    WorkerLauncher workers() {
        return workers;
    }

    MavenProjectHelper projects() {
        return projects;
    }

    /** The version of this plugin. */
    String plugin() {
        return workers.versions().plugin();
    }
}
