package io.github.fairnessgate.baseline;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.baseline.Baseline.Accepted;
import io.github.fairnessgate.baseline.Baseline.Original;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.AcceptedException;
import io.github.fairnessgate.gate.Ceilings;
import io.github.fairnessgate.gate.ExceptionUse;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.GateMessages;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Limit;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.LookTaken;
import io.github.fairnessgate.gate.Ratchet;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Accepts a candidate: makes limits tighter where it passed, drops exceptions that nobody needs, and, if somebody gives
 * a reason, adds exceptions where it did not pass. No limit ever becomes looser.
 */
public final class BaselineUpdate {

    /**
     * Decimals of numbers that are accepted; harm is rounded up, so that the same candidate keeps what was accepted of
     * it.
     */
    private static final int DECIMALS = 6;

    private final Optional<Baseline> before;
    private final Thresholds thresholds;
    private final List<Look> looks;
    private final Evaluation original;
    private final LocalDate today;
    private final String file;
    private final List<String> changes = new ArrayList<>();

    /**
     * @param file where the baseline is kept, for messages
     * @param before what it says so far; nothing for a new one
     * @param looks what was measured: the first look, whose data the file names, and those after it that there were
     * @param today the date of what is accepted
     */
    public BaselineUpdate(
            String file, Optional<Baseline> before, Thresholds thresholds, List<Look> looks, LocalDate today) {
        this.file = file;
        this.before = before;
        this.thresholds = thresholds;
        this.looks = List.copyOf(looks);
        this.original = looks.get(0).baseline();
        this.today = today;
    }

    /**
     * The baseline after this candidate.
     *
     * @param after what is to be written
     * @param changes what it changes, in one line each; empty if nothing
     */
    public record Result(Baseline after, List<String> changes) {

        public Result {
            changes = List.copyOf(changes);
        }
    }

    /**
     * Accepts the candidate.
     *
     * @param slack share of a margin, from 0 to 1
     * @param loosening nothing if nothing that does not pass is accepted
     * @throws InvalidInputException if the candidate does not pass and no reason was given, if it is a broken model, or
     *     if the baseline is of another original model or other data
     */
    public Result accept(BigDecimal slack, Optional<Loosening> loosening) {
        before.ifPresent(baseline -> baseline.requireOriginal(file, original));
        changes.clear();
        GateResult gate = Gate.decide(thresholds, before.map(Baseline::ratchet).orElse(Ratchet.NONE), today, looks);
        List<RuleResult> refused = gate.results().stream()
                .filter(result -> stopsTheBuild(gate, result))
                .toList();
        requireSoundModel(refused);
        if (!refused.isEmpty() && loosening.isEmpty()) {
            throw new InvalidInputException(String.join(
                    System.lineSeparator(),
                    Stream.of(
                                    Stream.of("The candidate does not pass, and nothing was written: "
                                            + GateMessages.headline(gate)),
                                    GateMessages.findings(gate).stream(),
                                    GateMessages.next(gate).stream(),
                                    Stream.of("To accept these numbers for a while, give a reason: -D"
                                            + Parameters.REASON + "=\"...\""))
                            .flatMap(lines -> lines)
                            .toList()));
        }
        List<AcceptedException> exceptions = exceptions(gate, refused, loosening);
        List<Accepted> values = values(
                gate,
                looks.stream()
                        .map(look -> new Ceilings(look.baseline(), look.candidate(), thresholds.alpha(), slack))
                        .toList());
        Baseline after = new Baseline(
                before.map(Baseline::original)
                        .orElse(new Original(
                                original.provenance().model(),
                                original.provenance().source())),
                slack,
                data(gate, values, exceptions),
                values,
                exceptions);
        return new Result(after, changes);
    }

    private static boolean stopsTheBuild(GateResult gate, RuleResult result) {
        boolean open = result.verdict().equals(Optional.of(Verdict.INCONCLUSIVE))
                && gate.thresholds().onInconclusive() != Thresholds.OnInconclusive.WARN;
        return result.rule().decides()
                && gate.acceptance(result).isEmpty()
                && (open || result.verdict().equals(Optional.of(Verdict.FAIL)));
    }

    private static void requireSoundModel(List<RuleResult> refused) {
        refused.stream()
                .filter(result -> result.rule().role() == Rule.Role.CAPABILITY)
                .findFirst()
                .ifPresent(broken -> {
                    throw new InvalidInputException("The candidate cannot be accepted, with or without a reason: "
                            + RuleText.of(broken).line()
                            + ", and the fairness numbers of a broken language model mean nothing. If you "
                            + "intend so much loss, widen that rule's margin in the thresholds.");
                });
    }

    private List<AcceptedException> exceptions(
            GateResult gate, List<RuleResult> refused, Optional<Loosening> loosening) {
        Map<String, AcceptedException> earlier = new LinkedHashMap<>();
        Map<String, AcceptedException> kept = new LinkedHashMap<>();
        for (ExceptionUse use : gate.exceptions()) {
            earlier.put(use.exception().subject(), use.exception());
            if (use.state() == ExceptionUse.State.USED) {
                kept.put(use.exception().subject(), tightened(gate, use.exception()));
            } else {
                changes.add("removed the exception for " + use.sentence());
            }
        }
        loosening.ifPresent(word -> {
            for (RuleResult result : refused) {
                AcceptedException added = exception(gate, result, word);
                if (kept.putIfAbsent(added.subject(), withEarlier(added, earlier.get(added.subject()))) == null) {
                    changes.add("accepted until %s: %s"
                            .formatted(word.until(), RuleText.of(result).line()));
                }
            }
        });
        return kept.values().stream()
                .sorted(Comparator.comparing(AcceptedException::metric).thenComparing(AcceptedException::slice))
                .toList();
    }

    /** An exception that is in use accepts no more than it is needed for. */
    private AcceptedException tightened(GateResult gate, AcceptedException old) {
        List<RuleResult> results = about(gate, old.metric(), old.slice());
        BigDecimal harm = old.harmIncrease().min(harmIncrease(results));
        Optional<BigDecimal> rate = old.newlyBiasedRate()
                .map(limit -> newlyBiasedRate(results).map(limit::min).orElse(limit));
        if (harm.compareTo(old.harmIncrease()) == 0 && rate.equals(old.newlyBiasedRate())) {
            return old;
        }
        changes.add("tightened the exception for %s to harm +%s".formatted(old.subject(), harm.toPlainString()));
        return new AcceptedException(
                old.location(),
                old.metric(),
                old.slice(),
                harm,
                rate,
                old.limits(),
                old.reason(),
                old.date(),
                old.until());
    }

    private AcceptedException exception(GateResult gate, RuleResult result, Loosening word) {
        if (result.metric().estimator() == Metric.Estimator.TURNS) {
            throw result.rule()
                    .location()
                    .problem(
                            ("%s cannot be accepted at a number, because another build measures another one: widen the "
                                            + "rule's limit, or give it level: warn")
                                    .formatted(result.metric().id()));
        }
        List<RuleResult> results =
                about(gate, result.metric().id(), result.rule().slice());
        if (results.stream().anyMatch(own -> !Double.isFinite(own.largestHarmIncrease()))) {
            throw result.rule()
                    .location()
                    .problem("%s cannot be accepted, because it has no value: %s"
                            .formatted(result.metric().id(), result.reason()));
        }
        SortedMap<String, BigDecimal> limits = new TreeMap<>();
        results.stream()
                .flatMap(own -> own.rule().limits().stream())
                .forEach(limit -> limits.merge(
                        limit.kind().key(),
                        limit.value(),
                        (one, other) -> new Limit(limit.kind(), one)
                                .tightest(new Limit(limit.kind(), other))
                                .value()));
        return new AcceptedException(
                new Location(file, 1, ""),
                result.metric().id(),
                result.rule().slice(),
                harmIncrease(results),
                newlyBiasedRate(results),
                limits,
                word.reason(),
                today,
                word.until());
    }

    /** The numbers that an earlier exception accepted are part of what was tolerated before. */
    private static AcceptedException withEarlier(AcceptedException added, AcceptedException earlier) {
        SortedMap<String, BigDecimal> limits = new TreeMap<>(added.limits());
        if (earlier != null) {
            limits.put("harmIncrease", earlier.harmIncrease());
            earlier.newlyBiasedRate().ifPresent(rate -> limits.put("newlyBiasedRate", rate));
        }
        return new AcceptedException(
                added.location(),
                added.metric(),
                added.slice(),
                added.harmIncrease(),
                added.newlyBiasedRate(),
                limits,
                added.reason(),
                added.date(),
                added.until());
    }

    private static List<RuleResult> about(GateResult gate, String metric, String slice) {
        return gate.results().stream()
                .filter(result -> result.isAbout(metric, slice) && result.rule().decides())
                .toList();
    }

    private static BigDecimal harmIncrease(List<RuleResult> results) {
        return roundedUp(results.stream()
                .mapToDouble(RuleResult::largestHarmIncrease)
                .max()
                .orElseThrow());
    }

    private static Optional<BigDecimal> newlyBiasedRate(List<RuleResult> results) {
        return results.stream()
                .filter(result -> result.rule().newlyBiasedLimit().isPresent())
                .flatMap(result -> result.largestNewlyBiasedRate().stream())
                .max(Comparator.naturalOrder())
                .map(BaselineUpdate::roundedUp);
    }

    /** @param ceilings by look */
    private List<Accepted> values(GateResult gate, List<Ceilings> ceilings) {
        Map<String, Accepted> values = new TreeMap<>();
        before.ifPresent(baseline -> baseline.values()
                .forEach(value ->
                        values.put(key(value.rule().metric(), value.rule().slice()), value)));
        for (RuleResult result : gate.results()) {
            boolean passed = result.rule().decides()
                    && result.rule().origin() == Rule.Origin.THRESHOLDS
                    && result.rule().role() == Rule.Role.FAIRNESS
                    && result.verdict().equals(Optional.of(Verdict.PASS));
            if (passed) {
                Ceilings own =
                        ceilings.get(gate.look(result).map(LookTaken::number).orElse(1) - 1);
                values.compute(
                        key(result.metric().id(), result.rule().slice()),
                        (key, old) -> merged(Optional.ofNullable(old), result, own));
            }
        }
        return values.values().stream()
                .sorted(Comparator.comparing((Accepted value) -> value.rule().metric())
                        .thenComparing(value -> value.rule().slice()))
                .toList();
    }

    private static String key(String metric, String slice) {
        return metric + " " + slice;
    }

    private Accepted merged(Optional<Accepted> old, RuleResult result, Ceilings ceilings) {
        old.ifPresent(value -> requireSameHarm(value, result));
        SortedMap<Limit.Kind, Limit> limits = new TreeMap<>();
        old.ifPresent(value -> value.rule().limits().forEach(limit -> limits.put(limit.kind(), limit)));
        Stream.concat(result.rule().limits().stream(), ceilings.of(result).stream())
                .forEach(limit -> limits.merge(limit.kind(), limit, Limit::tightest));
        List<Limit> tightest = List.copyOf(limits.values());
        if (old.isPresent() && tightest.equals(old.get().rule().limits())) {
            return old.get();
        }
        Rule rule = result.rule();
        changes.add("%s: %s"
                .formatted(
                        rule.slice().equals(Evaluation.ALL)
                                ? result.metric().id()
                                : result.metric().id() + " " + rule.slice(),
                        String.join(
                                ", ",
                                tightest.stream()
                                        .map(limit -> limit.kind().key() + " "
                                                + limit.value().toPlainString())
                                        .toList())));
        return new Accepted(
                new Rule(
                        new Location(file, 1, ""),
                        result.metric().id(),
                        rule.slice(),
                        rule.compare(),
                        tightest,
                        Rule.Role.FAIRNESS,
                        Rule.Level.ERROR,
                        Rule.Origin.BASELINE),
                rounded(result.baseline()),
                rounded(result.candidate()),
                today);
    }

    private static void requireSameHarm(Accepted old, RuleResult result) {
        if (!old.rule().compare().equals(result.rule().compare())) {
            throw old.rule()
                    .location()
                    .problem("%s %s was accepted with compare: %s, but the rule in %s has %s; write the same in both"
                            .formatted(
                                    old.rule().metric(),
                                    old.rule().slice(),
                                    written(old.rule()),
                                    result.rule().location(),
                                    written(result.rule())));
        }
    }

    private static String written(Rule rule) {
        return rule.compare().map(compare -> EnumText.of(compare)).orElse("none");
    }

    private SortedMap<String, String> data(GateResult gate, List<Accepted> values, List<AcceptedException> exceptions) {
        List<String> metrics = Stream.concat(
                        values.stream().map(value -> value.rule().metric()),
                        exceptions.stream().map(AcceptedException::metric))
                .toList();
        SortedMap<String, String> data =
                new TreeMap<>(before.map(Baseline::data).orElseGet(TreeMap::new));
        for (RuleResult result : gate.results()) {
            String suite = result.metric().suite();
            if (metrics.contains(result.metric().id())) {
                data.put(
                        suite,
                        Optional.ofNullable(original.provenance().data().get(suite))
                                .orElseThrow(() -> new InvalidInputException(
                                        "The baseline's evaluation does not record the data of " + suite
                                                + "; run fairness:evaluate again.")));
            }
        }
        return data;
    }

    private static BigDecimal rounded(double number) {
        return BigDecimal.valueOf(number)
                .setScale(DECIMALS, RoundingMode.HALF_EVEN)
                .stripTrailingZeros();
    }

    private static BigDecimal roundedUp(double number) {
        return BigDecimal.valueOf(number)
                .setScale(DECIMALS, RoundingMode.CEILING)
                .stripTrailingZeros();
    }
}
