package io.github.fairnessgate.report;

import com.fasterxml.jackson.databind.DeserializationFeature;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.gate.AcceptedException;
import io.github.fairnessgate.gate.Budget;
import io.github.fairnessgate.gate.Escalation;
import io.github.fairnessgate.gate.ExceptionUse;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Limit;
import io.github.fairnessgate.gate.LookTaken;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleResult.CandidateAlone;
import io.github.fairnessgate.gate.RuleResult.Change;
import io.github.fairnessgate.gate.RuleResult.ChangedItems;
import io.github.fairnessgate.gate.RuleResult.Churn;
import io.github.fairnessgate.gate.RuleResult.Corrected;
import io.github.fairnessgate.gate.RuleResult.SecondOpinion;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.report.ReportJson.CandidateEntry;
import io.github.fairnessgate.report.ReportJson.ChangeEntry;
import io.github.fairnessgate.report.ReportJson.ChurnEntry;
import io.github.fairnessgate.report.ReportJson.CorrectedEntry;
import io.github.fairnessgate.report.ReportJson.Document;
import io.github.fairnessgate.report.ReportJson.EscalationEntry;
import io.github.fairnessgate.report.ReportJson.IntervalEntry;
import io.github.fairnessgate.report.ReportJson.LookEntry;
import io.github.fairnessgate.report.ReportJson.OpinionEntry;
import io.github.fairnessgate.report.ReportJson.RuleEntry;
import io.github.fairnessgate.statistics.Interval;
import io.github.fairnessgate.statistics.Spending;
import io.github.fairnessgate.yaml.Location;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads {@code report.json} back, so that a finished result can be shown again. Nothing is judged anew: the verdicts
 * are those that the gate pronounced. The evaluations come without their items, and how the candidate was made is not
 * in the file.
 */
public final class ReportReader {

    private static final int MOST_DIGITS = 100;

    private final Path file;
    private final String thresholds;
    private final Map<String, Metric> metrics = new LinkedHashMap<>();

    private ReportReader(Path file, Document document) {
        this.file = file;
        this.thresholds = required(document.thresholds(), "thresholds");
        all(document.metrics(), "metrics").forEach(entry -> metrics.put(entry.id(), metric(entry)));
    }

    /**
     * @throws InvalidInputException if the file cannot be read, was written by an incompatible version, lacks
     *     something, or says another verdict than its rules
     */
    public static Report read(Path file) {
        try {
            byte[] json = BoundedFiles.bytes(file, BoundedFiles.LARGEST);
            int version = Json.MAPPER.readTree(json).path("schemaVersion").asInt();
            if (version != ReportJson.SCHEMA_VERSION) {
                throw new InvalidInputException(
                        file + " has schemaVersion " + version + ", but this version of the plugin reads "
                                + ReportJson.SCHEMA_VERSION + ": run fairness:verify again.");
            }
            // From the text: a tree would lose the last zeros of limits, which are shown as the user wrote them.
            Document document = Json.MAPPER
                    .readerFor(Document.class)
                    .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(json);
            return new ReportReader(file, document).report(document);
        } catch (InvalidInputException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new InvalidInputException(
                    file + " is not a report: " + Reason.of(e) + "; run fairness:verify again.", e);
        }
    }

    private Report report(Document document) {
        List<RuleEntry> entries = all(document.rules(), "rules");
        List<RuleResult> results = entries.stream().map(this::result).toList();
        Thresholds tolerated = new Thresholds(
                required(document.alpha(), "alpha"),
                constant(Thresholds.OnInconclusive.class, document.onInconclusive(), "onInconclusive"),
                Optional.ofNullable(document.escalation()).map(this::escalation),
                false,
                new TreeMap<>(),
                results.stream().map(RuleResult::rule).toList());
        GateResult gate = GateResult.of(
                tolerated,
                results,
                all(orNone(document.exceptions()), "exceptions").stream()
                        .map(this::exception)
                        .toList(),
                all(orNone(document.budgets()), "budgets").stream()
                        .map(this::budget)
                        .toList(),
                looks(document.escalation(), entries, results));
        if (gate.verdict() != document.verdict() || gate.passed() != document.passed()) {
            throw new InvalidInputException(
                    file + " says " + document.verdict() + (document.passed() ? ", passed" : ", not passed")
                            + ", but its rules say " + gate.verdict() + (gate.passed() ? ", passed" : ", not passed")
                            + ": it was edited. Run fairness:verify again.");
        }
        Evaluation baseline = evaluation(document.baseline(), "baseline");
        Evaluation candidate = evaluation(document.candidate(), "candidate");
        candidate.values().stream()
                .filter(value -> metric(value.metric()).estimator() != Metric.Estimator.MEAN_OF_WRITTEN)
                .forEach(value -> required(
                        baseline.value(value.metric(), value.slice()).orElse(null),
                        "the baseline's value of " + value.metric() + " for " + value.slice()));
        return new Report(
                required(document.plugin(), "plugin"),
                new Report.Rules(thresholds, Optional.empty(), Optional.empty()),
                baseline,
                candidate,
                gate,
                new Report.About(
                        Optional.empty(),
                        Optional.ofNullable(document.gateTests()).orElse(GateReliability.NONE),
                        orNone(document.gpus()),
                        all(orNone(document.warnings()), "warnings"),
                        Optional.ofNullable(document.shipped()),
                        new RunSettings(
                                all(orNone(document.settings()), "settings"),
                                all(orNone(document.relaxations()), "relaxations")),
                        Optional.ofNullable(document.build()).orElse(Identity.UNKNOWN),
                        new History(all(orNone(document.history()), "history"))));
    }

    private Escalation escalation(EscalationEntry plan) {
        return new Escalation(
                new Location(thresholds, 1, ""),
                constant(Spending.class, plan.spending(), "spending"),
                plan.looks(),
                plan.maximum());
    }

    /**
     * The looks that were taken. Of a rule that was settled later, an earlier look is known to have found it open, and
     * no more.
     */
    private List<LookTaken> looks(EscalationEntry plan, List<RuleEntry> entries, List<RuleResult> results) {
        List<LookTaken> looks = new ArrayList<>();
        for (LookEntry look : plan == null ? List.<LookEntry>of() : required(plan.taken(), "looks taken")) {
            List<RuleResult> known = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                Integer settled = entries.get(i).look();
                known.add(settled != null && settled > look.look() ? opened(results.get(i)) : results.get(i));
            }
            looks.add(new LookTaken(
                    look.look(),
                    plan.looks(),
                    look.level(),
                    required(look.continuations(), "continuations of a look"),
                    known,
                    look.verdict()));
        }
        return looks;
    }

    private static RuleResult opened(RuleResult result) {
        return result.with(result.verdict().map(verdict -> Verdict.INCONCLUSIVE));
    }

    private Evaluation evaluation(ReportJson.Model model, String role) {
        required(model, role);
        return new Evaluation(
                List.copyOf(metrics.values()),
                all(model.values(), "values of the " + role),
                Map.of(),
                required(model.provenance(), "provenance of the " + role));
    }

    private RuleResult result(RuleEntry entry) {
        Rule rule = new Rule(
                new Location(thresholds, entry.line(), ""),
                required(entry.metric(), "metric of a rule"),
                required(entry.slice(), "slice of a rule"),
                Optional.ofNullable(entry.compare()).map(name -> constant(Rule.Compare.class, name, "compare")),
                limits(entry.limits()),
                constant(Rule.Role.class, entry.role(), "role"),
                constant(Rule.Level.class, entry.level(), "level"),
                entry.origin() == null ? Rule.Origin.THRESHOLDS : constant(Rule.Origin.class, entry.origin(), "origin"),
                entry.corrected() != null);
        if (rule.decides()) {
            required(entry.verdict(), "verdict of the rule for " + entry.metric());
        }
        return new RuleResult(
                rule,
                metric(entry.metric()),
                numbers(entry.metric(), entry, entry.baseline(), entry.candidate(), entry.harmIncrease()),
                new RuleResult.Tests(
                        change(entry.change()),
                        candidateAlone(entry.candidateAlone()),
                        Optional.ofNullable(entry.churn()).map(this::churn),
                        corrected(entry.corrected())),
                Optional.ofNullable(entry.verdict()),
                required(entry.reason(), "reason of a rule"),
                all(orNone(entry.opinions()), "opinions").stream()
                        .map(opinion -> opinion(rule, entry, opinion))
                        .toList());
    }

    private RuleResult opinion(Rule rule, RuleEntry of, OpinionEntry entry) {
        return new RuleResult(
                rule,
                metric(entry.metric()),
                numbers(entry.metric(), of, entry.baseline(), entry.candidate(), entry.harmIncrease()),
                new RuleResult.Tests(
                        change(entry.change()),
                        candidateAlone(entry.candidateAlone()),
                        Optional.empty(),
                        corrected(entry.corrected())),
                Optional.ofNullable(entry.verdict()),
                entry.reason(),
                List.of());
    }

    private RuleResult.Numbers numbers(
            String metric, RuleEntry sample, Double baseline, Double candidate, Double harmIncrease) {
        return new RuleResult.Numbers(
                sample.items(),
                sample.clusters(),
                value(metric, baseline, "baseline"),
                value(metric, candidate, "candidate"),
                value(metric, harmIncrease, "harmIncrease"));
    }

    /** A mean over written texts is left out where no text is written; nothing else may be missing. */
    private double value(String metric, Double number, String name) {
        if (number == null && metric(metric).estimator() != Metric.Estimator.MEAN_OF_WRITTEN) {
            throw new IllegalArgumentException("the rule for " + metric + " has no " + name);
        }
        return IntervalEntry.orNotANumber(number);
    }

    private Metric metric(ReportJson.MetricEntry entry) {
        String id = required(entry.id(), "id of a metric");
        String suite = required(entry.suite(), "suite of a metric");
        Metric.Estimator estimator = constant(Metric.Estimator.class, entry.estimator(), "estimator");
        Metric.Direction direction = constant(Metric.Direction.class, entry.direction(), "direction");
        return entry.range() == null
                ? new Metric(id, suite, estimator, direction)
                : new Metric(id, suite, estimator, direction, entry.range());
    }

    private Metric metric(String id) {
        return required(metrics.get(id), "metric " + id);
    }

    /** In the order in which thresholds are read. */
    private List<Limit> limits(SortedMap<String, BigDecimal> entries) {
        List<Limit> limits = new ArrayList<>();
        for (Limit.Kind kind : Limit.Kind.values()) {
            BigDecimal value = required(entries, "limits of a rule").get(kind.key());
            if (value != null) {
                limits.add(new Limit(kind, plain(value)));
            }
        }
        return limits;
    }

    private Optional<Change> change(ChangeEntry entry) {
        return Optional.ofNullable(entry)
                .map(change -> new Change(
                        constant(Change.Kind.class, change.kind(), "kind of a change"),
                        change.estimate(),
                        interval(change.interval()),
                        change.pValue(),
                        change.adjustedPValue(),
                        change.method(),
                        change.worse() == null
                                ? Optional.empty()
                                : Optional.of(new ChangedItems(
                                        change.worse(),
                                        required(change.better(), "items that became better"),
                                        required(change.exactMcNemar(), "McNemar's test"),
                                        required(change.midPMcNemar(), "McNemar's test by mid-p"),
                                        required(change.exactMcNemarTwoSided(), "McNemar's two-sided test"),
                                        required(change.midPMcNemarTwoSided(), "McNemar's two-sided test by mid-p"))),
                        Optional.ofNullable(change.signFlip()),
                        Optional.ofNullable(change.byChance()),
                        Optional.ofNullable(change.secondOpinion())
                                .map(other -> new SecondOpinion(interval(other.interval()), other.method()))));
    }

    private Optional<CandidateAlone> candidateAlone(CandidateEntry entry) {
        return Optional.ofNullable(entry)
                .map(alone -> new CandidateAlone(
                        interval(alone.interval()), alone.pValue(), alone.adjustedPValue(), alone.method()));
    }

    private Optional<Corrected> corrected(CorrectedEntry entry) {
        return Optional.ofNullable(entry)
                .map(numbers -> new Corrected(
                        numbers.sensitivity(),
                        numbers.specificity(),
                        required(numbers.data(), "data of a correction"),
                        numbers.baseline(),
                        numbers.candidate(),
                        numbers.change(),
                        interval(numbers.interval()),
                        Optional.ofNullable(numbers.candidateAlone()).map(this::interval)));
    }

    private Churn churn(ChurnEntry churn) {
        return new Churn(
                churn.newlyBiased(),
                churn.newlyFixed(),
                churn.rate(),
                interval(churn.interval()),
                Optional.ofNullable(churn.pValue()),
                Optional.ofNullable(churn.adjustedPValue()),
                all(churn.biased(), "newly biased items"),
                all(churn.fixed(), "newly fixed items"));
    }

    /** Written out, {@code 1e-999999999} would fill the memory. */
    private static BigDecimal plain(BigDecimal limit) {
        if (Math.abs((long) limit.scale()) > MOST_DIGITS || limit.precision() > MOST_DIGITS) {
            throw new IllegalArgumentException("a limit has more than " + MOST_DIGITS + " digits");
        }
        return limit;
    }

    private Interval interval(IntervalEntry entry) {
        required(entry, "an interval");
        if (!(entry.level() > 0 && entry.level() < 1)) {
            throw new IllegalArgumentException("the level of an interval is not between 0 and 1");
        }
        return new Interval(
                entry.low() == null ? Double.NEGATIVE_INFINITY : entry.low(),
                entry.high() == null ? Double.POSITIVE_INFINITY : entry.high(),
                entry.level());
    }

    private ExceptionUse exception(ReportJson.ExceptionEntry entry) {
        AcceptedException exception = new AcceptedException(
                new Location(required(entry.file(), "file of an exception"), entry.line(), ""),
                entry.metric(),
                entry.slice(),
                required(entry.harmIncrease(), "harm of an exception"),
                Optional.ofNullable(entry.newlyBiasedRate()),
                required(entry.before(), "limits of an exception"),
                entry.reason(),
                LocalDate.parse(required(entry.date(), "date of an exception")),
                LocalDate.parse(required(entry.until(), "last day of an exception")));
        return new ExceptionUse(exception, constant(ExceptionUse.State.class, entry.state(), "state of an exception"));
    }

    private Budget budget(ReportJson.BudgetEntry entry) {
        Limit.Kind kind = Arrays.stream(Limit.Kind.values())
                .filter(known -> known.key().equals(entry.limit()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no limit " + entry.limit()));
        return new Budget(
                required(entry.metric(), "metric of a budget"),
                required(entry.slice(), "slice of a budget"),
                new Limit(kind, plain(required(entry.margin(), "margin of a budget"))),
                IntervalEntry.orNotANumber(entry.spent()),
                IntervalEntry.orNotANumber(entry.share()));
    }

    private static <T> List<T> orNone(List<T> list) {
        return list == null ? List.of() : list;
    }

    /** A list that is there and whose elements are. */
    private <T> List<T> all(List<T> list, String what) {
        required(list, what).forEach(element -> required(element, "one of the " + what));
        return list;
    }

    private <T> T required(T value, String what) {
        if (value == null) {
            throw new InvalidInputException(file + " lacks " + what
                    + ": it was written by another version of the plugin, or edited. Run fairness:verify again.");
        }
        return value;
    }

    private <E extends Enum<E>> E constant(Class<E> type, String name, String what) {
        return Enum.valueOf(type, required(name, what).toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
