package io.github.fairnessgate.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.Certification;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.RuleText;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.statistics.VarianceSplit;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** {@code certification.json}, and the variance split as a table: what several runs of a recipe say about it. */
public final class CertificationJson {

    /** Its name. */
    public static final String FILE = "certification.json";

    private static final int SCHEMA_VERSION = 1;
    private static final List<String> HEADER =
            List.of("metric", "between runs", "between items", "rest", "share of runs", "each run alone");

    private CertificationJson() {}

    /**
     * A run of the recipe.
     *
     * @param seed of the recipe
     * @param model digest of what it made
     */
    public record Run(long seed, String model) {}

    record Document(
            int schemaVersion,
            String plugin,
            Verdict verdict,
            boolean passed,
            String recipe,
            String recipeDigest,
            String baseline,
            String thresholds,
            BigDecimal alpha,
            Measured measured,
            List<RunEntry> runs,
            List<RuleEntry> rules) {}

    record RunEntry(long seed, String model, Verdict verdict) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RuleEntry(ReportJson.RuleEntry result, SplitEntry variance, List<Double> candidates) {}

    record SplitEntry(
            int runs, int clusters, double betweenRuns, double betweenItems, double rest, double shareOfRuns) {

        static SplitEntry of(VarianceSplit split) {
            return new SplitEntry(
                    split.runs(), split.clusters(), split.ofRuns(), split.ofItems(), split.rest(), split.shareOfRuns());
        }
    }

    /**
     * Writes the file.
     *
     * @param plugin its version
     * @param measured what the baseline was measured with
     * @param recipe what it is called on every machine
     * @param recipeDigest of the recipe with its own seed
     * @param thresholds what they are called on every machine
     * @param runs in the order of the certification's
     * @throws io.github.fairnessgate.InvalidInputException if the file cannot be written
     */
    public static void write(
            Path file,
            String plugin,
            Measured measured,
            String recipe,
            String recipeDigest,
            String thresholds,
            List<Run> runs,
            Certification certification) {
        GateResult gate = certification.gate();
        List<RunEntry> runEntries = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            runEntries.add(new RunEntry(
                    runs.get(i).seed(),
                    runs.get(i).model(),
                    certification.runs().get(i).verdict()));
        }
        List<RuleEntry> rules = new ArrayList<>();
        for (int i = 0; i < gate.results().size(); i++) {
            int rule = i;
            rules.add(new RuleEntry(
                    ReportJson.rule(gate, gate.results().get(i)),
                    certification.splits().get(i).map(SplitEntry::of).orElse(null),
                    certification.runs().stream()
                            .map(run -> ReportJson.IntervalEntry.finite(
                                    run.results().get(rule).candidate()))
                            .toList()));
        }
        Document document = new Document(
                SCHEMA_VERSION,
                plugin,
                gate.verdict(),
                gate.passed(),
                recipe,
                recipeDigest,
                measured.model(),
                thresholds,
                gate.thresholds().alpha(),
                measured,
                runEntries,
                rules);
        AtomicFiles.write(
                file, out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, document));
    }

    /**
     * Reads a file back.
     *
     * @param verdict what the verdict was reached with that the certification is to be shown with
     * @param candidate digest of the candidate, which has to be of the recipe's runs
     * @throws InvalidInputException if it is no such file, contradicts itself, or is about another gate or other
     *     candidates; says so in a sentence
     */
    static GateReliability.Certified read(String text, Measured verdict, String candidate) {
        Document document =
                GateReliabilityReader.read(FILE, "certify", text, Document.class, Document::measured, verdict);
        try {
            List<GateReliability.Run> runs = document.runs().stream()
                    .map(run -> new GateReliability.Run(run.seed(), run.model(), run.verdict()))
                    .toList();
            long seed = runs.stream()
                    .filter(run -> run.model().equals(candidate))
                    .findFirst()
                    .orElseThrow(() -> new InvalidInputException(
                            ("%s is about the recipe %s, none of whose runs made this candidate, and says nothing "
                                            + "about it.")
                                    .formatted(FILE, document.recipe())))
                    .seed();
            return new GateReliability.Certified(
                    document.verdict(),
                    document.passed(),
                    document.recipe(),
                    document.recipeDigest(),
                    seed,
                    runs,
                    document.rules().stream().map(CertificationJson::rule).toList());
        } catch (NullPointerException | IllegalArgumentException e) {
            throw GateReliabilityReader.unusable(FILE, "certify", e);
        }
    }

    private static GateReliability.CertifiedRule rule(RuleEntry rule) {
        return new GateReliability.CertifiedRule(
                rule.result().metric(),
                rule.result().slice(),
                rule.result().baseline(),
                rule.result().candidate(),
                Optional.ofNullable(rule.result().verdict()),
                Optional.ofNullable(rule.variance())
                        .map(split -> new GateReliability.Variance(
                                split.betweenRuns(), split.betweenItems(), split.rest(), split.shareOfRuns())));
    }

    /** Where the variance comes from, one line for each rule that has any, for the build log. */
    public static List<String> varianceTable(Certification certification) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < certification.splits().size(); i++) {
            int rule = i;
            String alone = String.join(
                    " ",
                    certification.runs().stream()
                            .map(run -> run.results()
                                    .get(rule)
                                    .verdict()
                                    .map(Verdict::name)
                                    .orElse("-"))
                            .toList());
            certification
                    .splits()
                    .get(i)
                    .ifPresent(split -> rows.add(List.of(
                            RuleText.of(certification.gate().results().get(rule))
                                    .subject(),
                            String.format(Locale.ROOT, "%.3g", split.ofRuns()),
                            String.format(Locale.ROOT, "%.3g", split.ofItems()),
                            String.format(Locale.ROOT, "%.3g", split.rest()),
                            String.format(Locale.ROOT, "%.0f %%", 100 * split.shareOfRuns()),
                            alone)));
        }
        return TextTable.lines(HEADER, rows, Set.of(1, 2, 3, 4));
    }
}
