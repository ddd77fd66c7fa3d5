package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evidence.ModelRecord;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.model.GivenModel;
import io.github.fairnessgate.report.GateReliabilityFiles;
import io.github.fairnessgate.report.RunSettings;
import io.github.fairnessgate.result.BaselineSource;
import io.github.fairnessgate.result.EvidenceFile;
import io.github.fairnessgate.result.InspectedModel;
import io.github.fairnessgate.result.MeasuredLooks;
import io.github.fairnessgate.result.ThresholdsSource;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Judges what an earlier goal measured, without running a model. */
public final class Verifying {

    private static final String HUB = "hf://";

    private final ModelHost host;

    public Verifying(ModelHost host) {
        this.host = host;
    }

    public Outcome run(VerifySettings settings, GateSettings gate) {
        return settings.bundle().isPresent()
                ? new BundleVerifying(host).run(settings, gate)
                : judgeEvaluations(settings, gate);
    }

    private Outcome judgeEvaluations(VerifySettings settings, GateSettings gate) {
        Locations locations = host.locations();
        List<Look> looks = MeasuredLooks.read(locations.output());
        Look first = looks.get(0);
        settings.model()
                .ifPresent(named -> requireEvaluated(named, Parameters.MODEL, "original model", first.baseline()));
        settings.candidate()
                .ifPresent(named -> requireEvaluated(named, Parameters.CANDIDATE, "candidate", first.candidate()));
        BaselineSource accepted =
                BaselineSource.existing(settings.baseline(), locations.base(), locations.checkout(), host.today());
        ThresholdsSource source = ThresholdsSource.read(
                settings.thresholds().orElse(Parameters.DEFAULT_THRESHOLDS),
                locations.base(),
                locations.checkout(),
                locations.pom());
        MeasuredData.requireUnchanged(source, first, host.messages()::warn);
        String measured = first.candidate().provenance().source();
        Optional<InspectedModel> after = MeasuredLooks.candidateModel(locations.output(), first)
                .map(model -> InspectedModel.of(measured, GivenModel.of(model), Optional.empty()));
        if (gate.onlyVerified()) {
            InspectedModel.requireVerified(
                    measured, after.map(InspectedModel::record).flatMap(ModelRecord::shipped));
        }
        EvidenceFile.Judged judged = new EvidenceFile.Judged(
                host.libraries().plugin(),
                host.build(),
                source,
                accepted,
                looks,
                Optional.empty(),
                after,
                GateReliabilityFiles.read(locations.output()));
        List<RunSettings.Setting> told =
                SettingsInUse.ofEvaluations(host.told(), source, accepted, first, locations.output());
        new RunSettings(told, List.of()).lines().forEach(host.messages()::info);
        return Judgement.of(host, gate).pronounce(judged, told, Judgement.keeper(host, gate, judged));
    }

    /** Evaluations of another model than the one that is named would be judged in its place. */
    private void requireEvaluated(String named, String property, String role, Evaluation evaluation) {
        String evaluated = evaluation.provenance().source();
        if (!mayBe(named, evaluated)) {
            throw new InvalidInputException(
                    ("%s is %s, but the %s of the evaluations in %s is %s: run fairness:check or fairness:evaluate "
                                    + "with the same %s," + " or leave it out.")
                            .formatted(
                                    property,
                                    named,
                                    role,
                                    MeasuredLooks.folder(host.locations().output()),
                                    evaluated,
                                    property));
        }
    }

    /** Models need not be at hand here. A branch or tag of the hub has become a commit when it was evaluated. */
    private boolean mayBe(String named, String evaluated) {
        if (named.equals(evaluated)) {
            return true;
        }
        if (named.startsWith(HUB)) {
            return named.replaceFirst("@.*", "").equals(evaluated.replaceFirst("@.*", ""))
                    && !named.matches(".*@[0-9A-Fa-f]{40}");
        }
        Path base = host.locations().base();
        try {
            return base.resolve(named)
                    .normalize()
                    .equals(base.resolve(evaluated).normalize());
        } catch (InvalidPathException e) {
            return false; // on Windows the colons of Maven coordinates cannot be in a path
        }
    }
}
