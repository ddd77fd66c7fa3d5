package io.github.fairnessgate.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.Agreement;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Evaluation.Value;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.AcceptedException;
import io.github.fairnessgate.gate.Budget;
import io.github.fairnessgate.gate.Escalation;
import io.github.fairnessgate.gate.ExceptionUse;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Limit;
import io.github.fairnessgate.gate.LookTaken;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleResult.ChangedItem;
import io.github.fairnessgate.gate.RuleResult.Churn;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.model.ShippedFiles;
import io.github.fairnessgate.statistics.Inference.ByChance;
import io.github.fairnessgate.statistics.Interval;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code report.json}: the report for machines. Its form is described by {@code report.schema.json};
 * {@code schemaVersion} is raised whenever a reader of the old form would misread the new one.
 */
public final class ReportJson {

    static final int SCHEMA_VERSION = 1;

    private ReportJson() {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Document(
            int schemaVersion,
            String plugin,
            Verdict verdict,
            boolean passed,
            List<String> warnings,
            String thresholds,
            BigDecimal alpha,
            String onInconclusive,
            EscalationEntry escalation,
            List<MetricEntry> metrics,
            Model baseline,
            Model candidate,
            List<RuleEntry> rules,
            List<ExceptionEntry> exceptions,
            List<BudgetEntry> budgets,
            GateReliability gateTests,
            List<Integer> gpus,
            ShippedFiles shipped,
            List<RunSettings.Setting> settings,
            List<String> relaxations,
            String conclusion,
            Identity build,
            List<HistoryEntry> history,
            List<Flips> flips) {}

    /** A range is left out where a metric has none. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record MetricEntry(String id, String suite, String estimator, String direction, Metric.Range range) {

        static MetricEntry of(Metric metric) {
            return new MetricEntry(
                    metric.id(),
                    metric.suite(),
                    EnumText.of(metric.estimator()),
                    EnumText.of(metric.direction()),
                    metric.range().orElse(null));
        }
    }

    record EscalationEntry(String spending, int looks, int maximum, List<LookEntry> taken) {

        static EscalationEntry of(Escalation plan, List<LookTaken> taken) {
            return new EscalationEntry(
                    EnumText.of(plan.spending()),
                    plan.looks(),
                    plan.maximum(),
                    taken.stream()
                            .map(look ->
                                    new LookEntry(look.number(), look.level(), look.continuations(), look.verdict()))
                            .toList());
        }
    }

    record LookEntry(int look, double level, SortedMap<String, Integer> continuations, Verdict verdict) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ExceptionEntry(
            String metric,
            String slice,
            String state,
            BigDecimal harmIncrease,
            BigDecimal newlyBiasedRate,
            SortedMap<String, BigDecimal> before,
            String reason,
            String date,
            String until,
            String file,
            int line) {

        static ExceptionEntry of(ExceptionUse use) {
            AcceptedException exception = use.exception();
            return new ExceptionEntry(
                    exception.metric(),
                    exception.slice(),
                    EnumText.of(use.state()),
                    exception.harmIncrease(),
                    exception.newlyBiasedRate().orElse(null),
                    exception.limits(),
                    exception.reason(),
                    exception.date().toString(),
                    exception.until().toString(),
                    exception.location().file(),
                    exception.location().line());
        }
    }

    /** A number is left out where it is not finite. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record BudgetEntry(String metric, String slice, String limit, BigDecimal margin, Double spent, Double share) {

        static BudgetEntry of(Budget budget) {
            return new BudgetEntry(
                    budget.metric(),
                    budget.slice(),
                    budget.margin().kind().key(),
                    budget.margin().value(),
                    IntervalEntry.finite(budget.spent()),
                    IntervalEntry.finite(budget.share()));
        }
    }

    record Model(Provenance provenance, SortedMap<String, AgreementEntry> agreement, List<Value> values) {}

    /** A number is left out where it is not defined. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record AgreementEntry(
            String first,
            String second,
            long texts,
            long bothToxic,
            long onlyFirst,
            long onlySecond,
            long neither,
            double differing,
            Double kappa,
            Double correlation) {}

    /** A value is left out where it is not defined. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RuleEntry(
            String metric,
            String name,
            String slice,
            String role,
            String level,
            String origin,
            String acceptedUntil,
            int line,
            String compare,
            SortedMap<String, BigDecimal> limits,
            Double baseline,
            Double candidate,
            Double harmIncrease,
            ChangeEntry change,
            CandidateEntry candidateAlone,
            ChurnEntry churn,
            int items,
            int clusters,
            Integer look,
            Verdict verdict,
            String reason,
            List<OpinionEntry> opinions,
            CorrectedEntry corrected) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record OpinionEntry(
            String metric,
            Double baseline,
            Double candidate,
            Double harmIncrease,
            ChangeEntry change,
            CandidateEntry candidateAlone,
            Verdict verdict,
            String reason,
            CorrectedEntry corrected) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record CorrectedEntry(
            double sensitivity,
            double specificity,
            String data,
            double baseline,
            double candidate,
            double change,
            IntervalEntry interval,
            IntervalEntry candidateAlone) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ChangeEntry(
            String kind,
            double estimate,
            IntervalEntry interval,
            double pValue,
            double adjustedPValue,
            String method,
            Long worse,
            Long better,
            Double exactMcNemar,
            Double midPMcNemar,
            Double exactMcNemarTwoSided,
            Double midPMcNemarTwoSided,
            Double signFlip,
            ByChance byChance,
            SecondOpinionEntry secondOpinion) {}

    record SecondOpinionEntry(IntervalEntry interval, String method) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ChurnEntry(
            int newlyBiased,
            int newlyFixed,
            double rate,
            IntervalEntry interval,
            Double pValue,
            Double adjustedPValue,
            List<ChangedItem> biased,
            List<ChangedItem> fixed) {

        static ChurnEntry of(Churn churn) {
            return new ChurnEntry(
                    churn.newlyBiased(),
                    churn.newlyFixed(),
                    churn.rate(),
                    IntervalEntry.of(churn.interval()),
                    churn.pValue().orElse(null),
                    churn.adjustedPValue().orElse(null),
                    churn.biased(),
                    churn.fixed());
        }
    }

    record CandidateEntry(IntervalEntry interval, double pValue, double adjustedPValue, String method) {}

    /** A bound is left out where the data give none. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record IntervalEntry(Double low, Double high, double level) {

        static IntervalEntry of(Interval interval) {
            return new IntervalEntry(finite(interval.low()), finite(interval.high()), interval.level());
        }

        /** Nothing where a number is not finite. */
        static Double finite(double number) {
            return Double.isFinite(number) ? number : null;
        }

        /** The number that was left out. */
        static double orNotANumber(Double number) {
            return number == null ? Double.NaN : number;
        }
    }

    /** @throws io.github.fairnessgate.InvalidInputException if the file cannot be written */
    public static void write(Path file, Report report) {
        AtomicFiles.write(
                file, out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, document(report)));
    }

    /** What the file holds. */
    public static String text(Report report) {
        try {
            return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document(report));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report can always be written as JSON", e);
        }
    }

    private static Document document(Report report) {
        GateResult gate = report.gate();
        List<Flips> flips = Flips.of(gate, report.baseline(), report.candidate());
        return new Document(
                SCHEMA_VERSION,
                report.pluginVersion(),
                gate.verdict(),
                gate.passed(),
                report.warnings().isEmpty() ? null : report.warnings(),
                report.thresholds(),
                gate.thresholds().alpha(),
                EnumText.of(gate.thresholds().onInconclusive()),
                gate.thresholds()
                        .escalation()
                        .filter(plan -> !gate.looks().isEmpty())
                        .map(plan -> EscalationEntry.of(plan, gate.looks()))
                        .orElse(null),
                report.candidate().metrics().stream().map(MetricEntry::of).toList(),
                model(report.baseline()),
                model(report.candidate()),
                gate.results().stream().map(result -> rule(gate, result)).toList(),
                gate.exceptions().stream().map(ExceptionEntry::of).toList(),
                gate.budgets().stream().map(BudgetEntry::of).toList(),
                report.tests().isNone() ? null : report.tests(),
                report.gpus().isEmpty() ? null : report.gpus(),
                report.shipped().orElse(null),
                report.run().settings().isEmpty() ? null : report.run().settings(),
                report.run().relaxations().isEmpty() ? null : report.run().relaxations(),
                Conclusion.sentence(gate),
                report.build().isUnknown() ? null : report.build(),
                report.history().equals(History.NONE)
                        ? null
                        : report.history().latest().entries(),
                flips.isEmpty() ? null : flips);
    }

    private static Model model(Evaluation evaluation) {
        SortedMap<String, AgreementEntry> agreements = new TreeMap<>();
        for (String suite : evaluation.provenance().judging().keySet()) {
            Agreement.of(evaluation, suite)
                    .ifPresent(agreement -> agreements.put(suite, agreement(evaluation.judgedBy(suite), agreement)));
        }
        return new Model(evaluation.provenance(), agreements, evaluation.values());
    }

    private static AgreementEntry agreement(List<String> scorers, Agreement agreement) {
        return new AgreementEntry(
                scorers.get(0),
                scorers.get(1),
                agreement.texts(),
                agreement.bothToxic(),
                agreement.onlyFirst(),
                agreement.onlySecond(),
                agreement.neither(),
                agreement.differing(),
                orNull(agreement.kappa()),
                orNull(agreement.correlation()));
    }

    private static Double orNull(OptionalDouble number) {
        return number.isPresent() ? number.getAsDouble() : null;
    }

    static RuleEntry rule(GateResult gate, RuleResult result) {
        SortedMap<String, BigDecimal> limits = new TreeMap<>();
        for (Limit limit : result.rule().limits()) {
            limits.put(limit.kind().key(), limit.value());
        }
        return new RuleEntry(
                result.metric().id(),
                RuleName.of(result),
                result.rule().slice(),
                EnumText.of(result.rule().role()),
                EnumText.of(result.rule().level()),
                EnumText.of(result.rule().origin()),
                gate.acceptance(result)
                        .map(exception -> exception.until().toString())
                        .orElse(null),
                result.rule().location().line(),
                result.rule().compare().map(EnumText::of).orElse(null),
                limits,
                IntervalEntry.finite(result.baseline()),
                IntervalEntry.finite(result.candidate()),
                IntervalEntry.finite(result.harmIncrease()),
                change(result),
                candidateAlone(result),
                result.churn().map(ChurnEntry::of).orElse(null),
                result.items(),
                result.clusters(),
                gate.look(result).map(LookTaken::number).orElse(null),
                result.verdict().orElse(null),
                result.reason(),
                result.opinions().isEmpty()
                        ? null
                        : result.opinions().stream().map(ReportJson::opinion).toList(),
                corrected(result));
    }

    private static OpinionEntry opinion(RuleResult result) {
        return new OpinionEntry(
                result.metric().id(),
                IntervalEntry.finite(result.baseline()),
                IntervalEntry.finite(result.candidate()),
                IntervalEntry.finite(result.harmIncrease()),
                change(result),
                candidateAlone(result),
                result.verdict().orElse(null),
                result.reason(),
                corrected(result));
    }

    private static CorrectedEntry corrected(RuleResult result) {
        return result.corrected()
                .map(numbers -> new CorrectedEntry(
                        numbers.sensitivity(),
                        numbers.specificity(),
                        numbers.data(),
                        numbers.baseline(),
                        numbers.candidate(),
                        numbers.change(),
                        IntervalEntry.of(numbers.interval()),
                        numbers.candidateAlone().map(IntervalEntry::of).orElse(null)))
                .orElse(null);
    }

    private static ChangeEntry change(RuleResult result) {
        return result.change().map(ReportJson::change).orElse(null);
    }

    private static CandidateEntry candidateAlone(RuleResult result) {
        return result.candidateAlone()
                .map(alone -> new CandidateEntry(
                        IntervalEntry.of(alone.interval()), alone.pValue(), alone.adjustedPValue(), alone.method()))
                .orElse(null);
    }

    private static ChangeEntry change(RuleResult.Change change) {
        return new ChangeEntry(
                EnumText.of(change.kind()),
                change.estimate(),
                IntervalEntry.of(change.interval()),
                change.pValue(),
                change.adjustedPValue(),
                change.method(),
                change.counts().map(RuleResult.ChangedItems::increased).orElse(null),
                change.counts().map(RuleResult.ChangedItems::decreased).orElse(null),
                change.counts().map(RuleResult.ChangedItems::exactMcNemar).orElse(null),
                change.counts().map(RuleResult.ChangedItems::midPMcNemar).orElse(null),
                change.counts()
                        .map(RuleResult.ChangedItems::exactMcNemarTwoSided)
                        .orElse(null),
                change.counts()
                        .map(RuleResult.ChangedItems::midPMcNemarTwoSided)
                        .orElse(null),
                change.signFlip().orElse(null),
                change.byChance().orElse(null),
                change.secondOpinion()
                        .map(other -> new SecondOpinionEntry(IntervalEntry.of(other.interval()), other.method()))
                        .orElse(null));
    }
}
