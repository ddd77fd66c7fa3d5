package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.report.Identity;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The variables are those that the documentation of each system lists. */
class BuildIdentityTest {

    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final Instant NOW = Instant.parse("2026-11-30T12:34:56.789Z");
    private static final Optional<Host.Project> PROJECT =
            Optional.of(new Host.Project("org.example", "my-model", "1.0", "my-model-1.0"));

    @Test
    void gitHubSaysCommitBranchAndRun() {
        Map<String, String> github = Map.of(
                "GITHUB_ACTIONS", "true",
                "GITHUB_SHA", COMMIT,
                "GITHUB_REF_NAME", "main",
                "GITHUB_SERVER_URL", "https://github.example",
                "GITHUB_REPOSITORY", "a/b",
                "GITHUB_RUN_ID", "17");
        Identity identity = identity(github);
        assertThat(identity)
                .isEqualTo(new Identity(
                        "org.example:my-model",
                        "1.0",
                        COMMIT,
                        "main",
                        "2026-11-30T12:34:56Z",
                        "https://github.example/a/b/actions/runs/17"));
        assertThat(identity.sentence())
                .isEqualTo("org.example:my-model 1.0, commit 0123456789ab on main, 2026-11-30T12:34:56Z");
        Map<String, String> pull = new HashMap<>(github);
        pull.put("GITHUB_REF_NAME", "7/merge");
        pull.put("GITHUB_HEAD_REF", "topic");
        assertThat(identity(pull).branch()).isEqualTo("topic");
    }

    @Test
    void gitLabJenkinsAndAzureDoSoToo() {
        assertThat(identity(Map.of(
                        "GITLAB_CI", "true",
                        "CI_COMMIT_SHA", COMMIT,
                        "CI_COMMIT_REF_NAME", "main",
                        "CI_JOB_URL", "https://gitlab.example/a/b/-/jobs/1")))
                .extracting(Identity::commit, Identity::branch, Identity::run)
                .containsExactly(COMMIT, "main", "https://gitlab.example/a/b/-/jobs/1");
        assertThat(identity(Map.of(
                        "JENKINS_URL", "https://jenkins.example/",
                        "GIT_COMMIT", COMMIT,
                        "GIT_BRANCH", "origin/main",
                        "BUILD_URL", "https://jenkins.example/job/a/1/")))
                .extracting(Identity::commit, Identity::branch, Identity::run)
                .containsExactly(COMMIT, "origin/main", "https://jenkins.example/job/a/1/");
        assertThat(identity(Map.of(
                        "TF_BUILD", "True",
                        "BUILD_SOURCEVERSION", COMMIT,
                        "BUILD_SOURCEBRANCH", "refs/heads/topic/one",
                        "SYSTEM_COLLECTIONURI", "https://dev.azure.example/org/",
                        "SYSTEM_TEAMPROJECT", "my project",
                        "BUILD_BUILDID", "5")))
                .extracting(Identity::commit, Identity::branch, Identity::run)
                .containsExactly(
                        COMMIT, "topic/one", "https://dev.azure.example/org/my%20project/_build/results?buildId=5");
    }

    /** Two builds of the same must not differ. */
    @Test
    void outsideOfCiNothingDiffersFromBuildToBuild() {
        assertThat(identity(Map.of("GITHUB_SHA", COMMIT, "BUILD_URL", "https://elsewhere.example")))
                .isEqualTo(new Identity("org.example:my-model", "1.0", "", "", "", ""));
        assertThat(BuildIdentity.of(Map.of(), Optional.empty(), Optional.empty(), NOW))
                .isEqualTo(Identity.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-01-02T03:04:05Z", "2026-01-02T04:04:05+01:00", "1767323045"})
    void theTimestampOfTheProjectRules(String timestamp) {
        for (Map<String, String> environment : List.<Map<String, String>>of(Map.of(), Map.of("GITLAB_CI", "true"))) {
            assertThat(BuildIdentity.of(environment, PROJECT, Optional.of(timestamp), NOW)
                            .date())
                    .isEqualTo("2026-01-02T03:04:05Z");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1", "", "yesterday"})
    void aTimestampThatIsNoneIsNone(String timestamp) {
        assertThat(BuildIdentity.of(Map.of(), PROJECT, Optional.of(timestamp), NOW)
                        .date())
                .isEmpty();
    }

    @Test
    void onlyAnAddressIsALink() {
        assertThat(new Identity("", "", "", "", "", "javascript:alert(1)").link())
                .isEmpty();
        assertThat(new Identity("", "", "", "", "", "https://ci.example/1\"onload=x").link())
                .isEmpty();
        assertThat(new Identity("", "", "", "", "", "https://ci.example/1").link())
                .isEqualTo("https://ci.example/1");
    }

    private static Identity identity(Map<String, String> environment) {
        return BuildIdentity.of(environment, PROJECT, Optional.empty(), NOW);
    }
}
