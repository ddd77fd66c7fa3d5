package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.metric.MetricDefinition;
import java.util.List;
import java.util.function.Function;

/**
 * A suite that can be named without data of a user's.
 *
 * @param id of the suite
 * @param title its name for people
 * @param metrics all that it can measure
 * @param maker makes it as thresholds say
 */
record KnownSuite(String id, String title, List<MetricDefinition> metrics, Function<SuiteSpec, Measurement> maker) {}
