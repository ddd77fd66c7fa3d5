package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.metric.ExpectedSpread;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import io.github.fairnessgate.metric.MetricDefinition;
import io.github.fairnessgate.metric.MetricId;
import io.github.fairnessgate.runtime.LanguageModel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A way to measure perplexity, as the part of a metric's id after the suite names it. */
sealed interface PerplexityVariant {

    MetricDefinition OF_TOKENS = MetricDefinition.of(
                    "token",
                    Estimator.PERPLEXITY,
                    Direction.LOWER_IS_BETTER,
                    "Perplexity: exp of the mean negative log-likelihood of a token, in windows of the first "
                            + "number of tokens that move by the second.")
            .spreading(new ExpectedSpread.OfStretches(0.04))
            .titled("perplexity");
    MetricDefinition OF_WORDS = MetricDefinition.of(
                    "word/lmeval",
                    Estimator.PERPLEXITY,
                    Direction.LOWER_IS_BETTER,
                    "Perplexity of a word: exp of the negative log-likelihood of the documents divided by their words, as "
                            + "lm-evaluation-harness computes it.")
            .titled("perplexity of a word");
    MetricDefinition OF_BYTES = MetricDefinition.of(
                    "byte/lmeval",
                    Estimator.PERPLEXITY,
                    Direction.LOWER_IS_BETTER,
                    "Perplexity of a byte: exp of the negative log-likelihood of the documents divided by their bytes, as "
                            + "lm-evaluation-harness computes it.")
            .titled("perplexity of a byte");

    List<MetricDefinition> DEFINITIONS = List.of(OF_TOKENS, OF_WORDS, OF_BYTES);

    /** The variant of {@link #OF_TOKENS} before window and stride. */
    String STRIDED_VARIANT = "strided";

    /** The metric of the suite, under the name that was asked for. */
    Metric named(String suite);

    /** The metric of the suite, for a model. */
    Metric metric(String suite, LanguageModel model);

    /**
     * Sliding windows, per token. In the id window and stride may be left out: {@code token/strided} has windows as
     * long as the model's context, and a stride is a window unless it is named.
     */
    record Strided(Optional<Integer> namedWindow, Optional<Integer> namedStride) implements PerplexityVariant {

        @Override
        public Metric named(String suite) {
            return OF_TOKENS.in(
                    suite,
                    STRIDED_VARIANT
                            + namedWindow.map(window -> "-" + window).orElse("")
                            + namedStride.map(stride -> "-" + stride).orElse(""));
        }

        int window(LanguageModel model) {
            return window(model.positions());
        }

        private int window(int positions) {
            return namedWindow.orElse(positions);
        }

        int stride(LanguageModel model) {
            return namedStride.orElse(window(model));
        }

        @Override
        public Metric metric(String suite, LanguageModel model) {
            return metric(suite, model.positions());
        }

        /** Whether what was measured has a stride of a window, and the window that this one names, if it names one. */
        boolean means(Strided measured) {
            return measured.namedStride.isPresent()
                    && measured.namedStride.equals(measured.namedWindow)
                    && (namedWindow.isEmpty() || namedWindow.equals(measured.namedWindow));
        }

        /** @param positions the longest context of the model */
        Metric metric(String suite, int positions) {
            int window = window(positions);
            Metric metric = OF_TOKENS.in(suite, STRIDED_VARIANT + "-" + window + "-" + namedStride.orElse(window));
            if (window > positions) {
                throw new InvalidInputException("The metric " + metric.id() + " needs windows of " + window
                        + " tokens, but the model reads at most " + positions + "; name " + suite
                        + ".token/strided, which takes the model's own length, or a smaller window.");
            }
            return metric;
        }
    }

    /** Whole documents, the log-likelihood of which is divided by their words or bytes. */
    record Rolling(Unit unit) implements PerplexityVariant {

        /** What a perplexity is per. */
        enum Unit {
            WORD(OF_WORDS),
            BYTE(OF_BYTES);

            private final MetricDefinition definition;

            Unit(MetricDefinition definition) {
                this.definition = definition;
            }

            int count(String text) {
                return switch (this) {
                    case WORD -> WikiText.words(text);
                    case BYTE -> text.getBytes(StandardCharsets.UTF_8).length;
                };
            }
        }

        @Override
        public Metric named(String suite) {
            return unit.definition.in(suite);
        }

        @Override
        public Metric metric(String suite, LanguageModel model) {
            return named(suite);
        }
    }

    /** Whether the id is one of a strided variant, whatever the suite. */
    static boolean isStrided(String metric) {
        return STRIDED.matcher(MetricId.of(metric).inSuite()).matches();
    }

    /** {@code token/strided[-W[-S]]} */
    Pattern STRIDED = Pattern.compile("token/strided(?:-([1-9]\\d{0,6})(?:-([1-9]\\d{0,6}))?)?");

    /**
     * The variant that a metric's id names.
     *
     * @param metric for instance {@code perplexity.token/strided-1024-512}
     * @throws InvalidInputException if there is no such variant
     */
    static PerplexityVariant of(String metric) {
        String variant = MetricId.of(metric).inSuite();
        Matcher strided = STRIDED.matcher(variant);
        if (strided.matches()) {
            return strided(
                    metric,
                    Optional.ofNullable(strided.group(1)).map(Integer::valueOf),
                    Optional.ofNullable(strided.group(2)).map(Integer::valueOf));
        }
        return switch (variant) {
            case "word/lmeval" -> new Rolling(Rolling.Unit.WORD);
            case "byte/lmeval" -> new Rolling(Rolling.Unit.BYTE);
            default ->
                throw new InvalidInputException("There is no metric " + metric
                        + "; perplexity is measured as token/strided-W-S (windows of W tokens that move by "
                        + "S), word/lmeval or byte/lmeval.");
        };
    }

    private static Strided strided(String metric, Optional<Integer> window, Optional<Integer> stride) {
        if (window.isPresent() && window.get() < 2) {
            throw new InvalidInputException("The metric " + metric
                    + " names windows of one token, in which nothing has a context;" + " name windows of 2 or more.");
        }
        if (stride.isPresent() && stride.get() > window.orElseThrow()) {
            throw new InvalidInputException("The metric " + metric + " names a stride of " + stride.get()
                    + ", which skips tokens between windows of " + window.get()
                    + "; name a stride of at most the window.");
        }
        return new Strided(window, stride);
    }
}
