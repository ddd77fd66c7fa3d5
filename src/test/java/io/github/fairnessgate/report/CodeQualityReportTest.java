package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The form that GitLab's documentation describes: every key, a known severity, different fingerprints. */
class CodeQualityReportTest {

    private static final Set<String> SEVERITIES = Set.of("info", "minor", "major", "critical", "blocker");

    @TempDir
    Path folder;

    private JsonNode written(Report report) throws IOException {
        Path file = folder.resolve("gl-code-quality-report.json");
        CodeQualityReport.write(file, report);
        return Json.MAPPER.readTree(file.toFile());
    }

    @Test
    void whatDidNotPassIsAtTheLineOfItsRule() throws IOException {
        JsonNode findings = written(SampleReports.report(
                "fail", 700, Optional.of(new Report.Source("config/my thresholds.yaml", OptionalInt.empty()))));
        Set<String> fingerprints = new TreeSet<>();
        for (JsonNode finding : findings) {
            assertThat(finding.properties())
                    .extracting(property -> property.getKey())
                    .containsExactlyInAnyOrder("description", "check_name", "fingerprint", "severity", "location");
            assertThat(SEVERITIES).contains(finding.get("severity").asText());
            assertThat(finding.get("description").asText()).isNotBlank().doesNotContain("\n");
            assertThat(finding.at("/location/path").asText()).isEqualTo("config/my thresholds.yaml");
            assertThat(finding.at("/location/lines/begin").asInt()).isPositive();
            fingerprints.add(finding.get("fingerprint").asText());
        }
        assertThat(StreamSupport.stream(findings.spliterator(), false)
                        .map(finding -> finding.get("severity").asText()))
                .containsExactly("critical", "minor", "critical");
        assertThat(fingerprints).hasSize(findings.size());
        assertThat(findings.at("/0/location/lines/begin").asInt()).isEqualTo(4);
    }

    /** GitLab shows no finding without a place. */
    @Test
    void withoutAFileEveryFindingStillHasAPlace() throws IOException {
        JsonNode findings = written(SampleReports.report("fail", 700, Optional.empty()));
        assertThat(findings)
                .hasSize(3)
                .allSatisfy(finding ->
                        assertThat(finding.at("/location/path").asText()).isEqualTo("pom.xml"));
    }
}
