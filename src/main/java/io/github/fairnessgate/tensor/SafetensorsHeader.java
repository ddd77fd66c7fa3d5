package io.github.fairnessgate.tensor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Printable;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.file.FileRange;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads and checks the header of a safetensors file; the tensors themselves are not read. */
public final class SafetensorsHeader {

    /** The length of the header, in front of it. */
    private static final int PREFIX = 8;
    /** What a pointer of Git LFS begins with, "version ", read as a length. */
    private static final long LFS_POINTER = 0x206e_6f69_7372_6576L;
    /** The format's own limit. */
    private static final long LARGEST_HEADER = 100_000_000;
    /**
     * As JSON in memory, a header of the format's own limit would take some gigabytes; one of a GPT-2 of 48 layers has
     * 60 kB.
     */
    private static final long LARGEST_READ = 4_000_000;

    private static final Map<String, Integer> BYTES = Map.ofEntries(
            Map.entry("BOOL", 1),
            Map.entry("U8", 1),
            Map.entry("I8", 1),
            Map.entry("F8_E4M3", 1),
            Map.entry("F8_E5M2", 1),
            Map.entry("U16", 2),
            Map.entry("I16", 2),
            Map.entry("F16", 2),
            Map.entry("BF16", 2),
            Map.entry("U32", 4),
            Map.entry("I32", 4),
            Map.entry("F32", 4),
            Map.entry("U64", 8),
            Map.entry("I64", 8),
            Map.entry("F64", 8));

    /**
     * One tensor as the header has it, with any of the format's types.
     *
     * @param offset of the first byte, from the beginning of the file
     * @param length in bytes
     */
    public record Entry(Path file, String name, String dtype, long[] shape, long offset, long length) {

        private long end() {
            return offset + length;
        }
    }

    private SafetensorsHeader() {}

    /**
     * The tensors of a file by name, in the order of the header.
     *
     * @throws InvalidInputException if the header is damaged, or if the tensors do not fill the file exactly: without
     *     overlap, hole, missing or trailing bytes
     */
    public static Map<String, Entry> read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            int headerLength = headerLength(file, channel, size);
            JsonNode header =
                    parse(file, bytes(file, channel, PREFIX, headerLength).array());
            Map<String, Entry> entries = entries(file, header, PREFIX + headerLength, size);
            requireExactlyFilled(file, entries, PREFIX + headerLength, size);
            return entries;
        } catch (IOException e) {
            throw FileErrors.cannot("read", file, e);
        }
    }

    private static int headerLength(Path file, FileChannel channel, long size) throws IOException {
        if (size < PREFIX) {
            throw new InvalidInputException(
                    file + " has only " + size + " bytes, but a safetensors file begins with a header length of "
                            + PREFIX + "; the file is truncated: copy or download it again.");
        }
        long length = bytes(file, channel, 0, PREFIX).getLong();
        if (length == LFS_POINTER) {
            throw new InvalidInputException(
                    file + " is not the weights but a pointer of Git LFS to them; fetch them with: git lfs pull");
        }
        if (length < 0 || length > LARGEST_HEADER) {
            throw new InvalidInputException(file + " announces a header of " + Long.toUnsignedString(length)
                    + " bytes, but at most " + LARGEST_HEADER + " are allowed; this is not a safetensors file.");
        }
        if (length > size - PREFIX) {
            throw new InvalidInputException(
                    file + " announces a header of " + length + " bytes, but only " + (size - PREFIX)
                            + " bytes follow; the file is truncated or is not a safetensors file: copy or download "
                            + "it again.");
        }
        if (length > LARGEST_READ) {
            throw new InvalidInputException(
                    file + " has a header of " + Bytes.text(length) + ", but at most " + Bytes.text(LARGEST_READ)
                            + " are read, many times what a GPT-2 needs; save the model again, without metadata.");
        }
        return (int) length;
    }

    private static ByteBuffer bytes(Path file, FileChannel channel, long from, int count) throws IOException {
        try {
            return FileRange.read(channel, from, count);
        } catch (EOFException e) {
            throw new InvalidInputException(
                    file + " became shorter while it was read; run again when nothing writes to it.", e);
        }
    }

    private static JsonNode parse(Path file, byte[] json) throws IOException {
        try {
            JsonNode header = Json.MAPPER.readTree(json);
            if (!header.isObject()) {
                throw new InvalidInputException(
                        file + ": the header is not a JSON object; this is not a safetensors file.");
            }
            return header;
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    file + ": the header is not JSON (" + Reason.of(e)
                            + "); the file is damaged or is not a safetensors file.",
                    e);
        }
    }

    private static Map<String, Entry> entries(Path file, JsonNode header, long dataStart, long size) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : header.properties()) {
            if (!field.getKey().equals("__metadata__")) {
                entries.put(field.getKey(), entry(file, field.getKey(), field.getValue(), dataStart, size));
            }
        }
        return entries;
    }

    private static Entry entry(Path file, String name, JsonNode json, long dataStart, long size) {
        String tensor = file + ": tensor " + name;
        String dtype = json.path("dtype").asText();
        if (!BYTES.containsKey(dtype)) {
            throw new InvalidInputException(tensor + " has dtype "
                    + Printable.name(json.path("dtype").toString()) + ", which the safetensors format does not have.");
        }
        long[] shape = wholeNumbers(json.path("shape"), tensor, "shape");
        long[] offsets = wholeNumbers(json.path("data_offsets"), tensor, "data_offsets");
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw new InvalidInputException(tensor + " has data_offsets "
                    + Printable.name(json.path("data_offsets").toString())
                    + ", but they must be two numbers, begin and end.");
        }
        if (offsets[1] > size - dataStart) {
            throw new InvalidInputException(
                    tensor + " ends at byte " + offsets[1] + " of the data, but the file has only " + (size - dataStart)
                            + " bytes of data; it is truncated: copy or download it again.");
        }
        long length = offsets[1] - offsets[0];
        requireLength(tensor, dtype, shape, length);
        return new Entry(file, name, dtype, shape, dataStart + offsets[0], length);
    }

    private static void requireLength(String tensor, String dtype, long[] shape, long length) {
        long expected;
        try {
            expected = Math.multiplyExact(FloatTensor.elements(shape), (long) BYTES.get(dtype));
        } catch (ArithmeticException e) {
            throw new InvalidInputException(
                    tensor + " has shape " + Arrays.toString(shape) + ", which is larger than any file.", e);
        }
        if (expected != length) {
            throw new InvalidInputException(tensor + " has " + length + " bytes, but dtype " + dtype + " and shape "
                    + Arrays.toString(shape) + " need " + expected + "; the file is damaged.");
        }
    }

    private static long[] wholeNumbers(JsonNode json, String tensor, String key) {
        if (!json.isArray()) {
            throw new InvalidInputException(tensor + " has no list of numbers \"" + key + "\"; the file is damaged.");
        }
        long[] numbers = new long[json.size()];
        for (int i = 0; i < numbers.length; i++) {
            JsonNode number = json.get(i);
            if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
                throw new InvalidInputException(tensor + " has " + key + " " + Printable.name(json.toString())
                        + ", but they must be whole numbers, 0 or more.");
            }
            numbers[i] = number.longValue();
        }
        return numbers;
    }

    private static void requireExactlyFilled(Path file, Map<String, Entry> entries, long dataStart, long size) {
        List<Entry> byOffset = new ArrayList<>(entries.values());
        byOffset.sort(Comparator.comparingLong(Entry::offset).thenComparingLong(Entry::end));
        long filled = dataStart;
        String last = "the header";
        for (Entry entry : byOffset) {
            if (entry.offset() < filled) {
                throw new InvalidInputException(file + ": tensor " + entry.name() + " begins at byte "
                        + (entry.offset() - dataStart) + " of the data and overlaps " + last + ", which ends at byte "
                        + (filled - dataStart) + "; the file is damaged.");
            }
            if (entry.offset() > filled) {
                throw new InvalidInputException(file + ": " + (entry.offset() - filled) + " bytes between " + last
                        + " and tensor " + entry.name() + " belong to no tensor; the file is damaged.");
            }
            filled = entry.end();
            last = "tensor " + entry.name();
        }
        if (filled != size) {
            throw new InvalidInputException(file + ": " + (size - filled) + " bytes after " + last
                    + " belong to no tensor; the file is damaged.");
        }
    }
}
