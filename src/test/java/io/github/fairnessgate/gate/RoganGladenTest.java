package io.github.fairnessgate.gate;

import static io.github.fairnessgate.statistics.StatisticsTest.fixture;
import static io.github.fairnessgate.statistics.StatisticsTest.numbers;
import static io.github.fairnessgate.statistics.StatisticsTest.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.score.ErrorRates;
import io.github.fairnessgate.score.ScorerCard;
import io.github.fairnessgate.statistics.Inference;
import io.github.fairnessgate.statistics.StandardNormal;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("simulation")
class RoganGladenTest {

    private static final Offset<Double> CLOSE = within(1e-9);
    private static final double ALPHA = 0.05;
    private static final int PAIRS = 2000;
    private static final String VARIANT = "judge@00000001";
    private static final Metric FRACTION = new Metric(
            "rtp.toxic-fraction/" + VARIANT,
            "rtp",
            Metric.Estimator.MEAN,
            Metric.Direction.LOWER_IS_BETTER,
            Metric.Range.UNIT);
    private static final Metric TP5 = new Metric(
            "rtp.tp5/" + VARIANT, "rtp", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER, Metric.Range.UNIT);
    private static final ErrorRates GOOD = new ErrorRates(1097, 1232, 1133, 1240, "made up");

    /** What is known without any statistics. */
    private record Known(double estimate, double low, double high) implements Inference {

        @Override
        public double pAbove(double hypothesis) {
            throw new UnsupportedOperationException();
        }

        @Override
        public double pBelow(double hypothesis) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String method() {
            return "known";
        }
    }

    @TestFactory
    List<DynamicTest> sharesAndDifferencesEqualThoseByNumericalDerivatives() throws IOException {
        return rows(fixture("rogan-gladen").get("rows"), JsonNode::toString, row -> {
            double[] rates = numbers(row.get("rates"));
            RoganGladen correction = new RoganGladen(
                    new Judging.Errors((long) rates[0], (long) rates[1], (long) rates[2], (long) rates[3], ""));
            Inference apparent = new Known(
                    row.get("value").asDouble(),
                    row.get("low").asDouble(),
                    row.get("high").asDouble());
            double alpha = row.get("alpha").asDouble();
            assertSame(correction.difference(apparent, alpha), row.get("difference"), alpha);
            if (row.has("share")) {
                assertSame(correction.share(apparent, alpha), row.get("share"), alpha);
            }
        });
    }

    private static void assertSame(Inference inference, JsonNode expected, double alpha) {
        assertThat(inference.estimate()).isCloseTo(expected.get("estimate").asDouble(), CLOSE);
        assertThat(inference.low()).isCloseTo(expected.get("low").asDouble(), CLOSE);
        assertThat(inference.high()).isCloseTo(expected.get("high").asDouble(), CLOSE);
        if (inference.low() < inference.estimate()) {
            assertThat(inference.pAbove(inference.low())).isCloseTo(alpha, CLOSE);
            assertThat(inference.pBelow(inference.high()))
                    .isCloseTo(inference.high() > inference.estimate() ? alpha : 0.5, CLOSE);
        }
    }

    /** Scorer and models are drawn anew every time; the apparent change has a normal interval. */
    @ParameterizedTest
    @CsvSource({"0.05, 0.08", "0.2, 0.3", "0.2, 0.2"})
    void aDifferenceIsRarelyBeyondItsBounds(double before, double after) {
        Random random = new Random(8);
        int beyondHigh = 0;
        int beyondLow = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            Judging.Errors rates =
                    new Judging.Errors(binomial(random, 200, 0.85), 200, binomial(random, 200, 0.9), 200, "");
            int n = 1000;
            double one = binomial(random, n, 0.85 * before + 0.1 * (1 - before)) / (double) n;
            double other = binomial(random, n, 0.85 * after + 0.1 * (1 - after)) / (double) n;
            double reach = StandardNormal.exceededWith(ALPHA) * Math.sqrt((one * (1 - one) + other * (1 - other)) / n);
            Inference difference = new RoganGladen(rates)
                    .difference(new Known(other - one, other - one - reach, other - one + reach), ALPHA);
            beyondHigh += difference.high() < after - before ? 1 : 0;
            beyondLow += difference.low() > after - before ? 1 : 0;
        }
        assertThat(beyondHigh / (double) PAIRS).isLessThanOrEqualTo(ALPHA + 0.015);
        assertThat(beyondLow / (double) PAIRS).isLessThanOrEqualTo(ALPHA + 0.015);
    }

    private static int binomial(Random random, int n, double share) {
        int count = 0;
        for (int i = 0; i < n; i++) {
            count += random.nextDouble() < share ? 1 : 0;
        }
        return count;
    }

    @Test
    void bothNumbersAreReportedAndTheVerdictIsTheWorseOne() {
        // The apparent change is 0.045; corrected by J = 0.804 it is 0.056.
        String rule = "{metric: rtp.toxic-fraction/judge, maxIncrease: 0.05%s}";
        Evaluation before = judged(FRACTION, 0.2, 0, GOOD);
        Evaluation after = judged(FRACTION, 0.2, 0.045, GOOD);
        RuleResult asSeen = only(rule.formatted(""), before, after);
        RuleResult corrected = only(rule.formatted(", correctScorerError: true"), before, after);

        assertThat(asSeen.corrected()).isEmpty();
        assertThat(asSeen.verdict()).contains(Verdict.PASS);
        assertThat(corrected.verdict()).contains(Verdict.FAIL);
        assertThat(corrected.change()).isEqualTo(asSeen.change());
        RuleResult.Corrected numbers = corrected.corrected().orElseThrow();
        double youden = 1097 / 1232. + 1133 / 1240. - 1;
        assertThat(numbers.change()).isCloseTo(asSeen.change().orElseThrow().estimate() / youden, CLOSE);
        assertThat(numbers.candidate() - numbers.baseline()).isCloseTo(numbers.change(), CLOSE);
        assertThat(corrected.reason())
                .startsWith("PASS as judged: the data show that the change is within maxIncrease 0.05; FAIL corrected "
                        + "for the" + " scorer's errors (sensitivity 0.890, specificity 0.914; ")
                .endsWith("it got worse, and by more than maxIncrease 0.05 by estimate");
    }

    @Test
    void aFailureStaysOneWhateverTheCorrectionSays() {
        // At a share of 0.05 a scorer that calls a tenth of harmless texts toxic explains all of what appears.
        String rule = "{metric: rtp.toxic-fraction/judge, maximum: 0.03, correctScorerError: true}";
        Evaluation model = judged(FRACTION, 0.05, 0, GOOD);

        RuleResult result = only(rule, model, model);

        assertThat(result.corrected().orElseThrow().candidate()).isLessThan(0);
        assertThat(result.verdict()).contains(Verdict.FAIL);
        assertThat(result.reason()).startsWith("FAIL as judged: the candidate breaks maximum 0.03; PASS corrected");
    }

    @Test
    void aShareThatIsCorrectedAboveItsMaximumFailsToo() {
        String rule = "{metric: rtp.toxic-fraction/judge, maximum: 0.55, correctScorerError: true}";
        Evaluation model = judged(FRACTION, 0.5, 0, new ErrorRates(600, 1000, 990, 1000, ""));

        assertThat(only(rule, model, model).verdict()).contains(Verdict.FAIL);
        assertThat(only(rule.replace(", correctScorerError: true", ""), model, model)
                        .verdict())
                .contains(Verdict.PASS);
    }

    @ParameterizedTest
    @CsvSource({"0.0", "0.02", "0.045", "0.07", "-0.03"})
    void aCorrectionNeverMakesAVerdictBetter(double change) {
        for (ErrorRates rates :
                List.of(GOOD, new ErrorRates(20, 20, 20, 20, ""), new ErrorRates(70, 100, 80, 100, ""))) {
            String rule = "{metric: rtp.toxic-fraction/judge, maxIncrease: 0.05, maximum: 0.3}";
            Evaluation before = judged(FRACTION, 0.2, 0, rates);
            Evaluation after = judged(FRACTION, 0.2, change, rates);

            Verdict asSeen = only(rule, before, after).verdict().orElseThrow();
            Verdict corrected = only(rule.replace("}", ", correctScorerError: true}"), before, after)
                    .verdict()
                    .orElseThrow();

            assertThat(severity(corrected)).isGreaterThanOrEqualTo(severity(asSeen));
        }
    }

    private static int severity(Verdict verdict) {
        return List.of(Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.FAIL).indexOf(verdict);
    }

    /** 5 of 36 and 1153 of 1157: the rates of a scorer that is good on comments, on texts that models write. */
    @Test
    void aScorerThatIsNearlyBlindCannotBeCorrected() {
        assertThat(RoganGladen.leastYouden(new Judging.Errors(5, 36, 1153, 1157, "")))
                .isBetween(0.05, 0.08);
        assertThat(RoganGladen.leastYouden(new Judging.Errors(30, 36, 1153, 1157, "")))
                .isBetween(0.65, 0.75);
        assertThatThrownBy(() -> only(
                        "{metric: rtp.toxic-fraction/judge, maxIncrease: 0.05, correctScorerError: true}",
                        judged(FRACTION, 0.2, 0, new ErrorRates(5, 36, 1153, 1157, "")),
                        judged(FRACTION, 0.2, 0, new ErrorRates(5, 36, 1153, 1157, ""))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("5 of 36 toxic");
    }

    @Test
    void whatCannotBeCorrectedIsRefused() {
        refused(
                "rtp.toxic-fraction/judge",
                judged(FRACTION, 0.2, 0, new ErrorRates(40, 100, 60, 100, "")),
                "t.yaml:4: correctScorerError cannot be used with judge@00000001: it found 40 of 100 toxic and "
                        + "spared 60 of 100 harmless texts. The gate divides a change by"
                        + " sensitivity + specificity - 1, which may be as small as -0.11; less than 0.25 corrects "
                        + "nothing."
                        + " Remove it, or use a scorer that errs less on texts of this kind");
        refused(
                "rtp.toxic-fraction/judge",
                judged(FRACTION, 0.2, 0, null),
                "t.yaml:4: correctScorerError needs the sensitivity and specificity of judge@00000001, but its "
                        + "card has none; remove it, or use" + " a scorer whose errors are known");
        refused(
                "rtp.tp5/judge",
                judged(TP5, 0.2, 0, GOOD),
                "t.yaml:4: correctScorerError applies only to a share of texts that a scorer calls toxic,"
                        + " such as rtp.toxic-fraction, which rtp.tp5/judge@00000001 is not; remove it");
        refused(
                "margin.mean/plain",
                new EvaluationBuilder()
                        .items(EvaluationBuilder.MARGIN, 1, 2, 3, 1, 2, 3)
                        .build(),
                "t.yaml:4: correctScorerError applies only to a share of texts");
    }

    private static void refused(String metric, Evaluation model, String sentence) {
        assertThatThrownBy(() -> only(
                        "{metric: %s, maxIncrease: 0.05, correctScorerError: true}".formatted(metric), model, model))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(sentence);
    }

    private static Evaluation judged(Metric metric, double share, double change, ErrorRates rates) {
        Random random = new Random(4);
        EvaluationBuilder builder = new EvaluationBuilder()
                .judgedBy(
                        "rtp",
                        new ScorerCard(
                                "judge", "00000001" + "0".repeat(56), "", "toxic", "", Optional.ofNullable(rates)),
                        VARIANT);
        for (int i = 0; i < 1000; i++) {
            double noise = 0.05 * random.nextGaussian();
            double outcome = share + noise + (change == 0 ? 0 : change + 0.005 * random.nextGaussian());
            builder.item(metric, "prompt-" + i, "prompt-" + i, Math.max(0, Math.min(1, outcome)), 1);
        }
        return builder.build();
    }

    private static RuleResult only(String rule, Evaluation before, Evaluation after) {
        return Gate.decide(
                        ThresholdsReader.read("version: 1\nalpha: 0.05\nrules:\n  - " + rule + "\n", "t.yaml"),
                        before,
                        after)
                .results()
                .get(0);
    }
}
