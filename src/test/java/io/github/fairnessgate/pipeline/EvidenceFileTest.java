package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.baseline.BaselineFile;
import io.github.fairnessgate.baseline.BaselineUpdate;
import io.github.fairnessgate.baseline.Loosening;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evidence.VerifiedBundle;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.maven.ToxicTexts;
import io.github.fairnessgate.report.GateReliabilityFiles;
import io.github.fairnessgate.report.Identity;
import io.github.fairnessgate.result.BaselineSource;
import io.github.fairnessgate.result.EvidenceFile;
import io.github.fairnessgate.result.ReportFiles;
import io.github.fairnessgate.result.ThresholdsSource;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundle that a build leaves. */
class EvidenceFileTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 6, 1);

    @TempDir
    Path project;

    private final List<Path> attached = new ArrayList<>();
    private Path output;

    @BeforeEach
    void thresholds() throws IOException {
        output = Files.createDirectories(project.resolve("target/fairness"));
        Files.writeString(project.resolve("thresholds.yaml"), ToxicTexts.THRESHOLDS);
    }

    @Test
    void aFailureHasItsEvidenceBeforeTheBuildFails() throws IOException {
        assertThat(pronounce(180).failure().get(0)).contains("1 of 1 rule failed");

        VerifiedBundle verified = verified();
        assertThat(verified.report().gate().verdict()).isEqualTo(Verdict.FAIL);
        assertThat(verified.evidence().candidateModel().filesAreKnown()).isFalse();
        assertThat(attached).containsExactly(output.resolve("evidence.zip"));
        assertThat(output.toFile().list()).containsExactlyInAnyOrder("evidence.zip", "report.json");
    }

    @Test
    void whereTheBuildWasMadeStandsNowhereInIt() throws Exception {
        BaselineUpdate update = new BaselineUpdate(
                "baseline.json",
                Optional.empty(),
                source().thresholds(),
                List.of(new Look(before(), after(180))),
                TODAY);
        BaselineFile.write(
                project.resolve("baseline.json"),
                update.accept(new BigDecimal("0.5"), Optional.of(new Loosening("see issue 12", TODAY.plusDays(10))))
                        .after(),
                TODAY);

        pronounce(180);

        assertThat(Files.readString(output.resolve("evidence.zip"), StandardCharsets.ISO_8859_1))
                .doesNotContain(project.toString())
                .contains("see issue 12");
        VerifiedBundle verified = verified();
        assertThat(verified.report().gate().verdict()).isEqualTo(Verdict.PASS);
        assertThat(verified.evidence().thresholdsName()).isEqualTo("thresholds.yaml");
        assertThat(verified.evidence().looks().get(0).candidate().provenance().source())
                .isEqualTo("target/fairness/compressed");
        assertThat(verified.evidence().day()).contains(TODAY);
    }

    @Test
    void referencesAreCalledTheSameOnEveryMachine() throws IOException {
        Files.createDirectories(project.resolve("a:b:c"));
        assertThat(portable("builtin:reference-gpt2")).isEqualTo("builtin:reference-gpt2");
        assertThat(portable("hf://gpt2@607a30d783dfa663caf39e06633721c8d4cfcd7e"))
                .isEqualTo("hf://gpt2@607a30d783dfa663caf39e06633721c8d4cfcd7e");
        assertThat(portable("org.example:model:zip:compressed:1")).isEqualTo("org.example:model:zip:compressed:1");
        assertThat(portable("a:b:c")).isEqualTo("a:b:c");
        assertThat(portable("src/main/../main/model")).isEqualTo("src/main/model");
        assertThat(portable(project.resolve("target/fairness/compressed").toString()))
                .isEqualTo("target/fairness/compressed");
        assertThat(portable("/home/somebody/models/gpt2")).isEqualTo("gpt2");
        assertThat(portable("../sibling/model.zip")).isEqualTo("model.zip");
        assertThat(portable(".")).isEqualTo(project.getFileName().toString());
        assertThat(portable("strict")).isEqualTo("strict");
    }

    private String portable(String reference) {
        return EvidenceFile.portable(reference, project);
    }

    private Outcome pronounce(int toxic) {
        BaselineSource accepted = BaselineSource.read(Optional.of("baseline.json"), project, project, TODAY);
        EvidenceFile file = new EvidenceFile(output, project);
        EvidenceFile.Judged judged = new EvidenceFile.Judged(
                "1.0",
                "1.0",
                source(),
                accepted,
                List.of(new Look(before(), after(toxic))),
                Optional.empty(),
                Optional.empty(),
                GateReliabilityFiles.read(output));
        return new Judgement(
                        new RecordedMessages(),
                        new ReportFiles(
                                output,
                                Set.of(),
                                Map.of(),
                                new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8)),
                        output.resolve("compressed"),
                        true,
                        List.of(),
                        output,
                        Identity.UNKNOWN,
                        Optional.empty())
                .pronounce(judged, List.of(), file.keeper(judged, Optional.of(attached::add)));
    }

    private ThresholdsSource source() {
        return ThresholdsSource.read(project.resolve("thresholds.yaml").toString(), project, project, Optional.empty());
    }

    private VerifiedBundle verified() throws IOException {
        return VerifiedBundle.read(
                output.resolve("evidence.zip"), "1.0", TODAY, Files.createDirectories(project.resolve("scratch")));
    }

    private Evaluation before() {
        return ToxicTexts.by('0', "builtin:reference-gpt2", 100);
    }

    private Evaluation after(int toxic) {
        return ToxicTexts.by('1', output.resolve("compressed").toString(), toxic);
    }
}
