package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Hostile;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evidence.Bundle;
import io.github.fairnessgate.evidence.Evidence;
import io.github.fairnessgate.evidence.Inspection;
import io.github.fairnessgate.evidence.ModelRecord;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.model.GivenModel;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.Proof;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.report.GateReliabilityFiles;
import io.github.fairnessgate.runtime.Gpt2Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
        writeModels();
        byte[] bytes = Files.readAllBytes(Path.of(FOLDER, "passing.zip"));
        Files.write(
                Path.of(FOLDER, "changed.zip"),
                new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                        .replaceFirst("maxIncrease: 3", "maxIncrease: 4")
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        Files.writeString(
                Path.of(FOLDER, "strict.yaml"), ToxicTexts.THRESHOLDS.replace("maxIncrease: 3", "maximum: 5"));
    }

    private static void writeModels() throws IOException {
        ModelDirectory own = model("own");
        Files.writeString(own.path().resolve("README.md"), "A model.");
        Files.write(own.path().resolve("model.onnx"), Gpt2Graph.logits(own, own.path()));
        write(own, Set.of());
        ModelDirectory foreign = model("foreign");
        Files.writeString(foreign.path().resolve("model.onnx"), "of another tool");
        write(foreign, Set.of("model.onnx"));
        ModelDirectory other = model("other");
        Files.write(
                other.path().resolve("model.onnx"),
                Gpt2Graph.logits(
                        TinyModels.builder().layers(1).write(scratch.resolve("one-layer")),
                        scratch.resolve("one-layer")));
        write(other, Set.of("model.onnx"));
    }

    private static ModelDirectory model(String name) {
        return TinyModels.create(Path.of(FOLDER, name).toAbsolutePath());
    }

    /** A bundle that claims that graphs were verified. */
    private static void write(ModelDirectory model, Set<String> claimed) throws IOException {
        String name = model.path().getFileName().toString();
        TreeMap<String, Proof> verified = new TreeMap<>();
        claimed.forEach(file -> verified.put(file, Proof.GRAPH));
        ModelRecord all = ModelRecord.all(name, GivenModel.of(model));
        ModelRecord candidate = claimed.isEmpty()
                ? Inspection.of(name, GivenModel.of(model), new TreeMap<>())
                : new ModelRecord(name, all.digest(), all.deciding(), all.files(), verified);
        Evaluation before = ToxicTexts.by('0', "original", 100);
        Evaluation after = ToxicTexts.of(model.digest(), name, 100);
        Bundle.write(
                Path.of(FOLDER, name + ".zip"),
                Files.createDirectories(scratch.resolve(name)),
                new Evidence(
                        "1.0",
                        "1.0",
                        "thresholds.yaml",
                        ToxicTexts.THRESHOLDS,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(new Look(before, after)),
                        ModelRecord.unseen("original", before.provenance().model()),
                        candidate,
                        Optional.empty(),
                        GateReliabilityFiles.NONE));
    }

    private static void write(String name, int toxic) throws IOException {
        write(name, toxic, "");
    }

    /** @param more behind every name */
    private static void write(String name, int toxic, String more) throws IOException {
        Evaluation before = ToxicTexts.by('0', "original" + more, 100);
        Evaluation after = ToxicTexts.by('1', "compressed" + more, toxic);
        Bundle.write(
                Path.of(FOLDER, name),
                Files.createDirectories(scratch.resolve(name)),
                new Evidence(
                        "1.0",
                        "1.0" + more,
                        "thresholds.yaml" + more,
                        ToxicTexts.THRESHOLDS,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(new Look(before, after)),
                        ModelRecord.unseen(
                                "original" + more, before.provenance().model()),
                        ModelRecord.unseen(
                                "compressed" + more, after.provenance().model()),
                        Optional.empty(),
                        GateReliabilityFiles.NONE));
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
        assertThat(lines)
                .allSatisfy(Hostile::assertHarmlessInALog)
                .allMatch(line -> line.lines().count() <= 1)
                .anyMatch(line -> line.contains("made by 1.0x\\n::error file=pom.xml::INJECTED"));
        Hostile.assertHarmless(Files.readString(Path.of("target/mojo-test/report.html")));
        Hostile.assertHarmless(Files.readString(Path.of("target/mojo-test/summary.md")));
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "failing.zip")
    void soundEvidenceOfAFailureFailsTheBuild(VerifyMojo mojo) {
        assertThatThrownBy(mojo::execute)
                .isInstanceOf(MojoFailureException.class)
                .hasMessageStartingWith("1 of 1 rule failed")
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
        assertThatThrownBy(mojo::execute)
                .isInstanceOf(MojoFailureException.class)
                .hasMessageContaining("the candidate breaks maximum 5");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "passing.zip")
    @MojoParameter(name = "candidate", value = "builtin:reference-gpt2")
    void anotherModelThanTheOneThatWasMeasuredIsNamed(VerifyMojo mojo) {
        assertBroken(
                mojo,
                "fairness.candidate is builtin:reference-gpt2, which is not the candidate that the evidence is "
                        + "about (compressed, sha256 1111");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "passing.zip")
    @MojoParameter(name = "model", value = "builtin:reference-gpt2")
    void soIsAnotherOriginal(VerifyMojo mojo) {
        assertBroken(
                mojo,
                "fairness.model is builtin:reference-gpt2, which is not the original model that the evidence is "
                        + "about (original, sha256 0000");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "own.zip")
    @MojoParameter(name = "candidate", value = FOLDER + "own")
    void theCandidateThatWasReceivedIsLookedAtAgain(VerifyMojo mojo) throws Exception {
        mojo.execute();
        JsonNode shipped = Json.MAPPER
                .readTree(Path.of("target/mojo-test/report.json").toFile())
                .get("shipped");
        assertThat(shipped.get("verified").toString()).isEqualTo("{\"model.onnx\":\"graph\"}");
        assertThat(shipped.get("unverified").toString()).isEqualTo("[\"README.md\"]");
        assertThat(Files.readString(Path.of("target/mojo-test/summary.md")))
                .contains("**NOT VERIFIED: README.md. This file is shipped with the candidate");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "own.zip")
    @MojoParameter(name = "unverifiedFiles", value = "fail")
    void filesThatNothingVerifiedCanBeRuledOut(VerifyMojo mojo) {
        assertBroken(mojo, "fairness.unverifiedFiles is fail, but of the candidate own: NOT VERIFIED: README.md.");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "passing.zip")
    @MojoParameter(name = "unverifiedFiles", value = "fail")
    void soCanFilesThatNobodyKnows(VerifyMojo mojo) {
        assertBroken(
                mojo, "fairness.unverifiedFiles is fail, but of the candidate compressed: its files are not at hand");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "foreign.zip")
    @MojoParameter(name = "candidate", value = FOLDER + "foreign")
    void aGraphThatTheBundleOnlyClaimsToBeVerifiedIsFoundWhereTheModelIsAtHand(VerifyMojo mojo) {
        assertBroken(
                mojo,
                "its file model.onnx is not what the evidence says, the ONNX graph of the measured weights, byte "
                        + "for byte");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "other.zip")
    @MojoParameter(name = "candidate", value = FOLDER + "other")
    void soIsTheGraphOfAnotherModelAlthoughEveryDigestHolds(VerifyMojo mojo) {
        assertBroken(mojo, "model.onnx is not the graph of the weights that are measured");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = "no/such.zip")
    void aBundleThatIsNotThereIsNamedWithBothFormsThatItMayHave(VerifyMojo mojo) {
        assertBroken(
                mojo,
                "There is no evidence bundle",
                "no/such.zip",
                "groupId:artifactId[:extension[:classifier]]:version");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = FOLDER + "passing.zip")
    @MojoParameter(name = "baseline", value = "no/such/baseline.json")
    void aBaselineFileThatIsNamedMustBeThere(VerifyMojo mojo) {
        assertBroken(mojo, "There is no baseline file", "no/such/baseline.json");
    }

    private static void assertBroken(VerifyMojo mojo, String... parts) {
        assertThatThrownBy(mojo::execute)
                .isInstanceOf(MojoExecutionException.class)
                .hasMessageContainingAll(parts);
    }
}
