package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Messages;
import io.github.fairnessgate.report.Identity;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** The build that a use case runs in. */
public interface Host {

    /**
     * What the build is of.
     *
     * @param finalName what its artifacts are called, without what follows the last dot
     */
    record Project(String groupId, String artifactId, String version, String finalName) {}

    /** The build tool and its version: {@code Maven 3.9.11}. */
    String tool();

    Messages messages();

    /**
     * The same, of which each line is said once in a build, whatever goals and modules would say it.
     *
     * @param about what the lines are about: another one has lines of its own
     */
    Messages messagesOnce(Path about);

    Locations locations();

    /** What the user told the goal. */
    Told told();

    /** The day of the build in UTC, which decides about exceptions. */
    LocalDate today();

    /** Nothing where there is no POM. */
    Optional<Project> project();

    /** What was built, and where. */
    Identity identity();

    /** Adds a zip to what the build installs and deploys; without a POM there is nothing to add it to. */
    void attach(String classifier, Path zip);

    /** What lets the build end well whatever a gate says, a sentence each. */
    List<String> relaxations();

    /** The model that this build compressed in this project, or else the one that it put into a folder. */
    Optional<CompressedHere> compressed(Path candidate);

    /** Notes it for goals that follow in the same build. */
    void note(CompressedHere made);
}
