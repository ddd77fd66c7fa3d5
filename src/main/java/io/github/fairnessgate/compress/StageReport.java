package io.github.fairnessgate.compress;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.fairnessgate.train.DistillationSettings;
import java.util.List;
import java.util.Optional;

/**
 * What a stage achieved, the same for the same input, recipe and seed; in JSON, {@code method} says which kind it is.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "method")
@JsonSubTypes({
    @JsonSubTypes.Type(value = StageReport.OfDistillation.class, name = "distillation"),
    @JsonSubTypes.Type(value = StageReport.OfHeadPruning.class, name = "head-pruning"),
    @JsonSubTypes.Type(value = StageReport.OfNeuronPruning.class, name = "neuron-pruning"),
    @JsonSubTypes.Type(value = StageReport.OfLayerPruning.class, name = "layer-pruning"),
    @JsonSubTypes.Type(value = StageReport.OfWeightPruning.class, name = "weight-pruning"),
    @JsonSubTypes.Type(value = StageReport.OfQuantization.class, name = "quantization")
})
public sealed interface StageReport {

    /** The stage's method, as recipes name it. */
    String method();

    /** Whether the stage was trained, calibrated or measured on the recipe's text. */
    default boolean readsText() {
        return true;
    }

    /**
     * Pairs of sentences that a stage chose by.
     *
     * @param pairs their name, as the recipe has it
     * @param digest SHA-256 of their data
     */
    record Seen(String pairs, String digest) {}

    /** The pairs of sentences that the stage chose by; empty if it looked at none. */
    default Optional<Seen> seen() {
        return Optional.empty();
    }

    /**
     * A distillation.
     *
     * @param teacher whose predictions were learned: {@code input}, the stage's own input, or {@code original}, the
     *     recipe's
     * @param blocks the blocks of the stage's input that the student began with
     * @param settings as in the recipe, defaults filled in
     * @param windows windows that the text gave
     * @param heldOut windows among them that were validated on and not trained on
     * @param tokens tokens trained on, repetitions counted
     * @param curve means over parts of the training
     * @param validations losses of the windows held out, in order; empty if there are none
     * @param skipped steps that changed nothing because their float16 gradients overflowed
     * @param windowsAtOnce the fewest windows that were read at once: the batch size, unless the memory of a GPU was
     *     not enough for it
     * @param result the step whose weights are the result: the one with the lowest validation loss, or else the last
     * @param counterfactual what was done with the counterfactual of the text, or null
     */
    record OfDistillation(
            String teacher,
            List<Integer> blocks,
            DistillationSettings settings,
            int windows,
            int heldOut,
            long tokens,
            List<CurvePoint> curve,
            List<ValidationPoint> validations,
            int skipped,
            int windowsAtOnce,
            int result,
            @JsonInclude(JsonInclude.Include.NON_NULL) CounterfactualText counterfactual)
            implements StageReport {

        @Override
        public String method() {
            return "distillation";
        }
    }

    /**
     * A text and its counterfactual.
     *
     * @param swaps the list of words, as the recipe names it
     * @param augment whether the student learned from counterfactual documents too
     * @param teacher {@code mean}, {@code max} or {@code none}: how the teacher's probabilities were combined
     * @param swappedWords words of the text that are in the list
     * @param addedDocuments counterfactual documents that the student learned from
     * @param addedWindows their windows, beside {@code windows}
     * @param combinedTokens tokens of the vocabulary that have a counterpart among the tokens; 0 with the teacher
     *     {@code none}
     */
    record CounterfactualText(
            String swaps,
            boolean augment,
            String teacher,
            int swappedWords,
            int addedDocuments,
            int addedWindows,
            int combinedTokens) {}

    /**
     * A validation.
     *
     * @param step after which it was made, from 1
     * @param loss the weighted sum, a mean over the windows held out
     */
    record ValidationPoint(int step, double loss) {}

    /**
     * The mean loss since the point before, or since the start.
     *
     * @param step the last step of the mean, from 1
     * @param loss the weighted sum
     * @param kl {@code T^2 KL}
     * @param crossEntropy nats a token
     */
    record CurvePoint(int step, double loss, double kl, double crossEntropy) {}

    /**
     * How a structured pruning went.
     *
     * @param examples windows that importance was estimated on
     * @param heldOut other windows, that losses were measured on
     * @param asked what the recipe asked to remove: heads, neurons of every layer, or layers
     * @param removed what was removed
     * @param stoppedByGuard whether the loss guard ended it before all that was asked for
     * @param rounds in order
     * @param lossBefore nats a token
     * @param lossAfter nats a token, of the model that was written
     */
    record Course(
            int examples,
            int heldOut,
            int asked,
            int removed,
            boolean stoppedByGuard,
            List<Round> rounds,
            double lossBefore,
            double lossAfter) {}

    /**
     * A round of a structured pruning.
     *
     * @param removed what had been removed after it, earlier rounds included
     * @param loss nats a token with that masked
     */
    record Round(int removed, double loss) {}

    /**
     * A head pruning.
     *
     * @param importance how heads were ranked, {@code michel}
     * @param layers what each layer had and lost
     * @param mostImportantLayer the layer whose heads had the highest mean importance before any was masked; for
     *     {@code fasp} the highest mean loss increase
     * @param course how it went
     * @param fairness for {@code fasp}, else null
     */
    record OfHeadPruning(
            String importance,
            List<PrunedLayer> layers,
            int mostImportantLayer,
            Course course,
            @JsonInclude(JsonInclude.Include.NON_NULL) Fairness fairness)
            implements StageReport {

        @Override
        public String method() {
            return "head-pruning";
        }

        @Override
        public Optional<Seen> seen() {
            return Optional.ofNullable(fairness).map(own -> new Seen(own.pairs(), own.digest()));
        }
    }

    /**
     * What a fairness-aware head pruning went by.
     *
     * @param pairs where the pairs are from
     * @param digest SHA-256 of them
     * @param pairCount how many there are
     * @param bias how the bias of a model is defined, {@code absolute} or {@code signed}
     * @param criticalHeads heads that were kept because the loss needs them most
     * @param reliability of the heads' effects on bias
     * @param biasBefore of the model, nats
     * @param biasAfter of the pruned model on the same pairs, nats, and therefore flattering
     * @param heads effects of every head alone
     */
    record Fairness(
            String pairs,
            String digest,
            int pairCount,
            String bias,
            int criticalHeads,
            SplitHalf reliability,
            double biasBefore,
            double biasAfter,
            List<HeadEffect> heads) {}

    /**
     * Split-half reliability over random halves of the pairs, stepped up by Spearman and Brown, at most 1.
     *
     * @param splits random halvings
     * @param mean over the splits
     * @param lowest of the splits
     * @param highest of the splits
     */
    record SplitHalf(int splits, double mean, double lowest, double highest) {}

    /**
     * What the model is without one head.
     *
     * @param layer from 0
     * @param head its number in the unpruned model
     * @param lossIncrease nats a token
     * @param biasChange nats; below 0 if the bias is less without the head
     * @param critical whether the loss needs it so much that it had to stay
     */
    record HeadEffect(int layer, int head, double lossIncrease, double biasChange, boolean critical) {}

    /**
     * A neuron pruning.
     *
     * @param importance how neurons were ranked, {@code taylor}
     * @param neuronsBefore of every layer
     * @param neuronsAfter of every layer
     * @param layers in order
     * @param course how it went
     */
    record OfNeuronPruning(
            String importance, int neuronsBefore, int neuronsAfter, List<NeuronLayer> layers, Course course)
            implements StageReport {

        @Override
        public String method() {
            return "neuron-pruning";
        }
    }

    /**
     * The neurons of a layer.
     *
     * @param importance the sum over its neurons before any was masked
     * @param removedImportance the share of that sum that the removed neurons had, 0 to 1
     */
    record NeuronLayer(double importance, double removedImportance) {}

    /**
     * A layer pruning.
     *
     * @param importance how blocks were ranked, {@code loss}
     * @param blocks all that the model had
     * @param course how it went
     */
    record OfLayerPruning(String importance, List<Block> blocks, Course course) implements StageReport {

        @Override
        public String method() {
            return "layer-pruning";
        }
    }

    /**
     * A transformer block.
     *
     * @param block its number in the model that the stage was given
     * @param importance before any block was masked
     * @param round the round in which it was removed, from 1; 0 if it stayed
     */
    record Block(int block, double importance, int round) {}

    /**
     * The heads of a layer, in the numbers of the unpruned model.
     *
     * @param heads one entry for each head that the layer had when the stage began
     */
    record PrunedLayer(List<Head> heads) {}

    /**
     * A head.
     *
     * @param head its number in the unpruned model
     * @param importance before any head was masked; for {@code fasp} the change of bias, see {@link HeadEffect}
     * @param round the round in which it was removed, from 1; 0 if it stayed
     */
    record Head(int head, double importance, int round) {}

    /**
     * A pruning of single weights. What was counted was counted in the written file.
     *
     * @param importance how weights were ranked, {@code magnitude}, {@code wanda} or {@code sparsegpt}
     * @param target the share of zeros that was asked for, {@code 0.5}, or the pattern, {@code 2:4}
     * @param scope {@code layer} or {@code global}, if a share was ranked by magnitude
     * @param examples windows that activations were collected on; 0 for magnitude
     * @param layers for each layer the matrices that were pruned
     * @param sparsity zeros in all of them together, as a share
     */
    record OfWeightPruning(
            String importance,
            String target,
            Optional<String> scope,
            int examples,
            List<SparseLayer> layers,
            double sparsity)
            implements StageReport {

        @Override
        public String method() {
            return "weight-pruning";
        }

        @Override
        public boolean readsText() {
            return examples > 0;
        }
    }

    /** The pruned matrices of a layer. */
    record SparseLayer(List<SparseTensor> tensors) {}

    /**
     * A pruned matrix.
     *
     * @param tensor its canonical name
     * @param zeros weights that are zero
     * @param size all its weights
     */
    record SparseTensor(String tensor, long zeros, long size) {}

    /**
     * A quantization.
     *
     * @param scheme {@code float16}, {@code int8}, {@code int4} or {@code int8-dynamic}
     * @param blockSize weights that share a scale, or 0 where the scheme has no blocks
     * @param activations what becomes of the inputs of linear layers: {@code float32} or {@code int8}
     * @param embedding type of the tables of embeddings: {@code int8}, {@code float16} or {@code float32}
     * @param rest type of the weights outside the linear layers
     * @param bytesBefore of all weights
     * @param bytesAfter of all weights
     * @param weights what happened to each, in canonical order
     * @param protection which weights keep a higher precision, if the recipe asks for it
     */
    record OfQuantization(
            String scheme,
            int blockSize,
            String activations,
            String embedding,
            String rest,
            long bytesBefore,
            long bytesAfter,
            List<QuantizedWeight> weights,
            @JsonInclude(JsonInclude.Include.NON_NULL) Protected protection)
            implements StageReport {

        @Override
        public String method() {
            return "quantization";
        }

        @Override
        public Optional<Seen> seen() {
            return Optional.ofNullable(protection).map(own -> new Seen(own.pairs(), own.digest()));
        }

        @Override
        public boolean readsText() {
            return false;
        }
    }

    /**
     * A weight, compared with what it was.
     *
     * @param largestError of any of its numbers
     * @param rmsError root of the mean square of all errors
     */
    record QuantizedWeight(String name, long bytesBefore, long bytesAfter, double largestError, double rmsError) {}

    /**
     * Linear layers that keep a higher precision, because rounding them would change preferences most.
     *
     * @param pairs whose preferences these are, as the recipe has it
     * @param digest SHA-256 of their data
     * @param pairCount how many there are
     * @param share of the weights of linear layers that is protected
     * @param reliability of the effects of matrices
     * @param expectedChange root mean square of what rounding all matrices would add to the log-odds of the pairs, to
     *     first order, nats
     * @param expectedChangeProtected the same of the matrices that are not protected
     * @param matrices in canonical order
     */
    record Protected(
            String pairs,
            String digest,
            int pairCount,
            double share,
            SplitHalf reliability,
            double expectedChange,
            double expectedChangeProtected,
            List<MatrixEffect> matrices) {}

    /**
     * What rounding one matrix adds.
     *
     * @param name of the weight
     * @param change root mean square over pairs, to first order, nats
     * @param kept whether the matrix keeps a higher precision
     */
    record MatrixEffect(String name, double change, boolean kept) {}
}
