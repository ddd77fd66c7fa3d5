package io.github.fairnessgate.tensor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Writes safetensors files: eight bytes of header length, a JSON header padded with spaces so that the data start at a
 * multiple of eight, then the tensors one after the other, little endian. Equal input gives equal bytes.
 */
public final class SafetensorsWriter {

    private static final int CHUNK = 1 << 20;

    private SafetensorsWriter() {}

    /**
     * Writes tensors in the order of the map.
     *
     * @throws InvalidInputException if the target cannot be written, or a finite number lies beyond the range of
     *     {@code dtype}
     */
    public static void write(Path target, Map<String, FloatTensor> tensors, DType dtype) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        write(target, shapes, name -> tensors.get(name).data(), dtype);
    }

    /**
     * Writes tensors in the order of the map, and asks for each only when it is its turn, so that no more than one has
     * to be in memory.
     *
     * @param shapes name to shape
     * @param data gives the numbers of a tensor, row major
     * @throws InvalidInputException if the target cannot be written, or a finite number lies beyond the range of
     *     {@code dtype}
     */
    public static void write(Path target, Map<String, long[]> shapes, Function<String, float[]> data, DType dtype) {
        Map<String, Part> parts = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> parts.put(name, floats(name, shape, () -> data.apply(name), dtype)));
        write(target, parts);
    }

    /**
     * A tensor to be written.
     *
     * @param content writes its numbers, row major and little endian
     */
    public record Part(DType dtype, long[] shape, AtomicFiles.Content content) {

        long bytes() {
            return Math.multiplyExact(FloatTensor.elements(shape), (long) dtype.bytes());
        }
    }

    /** A tensor of floats. */
    public static Part floats(String name, long[] shape, Supplier<float[]> data, DType dtype) {
        return new Part(dtype, shape, out -> writeData(out, name, new FloatTensor(shape, data.get()).data(), dtype));
    }

    /** A tensor of whole numbers. */
    public static Part bytes(long[] shape, Supplier<byte[]> data, DType dtype) {
        return new Part(dtype, shape, out -> {
            byte[] bytes = data.get();
            if (bytes.length != FloatTensor.elements(shape)) {
                throw new IllegalArgumentException(bytes.length + " bytes for shape " + Arrays.toString(shape));
            }
            out.write(bytes);
        });
    }

    /** Writes tensors of several types in the order of the map, one after the other. */
    public static void write(Path target, Map<String, Part> parts) {
        AtomicFiles.write(target, content(parts));
    }

    /** SHA-256 of the file that {@link #write(Path, Map)} writes. */
    public static String digest(Map<String, Part> parts) {
        return Digests.sha256(content(parts));
    }

    private static AtomicFiles.Content content(Map<String, Part> parts) {
        byte[] header = header(parts);
        return out -> {
            out.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            out.write(header);
            for (Part part : parts.values()) {
                part.content().writeTo(out);
            }
        };
    }

    private static byte[] header(Map<String, Part> parts) {
        ObjectNode header = Json.MAPPER.createObjectNode();
        header.putObject("__metadata__").put("format", "pt");
        long offset = 0;
        for (Map.Entry<String, Part> entry : parts.entrySet()) {
            Part part = entry.getValue();
            ObjectNode tensor =
                    header.putObject(entry.getKey()).put("dtype", part.dtype().name());
            ArrayNode shape = tensor.putArray("shape");
            for (long size : part.shape()) {
                shape.add(size);
            }
            long end = Math.addExact(offset, part.bytes());
            tensor.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        try {
            return padded(Json.MAPPER.writeValueAsBytes(header));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a header of names and numbers is always JSON", e);
        }
    }

    /** A header, filled up so that the data start at a multiple of eight. */
    public static byte[] padded(byte[] json) {
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
            case F64 -> {
                for (int i = from; i < to; i++) {
                    chunk.putDouble(data[i]);
                }
            }
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
            case U8, I8 -> throw new IllegalArgumentException("floats are not stored as " + dtype);
        }
    }

    private static void requireInRange(String name, int index, float value, float stored, DType dtype) {
        if (Float.isInfinite(stored) && !Float.isInfinite(value)) {
            throw new InvalidInputException("Tensor " + name + " has the value " + value + " at index " + index
                    + ", which is beyond the range of " + dtype + "; store the model as F32.");
        }
    }
}
