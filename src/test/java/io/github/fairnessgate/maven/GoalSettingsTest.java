package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoalSettingsTest {

    private static final String CONFIGURATION = "<configuration>%s</configuration>";
    private static final String EXECUTION =
            "<executions><execution><id>gate</id><goals><goal>check</goal></goals><configuration>%s</configuration></execution></executions>";

    @TempDir
    Path folder;

    @Test
    void aPropertyThatThePomBeatsIsNamedWithBothValues() throws Exception {
        TestBuild.pom(folder, "", CONFIGURATION.formatted("<thresholds>default.yaml</thresholds>"));
        TestBuild build = new TestBuild(folder)
                .user("fairness.thresholds", "strict.yaml")
                .system("env.MAVEN_CMD_LINE_ARGS", "-Dfairness.thresholds=strict.yaml");
        assertThat(build.settings("check", "default-cli").overridden())
                .singleElement()
                .asString()
                .startsWith("-Dfairness.thresholds=strict.yaml (command line) has no effect: <thresholds> is "
                        + "default.yaml in the POM's configuration (POM (line 14), plugin configuration)");
        assertThat(build.settings("check", "default-cli").origin("thresholds"))
                .isEqualTo("POM (line 14), plugin configuration");
    }

    @Test
    void soIsOneOfTheJvmOfAnExecutionOfAProfileAndOfThePomsOwnProperties() throws Exception {
        TestBuild.pom(
                folder,
                "<fairness.baseline>other.json</fairness.baseline>",
                EXECUTION.formatted("<thresholds>default.yaml</thresholds><baseline>b.json</baseline>"));
        TestBuild build = new TestBuild(folder).system("fairness.thresholds", "strict.yaml");
        assertThat(build.settings("check", "gate").overridden())
                .hasSize(2)
                .anyMatch(line -> line.startsWith(
                        "fairness.baseline=other.json (POM, properties) has no effect: <baseline> is b.json"))
                .anyMatch(line -> line.startsWith(
                                "-Dfairness.thresholds=strict.yaml (a system property of Maven's JVM) has no effect")
                        && line.contains("execution gate"));
        assertThat(build.settings("check", "another").overridden())
                .as("of another execution")
                .isEmpty();
        TestBuild.write(folder.resolve("pom.xml"), """
                <project><modelVersion>4.0.0</modelVersion><groupId>org</groupId><artifactId>a</artifactId><version>1</version>
                <profiles><profile><id>ci</id><build><plugins><plugin><groupId>io.github.fairnessgate</groupId><artifactId>fairness-maven-plugin</artifactId><version>1</version>
                <configuration><thresholds>ci.yaml</thresholds></configuration></plugin></plugins></build></profile></profiles></project>""");
        assertThat(new TestBuild(folder, "ci").settings("check", "default-cli").origin("thresholds"))
                .isEqualTo("POM (line 3), profile ci, plugin configuration");
    }

    @Test
    void whereTwoSayTheSameNothingIsBeaten() throws Exception {
        TestBuild.pom(
                folder,
                "",
                CONFIGURATION.formatted(
                        "<thresholds>strict</thresholds><outputDirectory>out/</outputDirectory><reports><report>html</report><report>sarif</report></reports>"
                                + "<model>${fairness.model}</model>"));
        TestBuild build = new TestBuild(folder)
                .user("fairness.thresholds", "strict")
                .user("fairness.outputDirectory", folder.resolve("out").toString())
                .user("fairness.reports", "html, sarif")
                .user("fairness.model", "m");
        assertThat(build.settings("check", "default-cli").overridden()).isEmpty();
        assertThat(build.settings("check", "default-cli").origin("model")).startsWith("property fairness.model, ");
    }

    @Test
    void everyKindOfParameterCanBeBeaten() throws Exception {
        TestBuild.pom(
                folder,
                "",
                CONFIGURATION.formatted(
                        "<outputDirectory>out</outputDirectory><reports><report>html</report></reports><timeout>5</timeout>"
                                + "<allowMovingRevision>true</allowMovingRevision><skip>false</skip><strict>false</strict>"));
        TestBuild build = new TestBuild(folder)
                .user("fairness.outputDirectory", "elsewhere")
                .user("fairness.reports", "html,junit")
                .user("fairness.timeout", "6")
                .user("fairness.allowMovingRevision", "false")
                .user("fairness.skip", "true")
                .user("fairness.strict", "true");
        assertThat(build.settings("check", "default-cli").overridden()).hasSize(6);
    }

    @Test
    void theLevelAndThePomOfAValueAreSaid() throws Exception {
        TestBuild.write(folder.resolve("pom.xml"), """
                <project><modelVersion>4.0.0</modelVersion><groupId>org</groupId><artifactId>root</artifactId><version>1</version><packaging>pom</packaging>
                <build><pluginManagement><plugins><plugin><groupId>io.github.fairnessgate</groupId><artifactId>fairness-maven-plugin</artifactId><version>1</version>
                <configuration><thresholds>managed.yaml</thresholds></configuration></plugin></plugins></pluginManagement></build></project>""");
        TestBuild.write(folder.resolve("child/pom.xml"), """
                <project><modelVersion>4.0.0</modelVersion><parent><groupId>org</groupId><artifactId>root</artifactId><version>1</version></parent><artifactId>child</artifactId>
                <build><plugins><plugin><groupId>io.github.fairnessgate</groupId><artifactId>fairness-maven-plugin</artifactId>
                <configuration><model>m</model></configuration>
                <executions><execution><id>gate</id><goals><goal>check</goal></goals>
                <configuration><candidate>c</candidate></configuration></execution></executions></plugin></plugins></build></project>""");
        GoalSettings settings = new TestBuild(folder.resolve("child")).settings("check", "gate");
        assertThat(settings.origin("thresholds"))
                .isEqualTo("POM (line 3) of the parent org:root:1, pluginManagement, plugin configuration");
        assertThat(settings.origin("model")).isEqualTo("POM (line 3), plugin configuration");
        assertThat(settings.origin("candidate")).isEqualTo("POM (line 5), execution gate");
        assertThat(settings.origin("baseline")).isEqualTo("default");
        assertThat(settings.isGiven("baseline")).isFalse();
    }

    /** Maven gives a goal its default where a POM refers to a property that there is not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<thresholds>${my.threshold}</thresholds>",
                "<thresholds>${basedir}/${my.threshold}.yaml</thresholds>",
                "<reports><report>${my.reports}</report></reports>"
            })
    void aReferenceToNoPropertyIsAnError(String element) throws Exception {
        TestBuild.pom(folder, "", CONFIGURATION.formatted(element));
        assertThatThrownBy(() ->
                        new TestBuild(folder).settings("check", "default-cli").requireSound())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("${my.", "POM (line 14), plugin configuration", "there is no such property");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "ture", "1", "", "True false"})
    void aBooleanIsTrueOrFalse(String value) throws Exception {
        TestBuild.pom(folder, "", "");
        for (String property : new String[] {"fairness.skip", "fairness.allowMovingRevision"}) {
            assertThatThrownBy(() -> new TestBuild(folder)
                            .user(property, value)
                            .settings("check", "default-cli")
                            .requireSound())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(property + " is '" + value + "'; it must be true or false.");
        }
        new TestBuild(folder)
                .user("fairness.skip", "FALSE")
                .settings("check", "default-cli")
                .requireSound();
    }

    @Test
    void anEmptyPropertyDoesNotQuietlyMeanTheDefault() throws Exception {
        TestBuild.pom(folder, "", "");
        for (String property :
                new String[] {"fairness.thresholds", "fairness.candidate", "fairness.baseline", "fairness.model"}) {
            assertThatThrownBy(() -> new TestBuild(folder)
                            .user(property, " ")
                            .settings("check", "default-cli")
                            .requireSound())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(property + " is empty");
        }
        new TestBuild(folder)
                .user("fairness.argLine", "")
                .settings("check", "default-cli")
                .requireSound();
    }

    @Test
    void whoeverSkipsIsNamed() throws Exception {
        TestBuild.pom(folder, "", CONFIGURATION.formatted("<skip>true</skip>"));
        assertThat(new TestBuild(folder).settings("check", "default-cli").account("skip"))
                .isEqualTo("<skip>true</skip> (POM (line 14), plugin configuration)");
        TestBuild.pom(folder, "", "");
        TestBuild.write(folder.resolve(".mvn/maven.config"), "-Dfairness.skip");
        assertThat(new TestBuild(folder)
                        .user("fairness.skip", "true")
                        .settings("check", "default-cli")
                        .account("skip"))
                .isEqualTo("-Dfairness.skip=true (.mvn/maven.config)");
    }
}
