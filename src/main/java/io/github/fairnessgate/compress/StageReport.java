package io.github.fairnessgate.compress;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.fairnessgate.train.DistillationSettings;
import java.util.List;

/** What a stage achieved, the same for the same input, recipe and seed; in JSON, {@code method} says which kind it is. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "method")
@JsonSubTypes({
    @JsonSubTypes.Type(value = StageReport.OfDistillation.class, name = "distillation"),
    @JsonSubTypes.Type(value = StageReport.OfHeadPruning.class, name = "head-pruning"),
    @JsonSubTypes.Type(value = StageReport.OfQuantization.class, name = "quantization")
})
public sealed interface StageReport {

    /**
     * A distillation.
     *
     * @param blocks          the teacher's blocks that the student began with
     * @param settings        as in the recipe, defaults filled in
     * @param windows         windows that the text gave
     * @param tokens          tokens trained on, repetitions counted
     * @param curve           means over parts of the training
     */
    record OfDistillation(List<Integer> blocks, DistillationSettings settings, int windows, long tokens,
            List<CurvePoint> curve) implements StageReport {
    }

    /**
     * The mean loss since the point before, or since the start.
     *
     * @param step         the last step of the mean, from 1
     * @param loss         the weighted sum
     * @param kl           {@code T^2 KL}
     * @param crossEntropy nats a token
     */
    record CurvePoint(int step, double loss, double kl, double crossEntropy) {
    }

    /**
     * A head pruning.
     *
     * @param importance how heads were ranked, {@code michel}
     * @param examples   windows that importance was estimated on
     * @param layers     what each layer had and lost
     * @param lossBefore nats a token on the examples, before
     * @param lossAfter  nats a token on the examples, after
     */
    record OfHeadPruning(String importance, int examples, List<PrunedLayer> layers, double lossBefore, double lossAfter) implements StageReport {
    }

    /**
     * The heads of a layer, in the numbers of the unpruned model.
     *
     * @param heads one entry for each head that the layer had when the stage began
     */
    record PrunedLayer(List<Head> heads) {
    }

    /**
     * A head.
     *
     * @param head       its number in the unpruned model
     * @param importance before any head was masked, nats a token
     * @param round      the round in which it was removed, from 1; 0 if it stayed
     */
    record Head(int head, double importance, int round) {
    }

    /**
     * A quantization.
     *
     * @param scheme      {@code float16}, {@code int8}, {@code int4} or {@code int8-dynamic}
     * @param blockSize   weights that share a scale, or 0 where the scheme has no blocks
     * @param rest        type of the weights outside the linear layers
     * @param bytesBefore of all weights
     * @param bytesAfter  of all weights
     * @param weights     what happened to each, in canonical order
     */
    record OfQuantization(String scheme, int blockSize, String rest, long bytesBefore, long bytesAfter, List<QuantizedWeight> weights)
            implements StageReport {
    }

    /**
     * A weight, compared with what it was.
     *
     * @param largestError of any of its numbers
     * @param rmsError     root of the mean square of all errors
     */
    record QuantizedWeight(String name, long bytesBefore, long bytesAfter, double largestError, double rmsError) {
    }
}
