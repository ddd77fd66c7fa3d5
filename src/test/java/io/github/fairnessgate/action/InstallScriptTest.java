package io.github.fairnessgate.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.action.Script.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code install.sh}, with a wrapper in the place of Maven: it finds what is in its repository, and installs what it is
 * told to build. {@code src/test/fixtures/action} has a script that does the same with Maven itself and an empty
 * repository.
 */
@DisabledOnOs(OS.WINDOWS)
class InstallScriptTest {

    private static final String MAVEN = """
            echo "$@" >> ../calls
            echo "[DEBUG] Using local repository at $PWD/../repository"
            plugin=../repository/io/github/fairnessgate/fairness-maven-plugin
            for word in "$@"; do
              case $word in
                *:help) word=${word#*:*:}; test -d "$plugin/${word%:help}" || exit 1 ;;
                install:install) test ! -e ../broken || { echo "[ERROR] no compiler"; exit 1; }; mkdir -p "$plugin/0.1.0-SNAPSHOT" ;;
              esac
            done
            """;

    @TempDir
    Path folder;

    private Path workspace;
    private Path sources;

    @BeforeEach
    void checkOut() throws IOException {
        workspace = Files.createDirectory(folder.resolve("work space"));
        Files.writeString(workspace.resolve("mvnw"), MAVEN);
        sources = folder.resolve("the action");
        for (String file : List.of("pom.xml", "LICENSE", "NOTICE", ".github/action/install.sh")) {
            Files.createDirectories(sources.resolve(file).getParent());
            Files.copy(Path.of(file), sources.resolve(file));
        }
        Files.writeString(
                Files.createDirectories(sources.resolve("src/main/java")).resolve("A.java"), "class A { }\n");
        Files.writeString(
                Files.createDirectories(sources.resolve("thresholds")).resolve("default.yaml"), "version: 1\n");
    }

    @Test
    void aVersionThatNoRepositoryHasIsBuiltAndInstalledOnce() throws Exception {
        pom("0.1.0-SNAPSHOT");
        Step first = install("verify");
        assertThat(first.status()).as(first.log()).isZero();
        assertThat(first.log())
                .contains("is in none of your repositories; building it from its sources", "is installed in ");
        assertThat(builds())
                .hasSize(1)
                .allMatch(call -> call.contains("-f " + sources + "/pom.xml")
                        && call.endsWith(" process-classes jar:jar install:install"));
        Step second = install("verify");
        assertThat(second.log()).isEqualTo("fairness-maven-plugin 0.1.0-SNAPSHOT is there.\n");
        assertThat(builds()).hasSize(1);
    }

    @Test
    void otherSourcesAreBuiltAgain() throws Exception {
        pom("0.1.0-SNAPSHOT");
        install("verify");
        Files.writeString(sources.resolve("src/main/java/A.java"), "class A { int changed; }\n");
        assertThat(install("verify").log()).contains("was built from other sources");
        assertThat(builds()).hasSize(2);
    }

    @Test
    void whatARepositoryHasIsNotBuilt() throws Exception {
        Files.createDirectories(folder.resolve("repository/io/github/fairnessgate/fairness-maven-plugin/1.2.3"));
        pom("1.2.3");
        Step step = install("verify");
        assertThat(step.status()).as(step.log()).isZero();
        assertThat(builds()).isEmpty();
    }

    @Test
    void aVersionOfOtherSourcesIsAnErrorThatSaysWhatToDo() throws Exception {
        pom("1.2.3");
        Step step = install("verify");
        assertThat(step.status()).isEqualTo(1);
        assertThat(step.log())
                .isEqualTo("::error title=Fairness%3A no plugin::fairness-maven-plugin 1.2.3 is in none of your "
                        + "repositories, and these sources are version 0.1.0-SNAPSHOT."
                        + " Name that version in the POM, or use the action at the revision that has "
                        + "version 1.2.3.\n");
        assertThat(builds()).isEmpty();
    }

    @Test
    void withoutAVersionInPomOrGoalsThatOfTheSourcesIsMeant() throws Exception {
        pom("${fairness.version}");
        assertThat(install("verify").status()).isZero();
        assertThat(builds()).hasSize(1);
        Files.delete(workspace.resolve("pom.xml"));
        Step step = install("io.github.fairnessgate:fairness-maven-plugin:9:check -Dfairness.model=m");
        assertThat(step.status()).isEqualTo(1);
        assertThat(step.log()).contains("fairness-maven-plugin 9 is in none of your repositories");
    }

    @Test
    void mavenLooksWhereTheBuildWillLook() throws Exception {
        pom("0.1.0-SNAPSHOT");
        Files.writeString(
                Files.createDirectory(workspace.resolve(".mvn")).resolve("maven.config"),
                "--settings=company.xml\n-T2\n");
        assertThat(install("clean verify -s mine.xml -Pall -Dmaven.repo.local=elsewhere -o")
                        .status())
                .isZero();
        assertThat(calls())
                .hasSize(2)
                .allMatch(call -> call.contains("--settings=company.xml -s mine.xml -Dmaven.repo.local=elsewhere -o "))
                .noneMatch(call -> call.contains("clean") || call.contains("-Pall") || call.contains("-T2"));
    }

    @Test
    void aBuildThatFailsShowsWhy() throws Exception {
        pom("0.1.0-SNAPSHOT");
        Files.createFile(folder.resolve("broken"));
        Step step = install("verify");
        assertThat(step.status()).isEqualTo(1);
        assertThat(step.log())
                .contains("[ERROR] no compiler\n::error title=Fairness%3A no plugin::fairness-maven-plugin "
                        + "0.1.0-SNAPSHOT is in none of your repositories, and could not be"
                        + " built from its sources; Maven's last lines say why.\n");
        assertThat(folder.resolve("repository")).doesNotExist();
    }

    private void pom(String version) throws IOException {
        Files.writeString(workspace.resolve("pom.xml"), """
                <project>
                  <version>1</version>
                  <plugin>
                    <groupId>io.github.fairnessgate</groupId>
                    <artifactId>fairness-maven-plugin</artifactId>
                    <version>%s</version>
                  </plugin>
                </project>
                """.formatted(version));
    }

    private Step install(String goals) throws Exception {
        return new Script(workspace, Map.of("FAIRNESS_GOALS", goals))
                .run(List.of(
                        "bash", sources.resolve(".github/action/install.sh").toString()));
    }

    private List<String> calls() throws IOException {
        Path calls = folder.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    private List<String> builds() throws IOException {
        return calls().stream().filter(call -> call.contains("install:install")).toList();
    }
}
