package io.github.fairnessgate.compress;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.QuantizedWeights;
import io.github.fairnessgate.tensor.Activations;
import io.github.fairnessgate.tensor.BlockQuantization;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.Weight;
import io.github.fairnessgate.yaml.Location;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Stores weights in fewer bits. Linear layers of the blocks become whole numbers with scales, or everything becomes
 * float16.
 *
 * @param location where the stage stands in the recipe
 * @param form what the weights become
 */
public record Quantization(Location location, Form form) implements Stage {

    /** Of tables of embeddings: with 4, logits would lose more than all layers together. */
    private static final int TABLE_BITS = 8;

    /** The schemes by their names in the recipe. */
    public enum Scheme {
        FLOAT16,
        INT8,
        INT4,
        INT8_DYNAMIC;

        /** The name in the recipe. */
        public String id() {
            return EnumText.of(this);
        }
    }

    /** What weights become. */
    public sealed interface Form {

        Scheme scheme();

        /** The type of weights that do not become whole numbers. */
        DType rest();

        /** Weights that share a scale; 0 if there are no blocks. */
        default int blockSize() {
            return 0;
        }

        /** Whether tables of embeddings become whole numbers. */
        default boolean embedding() {
            return false;
        }

        /** What becomes of the inputs of linear layers. */
        Activations activations();

        /** Which linear layers keep a higher precision; empty if none do. */
        default Optional<Protection> protection() {
            return Optional.empty();
        }

        /**
         * Whether a weight becomes whole numbers.
         *
         * @param kept names of linear layers that keep a higher precision
         */
        boolean becomesWholeNumbers(String name, Set<String> kept);

        /**
         * Writes the weights of a model into a folder.
         *
         * @param kept names of linear layers that keep a higher precision; none without {@link #protection}
         */
        void write(ModelDirectory model, Set<String> kept, Path folder);
    }

    /** All weights as float16. */
    public record ToFloat16() implements Form {

        @Override
        public Scheme scheme() {
            return Scheme.FLOAT16;
        }

        @Override
        public Activations activations() {
            return Activations.FLOAT32;
        }

        @Override
        public DType rest() {
            return DType.F16;
        }

        @Override
        public boolean becomesWholeNumbers(String name, Set<String> kept) {
            return false;
        }

        @Override
        public void write(ModelDirectory model, Set<String> kept, Path folder) {
            ModelDirectory.writeWeights(
                    folder, model.config(), name -> model.tensor(name).toFloats(), DType.F16);
        }
    }

    /**
     * Linear layers in blocks that share a scale and a zero point.
     *
     * @param bits 4 or 8
     * @param blockSize 16, 32, 64 or 128
     * @param activations what becomes of the layers' inputs
     * @param embedding whether tables of embeddings become whole numbers of 8 bits, too, or belong to the rest
     * @param protection which linear layers have 8 bits instead of 4, or belong to the rest instead of having 8
     */
    public record ToBlocks(
            int bits,
            int blockSize,
            Activations activations,
            boolean embedding,
            DType rest,
            Optional<Protection> protection)
            implements Form {

        private static final int MORE_BITS = 8;

        @Override
        public Scheme scheme() {
            return bits == 4 ? Scheme.INT4 : Scheme.INT8;
        }

        @Override
        public boolean becomesWholeNumbers(String name, Set<String> kept) {
            return (QuantizedWeights.isLinear(name) || QuantizedWeights.isTable(name))
                    && blocks(name, kept).isPresent();
        }

        private Optional<BlockQuantization> blocks(String name, Set<String> kept) {
            if (QuantizedWeights.isTable(name)) {
                return embedding ? Optional.of(blocks(TABLE_BITS)) : Optional.empty();
            }
            return kept.contains(name) ? more() : Optional.of(blocks(bits));
        }

        private BlockQuantization blocks(int bits) {
            return new BlockQuantization(bits, blockSize, activations);
        }

        /** What protected linear layers become; empty for the rest. */
        private Optional<BlockQuantization> more() {
            return bits < MORE_BITS ? Optional.of(blocks(MORE_BITS)) : Optional.empty();
        }

        /** What it adds to the numbers of a linear layer, [in, out], that it is not protected. */
        float[] rounding(Weight weight) {
            float[] rounded = rounded(weight, blocks(bits));
            float[] kept = more().map(more -> rounded(weight, more)).orElseGet(weight::toFloats);
            for (int i = 0; i < rounded.length; i++) {
                rounded[i] -= kept[i];
            }
            return rounded;
        }

        private static float[] rounded(Weight weight, BlockQuantization blocks) {
            int inputs = Math.toIntExact(weight.shape()[0]);
            int outputs = Math.toIntExact(weight.shape()[1]);
            return blocks.dequantize(blocks.quantize(weight.toFloats(), inputs, outputs), inputs, outputs);
        }

        @Override
        public void write(ModelDirectory model, Set<String> kept, Path folder) {
            QuantizedWeights.write(model, name -> blocks(name, kept), rest, folder);
        }
    }

    /**
     * Linear layers as whole numbers with a scale for each output, multiplied with activations that are whole numbers
     * too.
     */
    public record ToColumns(DType rest) implements Form {

        @Override
        public Scheme scheme() {
            return Scheme.INT8_DYNAMIC;
        }

        @Override
        public Activations activations() {
            return Activations.INT8;
        }

        @Override
        public boolean becomesWholeNumbers(String name, Set<String> kept) {
            return QuantizedWeights.isLinear(name);
        }

        @Override
        public void write(ModelDirectory model, Set<String> kept, Path folder) {
            QuantizedWeights.writeColumns(model, rest, folder);
        }
    }

    @Override
    public String method() {
        return "quantization";
    }

    /** Fits every shape: the last block of an output is filled up, and what has no blocks has no sizes to fit. */
    @Override
    public boolean needsText() {
        return false;
    }

    @Override
    public Map<String, String> data() {
        return form.protection()
                .map(protection ->
                        Map.of(protection.pairs().name(), protection.pairs().digest()))
                .orElse(Map.of());
    }

    @Override
    public Gpt2Config plan(Gpt2Config input) {
        form.protection().ifPresent(protection -> ProtectedMatrices.requireFit(protection, input, location));
        return input;
    }

    @Override
    public StageReport run(ModelDirectory input, Path output, StageContext context) {
        if (input.isQuantized()) {
            throw location.problem(
                    ("the model %s is quantized already, and a second rounding would only add to the first; give "
                                    + "the model that it was made from.")
                            .formatted(input.path()));
        }
        Optional<ProtectedMatrices> matrices = protectedMatrices(input, context);
        Set<String> kept = matrices.map(ProtectedMatrices::names).orElse(Set.of());
        input.tensors().values().stream()
                .filter(weight -> !form.becomesWholeNumbers(weight.name(), kept))
                .forEach(this::requireInRange);
        input.config().write(output.resolve("config.json"));
        form.write(input, kept, output);
        ModelDirectory result = ModelDirectory.open(output);
        if (result.weightBytes() >= input.weightBytes()) {
            throw location.problem(
                    ("the weights would take %d bytes as %s, and they take %d now, so nothing would be gained; "
                                    + "leave the stage out or choose another scheme or blockSize.")
                            .formatted(result.weightBytes(), form.scheme().id(), input.weightBytes()));
        }
        return new StageReport.OfQuantization(
                form.scheme().id(),
                form.blockSize(),
                form.activations().id(),
                form.embedding() ? "int8" : rest(),
                rest(),
                input.weightBytes(),
                result.weightBytes(),
                input.tensors().values().stream()
                        .map(weight -> compared(weight, result.tensor(weight.name())))
                        .toList(),
                matrices.map(ProtectedMatrices::report).orElse(null));
    }

    private Optional<ProtectedMatrices> protectedMatrices(ModelDirectory input, StageContext context) {
        return form instanceof ToBlocks blocks
                ? blocks.protection()
                        .map(protection -> ProtectedMatrices.choose(
                                protection, input, name -> blocks.rounding(input.tensor(name)), location, context))
                : Optional.empty();
    }

    private String rest() {
        return form.rest() == DType.F16 ? "float16" : "float32";
    }

    private void requireInRange(Weight weight) {
        if (form.rest() != DType.F16) {
            return;
        }
        float[] values = weight.toFloats();
        for (int i = 0; i < values.length; i++) {
            if (Math.abs(values[i]) > DType.LARGEST_F16) {
                throw location.problem("tensor %s has the value %s at index %d, but float16 ends at %.0f; %s."
                        .formatted(
                                weight.name(),
                                values[i],
                                i,
                                DType.LARGEST_F16,
                                form.scheme() == Scheme.FLOAT16
                                        ? "choose int8 with rest: float32, or leave the stage out"
                                        : "set rest: float32"));
            }
        }
    }

    /** Read again from the file, so that it is what was written that is reported. */
    private static StageReport.QuantizedWeight compared(Weight before, Weight after) {
        float[] was = before.toFloats();
        float[] is = after.toFloats();
        double largest = 0;
        double squares = 0;
        for (int i = 0; i < was.length; i++) {
            double error = (double) is[i] - was[i];
            largest = Math.max(largest, Math.abs(error));
            squares += error * error;
        }
        return new StageReport.QuantizedWeight(
                before.name(), before.length(), after.length(), largest, Math.sqrt(squares / was.length));
    }
}
