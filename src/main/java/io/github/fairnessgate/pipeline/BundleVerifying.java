package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.InTurns;
import io.github.fairnessgate.evaluate.Size;
import io.github.fairnessgate.evidence.Evidence;
import io.github.fairnessgate.evidence.Inspection;
import io.github.fairnessgate.evidence.ModelRecord;
import io.github.fairnessgate.evidence.VerifiedBundle;
import io.github.fairnessgate.model.GivenModel;
import io.github.fairnessgate.model.ModelReference;
import io.github.fairnessgate.model.ShippedFiles;
import io.github.fairnessgate.model.ShippedSize;
import io.github.fairnessgate.report.RunSettings;
import io.github.fairnessgate.result.BaselineSource;
import io.github.fairnessgate.result.EvidenceFile;
import io.github.fairnessgate.result.InspectedModel;
import io.github.fairnessgate.result.Keeper;
import io.github.fairnessgate.result.Scratch;
import io.github.fairnessgate.result.ThresholdsSource;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Checks that an evidence bundle is sound, that it is about the models that the user names, and judges what is in it.
 */
final class BundleVerifying {

    private final ModelHost host;

    BundleVerifying(ModelHost host) {
        this.host = host;
    }

    Outcome run(VerifySettings settings, GateSettings gate) {
        Path file = bundleFile(settings.bundle().orElseThrow());
        try (Scratch scratch = Scratch.in(host.locations().output())) {
            VerifiedBundle verified = VerifiedBundle.read(file, host.build(), host.today(), scratch.folder());
            Evidence inside = verified.evidence();
            host.messages()
                    .info("Evidence: " + file + ", made by " + inside.build() + ": every digest holds, and the report, "
                            + verified.report().gate().verdict() + " by the thresholds " + inside.thresholdsName()
                            + ", follows from the items");
            verified.notes().forEach(host.messages()::warn);
            sayWhatNobodyCanRecompute(inside);
            settings.candidate()
                    .ifPresentOrElse(named -> requireCandidate(named, inside), () -> sayWhoVerified(inside));
            settings.model().ifPresent(named -> requireOriginal(named, inside));
            if (gate.onlyVerified()) {
                InspectedModel.requireVerified(
                        inside.candidateModel().source(),
                        inside.candidateModel().shipped());
            }
            if (settings.thresholds().isPresent() || settings.baseline().isPresent()) {
                return judgeByOwn(settings, gate, verified);
            }
            return Judgement.of(host, gate)
                    .pronounce(
                            verified.report(),
                            shown(SettingsInUse.ofBundle(host.told(), verified, Optional.empty(), Optional.empty())),
                            Keeper.NONE,
                            false);
        }
    }

    /**
     * Nothing of what the bundle's maker tolerates or accepts counts, except where the verifier names no thresholds.
     */
    private Outcome judgeByOwn(VerifySettings settings, GateSettings gate, VerifiedBundle verified) {
        Evidence inside = verified.evidence();
        Locations locations = host.locations();
        Optional<ThresholdsSource> own = settings.thresholds()
                .map(name -> ThresholdsSource.read(name, locations.base(), locations.checkout(), locations.pom()));
        ThresholdsSource source = own.orElseGet(() -> new ThresholdsSource(
                inside.thresholdsName(),
                locations.base(),
                Optional.empty(),
                inside.thresholds(),
                verified.report().gate().thresholds()));
        Optional<BaselineSource> file = settings.baseline()
                .map(name -> BaselineSource.existing(
                        Optional.of(name), locations.base(), locations.checkout(), host.today()));
        verified.report().warnings().forEach(host.messages()::warn);
        host.messages()
                .info("Judged anew by "
                        + settings.thresholds()
                                .map(name -> "the thresholds " + name)
                                .orElse("the bundle's thresholds")
                        + settings.baseline()
                                .map(name -> " and the baseline file " + name)
                                .orElse(" and no baseline file"));
        EvidenceFile.Judged judged = new EvidenceFile.Judged(
                host.libraries().plugin(),
                host.build(),
                source,
                file.orElseGet(() -> BaselineSource.none(locations.base(), host.today())),
                inside.looks(),
                Optional.empty(),
                Optional.of(inside.candidateModel())
                        .filter(ModelRecord::filesAreKnown)
                        .map(record -> new InspectedModel(Optional.empty(), record)),
                inside.tests());
        return Judgement.of(host, gate)
                .pronounce(judged, shown(SettingsInUse.ofBundle(host.told(), verified, own, file)), Keeper.NONE);
    }

    private List<RunSettings.Setting> shown(List<RunSettings.Setting> settings) {
        new RunSettings(settings, List.of()).lines().forEach(host.messages()::info);
        return settings;
    }

    /** Every file has to be the one of the evidence, and what is said of it has to hold: it is looked at again. */
    private void requireCandidate(String reference, Evidence inside) {
        ModelRecord expected = inside.candidateModel();
        GivenModel folder = host.locate(reference).given();
        requireSame(reference, Parameters.CANDIDATE, "candidate", expected, ModelRecord.all(reference, folder));
        ModelRecord found =
                Inspection.of(reference, folder, inside.baselineModel().files());
        expected.overstates(found).ifPresent(difference -> {
            throw different(reference, Parameters.CANDIDATE, "candidate", expected, difference);
        });
        host.messages()
                .info("%s %s is the candidate that the evidence is about: %s; verified here: %s"
                        .formatted(
                                Parameters.CANDIDATE,
                                reference,
                                expected.filesAreKnown()
                                        ? "each of its " + expected.files().size()
                                                + " files has the digest that the evidence lists"
                                        : "its configuration, weights and tokenizer are those that were measured",
                                found.shipped().orElseThrow().counts()));
        requireSize(reference, "candidate", folder, inside.looks().get(0).candidate());
        found.shipped().flatMap(ShippedFiles::warning).ifPresent(host.messages()::warn);
    }

    /** A count follows from the files, a time from nothing that a bundle holds. */
    private void requireSize(String reference, String role, GivenModel model, Evaluation stated) {
        if (Size.isIn(stated)) {
            Size.difference(stated, ShippedSize.of(model.directory())).ifPresent(difference -> {
                throw new InvalidInputException(
                        "The evidence is not about the %s %s as it is: %s.".formatted(role, reference, difference));
            });
            host.messages().info("The size of the " + role + " was counted again here, and is what the evidence says");
        }
    }

    private void sayWhatNobodyCanRecompute(Evidence inside) {
        Evaluation candidate = inside.looks().get(0).candidate();
        List<String> timed = InTurns.in(candidate);
        if (!timed.isEmpty()) {
            host.messages()
                    .warn(String.join(" and ", timed) + " of the models ("
                            + candidate.provenance().settings().get(timed.get(0))
                            + ") are what " + inside.build()
                            + " said: the rounds are judged again, but nothing in a bundle "
                            + "shows that they were measured so. To know, measure the models with fairness:check.");
        }
        if (Size.isIn(candidate)) {
            host.messages()
                    .info("The size of the models is what the bundle says; give the models as " + Parameters.MODEL
                            + " and " + Parameters.CANDIDATE + " to have it counted again here");
        }
    }

    private void requireOriginal(String reference, Evidence inside) {
        ModelRecord expected = inside.baselineModel();
        GivenModel given = host.locate(reference).given();
        ModelRecord found = ModelRecord.all(reference, given);
        requireSame(
                reference,
                Parameters.MODEL,
                "original model",
                expected,
                expected.filesAreKnown() ? found.limitedTo(expected) : found);
        host.messages()
                .info(Parameters.MODEL + " " + reference
                        + " is the original model that the evidence is about: its configuration, weights "
                        + "and tokenizer are those that were measured");
        requireSize(reference, "original model", given, inside.looks().get(0).baseline());
    }

    private void sayWhoVerified(Evidence inside) {
        if (inside.candidateModel().filesAreKnown()) {
            host.messages()
                    .info("Of the candidate's files, this bundle has digests alone: what is verified of them is what "
                            + inside.build()
                            + " found when it made the bundle; give the"
                            + " model that you received as " + Parameters.CANDIDATE + " to have it verified here");
        }
    }

    private static void requireSame(
            String reference, String property, String role, ModelRecord expected, ModelRecord found) {
        expected.differs(found).ifPresent(difference -> {
            throw different(reference, property, role, expected, difference);
        });
    }

    private static InvalidInputException different(
            String reference, String property, String role, ModelRecord expected, String difference) {
        return new InvalidInputException("%s is %s, which is not the %s that the evidence is about (%s, sha256 %s): %s."
                .formatted(property, reference, role, expected.source(), expected.digest(), difference));
    }

    private Path bundleFile(String reference) {
        Optional<Path> file = file(reference);
        if (file.isPresent()) {
            return file.get();
        }
        ModelReference.Coordinates coordinates = ModelReference.Coordinates.parse(reference)
                .orElseThrow(() -> new InvalidInputException("There is no evidence bundle "
                        + host.locations().base().resolve(reference).normalize() + "; " + Parameters.BUNDLE
                        + " must be a file, or Maven coordinates "
                        + "groupId:artifactId[:extension[:classifier]]:version."));
        ModelReference.Coordinates complete = coordinates.classifier().isEmpty()
                ? new ModelReference.Coordinates(
                        coordinates.groupId(),
                        coordinates.artifactId(),
                        coordinates.extension(),
                        "fairness",
                        coordinates.version())
                : coordinates;
        return host.artifact(complete, "evidence bundle");
    }

    private Optional<Path> file(String reference) {
        try {
            return Optional.of(host.locations().base().resolve(reference).normalize())
                    .filter(Files::isRegularFile);
        } catch (InvalidPathException e) {
            return Optional.empty(); // on Windows the colons of Maven coordinates cannot be in a path
        }
    }
}
