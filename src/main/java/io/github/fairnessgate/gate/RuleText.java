package io.github.fairnessgate.gate;

import io.github.fairnessgate.gate.RuleResult.Change;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.Interval;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The numbers of one rule as a person reads them. Verdicts come from unrounded numbers, so a number is printed with as
 * many digits as it takes to lie on the same side of a limit as it does unrounded, and of zero; a limit is printed as
 * the user wrote it.
 *
 * @param subject metric and slice: {@code stereoset.ss/micro race}
 * @param before the baseline's value; {@code undefined} where there is none
 * @param after the candidate's value, likewise
 * @param change the estimated change: {@code +4.7 from parity}, {@code x1.107}; empty if there is none
 * @param interval the interval of the change: {@code 90 % CI +1.9..+7.5}; empty if there is none
 * @param limit what is tolerated: {@code at most +3.1}; empty for none
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

    private static final int MOST_DECIMALS = 9;

    /** Distance from a border below which a number is on it but for rounding errors. */
    private static final double ROUNDING_ERROR = 1e-9;

    /** The texts of a result. */
    public static RuleText of(RuleResult result) {
        return new Writer(result).write();
    }

    /** The line of a message: subject, values, change with limit, interval and count. */
    public String line() {
        String details = String.join(
                "; ",
                Stream.of(
                                String.join(
                                        ", ",
                                        Stream.of(change, limit)
                                                .filter(part -> !part.isEmpty())
                                                .toList()),
                                String.join(
                                        ", ",
                                        Stream.of(interval, count)
                                                .filter(part -> !part.isEmpty())
                                                .toList()))
                        .filter(part -> !part.isEmpty())
                        .toList());
        return "%s  %s -> %s  (%s)".formatted(subject, before, after, details);
    }

    /**
     * Writes the numbers of one result with one number of decimals, so that they add up before a reader's eyes where
     * possible.
     */
    private static final class Writer {

        private final RuleResult result;
        private final Rule rule;
        private final boolean perplexity;
        private final boolean lack;
        private final Optional<BigDecimal> changeLimit;

        Writer(RuleResult result) {
            this.result = result;
            this.rule = result.rule();
            this.perplexity = result.metric().estimator() == Metric.Estimator.PERPLEXITY;
            this.lack = result.metric().direction() == Metric.Direction.HIGHER_IS_BETTER;
            this.changeLimit = rule.changeLimit().map(Limit::value);
        }

        RuleText write() {
            int valueDecimals = valueDecimals();
            int changeDecimals = changeDecimals();
            if (!perplexity) {
                valueDecimals = changeDecimals = addingUp(Math.max(valueDecimals, changeDecimals));
            }
            int decimals = changeDecimals;
            return new RuleText(
                    rule.subject(result.metric().id())
                            + (rule.origin() == Rule.Origin.BASELINE ? " (accepted before)" : ""),
                    rounded(result.baseline(), valueDecimals),
                    rounded(result.candidate(), valueDecimals),
                    changeText(decimals),
                    intervals(decimals, valueDecimals),
                    limits(),
                    result.verdict().map(Verdict::name).orElse("reported"),
                    count());
        }

        private int valueDecimals() {
            int least = perplexity ? 2 : percent() ? 1 : 3;
            Optional<BigDecimal> limit = rule.candidateLimit().map(Limit::value);
            least = Math.max(
                    least, limit.map(value -> Math.max(0, value.scale())).orElse(0));
            Stream<Double> numbers = Stream.concat(
                    Stream.of(result.candidate()),
                    result.candidateAlone().stream()
                            .flatMap(alone -> Stream.of(
                                    alone.interval().low(), alone.interval().high())));
            List<Double> borders = limit.map(this::borders).orElse(List.of());
            return enough(numbers.toList(), borders, least);
        }

        private int changeDecimals() {
            int least = perplexity ? 3 : percent() ? 1 : 3;
            least = Math.max(
                    least, changeLimit.map(value -> Math.max(0, value.scale())).orElse(0));
            Stream<Double> numbers = result.change().stream()
                    .flatMap(change -> Stream.of(
                            change.estimate(),
                            change.interval().low(),
                            change.interval().high()));
            numbers = perplexity ? numbers : Stream.concat(numbers, Stream.of(result.harmIncrease()));
            double none = perplexity ? 1 : 0;
            List<Double> borders = changeLimit
                    .map(value -> perplexity
                            ? List.of(none, value.doubleValue())
                            : List.of(none, value.doubleValue(), -value.doubleValue()))
                    .orElse(List.of(none));
            return enough(numbers.toList(), borders, least);
        }

        /** Decimals at which before, after and change add up, if few more than needed do it. */
        private int addingUp(int least) {
            if (!Double.isFinite(result.harmIncrease())) {
                return least;
            }
            for (int decimals = least; decimals <= Math.min(least + 3, MOST_DECIMALS); decimals++) {
                BigDecimal before = decimal(result.baseline(), decimals);
                BigDecimal after = decimal(result.candidate(), decimals);
                BigDecimal shown = decimal(shownChange(), decimals);
                BigDecimal expected =
                        distanceIsShown() ? distance(after).subtract(distance(before)) : after.subtract(before);
                if (shown.compareTo(expected) == 0) {
                    return decimals;
                }
            }
            return least;
        }

        private static BigDecimal distance(BigDecimal preference) {
            return preference.subtract(BigDecimal.valueOf((long) Harm.PARITY)).abs();
        }

        private boolean percent() {
            return result.metric().estimator().isPercentage();
        }

        private boolean distanceIsShown() {
            return result.metric().direction() == Metric.Direction.PARITY
                    && rule.compare().orElse(Rule.Compare.PARITY) == Rule.Compare.PARITY;
        }

        /** The change as printed: where more is better, a loss has a minus sign. */
        private double shownChange() {
            return lack ? -result.harmIncrease() : result.harmIncrease();
        }

        private String changeText(int decimals) {
            if (perplexity) {
                return result.change()
                        .map(change -> "x" + rounded(change.estimate(), decimals))
                        .orElse("");
            }
            if (Double.isNaN(shownChange())) {
                return "";
            }
            return signed(shownChange(), decimals) + (distanceIsShown() ? " from parity" : "");
        }

        private String intervals(int changeDecimals, int valueDecimals) {
            Stream<String> ofChange = result.change().filter(change -> showsChange()).stream()
                    .map(change -> label(change.interval()) + " " + range(change, changeDecimals)
                            + change.byChance()
                                    .map(chance -> ", by chance %s..%s"
                                            .formatted(
                                                    signed(chance.low(), changeDecimals),
                                                    signed(chance.high(), changeDecimals)))
                                    .orElse(""));
            Stream<String> ofCandidate = result.candidateAlone().stream()
                    .map(alone -> "%s of the candidate %s..%s"
                            .formatted(
                                    label(alone.interval()),
                                    rounded(alone.interval().low(), valueDecimals),
                                    rounded(alone.interval().high(), valueDecimals)));
            return String.join(
                    ", ",
                    Stream.of(ofChange, ofCandidate, newlyBiased().stream())
                            .flatMap(Function.identity())
                            .toList());
        }

        private Optional<String> newlyBiased() {
            return rule.newlyBiasedLimit()
                    .flatMap(limit -> result.churn().map(churn -> {
                        Interval interval = churn.interval();
                        int decimals = enough(
                                List.of(churn.rate(), interval.low(), interval.high()),
                                List.of(limit.value().doubleValue()),
                                Math.max(1, limit.value().scale()));
                        return "%s of newly biased %s..%s %%"
                                .formatted(
                                        label(interval),
                                        rounded(interval.low(), decimals),
                                        rounded(interval.high(), decimals));
                    }));
        }

        private boolean showsChange() {
            return changeLimit.isPresent()
                    || rule.candidateLimit().isEmpty()
                            && rule.newlyBiasedLimit().isEmpty();
        }

        private String range(Change change, int decimals) {
            Interval interval = change.interval();
            return switch (change.kind()) {
                case RATIO ->
                    "x%s..x%s".formatted(rounded(interval.low(), decimals), rounded(interval.high(), decimals));
                case SIGNED_CHANGE ->
                    "%s..%s of the move %s"
                            .formatted(
                                    signed(interval.low(), decimals),
                                    signed(interval.high(), decimals),
                                    signed(change.estimate(), decimals));
                case HARM_INCREASE ->
                    lack
                            ? "%s..%s".formatted(signed(-interval.high(), decimals), signed(-interval.low(), decimals))
                            : "%s..%s".formatted(signed(interval.low(), decimals), signed(interval.high(), decimals));
            };
        }

        private String limits() {
            return String.join(", ", rule.limits().stream().map(this::limit).toList());
        }

        private String limit(Limit limit) {
            String number = limit.value().toPlainString();
            boolean eitherWay = result.change()
                    .filter(change -> change.kind() == Change.Kind.SIGNED_CHANGE)
                    .isPresent();
            return switch (limit.kind()) {
                case MAX_INCREASE -> eitherWay ? "at most " + number + " either way" : "at most +" + number;
                case MAX_DECREASE -> "at most -" + number;
                case MAX_RATIO -> "at most x" + number;
                case MAXIMUM -> distanceIsShown() ? "at most " + number + " off parity" : "maximum " + number;
                case MINIMUM -> "minimum " + number;
                case MAX_NEWLY_BIASED_RATE -> "at most " + number + " % newly biased";
            };
        }

        private String count() {
            if (result.items() == 0) {
                return "";
            }
            return "n = " + result.items()
                    + (result.clusters() == result.items() ? "" : " in " + result.clusters() + " groups");
        }

        private List<Double> borders(BigDecimal limit) {
            return distanceIsShown()
                    ? List.of(Harm.PARITY - limit.doubleValue(), Harm.PARITY + limit.doubleValue())
                    : List.of(limit.doubleValue());
        }

        private static String label(Interval interval) {
            return BigDecimal.valueOf(interval.level())
                            .multiply(BigDecimal.valueOf(100))
                            .setScale(2, RoundingMode.HALF_EVEN)
                            .stripTrailingZeros()
                            .toPlainString()
                    + " % CI";
        }

        /** The fewest decimals, but at least some, that keep every number on its side of every border. */
        private static int enough(List<Double> numbers, List<Double> borders, int least) {
            int decimals = least;
            while (decimals < MOST_DECIMALS && !keepSides(numbers, borders, decimals)) {
                decimals++;
            }
            return decimals;
        }

        private static boolean keepSides(List<Double> numbers, List<Double> borders, int decimals) {
            return numbers.stream()
                    .filter(Double::isFinite)
                    .allMatch(number -> borders.stream().allMatch(border -> keepsSide(number, border, decimals)));
        }

        private static boolean keepsSide(double number, double border, int decimals) {
            return Math.abs(number - border) < ROUNDING_ERROR
                    || decimal(number, decimals).compareTo(BigDecimal.valueOf(border)) == (number > border ? 1 : -1);
        }

        private static String signed(double number, int decimals) {
            String text = rounded(number, decimals);
            return text.startsWith("-") ? text : "+" + text;
        }

        private static String rounded(double number, int decimals) {
            if (Double.isNaN(number)) {
                return "undefined";
            }
            if (Double.isInfinite(number)) {
                return number > 0 ? "inf" : "-inf";
            }
            return decimal(number, decimals).toPlainString();
        }

        private static BigDecimal decimal(double number, int decimals) {
            return BigDecimal.valueOf(number).setScale(decimals, RoundingMode.HALF_EVEN);
        }
    }
}
