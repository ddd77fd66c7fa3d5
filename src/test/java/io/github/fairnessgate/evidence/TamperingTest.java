package io.github.fairnessgate.evidence;

import static io.github.fairnessgate.evidence.SampleEvidence.DAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.Archives;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.FileSums;
import io.github.fairnessgate.file.StoredZip;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.gate.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bundle that somebody changed: without care, with all digests put right, and so well that only a signature could
 * tell.
 */
@Tag("native")
class TamperingTest {

    @TempDir
    static Path models;

    private static SampleEvidence sample;
    private static Path bundle;

    @TempDir
    Path folder;

    private Path content;
    private int scratches;

    @BeforeAll
    static void compress() throws IOException {
        sample = SampleEvidence.in(models);
        bundle = models.resolve("evidence.zip");
        Bundle.write(
                bundle,
                Files.createDirectories(models.resolve("scratch")),
                sample.evidence(180, SampleEvidence.THRESHOLDS, noExceptions(), Optional.empty()));
    }

    /** The content of a bundle whose verdict is FAIL, and which has every kind of entry. */
    @BeforeEach
    void unpack() throws IOException {
        content = scratch();
        StoredZip.extract(bundle, content);
    }

    @Test
    void unpackedAndPackedAgainItIsSoundEvenIfEveryDigestIsComputedAnew() throws IOException {
        assertThat(packed()).hasSameBinaryContentAs(bundle);
        correctDigests();
        assertThat(verify(packed()).report().gate().verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void oneFlippedBitInAnyEntryIsFound() throws IOException {
        assertThat(FileSums.of(content)).hasSize(15);
        for (String name : FileSums.of(content).keySet()) {
            byte[] bytes = Files.readAllBytes(content.resolve(name));
            for (int place : new int[] {0, bytes.length / 2, bytes.length - 1}) {
                byte[] flipped = bytes.clone();
                flipped[place] ^= 1;
                Files.write(content.resolve(name), flipped);
                assertThatThrownBy(() -> verify(packed()))
                        .as(name + " at " + place)
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining(
                                name.startsWith("manifest")
                                        ? "manifest."
                                        : "the entry " + name + " has " + bytes.length + " bytes with the digest "
                                                + Digests.sha256(flipped));
            }
            Files.write(content.resolve(name), bytes);
        }
    }

    @Test
    void anEntryMoreOrLessIsFound() throws IOException {
        for (String name : FileSums.of(content).keySet()) {
            byte[] bytes = Files.readAllBytes(content.resolve(name));
            Files.delete(content.resolve(name));
            assertRefused(
                    name.startsWith("manifest")
                            ? "manifest."
                            : "lacks the entry " + name + ", which its manifest lists");
            Files.write(content.resolve(name), bytes);
        }
        Files.writeString(content.resolve("extra.txt"), "more");
        assertRefused("has the entry extra.txt, which its manifest does not list");
        correctDigests();
        assertRefused("the entry extra.txt does not belong in a bundle");
    }

    @Test
    void anEntryThatIsTakenOutOfTheManifestTooIsMissed() throws IOException {
        for (String name : List.of(
                "report.html",
                "mlbom.cdx.json",
                "report.json",
                "thresholds.yaml",
                "compression/compression.json",
                "evaluation/items/candidate-toxic.jsonl",
                "evaluation/candidate.json")) {
            byte[] bytes = Files.readAllBytes(content.resolve(name));
            Files.delete(content.resolve(name));
            correctDigests();
            assertRefused(name.substring(name.lastIndexOf('/') + 1));
            Files.write(content.resolve(name), bytes);
        }
    }

    @Test
    void theExceptionsCannotBeTakenOutUnnoticed() throws IOException {
        Path zip = folder.resolve("accepted.zip");
        Bundle.write(zip, scratch(), sample.acceptedToxicAfter(180));
        AtomicFiles.delete(content);
        Files.createDirectories(content);
        StoredZip.extract(zip, content);
        Files.delete(content.resolve("baseline-file.json"));
        correctDigests();
        assertRefused(
                "The day by which exceptions are judged is 2026-06-01, but that day must be there if the baseline "
                        + "file has exceptions, and only then");
        manifest(manifest -> manifest.putNull("day"));
        assertRefused("report.json says PASS, but the items and the thresholds in the bundle give FAIL");
    }

    @Test
    void anotherVerdictInTheReportIsFoundThoughEveryDigestHolds() throws IOException {
        report(report -> report.put("verdict", "PASS").put("passed", true));
        manifest(manifest -> manifest.put("verdict", "PASS").put("passed", true));

        assertRefused("report.json says PASS, but the items and the thresholds in the bundle give FAIL");
    }

    @Test
    void anotherVerdictInTheManifestIsFound() throws IOException {
        manifest(manifest -> manifest.put("verdict", "PASS").put("passed", true));

        assertRefused("manifest.json states PASS, passed true");
    }

    @Test
    void anotherNumberInTheReportIsFound() throws IOException {
        report(report -> ((ObjectNode) report.at("/rules/0/change/interval")).put("high", 2.5));
        assertRefused("in report.json, rules[0].change.interval.high is 2.5, but the items give 9.5");
        report(report -> ((ObjectNode) report.at("/rules/0")).remove("change"));
        assertRefused("in report.json, rules[0].change is missing, but the items give");
    }

    @Test
    void roundingErrorsOfAnotherMachineAreNoChange() throws IOException {
        report(report -> {
            ObjectNode interval = (ObjectNode) report.at("/rules/0/change/interval");
            interval.put("high", Math.nextUp(interval.get("high").doubleValue()));
        });
        assertRefused("in mlbom.cdx.json, serialNumber"); // is made of the report's digest
        json(
                "mlbom.cdx.json",
                bom -> bom.put(
                        "serialNumber",
                        "urn:uuid:"
                                + UUID.nameUUIDFromBytes(
                                        (sample.compressed().digest() + Digests.sha256(content.resolve("report.json")))
                                                .getBytes(StandardCharsets.UTF_8))));
        assertThat(verify(packed()).report().gate().verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void otherThresholdsAreFound() throws IOException {
        edit("thresholds.yaml", text -> text.replace("maxIncrease: 3", "maxIncrease: 30"));

        assertRefused("report.json says FAIL, but the items and the thresholds in the bundle give PASS");
    }

    @Test
    void aLimitThatChangesNoVerdictIsFoundToo() throws IOException {
        edit("thresholds.yaml", text -> text.replace("maxIncrease: 3", "maxIncrease: 4"));

        assertRefused("in report.json, rules[0].limits.maxIncrease is 3, but the items give 4");
    }

    @Test
    void otherOutcomesAreFound() throws IOException {
        String items = "evaluation/items/candidate-toxic.jsonl";
        edit(
                items,
                text -> text.replace(
                        "\"outcomes\":{\"toxic.share/plain\":1.0}", "\"outcomes\":{\"toxic.share/plain\":0.0}"));
        assertRefused(items + " is missing or not the file that");
        json(
                "evaluation/candidate.json",
                summary -> ((ObjectNode) summary.at("/items/toxic"))
                        .put("sha256", Digests.sha256(content.resolve(items))));
        assertRefused("in the evaluation of the candidate, toxic.share/plain all is stated as 18.0 of 1000, but the "
                + "items give 0.0 of 1000");
        json(
                "evaluation/candidate.json",
                summary -> summary.get("values").forEach(value -> {
                    if (value.get("metric").asText().startsWith("toxic")) {
                        ((ObjectNode) value).put("value", 0.);
                    }
                }));
        assertRefused("report.json says FAIL, but the items and the thresholds in the bundle give PASS");
    }

    @Test
    void itemsOfAnotherPlaceAreNotRead() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret.jsonl"), "");
        json(
                "evaluation/candidate.json",
                summary -> ((ObjectNode) summary.at("/items/toxic"))
                        .put("file", "../../../secret.jsonl")
                        .put("sha256", Digests.sha256(secret)));

        assertRefused("names ../../../secret.jsonl, which is not in its folder of items");
    }

    @Test
    void anotherModelIsFound() throws IOException {
        manifest(manifest -> ((ObjectNode) manifest.at("/candidate/files")).put("model.safetensors", "0".repeat(64)));
        assertRefused("the digest of the candidate is stated as "
                + sample.compressed().digest() + ", but its files give ");
        manifest(manifest -> {
            ObjectNode candidate = (ObjectNode) manifest.get("candidate");
            candidate.set("files", manifest.at("/baseline/files"));
            candidate.set("deciding", manifest.at("/baseline/deciding"));
            candidate.putObject("verified");
            candidate.set("digest", manifest.at("/baseline/digest"));
        });
        assertRefused("The candidate has the digest " + sample.original().digest() + ", but the measured model had "
                + sample.compressed().digest());
    }

    @Test
    void anotherCompressionIsFound() throws IOException {
        edit("compression/compression.json", text -> text.replace("head-pruning", "quantization"));

        assertRefused("The candidate's file compression.json does not have the recorded SHA-256 ");
    }

    @Test
    void theCompressionOfAnotherModelIsFoundThoughItsDigestIsPutRightAmongTheCandidatesFiles() throws IOException {
        edit(
                "compression/compression.json",
                text -> text.replace(sample.compressed().digest(), "0".repeat(64)));
        manifest(manifest -> ((ObjectNode) manifest.at("/candidate/files"))
                .put("compression.json", Digests.sha256(content.resolve("compression/compression.json"))));

        assertRefused("compression: output.digest of compression.json is " + "0".repeat(64)
                + ", but the digest of the model is " + sample.compressed().digest());
    }

    @Test
    void anotherDigestOfAFileThatDoesNotDecideContradictsTheBillsOfMaterials() throws IOException {
        manifest(manifest -> ((ObjectNode) manifest.at("/candidate/files")).put("model.onnx", "0".repeat(64)));
        assertRefused("compression: the digest of the file model.onnx in mlbom.cdx.json is "
                + Digests.sha256(sample.compressed().path().resolve("model.onnx")) + ", but that of the file is "
                + "0".repeat(64));
        manifest(manifest -> ((ObjectNode) manifest.at("/candidate/files")).remove("model.onnx"));
        assertRefused("candidate.verified says of model.onnx that it is the ONNX graph of the measured weights");
        manifest(manifest -> ((ObjectNode) manifest.at("/candidate/verified")).remove("model.onnx"));
        assertRefused("the digest of the file model.onnx in mlbom.cdx.json is ");
    }

    @Test
    void filesThatNobodyComparedAreNotTakenForVerifiedOnes() throws IOException {
        String before = Files.readString(content.resolve("manifest.json"));
        for (String proof : List.of("graph", "twin", "tokenizer", "pickle", "record", "original")) {
            manifest(manifest -> {
                ((ObjectNode) manifest.at("/candidate/files")).put("evil.py", "0".repeat(64));
                ((ObjectNode) manifest.at("/candidate/verified")).put("evil.py", proof);
            });
            assertRefused("candidate.verified says of evil.py that it is ");
            Files.writeString(content.resolve("manifest.json"), before);
        }
        manifest(manifest -> ((ObjectNode) manifest.at("/candidate/files")).put("evil.py", "0".repeat(64)));
        assertRefused("in report.json, shipped.unverified");
        Files.writeString(content.resolve("manifest.json"), before);
        manifest(manifest -> {
            ((ObjectNode) manifest.at("/candidate/files")).put("other.onnx", "0".repeat(64));
            ((ObjectNode) manifest.at("/candidate/verified")).put("other.onnx", "graph");
        });
        assertRefused("the digest of the file other.onnx in mlbom.cdx.json is missing");
    }

    @Test
    void inventedFilesOfTheOriginalAreFound() throws IOException {
        manifest(manifest -> ((ObjectNode) manifest.at("/baseline/files")).put("README.md", "0".repeat(64)));
        assertRefused(
                "baseline.files names README.md, which was neither measured nor compared with a file of the candidate");
        manifest(manifest -> {
            ((ObjectNode) manifest.at("/baseline/files")).remove("README.md");
            ((ObjectNode) manifest.at("/baseline/verified")).put("config.json", "record");
        });
        assertRefused("baseline.verified names config.json, but nothing is shipped with the baseline");
    }

    /** Everything that follows is put right, the reports too, as far as somebody can who does not run the plugin. */
    @Test
    void billsOfMaterialsThatContradictTheRecordOfTheCompressionAreFoundByField() throws IOException {
        ObjectNode bom = (ObjectNode) Json.MAPPER.readTree(
                content.resolve("compression/mlbom.cdx.json").toFile());
        assertContradiction(
                bom,
                "/metadata/component/properties/0",
                "value",
                "the property fairness-maven-plugin:model:sha256 of mlbom.cdx.json is [x]");
        assertContradiction(
                bom,
                "/metadata/component/properties/1",
                "value",
                "the property fairness-maven-plugin:recipe of mlbom.cdx.json is [x], but recipe.name of "
                        + "compression.json is [recipe.yaml]");
        assertContradiction(
                bom,
                "/metadata/component/properties/2",
                "value",
                "the property fairness-maven-plugin:recipe:sha256 of");
        assertContradiction(
                bom,
                "/metadata/component/properties/3",
                "value",
                "the property fairness-maven-plugin:seed of mlbom.cdx.json is [x], but seed of compression.json is [3]");
        assertContradiction(
                bom, "/metadata/component/properties/4", "value", "the property fairness-maven-plugin:device of");
        assertContradiction(
                bom,
                "/metadata/component/properties/5",
                "value",
                "the property fairness-maven-plugin:stage of mlbom.cdx.json is [x], but stages of compression.json "
                        + "is [head-pruning]");
        assertContradiction(
                bom,
                "/metadata/component/pedigree/ancestors/0/properties/0",
                "value",
                "but input.digest of compression.json is");
        assertContradiction(
                bom,
                "/metadata/component/pedigree/ancestors/0/properties/1",
                "value",
                "but input.parameters of compression.json is");
        for (int metric = 0; metric < 4; metric++) {
            assertContradiction(
                    bom,
                    "/metadata/component/modelCard/quantitativeAnalysis/performanceMetrics/" + metric,
                    "value",
                    "the performance metric ");
        }
        assertContradiction(bom, "/metadata/tools/components/1", "version", "the version of ");
        assertContradiction(
                bom,
                "/components/0",
                "name",
                "the name of text-1 of mlbom.cdx.json is x, but text.sources of compression.json is text.txt");
        assertContradiction(bom, "/components/0/hashes/0", "content", "the digest of text-1 of mlbom.cdx.json is x");
        assertContradiction(
                bom,
                "/components/1/hashes/0",
                "content",
                "the digest of the file compression.json in mlbom.cdx.json is x");
        assertContradiction(bom, "/components/1", "name", "the digest of the file x in mlbom.cdx.json is ");
        assertContradiction(
                bom, "/components/1", "type", "the digest of the file compression.json in mlbom.cdx.json is missing");
    }

    private void assertContradiction(ObjectNode bom, String place, String key, String why) throws IOException {
        ObjectNode changed = bom.deepCopy();
        assertThat(changed.at(place).isObject()).as(place).isTrue();
        ((ObjectNode) changed.at(place)).put(key, "x");
        unpack();
        Files.writeString(content.resolve("compression/mlbom.cdx.json"), changed.toPrettyString());
        manifest(manifest -> ((ObjectNode) manifest.at("/candidate/files"))
                .put("mlbom.cdx.json", Digests.sha256(content.resolve("compression/mlbom.cdx.json"))));
        assertRefused(why);
    }

    @Test
    void theBillWithTheResultsHasToBeAboutTheSameFilesWhateverVersionMadeIt() throws IOException {
        json(
                "mlbom.cdx.json",
                bom -> bom.get("components").forEach(component -> {
                    if (component.get("name").asText().equals("model.onnx")) {
                        ((ObjectNode) component.at("/hashes/0")).put("content", "0".repeat(64));
                    }
                }));
        manifest(manifest -> manifest.put("build", "0.1"));
        assertRefused("the bundle: the digest of the file model.onnx in mlbom.cdx.json is " + "0".repeat(64));
    }

    @Test
    void aPageOrBillThatSaysOtherwiseIsFound() throws IOException {
        edit("report.html", text -> text.replace("FAIL", "PASS"));
        assertRefused("report.html is not the page of this report");
        unpack();
        edit("mlbom.cdx.json", text -> text.replace("\"FAIL\"", "\"PASS\""));
        assertRefused("in mlbom.cdx.json, metadata.component");
    }

    @Test
    void theSelfTestIsKeptWithTheVerdictAndCannotBeChangedOrTakenOutAlone() throws IOException {
        packed(sample.withSelfTest(sample.toxicAfter(100), SampleEvidence.THRESHOLDS, 300));
        VerifiedBundle verified = verify(packed());
        assertThat(verified.report().tests().selfTest().orElseThrow().passed()).isTrue();
        assertThat(Files.readString(content.resolve("report.html"))).contains("Self-test passed");

        json(
                "gate-tests/self-test.json",
                test -> test.put("passed", false).putArray("problems").add("The gate does not notice harm."));
        assertRefused("in report.json, gateTests.selfTest.passed is true, but the items give false");
        packed(verified.evidence());
        report(report -> report.remove("gateTests"));
        assertRefused("gateTests is missing");
        packed(verified.evidence());
        AtomicFiles.delete(content.resolve("gate-tests"));
        correctDigests();
        assertRefused("in report.json, gateTests is there, but does not follow from the items");
    }

    @Test
    void aSelfTestThatFailedCannotBeTakenOut() throws IOException {
        String blind = SampleEvidence.THRESHOLDS.replace("maxIncrease: 3", "maxIncrease: 30");
        packed(sample.withSelfTest(sample.evidence(180, blind, Optional.empty(), Optional.empty()), blind, 300));
        assertThat(verify(packed()).report().tests().warnings())
                .singleElement()
                .asString()
                .contains("The gate does not notice harm");
        json("gate-tests/self-test.json", test -> test.put("passed", true).putArray("problems"));
        assertRefused("in report.json, gateTests.");
    }

    @Test
    void aSelfTestOfOtherThresholdsIsCalledThatInTheBundleToo() throws IOException {
        packed(sample.withSelfTest(
                sample.toxicAfter(100), SampleEvidence.THRESHOLDS.replace("maxIncrease: 3", "maxIncrease: 4"), 300));
        VerifiedBundle verified = verify(packed());
        assertThat(verified.report().tests().selfTest()).isEmpty();
        assertThat(verified.report().tests().notes())
                .singleElement()
                .asString()
                .startsWith("self-test.json is about different thresholds");
    }

    private void packed(Evidence evidence) throws IOException {
        Path zip = folder.resolve("tested.zip");
        Bundle.write(zip, scratch(), evidence);
        AtomicFiles.delete(content);
        Files.createDirectories(content);
        StoredZip.extract(zip, content);
    }

    @Test
    void otherFormatsAreRefusedWithTheVersionThatReadsThem() throws IOException {
        manifest(manifest -> manifest.put("format", 3).put("plugin", "7.0"));
        assertRefused(
                "has the format 3, made by version 7.0 of the plugin; this version reads format 2: verify it with "
                        + "the version that made it");
        unpack();
        report(report -> report.put("schemaVersion", 2));
        assertRefused("report.json has the schemaVersion 2, and this version of the plugin writes 1; verify the bundle "
                + "with version 1.0, which made it");
        unpack();
        manifest(manifest -> manifest.remove("candidate"));
        assertRefused("manifest.json is not a manifest");
    }

    @Test
    void aBundleThatSaysItIsOfAnotherBuildIsJudgedAllTheSame() throws IOException {
        report(report -> report.put("verdict", "PASS").put("passed", true));
        manifest(manifest -> manifest.put("verdict", "PASS").put("passed", true).put("build", "0.1"));

        assertRefused("report.json says PASS, but the items and the thresholds in the bundle give FAIL; the bundle was "
                + "changed after it was made, or 0.1");
    }

    /** Why bundles have to be signed, and what the verifier's own thresholds are for. */
    @Test
    void whoWritesEverythingAnewIsNotFoundOutButTheVerifiersOwnThresholdsStillDecide() throws IOException {
        Path forged = folder.resolve("forged.zip");
        Bundle.write(
                forged,
                scratch(),
                sample.evidence(
                        180,
                        SampleEvidence.THRESHOLDS.replace("maxIncrease: 3", "maxIncrease: 30"),
                        noExceptions(),
                        Optional.empty()));

        VerifiedBundle verified = verify(forged);
        assertThat(verified.report().gate().verdict()).isEqualTo(Verdict.PASS);
        assertThat(Gate.decide(
                                ThresholdsReader.read(SampleEvidence.THRESHOLDS, "own.yaml"),
                                verified.evidence().looks().get(0).baseline(),
                                verified.evidence().looks().get(0).candidate())
                        .verdict())
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void whatIsNoBundleIsSaidToBeNone() throws IOException {
        Path text = Files.writeString(folder.resolve("text.zip"), "no zip at all");
        assertThatThrownBy(() -> verify(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(text + " cannot be read as a zip: ");
        AtomicFiles.delete(content);
        Files.createDirectories(content);
        Files.writeString(content.resolve("config.json"), "{}");
        assertRefused("has no manifest.json: it is not an evidence bundle");
    }

    private static Optional<String> noExceptions() {
        return Optional.of("""
                {"version": 1, "original": {"digest": "%s", "name": "original"}, "slack": 0.5, "data": {}, "values": [], "exceptions": []}
                """.formatted(sample.original().digest()));
    }

    private void assertRefused(String why) {
        assertThatThrownBy(() -> verify(packed()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(why)
                .hasMessageEndingWith(".")
                .hasMessageNotContainingAny("scratch-");
    }

    private VerifiedBundle verify(Path zip) throws IOException {
        return VerifiedBundle.read(zip, "1.0", DAY, scratch());
    }

    private Path packed() {
        return Archives.writeZip(content, folder.resolve("changed.zip"));
    }

    private void report(Consumer<ObjectNode> change) throws IOException {
        json("report.json", change);
    }

    private void json(String name, Consumer<ObjectNode> change) throws IOException {
        ObjectNode json =
                (ObjectNode) Json.MAPPER.readTree(content.resolve(name).toFile());
        change.accept(json);
        Files.writeString(content.resolve(name), json.toPrettyString());
        correctDigests();
    }

    private void edit(String name, UnaryOperator<String> change) throws IOException {
        String before = Files.readString(content.resolve(name));
        String after = change.apply(before);
        assertThat(after).isNotEqualTo(before);
        Files.writeString(content.resolve(name), after);
        correctDigests();
    }

    /** As somebody would who knows how a bundle is made. */
    private void correctDigests() throws IOException {
        manifest(manifest -> {});
    }

    private void manifest(Consumer<ObjectNode> change) throws IOException {
        ObjectNode manifest = (ObjectNode)
                Json.MAPPER.readTree(content.resolve("manifest.json").toFile());
        JsonNode entries = Json.MAPPER.valueToTree(Manifest.entries(content));
        manifest.set("entries", entries);
        change.accept(manifest);
        Files.writeString(content.resolve("manifest.json"), manifest.toPrettyString());
        Files.writeString(
                content.resolve("manifest.sha256"),
                Digests.sha256(content.resolve("manifest.json")) + "  manifest.json\n");
    }

    private Path scratch() throws IOException {
        return Files.createDirectories(folder.resolve("scratch-" + scratches++));
    }
}
