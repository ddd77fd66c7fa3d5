package io.github.fairnessgate.report;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Rule;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a report shows.
 *
 * @param pluginVersion version of this plugin
 * @param thresholds    what the user named: a file or a built-in name
 * @param source        where that stands in the checkout, if it does
 * @param baselineFile  the path of the baseline file in the checkout, with slashes, if there is one
 * @param baseline      the model before compression
 * @param candidate     the model after compression
 * @param gate          what the gate made of the two
 * @param compression   how the candidate was made, if this plugin made it
 * @param tests         of the gate itself
 * @param gpus          numbers of the GPUs that the models were to be measured on, if the user named any
 * @param run           what the run was told, and by whom
 */
public record Report(String pluginVersion, String thresholds, Optional<Source> source, Optional<String> baselineFile, Evaluation baseline,
        Evaluation candidate, GateResult gate, Optional<CompressionSummary> compression, GateTests tests, List<Integer> gpus, RunSettings run) {

    /** Without what the run was told. */
    public Report(String pluginVersion, String thresholds, Optional<Source> source, Optional<String> baselineFile, Evaluation baseline, Evaluation candidate,
            GateResult gate, Optional<CompressionSummary> compression, GateTests tests, List<Integer> gpus) {
        this(pluginVersion, thresholds, source, baselineFile, baseline, candidate, gate, compression, tests, gpus, RunSettings.UNKNOWN);
    }

    /** Without a baseline file, tests of the gate and named GPUs. */
    public Report(String pluginVersion, String thresholds, Optional<Source> source, Evaluation baseline, Evaluation candidate, GateResult gate,
            Optional<CompressionSummary> compression) {
        this(pluginVersion, thresholds, source, Optional.empty(), baseline, candidate, gate, compression, GateTests.NONE, List.of());
    }

    /**
     * The same with the items of the evaluations that it was made of.
     *
     * @return nothing if these are other evaluations: of another model, of other data, with other numbers
     */
    public Optional<Report> with(Evaluation ofBaseline, Evaluation ofCandidate) {
        return isOf(baseline, ofBaseline) && isOf(candidate, ofCandidate)
                ? Optional.of(new Report(pluginVersion, thresholds, source, baselineFile, ofBaseline, ofCandidate, gate, compression, tests, gpus, run)) : Optional.empty();
    }

    private static boolean isOf(Evaluation recorded, Evaluation whole) {
        return recorded.provenance().equals(whole.provenance()) && recorded.values().equals(whole.values());
    }

    /** The same with how the candidate was made. */
    public Report with(Optional<CompressionSummary> made) {
        return new Report(pluginVersion, thresholds, source, baselineFile, baseline, candidate, gate, made, tests, gpus, run);
    }

    /** The same with tests of the gate. */
    public Report with(GateTests known) {
        return new Report(pluginVersion, thresholds, source, baselineFile, baseline, candidate, gate, compression, known, gpus, run);
    }

    /** The same with what the run was told. */
    public Report with(RunSettings told) {
        return new Report(pluginVersion, thresholds, source, baselineFile, baseline, candidate, gate, compression, tests, gpus, told);
    }

    /** Whether the items behind the numbers are at hand; where they are not, a page shows no distributions and few texts. */
    boolean hasItems() {
        return !candidate.items().isEmpty();
    }

    /**
     * The file of the project that decides what is tolerated.
     *
     * @param path       relative to the root of the checkout, with slashes
     * @param thresholds whether it is the thresholds themselves, so that a rule has its line there; else it is the POM that names built-in ones
     */
    public record Source(String path, boolean thresholds) {
    }

    /** Where a rule stands in the checkout. */
    Optional<SourceLine> lineOf(Rule rule) {
        if (rule.origin() == Rule.Origin.BASELINE) {
            return baselineFile.map(path -> new SourceLine(path, rule.location().line()));
        }
        return source.map(file -> new SourceLine(file.path(), file.thresholds() ? rule.location().line() : 1));
    }
}
