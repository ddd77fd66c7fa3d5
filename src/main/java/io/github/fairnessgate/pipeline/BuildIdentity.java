package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.report.Identity;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which build this is, by the project and the variables of GitHub Actions, GitLab, Jenkins or Azure. Outside of these
 * nothing is said that differs from one build to the next.
 */
public final class BuildIdentity {

    private final Map<String, String> environment;

    private BuildIdentity(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * The build that this process runs.
     *
     * @param timestamp {@code project.build.outputTimestamp}: a date in ISO 8601, or seconds since 1970; it is the date
     *     of the build wherever it is given
     * @param now the date of a CI run without a timestamp
     */
    public static Identity of(
            Map<String, String> environment, Optional<Host.Project> project, Optional<String> timestamp, Instant now) {
        BuildIdentity build = new BuildIdentity(environment);
        boolean ci = build.is("GITHUB_ACTIONS", "true")
                || build.is("GITLAB_CI", "true")
                || build.is("TF_BUILD", "true")
                || build.has("JENKINS_URL");
        String date = timestamp
                .flatMap(BuildIdentity::instant)
                .or(() -> ci ? Optional.of(now.truncatedTo(ChronoUnit.SECONDS)) : Optional.empty())
                .map(Instant::toString)
                .orElse("");
        String name =
                project.map(known -> known.groupId() + ":" + known.artifactId()).orElse("");
        String version = project.map(Host.Project::version).orElse("");
        return ci
                ? new Identity(name, version, build.commit(), build.branch(), date, build.run())
                : new Identity(name, version, "", "", date, "");
    }

    private String commit() {
        if (is("GITHUB_ACTIONS", "true")) {
            return first("GITHUB_SHA");
        }
        if (is("GITLAB_CI", "true")) {
            return first("CI_COMMIT_SHA");
        }
        return is("TF_BUILD", "true") ? first("BUILD_SOURCEVERSION") : first("GIT_COMMIT");
    }

    private String branch() {
        if (is("GITHUB_ACTIONS", "true")) {
            return first("GITHUB_HEAD_REF", "GITHUB_REF_NAME");
        }
        if (is("GITLAB_CI", "true")) {
            return first("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_REF_NAME");
        }
        return is("TF_BUILD", "true")
                ? first("SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH").replaceFirst("^refs/heads/", "")
                : first("CHANGE_BRANCH", "BRANCH_NAME", "GIT_BRANCH");
    }

    private String run() {
        if (is("GITHUB_ACTIONS", "true")) {
            return has("GITHUB_RUN_ID")
                    ? first("GITHUB_SERVER_URL") + "/" + first("GITHUB_REPOSITORY") + "/actions/runs/"
                            + first("GITHUB_RUN_ID")
                    : "";
        }
        if (is("GITLAB_CI", "true")) {
            return first("CI_JOB_URL", "CI_PIPELINE_URL");
        }
        if (is("TF_BUILD", "true")) {
            return has("BUILD_BUILDID")
                    ? first("SYSTEM_COLLECTIONURI")
                            + first("SYSTEM_TEAMPROJECT").replace(" ", "%20") + "/_build/results?buildId="
                            + first("BUILD_BUILDID")
                    : "";
        }
        return first("BUILD_URL");
    }

    private boolean is(String variable, String value) {
        return value.equalsIgnoreCase(environment.get(variable));
    }

    private boolean has(String variable) {
        return !first(variable).isEmpty();
    }

    /** The first of these variables that says anything; empty if none does. */
    private String first(String... variables) {
        return Stream.of(variables)
                .map(variable -> environment.getOrDefault(variable, "").strip())
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** As Maven reads it: one character, or anything else that is no date, says that there is none. */
    private static Optional<Instant> instant(String timestamp) {
        try {
            return Optional.of(
                    timestamp.matches("\\d{2,18}")
                            ? Instant.ofEpochSecond(Long.parseLong(timestamp))
                            : OffsetDateTime.parse(timestamp).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
