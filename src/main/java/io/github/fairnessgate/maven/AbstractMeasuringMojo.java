package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.MeasuringSettings;
import io.github.fairnessgate.pipeline.ScorerSettings;
import io.github.fairnessgate.pipeline.ShardSettings;
import io.github.fairnessgate.pipeline.SparkSettings;
import org.apache.maven.plugins.annotations.Parameter;

/** Parameters of goals that measure what thresholds ask for. */
abstract class AbstractMeasuringMojo extends AbstractModelMojo {

    /** The thresholds: a YAML file, or {@code default}, {@code strict}, {@code paper} or {@code search}. */
    @Parameter(property = Parameters.THRESHOLDS, defaultValue = Parameters.DEFAULT_THRESHOLDS)
    private String thresholds;

    /**
     * The toxicity scorer. {@code embedded} reads whole sentences, {@code ngram} counts words. Or a text classifier in
     * Hugging Face form with {@code model.onnx}: a folder, a zip or tar.gz of one, Maven coordinates, or
     * {@code hf://organisation/name@commit}.
     */
    @Parameter(property = Parameters.SCORER, defaultValue = Parameters.DEFAULT_SCORER)
    private String scorer;

    /**
     * The label of {@code scorer} whose probability is the score. {@code embedded} has {@code toxicity} (the default),
     * {@code toxic} and {@code hate}. For a classifier, the default is the first label with a name like toxicity.
     */
    @Parameter(property = Parameters.SCORER_LABEL)
    private String scorerLabel;

    /**
     * A second scorer for the same texts, in any form that {@code scorer} may have. If the two scorers disagree about a
     * rule, the rule is inconclusive. None by default.
     */
    @Parameter(property = Parameters.SECOND_SCORER)
    private String secondScorer;

    /** Like {@code scorerLabel}, for {@code secondScorer}. */
    @Parameter(property = Parameters.SECOND_SCORER_LABEL)
    private String secondScorerLabel;

    /**
     * The precision of products in all measured models: {@code float32} or {@code float16}. {@code float16} is for GPUs
     * and changes scores a little. The plugin never compares results of different precisions.
     */
    @Parameter(property = Parameters.PRECISION, defaultValue = Parameters.DEFAULT_PRECISION)
    private String precision;

    /**
     * Whether the build uses evaluations and compressed models of earlier builds if nothing changed. {@code off} is for
     * releases: it measures everything again, and neither reads nor writes cached evaluations.
     */
    @Parameter(property = Parameters.CACHE, defaultValue = Parameters.DEFAULT_CACHE)
    private String cache;

    AbstractMeasuringMojo(MavenServices services) {
        super(services);
    }

    /** How the work is divided among jobs. */
    ShardSettings sharding() {
        return ShardSettings.NONE;
    }

    /** The cluster that measures. */
    SparkSettings spark() {
        return SparkSettings.NONE;
    }

    final MeasuringSettings measuring() {
        return new MeasuringSettings(
                thresholds,
                new ScorerSettings(scorer, scorerLabel, secondScorer, secondScorerLabel),
                precision,
                cache,
                sharding(),
                spark());
    }
}
