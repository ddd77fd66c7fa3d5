package io.github.fairnessgate.report;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.model.ShippedFiles;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Everything that a report shows.
 *
 * @param pluginVersion version of this plugin
 * @param rules where the rules are from
 * @param baseline the model before compression
 * @param candidate the model after compression
 * @param gate what the gate made of the two
 * @param about what else is known
 */
public record Report(
        String pluginVersion, Rules rules, Evaluation baseline, Evaluation candidate, GateResult gate, About about) {

    /**
     * Where rules are from.
     *
     * @param thresholds what the user named: a file or a built-in name
     * @param source where that is in the checkout, if it is
     * @param baselineFile the path of the baseline file in the checkout, with slashes, if there is one
     */
    public record Rules(String thresholds, Optional<Source> source, Optional<String> baselineFile) {}

    /**
     * What is known beside the numbers.
     *
     * @param compression how the candidate was made, if this plugin made it
     * @param tests of the gate itself
     * @param gpus numbers of the GPUs that the models were to be measured on, if the user named any
     * @param warnings what nobody may overlook about the two models, {@link ModelWarnings}
     * @param shipped every file that is shipped with the candidate, if it is at hand
     * @param run what the run was told, and by whom
     * @param build that it is the result of
     * @param history of the project, with this result
     */
    public record About(
            Optional<CompressionSummary> compression,
            GateReliability tests,
            List<Integer> gpus,
            List<String> warnings,
            Optional<ShippedFiles> shipped,
            RunSettings run,
            Identity build,
            History history) {

        public About {
            gpus = List.copyOf(gpus);
            warnings = List.copyOf(warnings);
        }
    }

    /** With nothing known but how the candidate was made, and no baseline file. */
    public Report(
            String pluginVersion,
            String thresholds,
            Optional<Source> source,
            Evaluation baseline,
            Evaluation candidate,
            GateResult gate,
            Optional<CompressionSummary> compression) {
        this(
                pluginVersion,
                new Rules(thresholds, source, Optional.empty()),
                baseline,
                candidate,
                gate,
                new About(
                        compression,
                        GateReliability.NONE,
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        RunSettings.UNKNOWN,
                        Identity.UNKNOWN,
                        History.NONE));
    }

    public String thresholds() {
        return rules.thresholds();
    }

    public Optional<CompressionSummary> compression() {
        return about.compression();
    }

    public GateReliability tests() {
        return about.tests();
    }

    public List<Integer> gpus() {
        return about.gpus();
    }

    public List<String> warnings() {
        return about.warnings();
    }

    public Optional<ShippedFiles> shipped() {
        return about.shipped();
    }

    public RunSettings run() {
        return about.run();
    }

    public History history() {
        return about.history();
    }

    public Identity build() {
        return about.build();
    }

    /**
     * The same with the items of the evaluations that it was made of.
     *
     * @return nothing if these are other evaluations: of another model, of other data, with other numbers
     */
    public Optional<Report> with(Evaluation ofBaseline, Evaluation ofCandidate) {
        Evaluation before = named(ofBaseline, baseline);
        Evaluation after = named(ofCandidate, candidate);
        return isOf(baseline, before) && isOf(candidate, after)
                ? Optional.of(new Report(pluginVersion, rules, before, after, gate, about))
                : Optional.empty();
    }

    /** A report calls a model by the end of its path, which is the same on every machine. */
    private static Evaluation named(Evaluation whole, Evaluation recorded) {
        String source = recorded.provenance().source();
        return whole.provenance().source().replace('\\', '/').endsWith("/" + source)
                ? whole.from(source, whole.provenance().settings())
                : whole;
    }

    private static boolean isOf(Evaluation recorded, Evaluation whole) {
        return recorded.provenance().equals(whole.provenance())
                && recorded.values().equals(whole.values());
    }

    private Report with(About known) {
        return new Report(pluginVersion, rules, baseline, candidate, gate, known);
    }

    /** The same with how the candidate was made. */
    public Report with(Optional<CompressionSummary> made) {
        return with(new About(made, tests(), gpus(), warnings(), shipped(), run(), build(), history()));
    }

    /** The same with tests of the gate. */
    public Report with(GateReliability known) {
        return with(new About(compression(), known, gpus(), warnings(), shipped(), run(), build(), history()));
    }

    /** The same with the history of the project. */
    public Report with(History history) {
        return with(new About(compression(), tests(), gpus(), warnings(), shipped(), run(), build(), history));
    }

    /** The same as the result of a build. */
    public Report with(Identity build) {
        return with(new About(compression(), tests(), gpus(), warnings(), shipped(), run(), build, history()));
    }

    /** The same with what the run was told. */
    public Report with(RunSettings told) {
        return with(new About(compression(), tests(), gpus(), warnings(), shipped(), told, build(), history()));
    }

    /**
     * Whether the items behind the numbers are at hand; where they are not, a page shows no distributions and few
     * texts.
     */
    boolean hasItems() {
        return !candidate.items().isEmpty();
    }

    /**
     * The file of the project that decides what is tolerated.
     *
     * @param path relative to the root of the checkout, with slashes
     * @param line of the POM that names built-in thresholds; empty if the file is the thresholds themselves, where
     *     every rule has its line
     */
    public record Source(String path, OptionalInt line) {}

    /** The first line of the file of the project that decides what is tolerated, if it is in the checkout. */
    Optional<SourceLine> beginning() {
        return rules.source().map(file -> new SourceLine(file.path(), 1));
    }

    /** Where a rule stands in the checkout. */
    Optional<SourceLine> lineOf(Rule rule) {
        if (rule.origin() == Rule.Origin.BASELINE) {
            return rules.baselineFile()
                    .map(path -> new SourceLine(path, rule.location().line()));
        }
        return rules.source()
                .map(file -> new SourceLine(
                        file.path(), file.line().orElse(rule.location().line())));
    }
}
