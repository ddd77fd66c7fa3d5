package io.github.fairnessgate.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.LimitUse;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.search.CandidateResult;
import io.github.fairnessgate.search.CandidateResult.Problem.Kind;
import io.github.fairnessgate.search.Objective;
import io.github.fairnessgate.search.SearchResult;
import io.github.fairnessgate.search.Tried;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What candidates came to, and which of them is best, as JSON and as a page. */
public final class SearchFiles {

    private static final int SCHEMA_VERSION = 1;

    private final Path folder;
    private final Form form;
    private final Origin origin;
    private final SearchResult result;

    private SearchFiles(Path folder, Form form, Origin origin, SearchResult result) {
        this.folder = folder;
        this.form = form;
        this.origin = origin;
        this.result = result;
    }

    /** Where the candidates came from. */
    public enum Form {
        /** A search made them, and judged a few on data that chose nothing. */
        SEARCH("search"),
        /** A user named them, and all were judged on all data. */
        COMPARISON("comparison");

        private final String name;

        Form(String name) {
            this.name = name;
        }

        private Path data(Path folder) {
            return folder.resolve(name + ".json");
        }

        private Path page(Path folder) {
            return folder.resolve(name + ".html");
        }
    }

    /**
     * What made the result.
     *
     * @param plugin its version
     * @param thresholds what they are called on every machine
     */
    public record Origin(String plugin, Identity build, String thresholds) {}

    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Document(
            int schemaVersion,
            String plugin,
            Identity build,
            String thresholds,
            BigDecimal alpha,
            String sentence,
            Optional<String> chosen,
            List<String> warnings,
            List<ObjectiveEntry> objectives,
            List<CandidateEntry> candidates) {}

    record ObjectiveEntry(String metric, String name, Double original) {}

    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record CandidateEntry(
            String id,
            String label,
            Optional<String> model,
            Optional<String> notMade,
            Optional<String> failed,
            Optional<String> dominatedBy,
            List<MeasuredEntry> screened,
            Optional<JudgedEntry> judged) {}

    record MeasuredEntry(
            double share,
            Verdict verdict,
            List<Double> objectives,
            List<Double> original,
            String worstRule,
            Double limitUse) {}

    record JudgedEntry(
            double share,
            Verdict verdict,
            List<Double> objectives,
            List<Double> original,
            List<ReportJson.RuleEntry> rules) {}

    /** What the template shows. */
    public record Page(
            String style,
            String plugin,
            Identity build,
            boolean searched,
            boolean found,
            String sentence,
            List<String> warnings,
            List<String> notes,
            String alpha,
            String thresholds,
            List<String> objectives,
            List<String> axes,
            List<String> original,
            List<Row> candidates,
            List<String> finalists,
            List<RuleCells> rules,
            List<List<HarmChart>> charts) {}

    /**
     * A candidate.
     *
     * @param state of the style sheet
     * @param reached how far it came, in words
     */
    public record Row(
            String id,
            String label,
            String state,
            String verdict,
            String reached,
            List<String> values,
            String worst,
            Optional<String> dominatedBy) {}

    /** A rule, and what was found of each finalist. */
    public record RuleCells(String name, String limit, List<Cell> cells) {}

    /** A rule of a finalist. */
    public record Cell(String change, String verdict) {}

    /** Removes what an earlier build left. */
    public static void delete(Path folder, Form form) {
        AtomicFiles.delete(form.data(folder));
        AtomicFiles.delete(form.page(folder));
    }

    /** @throws io.github.fairnessgate.InvalidInputException if a file cannot be written */
    public static SearchFiles write(Path folder, Form form, Origin origin, SearchResult result) {
        SearchFiles files = new SearchFiles(folder, form, origin, result);
        AtomicFiles.write(
                form.data(folder),
                out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, files.document()));
        AtomicFiles.write(form.page(folder), Pages.render("search.ftlh", files.content()));
        return files;
    }

    /** The page. */
    public Path page() {
        return form.page(folder);
    }

    /** What it came to, as a sentence without a full stop. */
    public String sentence() {
        if (result.chosen().isPresent()) {
            CandidateResult chosen = result.chosen().get();
            CandidateResult.Measured judged = chosen.judged().orElseThrow();
            return "%s is the best of %d candidates: it keeps %s; %s: %s instead of %s%s"
                    .formatted(
                            named(chosen),
                            result.candidates().stream()
                                    .filter(candidate -> candidate.latest().isPresent())
                                    .count(),
                            rules(),
                            result.objectives().get(0).title(),
                            HarmChart.text(judged.values().get(0)),
                            HarmChart.text(result.original().get(0)),
                            notMade());
        }
        return result.closest()
                .map(closest -> "No %s keeps %s; the closest is %s: %s"
                        .formatted(
                                form == Form.SEARCH ? "finalist" : "candidate",
                                rules(),
                                named(closest),
                                open(closest.judged().orElseThrow().tried()) + notMade()))
                .orElse("No candidate was judged");
    }

    /** {@code heads-30-0.2 (heads-30, head-pruning.heads 0.2)}; what says the same twice is written once. */
    private static String named(CandidateResult candidate) {
        return candidate.id().equals(candidate.label())
                ? candidate.id()
                : candidate.id() + " (" + candidate.label() + ")";
    }

    private String rules() {
        return result.rules().size() == 1 ? "the rule" : "all " + result.rules().size() + " rules";
    }

    private String notMade() {
        long notMade = result.candidates().stream()
                .filter(candidate -> candidate.ended(Kind.NOT_MADE))
                .count();
        long failed = result.candidates().stream()
                .filter(candidate -> candidate.ended(Kind.FAILED))
                .count();
        return (notMade == 0 ? "" : "; %d more could not be made".formatted(notMade))
                + (failed == 0 ? "" : "; %d more failed".formatted(failed));
    }

    /** What the reader has to know before trusting the result, a sentence each. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (result.judgedBefore() > 0) {
            warnings.add(("Earlier searches tried %d candidates on the same data, and their results may have led to "
                            + "this search: its judgement is not fresh, and wrong more often than the thresholds say. "
                            + "Judge on items that no search has seen: name another seed for suites with a limit, or "
                            + "other data.")
                    .formatted(result.judgedBefore()));
        }
        result.candidates().stream()
                .filter(candidate -> candidate.ended(Kind.FAILED))
                .map(candidate -> "%s failed, so nobody knows whether it would be better: %s"
                        .formatted(
                                named(candidate),
                                problem(candidate, Kind.FAILED).orElseThrow()))
                .forEach(warnings::add);
        return warnings;
    }

    private static Optional<String> problem(CandidateResult candidate, Kind kind) {
        return candidate.problem().filter(problem -> problem.kind() == kind).map(CandidateResult.Problem::sentence);
    }

    /** Why a finalist does not pass, and what it would take. */
    private String open(Tried tried) {
        if (tried.use() > 1) {
            return worst(tried) + ": compress less, or tolerate more";
        }
        RuleResult rule = tried.gate().results().stream()
                .filter(result -> result.rule().decides()
                        && result.verdict()
                                .filter(verdict -> verdict != Verdict.PASS)
                                .isPresent())
                .findFirst()
                .orElseThrow();
        return RuleName.of(rule) + " is not settled (" + RuleText.of(rule).change() + ", limit "
                + RuleText.of(rule).limit() + "): measure more items"
                + (form == Form.SEARCH ? ", or name fewer finalists" : "");
    }

    private static String worst(Tried tried) {
        return tried.worst()
                .map(rule -> Double.isInfinite(LimitUse.ofAny(rule).orElseThrow())
                        ? RuleName.of(rule) + " is no number"
                        : "%s uses %.0f %% of its limit"
                                .formatted(
                                        RuleName.of(rule),
                                        100 * LimitUse.ofAny(rule).orElseThrow()))
                .orElse("");
    }

    /** The candidates as a table for the log; ids of a search say what candidates are. */
    public List<String> lines() {
        List<String> header = new ArrayList<>(List.of("candidate", "reached"));
        result.objectives().forEach(objective -> header.add(objective.metric()));
        header.add("worst rule");
        List<List<String>> rows = new ArrayList<>();
        for (Row row : rows()) {
            List<String> cells = new ArrayList<>(
                    List.of(form == Form.SEARCH ? row.id() : row.id() + " " + row.label(), row.reached()));
            cells.addAll(row.values());
            cells.add(row.worst());
            rows.add(cells);
        }
        return TextTable.lines(
                header,
                rows,
                IntStream.range(2, 2 + result.objectives().size()).boxed().collect(Collectors.toSet()));
    }

    private List<Row> rows() {
        return result.candidates().stream()
                .sorted(Comparator.comparingInt(this::place))
                .map(this::row)
                .toList();
    }

    /** The chosen one, finalists that pass, other finalists, those that went far, those of which nothing came. */
    private int place(CandidateResult candidate) {
        if (isChosen(candidate)) {
            return 0;
        }
        if (candidate.problem().isPresent()) {
            return candidate.ended(Kind.FAILED) ? 1000 : 1001;
        }
        if (candidate.judged().isPresent()) {
            return candidate.judged().get().tried().gate().verdict() == Verdict.PASS ? 1 : 2;
        }
        return 100 - candidate.screened().size();
    }

    private boolean isChosen(CandidateResult candidate) {
        return result.chosen().filter(candidate::equals).isPresent();
    }

    private Row row(CandidateResult candidate) {
        Optional<CandidateResult.Measured> latest = candidate.latest();
        String verdict = candidate
                .judged()
                .map(judged -> judged.tried().gate().verdict().name())
                .orElse("");
        return new Row(
                candidate.id(),
                candidate.label(),
                isChosen(candidate) ? "chosen" : verdict.toLowerCase(Locale.ROOT),
                verdict,
                reached(candidate),
                latest.map(this::values)
                        .orElseGet(() ->
                                result.objectives().stream().map(any -> "").toList()),
                latest.map(measured -> finding(candidate, measured))
                        .orElseGet(() -> candidate
                                .problem()
                                .map(CandidateResult.Problem::sentence)
                                .orElse("")),
                dominatedBy(candidate));
    }

    private List<String> values(CandidateResult.Measured measured) {
        return IntStream.range(0, result.objectives().size())
                .mapToObj(i ->
                        HarmChart.text(measured, i, result.objectives().get(i).isRatio()))
                .toList();
    }

    /** How numbers are to be read that are not simply those of the last data, a sentence each. */
    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (result.objectives().stream().anyMatch(Objective::isRatio)) {
            notes.add("Latency and memory were measured in turns with the original, of a finalist when it was judged; "
                    + "x is the share of what the original took in the same turns, by which candidates are compared.");
        }
        if (result.rules().stream().anyMatch(rule -> !rule.opinions().isEmpty())) {
            notes.add(
                    "Two scorers judge some rules: candidates are ranked by the one that sees more harm, and pictures "
                            + "show the one that the rule names.");
        }
        if (result.rules().stream().anyMatch(rule -> rule.corrected().isPresent())) {
            notes.add("Some shares are corrected for the scorer's errors: candidates are ranked by the corrected share "
                    + "where it is worse, and pictures show the share as the scorer saw it.");
        }
        return notes;
    }

    /** Of a finalist that does not pass, why; of others, the worst rule. */
    private String finding(CandidateResult candidate, CandidateResult.Measured latest) {
        return candidate.judged().isPresent() && latest.tried().gate().verdict() != Verdict.PASS
                ? open(latest.tried())
                : worst(latest.tried());
    }

    private String reached(CandidateResult candidate) {
        if (isChosen(candidate)) {
            return form == Form.SEARCH ? "chosen" : "best";
        }
        if (candidate.problem().isPresent()) {
            return candidate.ended(Kind.FAILED) ? "failed" : "not made";
        }
        if (candidate.judged().isPresent()) {
            return "judged: " + candidate.judged().get().tried().gate().verdict();
        }
        return "dropped after round " + candidate.screened().size();
    }

    /** Another candidate with no more of any objective and no more of its worst limit. */
    private Optional<String> dominatedBy(CandidateResult candidate) {
        return candidate
                .latest()
                .flatMap(own -> result.candidates().stream()
                        .filter(other -> other.isComparableWith(candidate)
                                && other.latest()
                                        .filter(found -> isBetter(found.tried(), own.tried()))
                                        .isPresent())
                        .map(CandidateResult::id)
                        .findFirst());
    }

    private static boolean isBetter(Tried one, Tried other) {
        boolean noWorse = one.use() <= other.use()
                && IntStream.range(0, one.costs().size())
                        .allMatch(i -> one.costs().get(i) <= other.costs().get(i));
        return noWorse && (one.use() < other.use() || !one.costs().equals(other.costs()));
    }

    private Document document() {
        return new Document(
                SCHEMA_VERSION,
                origin.plugin(),
                origin.build(),
                origin.thresholds(),
                result.thresholds().alpha(),
                sentence(),
                result.chosen().map(CandidateResult::id),
                warnings(),
                IntStream.range(0, result.objectives().size())
                        .mapToObj(i -> new ObjectiveEntry(
                                result.objectives().get(i).metric(),
                                result.objectives().get(i).title(),
                                ReportJson.IntervalEntry.finite(
                                        result.original().get(i))))
                        .toList(),
                result.candidates().stream().map(this::entry).toList());
    }

    private CandidateEntry entry(CandidateResult candidate) {
        return new CandidateEntry(
                candidate.id(),
                candidate.label(),
                candidate.model(),
                problem(candidate, Kind.NOT_MADE),
                problem(candidate, Kind.FAILED),
                dominatedBy(candidate),
                candidate.screened().stream()
                        .map(measured -> new MeasuredEntry(
                                measured.share(),
                                measured.tried().gate().verdict(),
                                finite(measured.values()),
                                finite(measured.original()),
                                measured.tried().worst().map(RuleName::of).orElse(""),
                                ReportJson.IntervalEntry.finite(measured.tried().use())))
                        .toList(),
                candidate
                        .judged()
                        .map(judged -> new JudgedEntry(
                                judged.share(),
                                judged.tried().gate().verdict(),
                                finite(judged.values()),
                                finite(judged.original()),
                                judged.tried().gate().results().stream()
                                        .map(rule ->
                                                ReportJson.rule(judged.tried().gate(), rule))
                                        .toList())));
    }

    /** Numbers as JSON has them: null for what is none. */
    private static List<Double> finite(List<Double> values) {
        return values.stream().map(ReportJson.IntervalEntry::finite).toList();
    }

    private Page content() {
        List<CandidateResult> finalists = rows().stream()
                .flatMap(row -> result.candidates().stream()
                        .filter(candidate -> candidate.id().equals(row.id())
                                && candidate.judged().isPresent()))
                .toList();
        return new Page(
                Pages.resource("report.css"),
                origin.plugin(),
                origin.build(),
                form == Form.SEARCH,
                result.chosen().isPresent(),
                sentence(),
                warnings(),
                notes(),
                result.thresholds().alpha().toPlainString(),
                origin.thresholds(),
                result.objectives().stream().map(Objective::title).toList(),
                result.objectives().stream().map(HarmChart::title).toList(),
                result.original().stream().map(HarmChart::text).toList(),
                rows(),
                finalists.stream().map(CandidateResult::id).toList(),
                rules(finalists),
                IntStream.range(0, result.objectives().size())
                        .mapToObj(i -> HarmChart.of(result, i))
                        .toList());
    }

    private static List<RuleCells> rules(List<CandidateResult> finalists) {
        if (finalists.isEmpty()) {
            return List.of();
        }
        List<RuleCells> rules = new ArrayList<>();
        List<RuleResult> first =
                finalists.get(0).judged().orElseThrow().tried().gate().results();
        for (int i = 0; i < first.size(); i++) {
            int rule = i;
            if (first.get(i).rule().decides()) {
                rules.add(new RuleCells(
                        RuleName.of(first.get(i)),
                        RuleText.of(first.get(i)).limit(),
                        finalists.stream()
                                .map(finalist -> RuleText.of(finalist.judged()
                                        .orElseThrow()
                                        .tried()
                                        .gate()
                                        .results()
                                        .get(rule)))
                                .map(text -> new Cell(text.change(), text.verdict()))
                                .toList()));
            }
        }
        return rules;
    }
}
