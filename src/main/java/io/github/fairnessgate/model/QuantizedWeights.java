package io.github.fairnessgate.model;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Once;
import io.github.fairnessgate.tensor.Activations;
import io.github.fairnessgate.tensor.BlockQuantization;
import io.github.fairnessgate.tensor.BlockQuantizedTable;
import io.github.fairnessgate.tensor.BlockQuantizedWeight;
import io.github.fairnessgate.tensor.ColumnQuantization;
import io.github.fairnessgate.tensor.ColumnQuantizedWeight;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.SafetensorsHeader;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import io.github.fairnessgate.tensor.Tensor;
import io.github.fairnessgate.tensor.Weight;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Weights of which those of the linear layers, and perhaps the tables of embeddings, are whole numbers, in
 * {@value #FILE}: a safetensors file in which, say, {@code h.0.mlp.c_fc.weight} is missing, and instead there are
 *
 * <ul>
 *   <li>{@code h.0.mlp.c_fc.weight.int8} or {@code .int4} with {@code .scales} and {@code .zero_points}, see
 *       {@link BlockQuantizedWeight} and {@link BlockQuantizedTable}; the name ends in {@value #INT8_ACTIVATIONS} if
 *       activations become int8, too; or
 *   <li>{@code h.0.mlp.c_fc.weight.int8_columns} with {@code .scales}, see {@link ColumnQuantizedWeight}.
 * </ul>
 */
public final class QuantizedWeights {

    /** The file in a model's folder. */
    public static final String FILE = "quantized.safetensors";

    private static final String BLOCKS = ".int";
    private static final String COLUMNS = ".int8_columns";
    private static final String SCALES = ".scales";
    private static final String ZERO_POINTS = ".zero_points";
    private static final String INT8_ACTIVATIONS = "_a8";
    private static final List<Integer> BITS = List.of(4, 8);

    private QuantizedWeights() {}

    /**
     * Whether a tensor is the weight of a linear layer of a block: {@code c_attn}, {@code c_fc} or one of the two
     * {@code c_proj}.
     */
    public static boolean isLinear(String name) {
        return name.startsWith("h.") && name.contains(".c_") && name.endsWith(".weight");
    }

    /**
     * Whether a tensor is a table of embeddings of which rows are looked up or make logits: {@code wte}, or
     * {@code lm_head} of an untied model.
     */
    public static boolean isTable(String name) {
        return name.equals("wte.weight") || name.equals("lm_head.weight");
    }

    /**
     * Writes the weights of a model, those of linear layers in blocks.
     *
     * @param tables what tables of embeddings become; empty if they belong to the rest
     * @param rest the type of all others
     * @throws InvalidInputException if the file cannot be written, or one of the others lies beyond the range of
     *     {@code rest}
     */
    public static void write(
            ModelDirectory model,
            BlockQuantization linears,
            Optional<BlockQuantization> tables,
            DType rest,
            Path folder) {
        write(model, name -> isTable(name) ? tables : Optional.of(linears), rest, folder);
    }

    /**
     * The same with a choice for every weight.
     *
     * @param blocks what each linear layer and each table of embeddings becomes, by its name; empty if it belongs to
     *     the rest
     */
    public static void write(
            ModelDirectory model, Function<String, Optional<BlockQuantization>> blocks, DType rest, Path folder) {
        writeParts(model, rest, folder, weight -> {
            if (isLinear(weight.name())) {
                int inputs = Math.toIntExact(weight.shape()[0]);
                int outputs = Math.toIntExact(weight.shape()[1]);
                return blocks.apply(weight.name())
                        .map(linear -> parts(
                                weight.name(),
                                linear,
                                inputs,
                                outputs,
                                () -> linear.quantize(weight.toFloats(), inputs, outputs)));
            }
            if (isTable(weight.name())) {
                int rows = Math.toIntExact(weight.shape()[0]);
                int width = Math.toIntExact(weight.shape()[1]);
                return blocks.apply(weight.name())
                        .map(table -> parts(
                                weight.name(),
                                table,
                                width,
                                rows,
                                () -> table.quantizeRows(weight.toFloats(), rows, width)));
            }
            return Optional.empty();
        });
    }

    private static Map<String, SafetensorsWriter.Part> parts(
            String name,
            BlockQuantization quantization,
            int inputs,
            int outputs,
            Supplier<BlockQuantization.Numbers> quantize) {
        Supplier<BlockQuantization.Numbers> numbers = Once.of(quantize);
        Map<String, SafetensorsWriter.Part> parts = new LinkedHashMap<>();
        parts.put(
                name + numbers(quantization.bits(), quantization.activations()),
                SafetensorsWriter.bytes(
                        quantization.numbersShape(inputs, outputs),
                        () -> numbers.get().numbers(),
                        DType.U8));
        parts.put(
                name + ZERO_POINTS,
                SafetensorsWriter.bytes(
                        quantization.zeroPointsShape(inputs, outputs),
                        () -> numbers.get().zeroPoints(),
                        DType.U8));
        parts.put(
                name + SCALES,
                SafetensorsWriter.floats(
                        name + SCALES,
                        quantization.scalesShape(inputs, outputs),
                        () -> numbers.get().scales(),
                        DType.F32));
        return parts;
    }

    /** The same with one scale for each output of a linear layer. */
    public static void writeColumns(ModelDirectory model, DType rest, Path folder) {
        writeParts(model, rest, folder, weight -> {
            if (!isLinear(weight.name())) {
                return Optional.empty();
            }
            int inputs = Math.toIntExact(weight.shape()[0]);
            int outputs = Math.toIntExact(weight.shape()[1]);
            Supplier<ColumnQuantization.Numbers> numbers =
                    Once.of(() -> ColumnQuantization.quantize(weight.toFloats(), inputs, outputs));
            Map<String, SafetensorsWriter.Part> parts = new LinkedHashMap<>();
            parts.put(
                    weight.name() + COLUMNS,
                    SafetensorsWriter.bytes(weight.shape(), () -> numbers.get().numbers(), DType.I8));
            parts.put(
                    weight.name() + SCALES,
                    SafetensorsWriter.floats(
                            weight.name() + SCALES,
                            new long[] {outputs},
                            () -> numbers.get().scales(),
                            DType.F32));
            return Optional.of(parts);
        });
    }

    private static void writeParts(
            ModelDirectory model,
            DType rest,
            Path folder,
            Function<Weight, Optional<Map<String, SafetensorsWriter.Part>>> quantized) {
        Map<String, SafetensorsWriter.Part> parts = new LinkedHashMap<>();
        model.tensors()
                .forEach((name, weight) -> parts.putAll(quantized
                        .apply(weight)
                        .orElseGet(() ->
                                Map.of(name, SafetensorsWriter.floats(name, weight.shape(), weight::toFloats, rest)))));
        SafetensorsWriter.write(folder.resolve(FILE), parts);
    }

    /**
     * The parts of a quantized weight, if a file has them.
     *
     * @param shape [in, out], or [rows, width] of a table, as the configuration asks for
     * @param settings the configuration's settings that decide the shape, for messages
     * @throws InvalidInputException if a part is missing, or has another type or shape than it should
     */
    static Optional<Weight> find(
            String name, long[] shape, Map<String, SafetensorsHeader.Entry> found, String settings) {
        if (!isLinear(name) && !isTable(name) || found.containsKey(name)) {
            return Optional.empty();
        }
        Parts parts = new Parts(name, shape, found, settings);
        if (isLinear(name) && found.containsKey(name + COLUMNS)) {
            return Optional.of(new ColumnQuantizedWeight(
                    name, shape, parts.part(COLUMNS, DType.I8, shape), parts.part(SCALES, DType.F32, shape[1])));
        }
        return BITS.stream()
                .flatMap(bits -> Arrays.stream(Activations.values())
                        .filter(activations -> found.containsKey(name + numbers(bits, activations)))
                        .map(activations -> blocks(parts, bits, activations)))
                .findFirst();
    }

    private static String numbers(int bits, Activations activations) {
        return BLOCKS + bits + (activations == Activations.INT8 ? INT8_ACTIVATIONS : "");
    }

    private static Weight blocks(Parts parts, int bits, Activations activations) {
        boolean table = isTable(parts.name());
        long inputs = parts.shape()[table ? 1 : 0];
        long outputs = parts.shape()[table ? 0 : 1];
        BlockQuantization quantization = parts.quantization(bits, activations);
        Tensor numbers = parts.part(numbers(bits, activations), DType.U8, quantization.numbersShape(inputs, outputs));
        Tensor scales = parts.part(SCALES, DType.F32, quantization.scalesShape(inputs, outputs));
        Tensor zeroPoints = parts.part(ZERO_POINTS, DType.U8, quantization.zeroPointsShape(inputs, outputs));
        return table
                ? new BlockQuantizedTable(parts.name(), parts.shape(), quantization, numbers, scales, zeroPoints)
                : new BlockQuantizedWeight(parts.name(), parts.shape(), quantization, numbers, scales, zeroPoints);
    }

    /** The parts of one weight among everything that a file has. */
    private record Parts(String name, long[] shape, Map<String, SafetensorsHeader.Entry> found, String settings) {

        Tensor part(String suffix, DType dtype, long... expected) {
            SafetensorsHeader.Entry entry = found.get(name + suffix);
            if (entry == null) {
                throw new InvalidInputException("The weights lack the tensor " + name + suffix
                        + ", which belongs to the quantized weight " + name + "; the model is incomplete.");
            }
            if (!entry.dtype().equals(dtype.name()) || !Arrays.equals(entry.shape(), expected)) {
                throw new InvalidInputException(
                        entry.file() + ": tensor " + entry.name() + " has dtype " + entry.dtype() + " and shape "
                                + Arrays.toString(entry.shape()) + ", but " + dtype + " and "
                                + Arrays.toString(expected) + " are needed for a weight of shape "
                                + Arrays.toString(shape) + ", which config.json (" + settings
                                + ") asks for; correct config.json, or quantize the model again.");
            }
            return new Tensor(name + suffix, dtype, entry.shape(), entry.file(), entry.offset(), entry.length());
        }

        /** The size of the blocks is written nowhere but in the shape of the numbers. */
        BlockQuantization quantization(int bits, Activations activations) {
            SafetensorsHeader.Entry numbers = found.get(name + QuantizedWeights.numbers(bits, activations));
            long bytes = numbers.shape().length == 3 ? numbers.shape()[2] : 0;
            if (!List.of(16L, 32L, 64L, 128L, 256L).contains(bytes * 8 / bits)) {
                throw new InvalidInputException(
                        numbers.file() + ": tensor " + numbers.name() + " has shape " + Arrays.toString(numbers.shape())
                                + ", but it must be [out, blocks, bytes of a block] with blocks of 16, 32, 64, 128 "
                                + "or 256 numbers; quantize the model again.");
            }
            return new BlockQuantization(bits, Math.toIntExact(bytes * 8 / bits), activations);
        }
    }
}
