package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.evidence.Evidence;
import io.github.fairnessgate.evidence.VerifiedBundle;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.report.CompressionSummary;
import io.github.fairnessgate.report.RunSettings.Setting;
import io.github.fairnessgate.result.BaselineSource;
import io.github.fairnessgate.result.ResultFolder;
import io.github.fairnessgate.result.ThresholdsSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a gate uses, and where each came from. */
final class SettingsInUse {

    private static final String THRESHOLDS = "thresholds";
    private static final String BASELINE_FILE = "baseline file";
    private static final String RECIPE = "recipe";
    private static final String MODEL = "model";
    private static final String CANDIDATE = "candidate";
    private static final String BUNDLE = "evidence bundle";

    /** Names of settings whose values may be paths. */
    static final Set<String> NAMING_FILES = Set.of(THRESHOLDS, BASELINE_FILE, MODEL, CANDIDATE);

    private SettingsInUse() {}

    /**
     * Of a goal that measures.
     *
     * @param before the original model
     * @param after the candidate
     */
    static List<Setting> ofMeasurement(
            Told settings, ThresholdsSource source, BaselineSource accepted, LocatedModel before, LocatedModel after) {
        Optional<CompressionSummary> made = CompressionSummary.of(
                after.directory().path(), after.directory().digest());
        return List.of(
                thresholds(settings, source),
                baselineFile(settings, accepted),
                recipe(made),
                new Setting(MODEL, before.source(), settings.origin(MODEL)),
                new Setting(
                        CANDIDATE,
                        after.source(),
                        settings.isGiven(CANDIDATE)
                                ? settings.origin(CANDIDATE)
                                : "default, what fairness:compress made"));
    }

    /** Of a goal that judges what was measured before. */
    static List<Setting> ofEvaluations(
            Told settings, ThresholdsSource source, BaselineSource accepted, Look look, Path outputDirectory) {
        Optional<CompressionSummary> made = CompressionSummary.of(
                new ResultFolder(outputDirectory).compressed(),
                look.candidate().provenance().model());
        return List.of(
                thresholds(settings, source),
                baselineFile(settings, accepted),
                recipe(made),
                new Setting(MODEL, look.baseline().provenance().source(), "as evaluated"),
                new Setting(CANDIDATE, look.candidate().provenance().source(), "as evaluated"));
    }

    /**
     * Of a goal that judges an evidence bundle.
     *
     * @param source the thresholds, if they are not the bundle's
     * @param accepted the baseline file, if it is not the bundle's
     */
    static List<Setting> ofBundle(
            Told settings,
            VerifiedBundle bundle,
            Optional<ThresholdsSource> source,
            Optional<BaselineSource> accepted) {
        Evidence inside = bundle.evidence();
        boolean own = source.isPresent() || accepted.isPresent();
        Setting file = accepted.map(given -> baselineFile(settings, given))
                .orElseGet(() -> own || inside.accepted().isEmpty()
                        ? new Setting(
                                BASELINE_FILE,
                                "none",
                                own ? "thresholds of your own: the bundle's file does not count" : BUNDLE)
                        : new Setting(BASELINE_FILE, "the bundle's", BUNDLE));
        return List.of(
                source.map(given -> thresholds(settings, given))
                        .orElseGet(() -> new Setting(THRESHOLDS, inside.thresholdsName(), BUNDLE)),
                file,
                bundle.report()
                        .compression()
                        .map(made -> new Setting(RECIPE, made.recipe(), BUNDLE))
                        .orElseGet(() -> new Setting(RECIPE, "none", BUNDLE)),
                new Setting(MODEL, inside.baselineModel().source(), BUNDLE),
                new Setting(CANDIDATE, inside.candidateModel().source(), BUNDLE));
    }

    private static Setting thresholds(Told settings, ThresholdsSource source) {
        return new Setting(
                THRESHOLDS, source.name() + (source.isBuiltIn() ? " (built in)" : ""), settings.origin(THRESHOLDS));
    }

    private static Setting baselineFile(Told settings, BaselineSource accepted) {
        String name = accepted.place().orElseGet(() -> accepted.file().toString());
        if (accepted.baseline().isEmpty()) {
            return new Setting(BASELINE_FILE, "none", "default, " + name + " does not exist");
        }
        return new Setting(BASELINE_FILE, name, settings.origin("baseline"));
    }

    private static Setting recipe(Optional<CompressionSummary> made) {
        return made.map(summary -> new Setting(RECIPE, summary.recipe(), "the candidate's compression.json"))
                .orElseGet(() -> new Setting(RECIPE, "none", "the candidate has no compression.json of this plugin"));
    }
}
