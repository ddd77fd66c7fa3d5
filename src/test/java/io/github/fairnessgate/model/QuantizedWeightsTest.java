package io.github.fairnessgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.tensor.Activations;
import io.github.fairnessgate.tensor.BlockQuantization;
import io.github.fairnessgate.tensor.BlockQuantizedTable;
import io.github.fairnessgate.tensor.BlockQuantizedWeight;
import io.github.fairnessgate.tensor.ColumnQuantizedWeight;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.SafetensorsHeader;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import io.github.fairnessgate.tensor.Tensor;
import io.github.fairnessgate.tensor.Weight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizedWeightsTest {

    private static final String NAME = "h.1.mlp.c_fc.weight";

    @TempDir
    private Path directory;

    private ModelDirectory model;
    private Path folder;

    @BeforeEach
    void makeModel() throws IOException {
        model = TinyModels.builder()
                .heads(4)
                .embedding(40)
                .inner(100)
                .prunedHeads(List.of(List.of(), List.of(1, 2)))
                .write(directory.resolve("model"));
        folder = Files.createDirectory(directory.resolve("quantized"));
        model.config().write(folder.resolve("config.json"));
        TinyModels.writeTokenizer(folder.resolve("tokenizer.json"), 257);
    }

    /** One number in a layer, of which some have no dimension. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theWeightsOfAnActivationAreNotQuantized(boolean columns) throws IOException {
        ModelDirectory trained = ComputationFixture.write(ComputationFixture.of("xielu"), directory.resolve("xielu"));
        trained.config().write(folder.resolve("config.json"));
        if (columns) {
            QuantizedWeights.writeColumns(trained, DType.F32, folder);
        } else {
            BlockQuantization blocks = new BlockQuantization(8, 32, Activations.INT8);
            QuantizedWeights.write(trained, blocks, Optional.of(blocks), DType.F32, folder);
        }
        ModelDirectory quantized = ModelDirectory.open(folder);
        assertThat(quantized.isQuantized()).isTrue();
        for (String weight : List.of("alpha_p", "alpha_n", "beta", "eps")) {
            assertThat(quantized.tensor("h.1.mlp.act." + weight).toFloats())
                    .isEqualTo(trained.tensor("h.1.mlp.act." + weight).toFloats());
        }
    }

    @Test
    void aQuantizedModelHasTheSameWeightsInFewerBytes() throws IOException {
        QuantizedWeights.write(
                model, new BlockQuantization(4, 32, Activations.FLOAT32), Optional.empty(), DType.F16, folder);
        ModelDirectory quantized = ModelDirectory.open(folder);
        assertThat(quantized.isQuantized()).isTrue();
        assertThat(model.isQuantized()).isFalse();
        assertThat(quantized.parameters()).isEqualTo(model.parameters());
        assertThat(quantized.weightBytes())
                .isLessThan(Files.size(folder.resolve(QuantizedWeights.FILE)))
                .isLessThan(model.weightBytes() / 2);
        assertThat(quantized.tensors().keySet())
                .containsExactlyElementsOf(model.tensors().keySet());
        // 100 outputs, 2 blocks of 32 numbers for 40 inputs: 16 bytes, a scale of 4 bytes and half a zero point each
        assertThat(quantized.tensor(NAME).length()).isEqualTo(100 * (2 * (16 + 4) + 1));
        assertThat(quantized.tensor(NAME).shape()).containsExactly(40, 100);
        assertThat(quantized.tensor(NAME).elements()).isEqualTo(4000);
        assertThat(quantized.tensor(NAME).toFloats())
                .isEqualTo(expected(new BlockQuantization(4, 32, Activations.FLOAT32), 40, 100));
        assertThat(quantized.tensor("h.1.attn.c_proj.weight").shape()).containsExactly(20, 40);
        assertThat(((Tensor) quantized.tensor("wte.weight")).dtype()).isEqualTo(DType.F16);
        quantized.requireFinite();
    }

    private float[] expected(BlockQuantization quantization, int inputs, int outputs) {
        return quantization.dequantize(
                quantization.quantize(model.tensor(NAME).toFloats(), inputs, outputs), inputs, outputs);
    }

    @Test
    void everySizeOfBlocksIsToldByTheFileAlone() {
        for (int bits : new int[] {4, 8}) {
            for (int size : new int[] {16, 32, 64, 128}) {
                BlockQuantization quantization = new BlockQuantization(bits, size, Activations.FLOAT32);
                QuantizedWeights.write(model, quantization, Optional.empty(), DType.F32, folder);
                Weight weight = ModelDirectory.open(folder).tensor(NAME);
                assertThat(((BlockQuantizedWeight) weight).quantization()).isEqualTo(quantization);
                assertThat(weight.toFloats()).isEqualTo(expected(quantization, 40, 100));
            }
        }
    }

    @Test
    void aTableHasItsBlocksAlongItsRows() {
        BlockQuantization quantization = new BlockQuantization(8, 32, Activations.INT8);
        QuantizedWeights.write(model, quantization, Optional.of(quantization), DType.F32, folder);
        ModelDirectory quantized = ModelDirectory.open(folder);
        BlockQuantizedTable table = (BlockQuantizedTable) quantized.tensor("wte.weight");
        assertThat(table.quantization()).isEqualTo(quantization);
        assertThat(table.shape()).isEqualTo(model.tensor("wte.weight").shape());
        assertThat(table.filledWidth()).isEqualTo(64);
        assertThat(table.length()).isEqualTo(257 * 2 * (32 + 4 + 1));
        float[] was = model.tensor("wte.weight").toFloats();
        float[] is = table.toFloats();
        float[] scales = table.scales().toFloats();
        for (int i = 0; i < was.length; i++) {
            int row = i / 40;
            assertThat((double) is[i]).isCloseTo(was[i], within(scales[row * 2 + i % 40 / 32] * 0.5001));
        }
        assertThat(quantized.tensor("wpe.weight")).isInstanceOf(Tensor.class);
        quantized.requireFinite();
    }

    @Test
    void columnsHaveAByteForAWeightAndAScaleForAnOutput() {
        QuantizedWeights.writeColumns(model, DType.F32, folder);
        ModelDirectory quantized = ModelDirectory.open(folder);
        assertThat(quantized.tensor(NAME)).isInstanceOf(ColumnQuantizedWeight.class);
        assertThat(quantized.tensor(NAME).length()).isEqualTo(4000 + 4 * 100);
        assertThat(quantized.tensor("wte.weight").toFloats())
                .isEqualTo(model.tensor("wte.weight").toFloats());
    }

    @Test
    void wholeNumbersAreReadAsWhatTheyAre() {
        QuantizedWeights.writeColumns(model, DType.F32, folder);
        ColumnQuantizedWeight columns =
                (ColumnQuantizedWeight) ModelDirectory.open(folder).tensor(NAME);
        float[] numbers = columns.numbers().toFloats();
        assertThat(numbers).contains(-64).contains(64).hasSize(4000);
        for (int i = 0; i < numbers.length; i++) {
            assertThat(numbers[i] * columns.scales().toFloats()[i % 100]).isEqualTo(columns.toFloats()[i]);
        }
        QuantizedWeights.write(
                model, new BlockQuantization(8, 32, Activations.FLOAT32), Optional.empty(), DType.F32, folder);
        assertThat(((BlockQuantizedWeight) ModelDirectory.open(folder).tensor(NAME))
                        .numbers()
                        .toFloats())
                .contains(0)
                .contains(255)
                .hasSize(6400);
    }

    @Test
    void theDigestCoversScalesAndNumbers() throws IOException {
        QuantizedWeights.write(
                model, new BlockQuantization(8, 32, Activations.FLOAT32), Optional.empty(), DType.F16, folder);
        String digest = ModelDirectory.open(folder).digest();
        BlockQuantizedWeight weight =
                (BlockQuantizedWeight) ModelDirectory.open(folder).tensor(NAME);
        for (Tensor part : weight.stored()) {
            overwrite(part, (byte) 17);
            String other = ModelDirectory.open(folder).digest();
            assertThat(other).isNotEqualTo(digest);
            digest = other;
        }
    }

    @Test
    void aScaleThatIsNotANumberIsRefused() throws IOException {
        QuantizedWeights.write(
                model, new BlockQuantization(8, 32, Activations.FLOAT32), Optional.empty(), DType.F16, folder);
        Tensor scales = ((BlockQuantizedWeight) ModelDirectory.open(folder).tensor(NAME)).scales();
        try (FileChannel channel = FileChannel.open(scales.file(), StandardOpenOption.WRITE)) {
            channel.write(
                    ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, Float.NaN), scales.offset() + 8);
        }
        assertThatThrownBy(ModelDirectory.open(folder)::requireFinite)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("tensor " + NAME + ".scales", "NaN at index 2");
    }

    private static void overwrite(Tensor tensor, byte value) throws IOException {
        try (FileChannel channel = FileChannel.open(tensor.file(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {value}), tensor.offset());
        }
    }

    @Test
    void aMissingPartIsRefused() {
        edit(parts -> parts.remove(NAME + ".zero_points"), "lack the tensor " + NAME + ".zero_points");
        edit(parts -> parts.remove(NAME + ".scales"), "lack the tensor " + NAME + ".scales");
        edit(parts -> parts.remove(NAME + ".int4"), "lacks the tensor " + NAME + " of shape [40, 100]");
    }

    @Test
    void aPartOfAnotherShapeOrTypeIsRefused() {
        edit(
                parts -> parts.put(
                        NAME + ".scales",
                        SafetensorsWriter.floats("", new long[] {100, 3}, () -> new float[300], DType.F32)),
                "tensor " + NAME + ".scales has dtype F32 and shape [100, 3], but F32 and [100, 2] are needed",
                "n_inner = 100");
        edit(
                parts -> parts.put(
                        NAME + ".zero_points",
                        SafetensorsWriter.bytes(new long[] {100, 1}, () -> new byte[100], DType.I8)),
                "has dtype I8 and shape [100, 1], but U8 and [100, 1] are needed");
        edit(
                parts -> parts.put(
                        NAME + ".int4", SafetensorsWriter.bytes(new long[] {100, 2, 4}, () -> new byte[800], DType.U8)),
                "tensor " + NAME + ".int4 has shape [100, 2, 4], but it must be [out, blocks, bytes of a block]");
    }

    @Test
    void aWeightThatIsThereTwiceIsRefused() {
        edit(
                parts -> parts.put(
                        NAME, SafetensorsWriter.floats(NAME, new long[] {40, 100}, () -> new float[4000], DType.F32)),
                "is not part of a GPT-2 language model");
    }

    @Test
    void wholeNumbersWithoutScalesAreNoWeights() {
        edit(
                parts -> parts.put("ln_f.bias", SafetensorsWriter.bytes(new long[] {40}, () -> new byte[40], DType.I8)),
                "ln_f.bias has dtype I8, but only F64, F32, F16 and BF16 weights are supported");
    }

    private void edit(Consumer<Map<String, SafetensorsWriter.Part>> edit, String... sentence) {
        QuantizedWeights.write(
                model, new BlockQuantization(4, 32, Activations.FLOAT32), Optional.empty(), DType.F32, folder);
        Map<String, SafetensorsWriter.Part> parts = new LinkedHashMap<>();
        SafetensorsHeader.read(folder.resolve(QuantizedWeights.FILE)).values().forEach(entry -> {
            byte[] bytes = new Tensor(
                            entry.name(), DType.U8, entry.shape(), entry.file(), entry.offset(), entry.length())
                    .toBytes();
            parts.put(
                    entry.name(),
                    new SafetensorsWriter.Part(DType.valueOf(entry.dtype()), entry.shape(), out -> out.write(bytes)));
        });
        edit.accept(parts);
        SafetensorsWriter.write(folder.resolve(QuantizedWeights.FILE), parts);
        assertThatThrownBy(() -> ModelDirectory.open(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(sentence);
    }

    @Test
    void weightsInTwoFilesAreRefused() throws IOException {
        QuantizedWeights.write(
                model, new BlockQuantization(8, 32, Activations.FLOAT32), Optional.empty(), DType.F16, folder);
        Files.copy(model.path().resolve("model.safetensors"), folder.resolve("model.safetensors"));
        assertThatThrownBy(() -> ModelDirectory.open(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has weights twice, as model.safetensors and as quantized.safetensors");
    }
}
