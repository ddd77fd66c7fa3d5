package io.github.fairnessgate.artifact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Writes safetensors files: eight bytes of header length, a JSON header padded with spaces so that the data start at a
 * multiple of eight, then the tensors one after the other, little endian. Equal input gives equal bytes.
 */
public final class SafetensorsWriter {

    private static final int CHUNK = 1 << 20;

    private SafetensorsWriter() {
    }

    /**
     * Writes tensors in the order of the map.
     *
     * @throws InvalidInputException if the target cannot be written, or a finite number lies beyond the range of {@code dtype}
     */
    public static void write(Path target, Map<String, FloatTensor> tensors, DType dtype) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        write(target, shapes, name -> tensors.get(name).data(), dtype);
    }

    /**
     * Writes tensors in the order of the map, and asks for each only when it is its turn, so that no more than one has to
     * be in memory.
     *
     * @param shapes name to shape
     * @param data gives the numbers of a tensor, row major
     * @throws InvalidInputException if the target cannot be written, or a finite number lies beyond the range of {@code dtype}
     */
    public static void write(Path target, Map<String, long[]> shapes, Function<String, float[]> data, DType dtype) {
        byte[] header = header(shapes, dtype);
        AtomicFiles.write(target, out -> {
            out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
            out.write(header);
            for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
                FloatTensor tensor = new FloatTensor(entry.getValue(), data.apply(entry.getKey()));
                writeData(out, entry.getKey(), tensor.data(), dtype);
            }
        });
    }

    private static byte[] header(Map<String, long[]> shapes, DType dtype) {
        ObjectNode header = Json.MAPPER.createObjectNode();
        header.putObject("__metadata__").put("format", "pt");
        long offset = 0;
        for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
            ObjectNode tensor = header.putObject(entry.getKey()).put("dtype", dtype.name());
            ArrayNode shape = tensor.putArray("shape");
            for (long size : entry.getValue()) {
                shape.add(size);
            }
            long end = Math.addExact(offset, Math.multiplyExact(FloatTensor.elements(entry.getValue()), (long) dtype.bytes()));
            tensor.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        try {
            return padded(Json.MAPPER.writeValueAsBytes(header));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a header of names and numbers is always JSON", e);
        }
    }

    private static byte[] padded(byte[] json) {
        byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        return padded;
    }

    private static void writeData(OutputStream out, String name, float[] data, DType dtype) throws IOException {
        int perChunk = CHUNK / dtype.bytes();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < data.length; from += perChunk) {
            int to = Math.min(data.length, from + perChunk);
            fill(chunk.clear(), name, data, from, to, dtype);
            out.write(chunk.array(), 0, chunk.position());
        }
    }

    private static void fill(ByteBuffer chunk, String name, float[] data, int from, int to, DType dtype) {
        switch (dtype) {
            case F32 -> {
                chunk.asFloatBuffer().put(data, from, to - from);
                chunk.position((to - from) * 4);
            }
            case F16 -> {
                for (int i = from; i < to; i++) {
                    short half = HalfPrecision.toF16(data[i]);
                    requireInRange(name, i, data[i], HalfPrecision.fromF16(half), dtype);
                    chunk.putShort(half);
                }
            }
            case BF16 -> {
                for (int i = from; i < to; i++) {
                    short half = HalfPrecision.toBf16(data[i]);
                    requireInRange(name, i, data[i], HalfPrecision.fromBf16(half), dtype);
                    chunk.putShort(half);
                }
            }
        }
    }

    private static void requireInRange(String name, int index, float value, float stored, DType dtype) {
        if (Float.isInfinite(stored) && !Float.isInfinite(value)) {
            throw new InvalidInputException("Tensor " + name + " has the value " + value + " at index " + index
                    + ", which is beyond the range of " + dtype + "; store the model as F32.");
        }
    }
}
