package io.github.fairnessgate.metric;

import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import io.github.fairnessgate.metric.Metric.Range;
import java.util.Objects;
import java.util.Optional;

/**
 * What a suite says about a metric, whatever the model. Gate and report read it.
 *
 * @param name between suite and variant in the id: {@code ss}
 * @param variant after the slash; empty where the definition is that of every variant, such as those of all scorers
 * @param estimator how item outcomes become the value
 * @param direction which way is worse
 * @param range of the outcome of every item; empty for log-likelihoods and other numbers without one
 * @param spread of the outcomes, as far as known
 * @param wording what people read
 */
public record MetricDefinition(
        String name,
        Optional<String> variant,
        Estimator estimator,
        Direction direction,
        Optional<Range> range,
        Optional<ExpectedSpread> spread,
        Wording wording) {

    public MetricDefinition {
        Objects.requireNonNull(wording);
    }

    /**
     * What people read.
     *
     * @param title the metric's name behind that of its suite: {@code language model score (LMS)}; empty where the id
     *     is all that there is
     * @param contrast what is held against what: {@code a sensible word against an unrelated one}; empty if nothing is
     * @param sentence what the value is, for the report: one sentence, or two short ones, with the unit
     */
    public record Wording(String title, String contrast, String sentence) {

        public Wording {
            Objects.requireNonNull(title);
            Objects.requireNonNull(contrast);
            Objects.requireNonNull(sentence);
        }
    }

    /**
     * A metric whose estimator says all that there is to say of a range.
     *
     * @param id {@code metric/variant}, or {@code metric} for one with several variants
     */
    public static MetricDefinition of(String id, Estimator estimator, Direction direction, String sentence) {
        int slash = id.indexOf('/');
        return new MetricDefinition(
                slash < 0 ? id : id.substring(0, slash),
                slash < 0 ? Optional.empty() : Optional.of(id.substring(slash + 1)),
                estimator,
                direction,
                estimator.range(),
                Optional.empty(),
                new Wording("", "", sentence));
    }

    /** A metric that has one variant only, so that its id is {@code suite.name}. */
    public static MetricDefinition single(String name, Estimator estimator, Direction direction, String sentence) {
        return new MetricDefinition(
                name,
                Optional.of(""),
                estimator,
                direction,
                estimator.range(),
                Optional.empty(),
                new Wording("", "", sentence));
    }

    /** The same, with a name for people. */
    public MetricDefinition titled(String title) {
        return titled(title, "");
    }

    /** The same, with a name for people, and what is held against what. */
    public MetricDefinition titled(String title, String contrast) {
        return new MetricDefinition(
                name, variant, estimator, direction, range, spread, new Wording(title, contrast, sentence()));
    }

    /** What the value is, for the report. */
    public String sentence() {
        return wording.sentence();
    }

    /** The same, with outcomes in a range. */
    public MetricDefinition within(Range known) {
        return new MetricDefinition(name, variant, estimator, direction, Optional.of(known), spread, wording);
    }

    /** The same, with what is known of the spread of its outcomes. */
    public MetricDefinition spreading(ExpectedSpread known) {
        return new MetricDefinition(name, variant, estimator, direction, range, Optional.of(known), wording);
    }

    /** Whether the metric with an id is this one, in whatever suite. */
    public boolean defines(MetricId id) {
        return name.equals(id.name())
                && variant.filter(own -> !own.equals(id.variant())).isEmpty();
    }

    /**
     * The metric of a suite; only of a definition that names its variant.
     *
     * @throws IllegalArgumentException if the range is not one that the estimator can have
     */
    public Metric in(String suite) {
        return in(suite, variant.orElseThrow());
    }

    /**
     * A variant of the metric of a suite.
     *
     * @throws IllegalArgumentException likewise
     */
    public Metric in(String suite, String named) {
        return new Metric(new MetricId(suite, name, named).toString(), suite, estimator, direction, range);
    }
}
