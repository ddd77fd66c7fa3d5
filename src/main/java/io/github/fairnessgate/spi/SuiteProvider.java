package io.github.fairnessgate.spi;

import io.github.fairnessgate.metric.MetricDefinition;
import java.util.List;
import java.util.Map;

/**
 * A suite in an extension: the questions that are put to a model, and what the answers count. The plugin has the model
 * score the questions, chooses among them as the thresholds say, keeps the items, and judges.
 *
 * <p>A jar names its providers in {@code META-INF/services/io.github.fairnessgate.spi.SuiteProvider}. A provider is
 * public and has a public constructor without parameters. Maven's JVM and the worker both make one, so a provider needs
 * no native code and gives the same questions every time.
 */
public interface SuiteProvider {

    /**
     * The name of the suite: lower-case letters, digits and hyphens. Metric ids begin with it. No bundled suite may
     * have it, and no other provider.
     */
    String id();

    /**
     * Raise it whenever the same questions and likelihoods would give other outcomes; earlier results then no longer
     * count.
     */
    int version();

    /**
     * Every metric of the suite, at least one. Each names its variant. Estimators are {@code SHARE},
     * {@code CLUSTER_SHARE} and {@code MEAN}.
     */
    List<MetricDefinition> metrics();

    /** What a model is asked, in the order of the data, at least one question. */
    List<Question> questions();

    /**
     * What a model's answer counts.
     *
     * @param likelihoods of the question's passages, by role: the sum of the natural-log probabilities of its tokens,
     *     in nats, at most 0
     * @return one number a metric, by {@code name/variant}: 0 or 1 for a {@code SHARE}, from 0 to 1 for a
     *     {@code CLUSTER_SHARE}, within its range for a {@code MEAN}
     */
    Map<String, Double> outcomes(Question question, Map<String, Double> likelihoods);
}
