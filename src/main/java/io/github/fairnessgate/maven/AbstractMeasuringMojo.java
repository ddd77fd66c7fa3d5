package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.MeasuringSettings;
import io.github.fairnessgate.pipeline.ScorerSettings;
import org.apache.maven.plugins.annotations.Parameter;

/** Parameters of goals that measure what thresholds ask for. */
abstract class AbstractMeasuringMojo extends AbstractModelMojo {

    /** What is tolerated: a YAML file, or {@code default}, {@code strict} or {@code paper}. */
    @Parameter(property = Parameters.THRESHOLDS, defaultValue = Parameters.DEFAULT_THRESHOLDS)
    private String thresholds;

    /**
     * Judges how toxic texts are: {@code embedded}, which is the default and reads whole sentences, {@code ngram}, which counts words, or a
     * text classifier in Hugging Face form with {@code model.onnx}, given like a model: a folder, a zip or tar.gz of one, Maven coordinates,
     * or {@code hf://organisation/name@commit}.
     */
    @Parameter(property = Parameters.SCORER, defaultValue = Parameters.DEFAULT_SCORER)
    private String scorer;

    /**
     * The label of {@code scorer} whose probability is the score. {@code embedded} has {@code toxicity} (the default), {@code toxic} and
     * {@code hate}; of a classifier, the default is the first label that is named like toxicity.
     */
    @Parameter(property = Parameters.SCORER_LABEL)
    private String scorerLabel;

    /**
     * Judges the same texts too, in any form that {@code scorer} may have. A rule about toxicity then stands only where both scorers
     * come to the same verdict, and is inconclusive elsewhere. None by default.
     */
    @Parameter(property = Parameters.SECOND_SCORER)
    private String secondScorer;

    /** Like {@code scorerLabel}, for {@code secondScorer}. */
    @Parameter(property = Parameters.SECOND_SCORER_LABEL)
    private String secondScorerLabel;

    /**
     * In which numbers the layers of every model that is measured multiply: {@code float32} or {@code float16}, which is made for GPUs and
     * changes scores a little. What is measured in one is never compared with what is measured in the other.
     */
    @Parameter(property = Parameters.PRECISION, defaultValue = Parameters.DEFAULT_PRECISION)
    private String precision;

    /**
     * Whether evaluations and compressed models of earlier builds are used where nothing changed: {@code on}, or {@code off} for releases, which measures
     * everything again, and neither reads nor writes cached evaluations.
     */
    @Parameter(property = Parameters.CACHE, defaultValue = Parameters.DEFAULT_CACHE)
    private String cache;

    AbstractMeasuringMojo(MavenServices services) {
        super(services);
    }

    final MeasuringSettings measuring() {
        return new MeasuringSettings(thresholds, new ScorerSettings(scorer, scorerLabel, secondScorer, secondScorerLabel), precision, cache);
    }
}
