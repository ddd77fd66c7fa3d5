package io.github.fairnessgate.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.MlBom;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationFiles;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.StoredZip;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.report.GateReliabilityFiles;
import io.github.fairnessgate.report.Report;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A bundle that was found to be sound: every digest holds, nothing is missing or added, and what it reports follows
 * from its items. Whether its verdict is a good one is another question.
 *
 * @param evidence what is in it
 * @param report what the gate makes of that now, which is what the bundle reports
 * @param notes what could not be compared, or should be known, a sentence each
 */
public record VerifiedBundle(Evidence evidence, Report report, List<String> notes) {

    public VerifiedBundle {
        notes = List.copyOf(notes);
    }

    /**
     * Checks a bundle of which nothing is known yet.
     *
     * @param build of the plugin that is running
     * @param today in UTC
     * @param scratch an empty folder, which the caller deletes
     * @throws InvalidInputException if the bundle is not sound; says what differs
     */
    public static VerifiedBundle read(Path zip, String build, LocalDate today, Path scratch) {
        try {
            return new Reading(zip, scratch, build, today).verified();
        } catch (InvalidInputException e) {
            // Where it was unpacked means nothing to anybody.
            String message = e.getMessage().replace(scratch.resolve(Reading.UNPACKED) + "/", zip + "!/");
            throw new InvalidInputException(message.contains(zip.toString()) ? message : zip + ": " + message, e);
        } catch (RuntimeException e) {
            throw new InvalidInputException(
                    "%s cannot be judged: %s; the bundle was changed after it was made, or not made by fairness:check."
                            .formatted(zip, Reason.of(e)),
                    e);
        }
    }

    /** One reading of one bundle. */
    private static final class Reading {

        static final String UNPACKED = "bundle";

        private final Path zip;
        private final String build;
        private final LocalDate today;
        private final Path folder;
        private final Path again;

        Reading(Path zip, Path scratch, String build, LocalDate today) {
            this.zip = zip;
            this.build = build;
            this.today = today;
            this.folder = created(scratch.resolve(UNPACKED));
            this.again = created(scratch.resolve("again"));
        }

        VerifiedBundle verified() {
            StoredZip.extract(zip, folder);
            Manifest manifest = Manifest.read(folder, zip.toString());
            manifest.requireEntries(folder, zip.toString());
            manifest.baseline().requireConsistent(Evidence.BASELINE, zip.toString());
            manifest.candidate().requireConsistent(Evidence.CANDIDATE, zip.toString());
            Inspection.requirePossible(manifest.candidate(), manifest.baseline(), zip.toString());
            Evidence evidence = evidence(manifest);
            requireExpectedEntries(manifest, evidence);
            evidence.requireAgreement(text(folder.resolve(Evidence.BOM)));
            Report report = evidence.judge(folder);
            Bundle.derive(again, evidence, report, folder);
            boolean sameBuild = manifest.build().equals(build);
            requireSameReport(manifest, report.gate(), sameBuild);
            return new VerifiedBundle(evidence, report, notes(manifest, report.gate(), sameBuild));
        }

        private Evidence evidence(Manifest manifest) {
            Path made = folder.resolve(Evidence.COMPRESSION);
            Optional<Evidence.Compression> compression = Files.isDirectory(made)
                    ? Optional.of(new Evidence.Compression(
                            text(made.resolve(CompressionReport.FILE)), text(made.resolve(MlBom.FILE))))
                    : Optional.empty();
            Path accepted = folder.resolve(Evidence.ACCEPTED);
            return new Evidence(
                    manifest.plugin(),
                    manifest.build(),
                    manifest.thresholds(),
                    text(folder.resolve(Evidence.THRESHOLDS)),
                    Files.exists(accepted) ? Optional.of(text(accepted)) : Optional.empty(),
                    manifest.day().map(this::day),
                    looks(),
                    manifest.baseline(),
                    manifest.candidate(),
                    compression,
                    GateReliabilityFiles.read(folder.resolve(Evidence.TESTS)));
        }

        private LocalDate day(String text) {
            try {
                LocalDate day = LocalDate.parse(text);
                if (!day.isAfter(today)) {
                    return day;
                }
            } catch (DateTimeParseException e) {
                throw problem("the day \"" + text + "\" is not a date like 2026-12-31", e);
            }
            throw problem(
                    "exceptions were judged by the day %s, which is in the future: today is %s in UTC"
                            .formatted(text, today),
                    null);
        }

        private List<Look> looks() {
            List<Look> looks = new ArrayList<>();
            do {
                int number = looks.size() + 1;
                looks.add(new Look(evaluation(number, Evidence.BASELINE), evaluation(number, Evidence.CANDIDATE)));
            } while (Files.isDirectory(folder.resolve(Evidence.evaluations(looks.size() + 1))));
            return looks;
        }

        private Evaluation evaluation(int number, String role) {
            Evaluation evaluation = EvaluationFiles.read(folder.resolve(Evidence.evaluations(number)), role);
            evaluation.contradiction().ifPresent(contradiction -> {
                throw problem(
                        "in the evaluation of the %s, %s; the bundle was changed after it was made"
                                .formatted(role, contradiction),
                        null);
            });
            return evaluation;
        }

        /** That nothing is in the bundle which nothing was made of. */
        private void requireExpectedEntries(Manifest manifest, Evidence evidence) {
            Set<String> expected =
                    new TreeSet<>(Set.of(Evidence.REPORT, Evidence.PAGE, Evidence.BOM, Evidence.THRESHOLDS));
            evidence.accepted().ifPresent(text -> expected.add(Evidence.ACCEPTED));
            evidence.compression()
                    .ifPresent(made ->
                            made.files().keySet().forEach(name -> expected.add(Evidence.COMPRESSION + "/" + name)));
            evidence.tests().files().keySet().forEach(name -> expected.add(Evidence.TESTS + "/" + name));
            for (int number = 1; number <= evidence.looks().size(); number++) {
                expected(
                        expected,
                        number,
                        Evidence.BASELINE,
                        evidence.looks().get(number - 1).baseline());
                expected(
                        expected,
                        number,
                        Evidence.CANDIDATE,
                        evidence.looks().get(number - 1).candidate());
            }
            Set<String> others = new TreeSet<>(manifest.entries().keySet());
            others.removeAll(expected);
            expected.removeAll(manifest.entries().keySet());
            if (!others.isEmpty()) {
                throw problem("the entry " + others.iterator().next() + " does not belong in a bundle", null);
            }
            if (!expected.isEmpty()) {
                throw problem(
                        "the entry " + expected.iterator().next() + ", which every such bundle has, is missing", null);
            }
        }

        private static void expected(Set<String> names, int number, String role, Evaluation evaluation) {
            names.add(Evidence.evaluations(number) + "/" + role + ".json");
            evaluation
                    .items()
                    .keySet()
                    .forEach(suite ->
                            names.add(Evidence.evaluations(number) + "/items/" + role + "-" + suite + ".jsonl"));
        }

        private void requireSameReport(Manifest manifest, GateResult gate, boolean sameBuild) {
            JsonNode recorded = json(folder.resolve(Evidence.REPORT));
            JsonNode computed = json(again.resolve(Evidence.REPORT));
            if (!recorded.path("schemaVersion").equals(computed.path("schemaVersion"))) {
                throw problem(
                        ("%s has the schemaVersion %s, and this version of the plugin writes %s; verify the bundle "
                                        + "with version %s, which made it")
                                .formatted(
                                        Evidence.REPORT,
                                        recorded.path("schemaVersion"),
                                        computed.path("schemaVersion"),
                                        manifest.plugin()),
                        null);
            }
            if (!recorded.path("verdict").asText().equals(gate.verdict().name())) {
                throw differs(
                        "%s says %s, but the items and the thresholds in the bundle give %s"
                                .formatted(
                                        Evidence.REPORT,
                                        recorded.path("verdict").asText(),
                                        gate.verdict()),
                        manifest,
                        sameBuild);
            }
            JsonDifference.first(recorded, computed, !sameBuild).ifPresent(difference -> {
                throw differs("in " + Evidence.REPORT + ", " + difference, manifest, sameBuild);
            });
            if (manifest.verdict() != gate.verdict()
                    || manifest.passed() != gate.passed()
                    || !manifest.parameters().isSame(Manifest.Parameters.of(gate.thresholds()))) {
                throw differs(
                        "%s states %s, passed %s, under %s, but the bundle gives %s, passed %s, under %s"
                                .formatted(
                                        Manifest.FILE,
                                        manifest.verdict(),
                                        manifest.passed(),
                                        manifest.parameters(),
                                        gate.verdict(),
                                        gate.passed(),
                                        Manifest.Parameters.of(gate.thresholds())),
                        manifest,
                        sameBuild);
            }
            if (sameBuild) {
                JsonDifference.first(json(folder.resolve(Evidence.BOM)), json(again.resolve(Evidence.BOM)), false)
                        .ifPresent(difference -> {
                            throw differs("in " + Evidence.BOM + ", " + difference, manifest, true);
                        });
                if (!text(folder.resolve(Evidence.PAGE)).equals(text(again.resolve(Evidence.PAGE)))) {
                    throw differs(Evidence.PAGE + " is not the page of this report", manifest, true);
                }
            }
        }

        private List<String> notes(Manifest manifest, GateResult gate, boolean sameBuild) {
            List<String> notes = new ArrayList<>();
            if (!sameBuild) {
                notes.add(("%s and %s were not compared, because %s made the bundle and this is %s: read the report "
                                + "that is written here.")
                        .formatted(Evidence.PAGE, Evidence.BOM, manifest.build(), build));
            }
            gate.exceptions().stream()
                    .filter(use -> gate.results().stream()
                            .anyMatch(result -> gate.acceptance(result)
                                    .filter(use.exception()::equals)
                                    .isPresent()))
                    .filter(use -> today.isAfter(use.exception().until()))
                    .forEach(use -> notes.add(
                            "the exception for %s was judged on %s and is over since %s: today the rule would decide."
                                    .formatted(
                                            use.exception().subject(),
                                            manifest.day().orElseThrow(),
                                            use.exception().until())));
            return notes;
        }

        private InvalidInputException differs(String what, Manifest manifest, boolean sameBuild) {
            return problem(
                    what
                            + (sameBuild
                                    ? "; the bundle was changed after it was made"
                                    : ("; the bundle was changed after it was made, or %s, which made it, computes "
                                                    + "differently from %s: verify it with the version that made it")
                                            .formatted(manifest.build(), build)),
                    null);
        }

        private InvalidInputException problem(String what, Throwable cause) {
            return new InvalidInputException(zip + ": " + what + ".", cause);
        }

        private JsonNode json(Path file) {
            try {
                return Json.MAPPER.readTree(file.toFile());
            } catch (IOException e) {
                throw problem(file.getFileName() + " is not JSON: " + Reason.of(e), e);
            }
        }

        private String text(Path file) {
            try {
                return BoundedFiles.text(file, BoundedFiles.LARGEST);
            } catch (CharacterCodingException e) {
                throw problem(folder.relativize(file) + " is not UTF-8 text", e);
            } catch (IOException e) {
                throw problem("the entry " + folder.relativize(file) + " is missing or cannot be read", e);
            }
        }

        private static Path created(Path folder) {
            try {
                return Files.createDirectories(folder);
            } catch (IOException e) {
                throw new InvalidInputException("Nothing can be written to " + folder + ": " + Reason.of(e) + ".", e);
            }
        }
    }
}
