package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MisspeltSettingsTest {

    private static final String EXECUTION =
            "<executions><execution><id>gate</id><goals><goal>check</goal></goals>%s</execution></executions>";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "fairness.threshold, fairness.thresholds",
        "fairness.Thresholds, fairness.thresholds",
        "fairnes.thresholds, fairness.thresholds",
        "fairness-thresholds, fairness.thresholds",
        "fairnessThresholds, fairness.thresholds",
        "fairnes.threshold, fairness.thresholds",
        "fairness.candidat, fairness.candidate",
        "fairness.failOnViolations, fairness.failOnViolation",
        "fairness.baselineFile, fairness.baseline",
        "fairness.secondscorer, fairness.secondScorer",
        "fairness.init.workflows, fairness.init.workflow",
        "Fairness.skip, fairness.skip"
    })
    void aPropertyThatIsMisspeltIsAnErrorWithTheNearestNameWhereverItStands(String written, String meant)
            throws Exception {
        TestBuild.pom(folder, "", "");
        assertUnknown(
                new TestBuild(folder).user(written, "strict.yaml"),
                "There is no parameter " + written + " (",
                "Did you mean " + meant + "?");
        assertUnknown(
                new TestBuild(folder).system(written, "strict.yaml"),
                "There is no parameter " + written + " (a system property of Maven's JVM)",
                "Did you mean " + meant + "?");
        assertUnknown(
                new TestBuild(folder).settings("gate", Map.of(written, "strict.yaml")),
                "(settings.xml, profile gate)",
                "Did you mean " + meant + "?");
        TestBuild.pom(folder, "<" + written + ">strict.yaml</" + written + ">", "");
        assertUnknown(
                new TestBuild(folder),
                "There is no parameter " + written + " (POM, properties)",
                "Did you mean " + meant + "?");
    }

    @Test
    void aPropertyLikeNoneIsAnErrorToo() throws Exception {
        TestBuild.pom(folder, "", "");
        assertUnknown(
                new TestBuild(folder).user("fairness.zzzzzzzzz", "1"),
                "There is no parameter fairness.zzzzzzzzz",
                "fairness:help -Ddetail");
    }

    @Test
    void whereAPropertyStandsIsSaidAsFarAsMavenTellsIt() throws Exception {
        TestBuild.pom(folder, "", "");
        TestBuild.write(folder.resolve(".mvn/maven.config"), "-B\n-Dfairness.threshold=strict.yaml\n");
        TestBuild.write(folder.resolve(".mvn/jvm.config"), "-Xmx1g -Dfairness.seed=2");
        assertUnknown(
                new TestBuild(folder).user("fairness.threshold", "strict.yaml"),
                "fairness.threshold (.mvn/maven.config)");
        assertUnknown(
                new TestBuild(folder)
                        .user("fairness.threshold", "x")
                        .system("env.MAVEN_CMD_LINE_ARGS", " verify -Dfairness.threshold=x"),
                "fairness.threshold (command line)");
        assertUnknown(
                new TestBuild(folder)
                        .user("fairness.threshold", "x")
                        .system("env.MAVEN_ARGS", "-D fairness.threshold=x"),
                "fairness.threshold (MAVEN_ARGS)");
        assertUnknown(
                new TestBuild(folder).system("fairness.seed", "2"),
                "fairness.seed (.mvn/jvm.config)",
                "Did you mean fairness.seeds?");
        assertUnknown(
                new TestBuild(folder).system("fairness.skp", "true").system("env.MAVEN_OPTS", "-Dfairness.skp=true"),
                "fairness.skp (MAVEN_OPTS)");
    }

    @Test
    void everyPropertyOfEveryGoalIsKnown() throws Exception {
        TestBuild.pom(folder, "", "");
        TestBuild build = new TestBuild(folder);
        build.known().properties().forEach(property -> build.user(property, "true"));
        assertThat(build.known().properties())
                .contains("fairness.thresholds", "fairness.recipe", "fairness.bundle", "fairness.strict")
                .hasSizeGreaterThan(30);
        assertThat(properties(build)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "env.FAIRNESS_THRESHOLDS",
                "fitness.model",
                "fitness.thresholds",
                "model",
                "java.version",
                "fair.play",
                "unfairness.model.x",
                "fairnessgate.version"
            })
    void whatIsNotForThisPluginIsLeftAlone(String name) throws Exception {
        TestBuild.pom(folder, "", "");
        assertThat(properties(new TestBuild(folder).user(name, "1"))).isEmpty();
    }

    @Test
    void aPropertyOfTheUsersOwnIsOneThatAPomUses() throws Exception {
        TestBuild.pom(
                folder,
                "<fairness.version>1</fairness.version><fairness.unused>1</fairness.unused>",
                "<configuration><recipe>${fairness.version}.yaml</recipe></configuration>");
        assertThatThrownBy(() -> properties(new TestBuild(folder)))
                .hasMessageContaining("fairness.unused")
                .hasMessageNotContaining("parameter fairness.version")
                .hasMessageContaining(
                        "A property of your own whose name begins with \"fairness.\" has to be used in a POM as "
                                + "${fairness.unused}");

        TestBuild.pom(
                folder,
                "<fairness.version>1</fairness.version>",
                "<configuration><recipe>${fairness.version}.yaml</recipe></configuration>");
        assertThat(properties(new TestBuild(folder).user("fairness.version", "2")))
                .isEmpty();
        // In a comment it is not used.
        TestBuild.pom(folder, "<fairness.threshold>1</fairness.threshold>", "<!-- ${fairness.threshold} -->");
        assertUnknown(new TestBuild(folder), "fairness.threshold (POM, properties)");
    }

    @Test
    void aPropertyThatActivatesAProfileIsUsed() throws Exception {
        TestBuild.write(folder.resolve("pom.xml"), """
                <project><modelVersion>4.0.0</modelVersion><groupId>org</groupId><artifactId>a</artifactId><version>1</version>
                <profiles><profile><id>gpu</id><activation><property><name>fairness.gpu</name></property></activation></profile></profiles></project>""");
        assertThat(properties(new TestBuild(folder).user("fairness.gpu", "true")))
                .isEmpty();
    }

    /** The module that is built is not the one that uses it. */
    @Test
    void aPropertyOfTheParentIsUsedIfASiblingUsesIt() throws Exception {
        TestBuild.write(folder.resolve("pom.xml"), """
                <project><modelVersion>4.0.0</modelVersion><groupId>org</groupId><artifactId>root</artifactId><version>1</version><packaging>pom</packaging>
                <modules><module>one</module><module>two</module></modules><properties><fairness.models>x</fairness.models></properties></project>""");
        String child =
                "<project><modelVersion>4.0.0</modelVersion><parent><groupId>org</groupId><artifactId>root</artifactId><version>1</version></parent>"
                        + "<artifactId>%s</artifactId><description>%s</description></project>";
        TestBuild.write(folder.resolve("one/pom.xml"), child.formatted("one", "${fairness.models}"));
        TestBuild.write(folder.resolve("two/pom.xml"), child.formatted("two", ""));
        assertThat(properties(new TestBuild(folder.resolve("two")))).isEmpty();
        TestBuild.write(folder.resolve("one/pom.xml"), child.formatted("one", ""));
        assertUnknown(
                new TestBuild(folder.resolve("two")),
                "fairness.models (parent POM org:root:1, properties)",
                "Did you mean fairness.model?");
    }

    @Test
    void anElementThatNoGoalKnowsIsAnErrorAtEveryLevel() throws Exception {
        TestBuild.pom(folder, "", "<configuration><threshold>strict.yaml</threshold></configuration>");
        assertElements("There is no parameter <threshold>, which the POM has (plugin configuration). Did you mean "
                + "<thresholds>?");
        TestBuild.pom(
                folder,
                "",
                EXECUTION.formatted("<configuration><failOnViolations>true</failOnViolations></configuration>"));
        assertElements("There is no parameter <failOnViolations>, which the POM has (execution gate). Did you mean "
                + "<failOnViolation>?");
        TestBuild.write(folder.resolve("pom.xml"), """
                <project><modelVersion>4.0.0</modelVersion><groupId>org</groupId><artifactId>a</artifactId><version>1</version>
                <build><pluginManagement><plugins><plugin><groupId>io.github.fairnessgate</groupId><artifactId>fairness-maven-plugin</artifactId><version>1</version>
                <configuration><baselin>b.json</baselin></configuration></plugin></plugins></pluginManagement></build></project>""");
        assertElements(
                "There is no parameter <baselin>, which the POM has (pluginManagement, plugin configuration). Did "
                        + "you mean <baseline>?");
        TestBuild.write(folder.resolve("pom.xml"), """
                <project><modelVersion>4.0.0</modelVersion><groupId>org</groupId><artifactId>a</artifactId><version>1</version>
                <reporting><plugins><plugin><groupId>io.github.fairnessgate</groupId><artifactId>fairness-maven-plugin</artifactId><version>1</version>
                <configuration><outputDirectori>b</outputDirectori></configuration></plugin></plugins></reporting></project>""");
        assertElements("Did you mean <outputDirectory>?");
    }

    @Test
    void ofAProfileThatIsNotActiveNothingCounts() throws Exception {
        TestBuild.write(folder.resolve("pom.xml"), """
                <project><modelVersion>4.0.0</modelVersion><groupId>org</groupId><artifactId>a</artifactId><version>1</version>
                <profiles><profile><id>strict</id><build><plugins><plugin><groupId>io.github.fairnessgate</groupId><artifactId>fairness-maven-plugin</artifactId><version>1</version>
                <configuration><threshold>strict</threshold></configuration></plugin></plugins></build></profile></profiles></project>""");
        assertThatCode(() -> elements(new TestBuild(folder))).doesNotThrowAnyException();
        assertThatThrownBy(() -> elements(new TestBuild(folder, "strict")))
                .hasMessageContaining("There is no parameter <threshold>");
    }

    @Test
    void forThePluginWhatAnyGoalKnowsIsFineForAnExecutionOnlyWhatItsOwnGoalsKnow() throws Exception {
        TestBuild.pom(
                folder,
                "",
                "<configuration><recipe>int8</recipe><model>m</model><bundle>b.zip</bundle></configuration>"
                        + EXECUTION.formatted(""));
        assertThatCode(() -> elements(new TestBuild(folder))).doesNotThrowAnyException();
        TestBuild.pom(folder, "", EXECUTION.formatted("<configuration><recipe>int8</recipe></configuration>"));
        assertElements("<recipe> in the POM (execution gate) has no effect: it is a parameter of certify, compress, "
                + "doctor, but the goals there are check.");
        TestBuild.pom(
                folder,
                "",
                "<executions><execution><id>default-cli</id><configuration><recipe>int8</recipe></configuration></execution></executions>");
        assertThatCode(() -> elements(new TestBuild(folder))).doesNotThrowAnyException();
    }

    @Test
    void aPartOfAListWithoutTextIsNone() throws Exception {
        TestBuild.pom(folder, "", "<configuration><reports><html/></reports></configuration>");
        assertElements(
                "<html> in <reports> has no text (POM, plugin configuration); write <html>value</html> for every value.");
        TestBuild.pom(folder, "", "<configuration><reports><report>html</report></reports></configuration>");
        assertThatCode(() -> elements(new TestBuild(folder))).doesNotThrowAnyException();
    }

    @Test
    void aPropertyWithoutThePrefixIsAWarningUnlessThePomUsesIt() throws Exception {
        TestBuild.pom(folder, "", "");
        TestBuild build = new TestBuild(folder).user("thresholds", "strict.yaml");
        assertThat(new MisspeltSettings(build.known()).withoutPrefix("check", build.sources(), build::references))
                .containsExactly("-Dthresholds is not read by this plugin. Did you mean -Dfairness.thresholds?");
        TestBuild.pom(folder, "", "<configuration><thresholds>${thresholds}</thresholds></configuration>");
        assertThat(new MisspeltSettings(build.known()).withoutPrefix("check", build.sources(), build::references))
                .isEmpty();
    }

    @Test
    void aPropertyThatNoneOfTheGoalsOfTheCommandLineReadsHasNoEffect() throws Exception {
        TestBuild.pom(folder, "", "");
        TestBuild build = new TestBuild(folder)
                .user("fairness.scorer", "ngram")
                .user("fairness.thresholds", "strict")
                .system("env.MAVEN_CMD_LINE_ARGS", "-Dfairness.scorer=ngram");
        assertThat(UnreadProperties.of(
                        build.known(),
                        build.sources(),
                        List.of("io.github.fairnessgate:fairness-maven-plugin:1:verify@gate")))
                .containsExactly(
                        "-Dfairness.scorer=ngram has no effect: it is read by certify, check, compare, compress, doctor, evaluate, "
                                + "search, self-test, and none of these goals was called.");
        assertThat(UnreadProperties.of(build.known(), build.sources(), List.of("fairness:evaluate", "fairness:verify")))
                .isEmpty();
        assertThat(UnreadProperties.of(build.known(), build.sources(), List.of("verify")))
                .as("any goal may be bound")
                .isEmpty();
    }

    private List<String> properties(TestBuild build) {
        return new MisspeltSettings(build.known()).properties(build.sources(), build::references);
    }

    private void assertUnknown(TestBuild build, String... parts) {
        assertThatThrownBy(() -> properties(build))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(parts);
    }

    private static void elements(TestBuild build) {
        new MisspeltSettings(build.known()).elements(new PomConfiguration(build.project()));
    }

    private void assertElements(String message) {
        assertThatThrownBy(() -> elements(new TestBuild(folder)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }
}
