package io.github.fairnessgate.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsWriterTest {

    @TempDir
    Path folder;

    private static float[] numbers() {
        JsonNode json = Fixtures.json(Fixtures.path("numbers.json"));
        float[] numbers = new float[json.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = json.get(i).floatValue();
        }
        return numbers;
    }

    private static Map<String, FloatTensor> tensors() {
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        tensors.put("a.matrix", new FloatTensor(new long[] {5, 6}, Arrays.copyOfRange(numbers(), 0, 30)));
        tensors.put("b.vector", new FloatTensor(new long[] {10}, Arrays.copyOfRange(numbers(), 30, 40)));
        return tensors;
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F16", "BF16"})
    void theBytesAreThoseOfThePythonLibrary(DType dtype) {
        SafetensorsWriter.write(folder.resolve("numbers.safetensors"), tensors(), dtype);

        assertThat(folder.resolve("numbers.safetensors"))
                .hasSameBinaryContentAs(Fixtures.path("numbers-" + dtype + ".safetensors"));
    }

    @Test
    void dataStartAtAMultipleOfEightWhateverTheNamesAre() throws Exception {
        for (String name : List.of("a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh")) {
            Path file = folder.resolve(name);
            SafetensorsWriter.write(file, Map.of(name, new FloatTensor(new long[] {3}, new float[3])), DType.F32);

            assertThat(SafetensorsHeader.read(file).get(name).offset() % 8).isZero();
            assertThat(Files.size(file))
                    .isEqualTo(SafetensorsHeader.read(file).get(name).offset() + 12);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F16", "BF16"})
    void aTensorThatIsLargerThanTheBufferIsWrittenWhole(DType dtype) {
        float[] data = new float[700_001];
        for (int i = 0; i < data.length; i++) {
            data[i] = i % 251;
        }
        Path file = folder.resolve("large");

        SafetensorsWriter.write(file, Map.of("large", new FloatTensor(new long[] {data.length}, data)), dtype);

        SafetensorsHeader.Entry entry = SafetensorsHeader.read(file).get("large");
        assertThat(new Tensor("large", dtype, entry.shape(), file, entry.offset(), entry.length()).toFloats())
                .isEqualTo(data);
    }

    @Test
    void eachTensorIsAskedForWhenItIsItsTurn() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("second", new long[] {2});
        shapes.put("first", new long[] {1, 1});
        List<String> asked = new ArrayList<>();

        SafetensorsWriter.write(
                folder.resolve("lazy"),
                shapes,
                name -> {
                    asked.add(name);
                    return new float[name.equals("second") ? 2 : 1];
                },
                DType.F32);

        assertThat(asked).containsExactly("second", "first");
        assertThat(SafetensorsHeader.read(folder.resolve("lazy"))).containsOnlyKeys("second", "first");
    }

    @Test
    void aNumberBeyondFloat16IsAnErrorAndLeavesTheOldFileAsItWas() {
        Path file = folder.resolve("model.safetensors");
        Fixtures.write(file, "old");

        assertThatThrownBy(() -> SafetensorsWriter.write(
                        file, Map.of("w", new FloatTensor(new long[] {2}, new float[] {1, -70000})), DType.F16))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("Tensor w has the value -70000.0 at index 1, which is beyond the range of F16; store the "
                        + "model as F32.");

        assertThat(file).hasContent("old");
        assertThat(Fixtures.names(folder)).containsExactly("model.safetensors");
    }

    @Test
    void dataThatDoNotFitTheShapeAreAProgrammingError() {
        assertThatThrownBy(() -> new FloatTensor(new long[] {2, 3}, new float[5]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
