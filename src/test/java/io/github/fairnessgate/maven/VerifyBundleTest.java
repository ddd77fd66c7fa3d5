package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Hostile;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evidence.Bundle;
import io.github.fairnessgate.evidence.Evidence;
import io.github.fairnessgate.evidence.ModelRecord;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.report.GateTestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoParameter;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The goal verify on a bundle: sound evidence of a failure fails the build, evidence that is not sound breaks it. */
@org.apache.maven.api.plugin.testing.MojoTest
class VerifyBundleTest {

    private static final String POM = "classpath:/mojo/pom.xml";
    private static final String FOLDER = "target/mojo-test-bundles/";

    @TempDir
    static Path scratch;

    @BeforeAll
    static void write() throws IOException {
        Files.createDirectories(Path.of(FOLDER));
        write("passing.zip", 100);
        write("failing.zip", 180);
        write("speaking.zip", 100, Hostile.YAML_TEXT);
        byte[] bytes = Files.readAllBytes(Path.of(FOLDER, "passing.zip"));
        Files.write(Path.of(FOLDER, "changed.zip"), new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                .replaceFirst("maxIncrease: 3", "maxIncrease: 4").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        Files.writeString(Path.of(FOLDER, "strict.yaml"), ToxicTexts.THRESHOLDS.replace("maxIncrease: 3", "maximum: 5"));
    }

    private static void write(String name, int toxic) throws IOException {
        write(name, toxic, "");
    }

    /** @param more behind every name */
    private static void write(String name, int toxic, String more) throws IOException {
        Evaluation before = ToxicTexts.by('0', "original" + more, 100);
        Evaluation after = ToxicTexts.by('1', "compressed" + more, toxic);
        Bundle.write(Path.of(FOLDER, name), Files.createDirectories(scratch.resolve(name)), new Evidence("1.0", "1.0" + more, "thresholds.yaml" + more, ToxicTexts.THRESHOLDS,
                Optional.empty(), Optional.empty(), List.of(new Look(before, after)), ModelRecord.unseen("original" + more, before.provenance().model()),
                ModelRecord.unseen("compressed" + more, after.provenance().model()), Optional.empty(), GateTestFiles.NONE));
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "passing.zip")
    void soundEvidenceOfAPassPasses(VerifyMojo mojo) throws Exception {
        mojo.execute();
        assertThat(Path.of("target/mojo-test/report.json")).exists();
        assertThat(Path.of("target/mojo-test/evidence.zip")).doesNotExist();
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "speaking.zip")
    void whatABundleSaysIsNeverALineOfOurs(VerifyMojo mojo) throws Exception {
        List<String> lines = new ArrayList<>();
        mojo.setLog(new SystemStreamLog() {
            @Override
            public void info(CharSequence content) {
                lines.add(content.toString());
            }

            @Override
            public void warn(CharSequence content) {
                lines.add(content.toString());
            }
        });
        mojo.execute();
        assertThat(lines).allSatisfy(Hostile::assertHarmlessInALog).allMatch(line -> line.lines().count() <= 1)
                .anyMatch(line -> line.contains("made by 1.0x\\n::error file=pom.xml::INJECTED"));
        Hostile.assertHarmless(Files.readString(Path.of("target/mojo-test/report.html")));
        Hostile.assertHarmless(Files.readString(Path.of("target/mojo-test/summary.md")));
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "failing.zip")
    void soundEvidenceOfAFailureFailsTheBuild(VerifyMojo mojo) {
        assertThatThrownBy(mojo::execute).isInstanceOf(MojoFailureException.class).hasMessageStartingWith("1 of 1 rule failed")
                .hasMessageNotContaining("fairness:baseline");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "failing.zip")
    @MojoParameter(name = "failOnViolation", value = "false")
    void unlessItOnlyWarns(VerifyMojo mojo) throws Exception {
        mojo.execute();
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "changed.zip")
    @MojoParameter(name = "failOnViolation", value = "false")
    void evidenceThatIsNotSoundBreaksTheBuildWhateverIsOnlyWarnedOf(VerifyMojo mojo) {
        assertBroken(mojo, "changed.zip", "thresholds.yaml", "does not have the bytes that the zip announces");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "passing.zip")
    @MojoParameter(name = "thresholds", value = FOLDER + "strict.yaml")
    void theVerifiersOwnThresholdsDecide(VerifyMojo mojo) {
        assertThatThrownBy(mojo::execute).isInstanceOf(MojoFailureException.class).hasMessageContaining("the candidate breaks maximum 5");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "passing.zip")
    @MojoParameter(name = "candidate", value = "builtin:reference-gpt2")
    void anotherModelThanTheOneThatWasMeasuredIsNamed(VerifyMojo mojo) {
        assertBroken(mojo, "fairness.candidate is builtin:reference-gpt2, which is not the candidate that the evidence is about (compressed, sha256 1111");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "passing.zip")
    @MojoParameter(name = "model", value = "builtin:reference-gpt2")
    void soIsAnotherOriginal(VerifyMojo mojo) {
        assertBroken(mojo, "fairness.model is builtin:reference-gpt2, which is not the original model that the evidence is about (original, sha256 0000");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = "no/such.zip")
    void aBundleThatIsNotThereIsNamedWithBothFormsThatItMayHave(VerifyMojo mojo) {
        assertBroken(mojo, "There is no evidence bundle", "no/such.zip", "groupId:artifactId[:extension[:classifier]]:version");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "passing.zip")
    @MojoParameter(name = "baseline", value = "no/such/baseline.json")
    void aBaselineFileThatIsNamedMustBeThere(VerifyMojo mojo) {
        assertBroken(mojo, "There is no baseline file", "no/such/baseline.json");
    }

    private static void assertBroken(VerifyMojo mojo, String... parts) {
        assertThatThrownBy(mojo::execute).isInstanceOf(MojoExecutionException.class).hasMessageContainingAll(parts);
    }
}
