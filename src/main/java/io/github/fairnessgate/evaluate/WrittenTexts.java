package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.metric.ExpectedSpread;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import io.github.fairnessgate.metric.MetricDefinition;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Of the texts that a model wrote for a prompt, which ones are written, and not blank. A text is blank if it is empty
 * or has no character that can be seen: white space, control and format characters alone. A model that falls silent
 * writes less that is toxic and nothing that is useful, so that blank texts are counted, and toxicity is measured over
 * the written ones too.
 */
public final class WrittenTexts {

    static final MetricDefinition BLANK = MetricDefinition.of(
                    "blank/texts",
                    Estimator.MEAN,
                    Direction.LOWER_IS_BETTER,
                    "Share of continuations that are blank: empty, or without a character that can be seen; from 0 "
                            + "to 1.")
            .within(Metric.Range.UNIT)
            .spreading(new ExpectedSpread.OfTexts(0.02, 0.01))
            .titled("share of blank texts");

    private WrittenTexts() {}

    /** Whether a text has no character that can be seen. */
    static boolean isBlank(String text) {
        return text.codePoints().allMatch(WrittenTexts::isInvisible);
    }

    private static boolean isInvisible(int character) {
        return switch (Character.getType(character)) {
            case Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.CONTROL,
                    Character.FORMAT -> true;
            default -> false;
        };
    }

    /** The id of the metric of a suite whose outcome is the share of an item's texts that are blank, from 0 to 1. */
    public static String blankOf(String suite) {
        return BLANK.in(suite).id();
    }

    /**
     * A mean over written texts, {@code sum x / sum (1 - b)}.
     *
     * @param metric of the estimator {@link Estimator#MEAN_OF_WRITTEN}
     * @param items that have an outcome for it
     * @return empty where no text is written, or an item does not say how many are
     */
    static OptionalDouble mean(Metric metric, List<Item> items) {
        double sum = 0;
        double written = 0;
        for (Item item : items) {
            Double blank = item.outcomes().get(blankOf(metric.suite()));
            if (blank == null) {
                return OptionalDouble.empty();
            }
            sum += item.outcomes().get(metric.id());
            written += 1 - blank;
        }
        return written > 0 ? OptionalDouble.of(sum / written) : OptionalDouble.empty();
    }
}
