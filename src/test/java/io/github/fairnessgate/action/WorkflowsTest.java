package io.github.fairnessgate.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The workflows of this project, its action, and the workflow that {@code fairness:init} writes. actionlint and zizmor
 * look at them too, in {@code ci.yml}.
 */
class WorkflowsTest {

    private static final Path WORKFLOWS = Path.of(".github", "workflows");
    private static final Pattern USES =
            Pattern.compile("(?:uses: |(?:CHECKOUT|UPLOAD|DOWNLOAD) =\\s+\")(\\S+@\\S+)(.*)");

    static List<Path> workflows() throws IOException {
        try (Stream<Path> files = Files.list(WORKFLOWS)) {
            return files.sorted().toList();
        }
    }

    static List<Path> actions() throws IOException {
        return Stream.concat(
                        workflows().stream(),
                        Stream.of(
                                Path.of("action.yml"),
                                Path.of("src/main/java/io/github/fairnessgate/setup/Workflow.java")))
                .toList();
    }

    /** A tag can be moved to other code. */
    @ParameterizedTest
    @MethodSource("actions")
    void actionsOfOthersAreNamedByCommitAndVersion(Path file) throws IOException {
        List<MatchResult> uses = USES.matcher(Files.readString(file)).results().toList();
        assertThat(uses).isNotEmpty().allSatisfy(use -> {
            assertThat(use.group(1)).matches("(actions|github)/[a-z/-]+@[0-9a-f]{40}");
            assertThat(use.group(2)).matches(" # v\\d+\\.\\d+\\.\\d+\"?;?");
        });
    }

    /** One version of an action everywhere. */
    @Test
    void everyFileNamesTheSameCommits() throws IOException {
        assertThat(actions().stream()
                        .flatMap(file -> USES.matcher(text(file)).results())
                        .map(use -> use.group(1).split("@"))
                        .map(use -> use[0].split("/")[1] + " " + use[1])
                        .distinct())
                .extracting(use -> use.split(" ")[0])
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void noWorkflowMayWriteUnlessAJobSaysSo(Path file) throws IOException {
        Map<?, ?> workflow = yaml(file);
        assertThat((Map<?, ?>) workflow.get("permissions"))
                .allSatisfy((scope, right) -> assertThat(right).isEqualTo("read"));
        assertThat(((Map<?, ?>) workflow.get("jobs")).values())
                .allSatisfy(job -> assertThat(((Map<?, ?>) job).containsKey("timeout-minutes"))
                        .isTrue());
    }

    @Test
    void theGateOfThisProjectIsThatOfThisVersion() throws IOException {
        String version = Files.readString(Path.of("pom.xml")).replaceAll("(?s).*?<version>([^<]*)</version>.*", "$1");
        assertThat(Path.of("src/gate/pom.xml")).content().contains("<version>" + version + "</version>");
    }

    /** What Maven Central refuses a release without. */
    @Test
    void thePomHasWhatMavenCentralAsksFor() throws IOException {
        assertThat(Path.of("pom.xml"))
                .content()
                .contains(
                        "<name>",
                        "<description>",
                        "<url>",
                        "<license>",
                        "<developer>",
                        "<scm>",
                        "<issueManagement>",
                        "<project.build.outputTimestamp>")
                .containsSubsequence(
                        "<id>release</id>",
                        "<artifactId>maven-source-plugin<",
                        "<artifactId>maven-javadoc-plugin<",
                        "<artifactId>cyclonedx-maven-plugin<",
                        "<artifactId>maven-gpg-plugin<",
                        "<artifactId>central-publishing-maven-plugin<");
        assertThat(Path.of("CHANGELOG.md"))
                .content()
                .containsPattern("(?m)^## (Unreleased|\\d+\\.\\d+\\.\\d+ - \\d{4}-\\d\\d-\\d\\d)$");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Map<?, ?> yaml(Path file) throws IOException {
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
    }
}
