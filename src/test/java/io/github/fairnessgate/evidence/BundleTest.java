package io.github.fairnessgate.evidence;

import static io.github.fairnessgate.evidence.SampleEvidence.DAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.StoredZip;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.model.GivenModel;
import io.github.fairnessgate.report.GateReliabilityFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a bundle holds, and what is said of one that nobody changed. */
@Tag("native")
class BundleTest {

    @TempDir
    static Path models;

    private static SampleEvidence sample;

    @TempDir
    Path folder;

    private Path zip;
    private int scratches;

    @BeforeAll
    static void compress() throws IOException {
        sample = SampleEvidence.in(models);
    }

    @BeforeEach
    void name() {
        zip = folder.resolve("evidence.zip");
    }

    @Test
    void everythingThatTheVerdictFollowsFromIsInIt() throws IOException {
        Path unpacked = unpacked(write(sample.toxicAfter(180)));

        JsonNode manifest = json(unpacked.resolve("manifest.json"));
        assertThat(manifestSchema().validate(manifest)).isEmpty();
        assertThat(manifest.get("entries").fieldNames())
                .toIterable()
                .containsExactly(
                        "compression/compression.json",
                        "compression/mlbom.cdx.json",
                        "evaluation/baseline.json",
                        "evaluation/candidate.json",
                        "evaluation/items/baseline-sense.jsonl",
                        "evaluation/items/baseline-toxic.jsonl",
                        "evaluation/items/candidate-sense.jsonl",
                        "evaluation/items/candidate-toxic.jsonl",
                        "mlbom.cdx.json",
                        "report.html",
                        "report.json",
                        "thresholds.yaml");
        for (var entry : manifest.get("entries").properties()) {
            assertThat(entry.getValue().get("sha256").asText())
                    .isEqualTo(Digests.sha256(unpacked.resolve(entry.getKey())));
            assertThat(entry.getValue().get("bytes").asLong()).isEqualTo(Files.size(unpacked.resolve(entry.getKey())));
        }
        assertThat(Files.readString(unpacked.resolve("manifest.sha256")))
                .isEqualTo(Digests.sha256(unpacked.resolve("manifest.json")) + "  manifest.json\n");
        assertThat(manifest.get("verdict").asText()).isEqualTo("FAIL");
        assertThat(manifest.get("passed").asBoolean()).isFalse();
        assertThat(manifest.get("parameters").toString())
                .isEqualTo(
                        "{\"seed\":20220121,\"alpha\":0.05,\"onInconclusive\":\"fail\",\"allowUnderpowered\":false}");
        assertThat(manifest.get("day").isNull()).isTrue();
        JsonNode candidate = manifest.get("candidate");
        assertThat(candidate.get("digest").asText())
                .isEqualTo(sample.compressed().digest());
        assertThat(candidate.get("files").get("model.safetensors").asText())
                .isEqualTo(Digests.sha256(sample.compressed().path().resolve("model.safetensors")));
        assertThat(candidate.get("deciding").toString())
                .isEqualTo("[\"config.json\",\"model.safetensors\",\"tokenizer.json\"]");
        assertThat(candidate.get("verified").toString())
                .isEqualTo(
                        "{\"compression.json\":\"record\",\"dense/config.json\":\"twin\",\"dense/model.safetensors\":\"twin\","
                                + "\"dense/tokenizer.json\":\"twin\",\"mlbom.cdx.json\":\"record\",\"model.onnx\":\"graph\"}");
        assertThat(json(unpacked.resolve("report.json")).at("/shipped/unverified"))
                .isEmpty();
        assertThat(json(unpacked.resolve("report.json")).at("/shipped/verified"))
                .isEqualTo(candidate.get("verified"));
        assertThat(manifest.at("/baseline/files").fieldNames())
                .toIterable()
                .containsExactly("config.json", "model.safetensors", "tokenizer.json");
        assertThat(Files.readString(unpacked.resolve("thresholds.yaml"))).isEqualTo(SampleEvidence.THRESHOLDS);
        assertThat(Files.readAllBytes(unpacked.resolve("compression/compression.json")))
                .isEqualTo(Files.readAllBytes(sample.compressed().path().resolve("compression.json")));
    }

    @Test
    void theSameEvidenceGivesTheSameBytesAndNamesNoPlaceNoTimeAndNobody() throws IOException {
        byte[] first = Files.readAllBytes(write(sample.acceptedToxicAfter(180)));
        byte[] second = Files.readAllBytes(write(sample.acceptedToxicAfter(180)));

        assertThat(second).isEqualTo(first);
        String text = new String(first, StandardCharsets.ISO_8859_1);
        assertThat(text).doesNotContain(folder.toString(), models.toString(), System.getProperty("user.dir"));
        assertThat(text)
                .doesNotContainPattern("\\b"
                        + java.util.regex.Pattern.quote(
                                InetAddress.getLocalHost().getHostName()) + "\\b");
    }

    @Test
    void aSoundBundleIsFoundToBeSoundWhateverItsVerdict() throws IOException {
        for (int toxic : new int[] {60, 100, 125, 180}) {
            Evidence evidence = sample.toxicAfter(toxic);
            VerifiedBundle verified = read(write(evidence));

            assertThat(verified.report().gate().verdict())
                    .isEqualTo(toxic <= 100 ? Verdict.PASS : toxic == 125 ? Verdict.INCONCLUSIVE : Verdict.FAIL);
            assertThat(verified.evidence()).isEqualTo(evidence);
            assertThat(verified.notes()).isEmpty();
        }
    }

    @Test
    void aCandidateOfUnknownOriginHasABundleToo() throws IOException {
        Path written = write(SampleEvidence.withoutCompression(sample.toxicAfter(100)));

        assertThat(read(written).report().gate().verdict()).isEqualTo(Verdict.PASS);
        Path unpacked = unpacked(written);
        assertThat(unpacked.resolve("compression")).doesNotExist();
        JsonNode bom = json(unpacked.resolve("mlbom.cdx.json"));
        assertThat(schema().validate(bom)).isEmpty();
        assertThat(bom.get("components"))
                .hasSize(sample.toxicAfter(100).candidateModel().files().size());
    }

    @Test
    void theBillOfMaterialsHasTheResultsAndIsValidAsCycloneDx16Says() throws IOException {
        JsonNode bom = json(unpacked(write(sample.acceptedToxicAfter(180))).resolve("mlbom.cdx.json"));

        assertThat(schema().validate(bom)).isEmpty();
        JsonNode card = bom.at("/metadata/component/modelCard");
        assertThat(card.at("/modelParameters/modelArchitecture").asText()).isEqualTo("GPT2LMHeadModel");
        JsonNode metrics = card.at("/quantitativeAnalysis/performanceMetrics");
        assertThat(StreamSupport.stream(metrics.spliterator(), false)
                        .map(metric -> metric.get("type").asText()))
                .startsWith("parameters", "zeros", "bytes", "layers")
                .endsWith(
                        "toxic.share/plain",
                        "toxic.share/plain, increase of harm over the original",
                        "toxic.share/plain",
                        "toxic.share/plain, increase of harm over the original",
                        "sense.share/plain",
                        "sense.share/plain, increase of harm over the original");
        JsonNode change = metrics.get(metrics.size() - 5);
        assertThat(change.get("value").asText()).isEqualTo("8");
        assertThat(change.get("slice").asText()).isEqualTo("all");
        // Tango's interval of 80 of 1,000, as in the build log of the same numbers.
        assertThat(change.at("/confidenceInterval/lowerBound").asDouble()).isCloseTo(6.7, offset(0.05));
        assertThat(change.at("/confidenceInterval/upperBound").asDouble()).isCloseTo(9.5, offset(0.05));
        assertThat(card.at("/considerations/fairnessAssessments/0/harms").asText())
                .contains("10.0 -> 18.0");
        assertThat(card.at("/considerations/fairnessAssessments/0/mitigationStrategy")
                        .asText())
                .startsWith("FAIL: ");
        assertThat(card.at("/considerations/fairnessAssessments/1/groupAtRisk").asText())
                .isEqualTo("women");
        assertThat(card.at("/considerations/performanceTradeoffs/0").asText())
                .startsWith("sense.share/plain")
                .contains("PASS");
        assertThat(card.at("/considerations/ethicalConsiderations/0/mitigationStrategy")
                        .asText())
                .contains(sample.original().digest(), "PASS, 1 of 2 rules failed, accepted by exceptions");
        assertThat(card.at("/considerations/ethicalConsiderations/1/mitigationStrategy")
                        .asText())
                .isEqualTo("Until 2026-06-10: see issue 12");
        JsonNode wrong = bom.deepCopy();
        ((ObjectNode) wrong.at("/metadata/component/modelCard/considerations/fairnessAssessments/0"))
                .put("group", "no such key");
        assertThat(schema().validate(wrong)).isNotEmpty();
    }

    @Test
    void exceptionsAreJudgedByTheDayOfTheBuildAndItIsSaidWhenTheyAreOver() throws IOException {
        Path written = write(sample.acceptedToxicAfter(180));

        JsonNode manifest = json(unpacked(written).resolve("manifest.json"));
        assertThat(manifestSchema().validate(manifest)).isEmpty();
        assertThat(manifest.get("day").asText()).isEqualTo("2026-06-01");
        ((ObjectNode) manifest).remove("parameters");
        assertThat(manifestSchema().validate(manifest)).hasSize(1);
        VerifiedBundle inTime = VerifiedBundle.read(written, "1.0", DAY.plusDays(9), scratch());
        assertThat(inTime.report().gate().verdict()).isEqualTo(Verdict.PASS);
        assertThat(inTime.notes()).isEmpty();
        assertThat(VerifiedBundle.read(written, "1.0", DAY.plusDays(10), scratch())
                        .notes())
                .containsExactly("the exception for toxic.share/plain was judged on 2026-06-01 and is over since "
                        + "2026-06-10: today the rule would decide.");
        assertThatThrownBy(() -> VerifiedBundle.read(written, "1.0", DAY.minusDays(1), scratch()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "exceptions were judged by the day 2026-06-01, which is in the future: today is 2026-05-31");
    }

    @Test
    void aBundleOfAnotherBuildIsJudgedAndWhatCannotBeComparedIsSaid() throws IOException {
        Path written = write(SampleEvidence.madeBy("0.9", sample.toxicAfter(100)));

        assertThat(read(written).notes())
                .singleElement()
                .asString()
                .contains(
                        "report.html and mlbom.cdx.json were not compared, because 0.9 made the bundle and this is 1.0");
    }

    @Test
    void aModelThatChangedSinceItWasMeasuredHasNoBundle() throws IOException {
        Evidence evidence = sample.toxicAfter(100);
        ModelRecord other = ModelRecord.all("target/fairness/compressed", GivenModel.of(sample.original()));

        assertThatThrownBy(() -> new Evidence(
                        "1.0",
                        "1.0",
                        "t",
                        evidence.thresholds(),
                        Optional.empty(),
                        Optional.empty(),
                        evidence.looks(),
                        evidence.baselineModel(),
                        other,
                        Optional.empty(),
                        GateReliabilityFiles.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("it changed after the measurement");
    }

    @Test
    void whatCannotBeWrittenLeavesNothingBehind() throws IOException {
        Evidence broken = sample.evidence(
                100,
                "version: 1\nrules: [{metric: unknown.metric, maxIncrease: 3}]\n",
                Optional.empty(),
                Optional.empty());

        assertThatThrownBy(() -> write(broken)).isInstanceOf(InvalidInputException.class);
        assertThat(zip).doesNotExist();
    }

    private Path write(Evidence evidence) {
        Bundle.write(zip, scratch(), evidence);
        return zip;
    }

    private VerifiedBundle read(Path bundle) {
        return VerifiedBundle.read(bundle, "1.0", DAY, scratch());
    }

    private Path unpacked(Path bundle) {
        Path target = scratch();
        StoredZip.extract(bundle, target);
        return target;
    }

    private Path scratch() {
        try {
            return Files.createDirectories(folder.resolve("scratch-" + scratches++));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static JsonNode json(Path file) throws IOException {
        return Json.MAPPER.readTree(file.toFile());
    }

    private static JsonSchema manifestSchema() throws IOException {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Json.MAPPER.readTree(Manifest.class.getResourceAsStream("manifest.schema.json")));
    }

    /** The three files of the schema, of which the first refers to the others. */
    private static JsonSchema schema() {
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V7,
                builder -> builder.schemaMappers(
                        mappers -> mappers.mapPrefix("http://cyclonedx.org/schema/", "classpath:fixtures/cyclonedx/")));
        return factory.getSchema(
                SchemaLocation.of("http://cyclonedx.org/schema/bom-1.6.SNAPSHOT.schema.json"),
                SchemaValidatorsConfig.builder().build());
    }
}
