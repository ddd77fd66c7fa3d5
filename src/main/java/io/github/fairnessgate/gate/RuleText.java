package io.github.fairnessgate.gate;

import io.github.fairnessgate.gate.RuleResult.Change;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.Interval;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The numbers of one rule as a person reads them. How many decimals a number has depends on the metric and on the
 * limits as the user wrote them, not on the number, so that reports of two builds can be laid side by side. Verdicts
 * come from unrounded numbers: one that rounding would put onto or across a limit is printed as {@code <} or {@code >}
 * that limit, and a change that rounds to nothing keeps its sign.
 *
 * <p>A change is always after minus before: of the value; of its distance from 50 where it ends with {@code from
 * parity}. Change, interval and limit of a row are about the same one of the two.
 *
 * @param subject metric and slice: {@code stereoset.ss/micro race}
 * @param before the baseline's value; {@code undefined} where there is none
 * @param after the candidate's value, likewise
 * @param change the estimated change: {@code +4.7 from parity}, {@code x1.107}; empty if there is none
 * @param interval the interval of the change: {@code 90 % CI +1.9..+7.5}; empty if there is none
 * @param limit what is tolerated: {@code +3.1}, {@code 4.0 either way}, {@code minimum 60}; empty for none
 * @param verdict {@code PASS}, {@code FAIL}, {@code INCONCLUSIVE}, {@code reported}
 * @param count {@code n = 962}, with clusters where they matter
 */
public record RuleText(
        String subject,
        String before,
        String after,
        String change,
        String interval,
        String limit,
        String verdict,
        String count) {

    /** The texts of a result. */
    public static RuleText of(RuleResult result) {
        return new Writer(result).write();
    }

    /** A limit of a result, as in {@link #limit}. */
    public static String limit(RuleResult result, Limit limit) {
        return new Writer(result).limit(limit);
    }

    /** The line of a message: subject, values, change with limit, interval and count. */
    public String line() {
        String details = Stream.of(joined(change, limit.isEmpty() ? "" : "limit " + limit), joined(interval, count))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
        return "%s  %s -> %s  (%s)".formatted(subject, before, after, details);
    }

    private static String joined(String... parts) {
        return Stream.of(parts).filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
    }

    /** Writes the numbers of one result. */
    private static final class Writer {

        private static final int DECIMALS_OF_PERCENT = 1;
        private static final int DECIMALS_OF_PERPLEXITY = 2;
        private static final int DECIMALS = 3;

        private final RuleResult result;
        private final Rule rule;
        private final boolean ratio;
        private final boolean counted;
        private final boolean lack;
        private final Optional<BigDecimal> changeLimit;

        Writer(RuleResult result) {
            this.result = result;
            this.rule = result.rule();
            this.ratio = result.metric().estimator().changesByRatio();
            this.counted = result.metric().estimator() == Metric.Estimator.EXACT;
            this.lack = result.metric().direction() == Metric.Direction.HIGHER_IS_BETTER;
            this.changeLimit = rule.changeLimit().map(Limit::value);
        }

        RuleText write() {
            return new RuleText(
                    rule.subject(result.metric().id())
                            + (rule.origin() == Rule.Origin.BASELINE ? " (accepted before)" : ""),
                    value(result.baseline()),
                    value(result.candidate()),
                    change(),
                    intervals(),
                    String.join(", ", rule.limits().stream().map(this::limit).toList()),
                    result.verdict().map(Verdict::name).orElse("reported"),
                    count());
        }

        private String value(double number) {
            Optional<BigDecimal> limit = rule.candidateLimit().map(Limit::value);
            if (counted) {
                return grouped(BigDecimal.valueOf(number));
            }
            boolean perplexity = result.metric().estimator() == Metric.Estimator.PERPLEXITY;
            int decimals = perplexity ? DECIMALS_OF_PERPLEXITY : decimals();
            return new Decimals(
                            atLeast(decimals, limit), limit.map(this::borders).orElse(List.of()))
                    .plain(number);
        }

        /** {@code 17,166,336}: numbers of bytes are long. */
        private static String grouped(BigDecimal number) {
            return String.format(
                    Locale.ROOT, "%,." + Math.max(0, number.stripTrailingZeros().scale()) + "f", number);
        }

        private int decimals() {
            return result.metric().estimator().isPercentage() ? DECIMALS_OF_PERCENT : DECIMALS;
        }

        private static int atLeast(int decimals, Optional<BigDecimal> limit) {
            return Math.max(decimals, limit.map(BigDecimal::scale).orElse(0));
        }

        private List<Double> borders(BigDecimal limit) {
            return isDistance()
                    ? List.of(Harm.PARITY - limit.doubleValue(), Harm.PARITY + limit.doubleValue())
                    : List.of(limit.doubleValue());
        }

        /** Of numbers that are changes. */
        private Decimals changes() {
            double none = ratio ? 1 : 0;
            List<Double> borders = changeLimit
                    .map(limit -> ratio
                            ? List.of(none, limit.doubleValue())
                            : List.of(limit.doubleValue(), -limit.doubleValue()))
                    .orElse(ratio ? List.of(none) : List.of());
            return new Decimals(atLeast(ratio ? DECIMALS : decimals(), changeLimit), borders);
        }

        private boolean isDistance() {
            return result.metric().direction() == Metric.Direction.PARITY
                    && rule.compare().orElse(Rule.Compare.PARITY) == Rule.Compare.PARITY;
        }

        private boolean isEitherWay() {
            return result.change()
                    .filter(change -> change.kind() == Change.Kind.SIGNED_CHANGE)
                    .isPresent();
        }

        private String change() {
            if (ratio) {
                return result.change()
                        .map(change -> changes().factor(change.estimate()))
                        .orElse("");
            }
            if (isEitherWay()) {
                return changes().signed(result.change().orElseThrow().estimate());
            }
            if (Double.isNaN(result.harmIncrease())) {
                return "";
            }
            return changes().signed(lack ? -result.harmIncrease() : result.harmIncrease())
                    + (isDistance() ? " from parity" : "");
        }

        private String intervals() {
            if (counted) {
                return "";
            }
            Stream<String> ofChange = result.change().filter(change -> showsChange()).stream()
                    .map(change -> label(change.interval()) + " " + range(change)
                            + change.byChance()
                                    .map(chance -> ", by chance "
                                            + changes().signed(chance.low()) + ".."
                                            + changes().signed(chance.high()))
                                    .orElse(""));
            Stream<String> ofCandidate = result.candidateAlone().stream()
                    .map(alone -> "%s of the candidate %s..%s"
                            .formatted(
                                    label(alone.interval()),
                                    value(alone.interval().low()),
                                    value(alone.interval().high())));
            return Stream.of(ofChange, ofCandidate, newlyBiased().stream())
                    .flatMap(Function.identity())
                    .collect(Collectors.joining(", "));
        }

        private Optional<String> newlyBiased() {
            return rule.newlyBiasedLimit()
                    .flatMap(limit -> result.churn().map(churn -> {
                        Decimals decimals = new Decimals(
                                atLeast(DECIMALS_OF_PERCENT, Optional.of(limit.value())),
                                List.of(limit.value().doubleValue()));
                        return "%s of newly biased %s..%s %%"
                                .formatted(
                                        label(churn.interval()),
                                        decimals.plain(churn.interval().low()),
                                        decimals.plain(churn.interval().high()));
                    }));
        }

        private boolean showsChange() {
            return changeLimit.isPresent()
                    || rule.candidateLimit().isEmpty()
                            && rule.newlyBiasedLimit().isEmpty();
        }

        private String range(Change change) {
            double low = change.interval().low();
            double high = change.interval().high();
            return switch (change.kind()) {
                case RATIO -> changes().factor(low) + ".." + changes().factor(high);
                case SIGNED_CHANGE -> changes().signed(low) + ".." + changes().signed(high);
                case HARM_INCREASE ->
                    changes().signed(lack ? -high : low) + ".." + changes().signed(lack ? -low : high);
            };
        }

        private String limit(Limit limit) {
            String number = counted && limit.kind().limitsCandidate()
                    ? grouped(limit.value())
                    : limit.value().toPlainString();
            return switch (limit.kind()) {
                case MAX_INCREASE -> isEitherWay() ? number + " either way" : "+" + number;
                case MAX_DECREASE -> "-" + number;
                case MAX_RATIO -> "x" + number;
                case MAXIMUM -> "maximum " + number + (isDistance() ? " off parity" : "");
                case MINIMUM -> "minimum " + number;
                case MAX_NEWLY_BIASED_RATE -> number + " % newly biased";
            };
        }

        private String count() {
            if (result.items() == 0 || counted) {
                return "";
            }
            if (result.metric().estimator() == Metric.Estimator.TURNS) {
                return result.items() + " rounds";
            }
            return "n = " + result.items()
                    + (result.clusters() == result.items() ? "" : " in " + result.clusters() + " groups");
        }

        private static String label(Interval interval) {
            return BigDecimal.valueOf(interval.level())
                            .multiply(BigDecimal.valueOf(100))
                            .setScale(2, RoundingMode.HALF_EVEN)
                            .stripTrailingZeros()
                            .toPlainString()
                    + " % CI";
        }
    }
}
