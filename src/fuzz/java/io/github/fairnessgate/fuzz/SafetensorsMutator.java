package io.github.fairnessgate.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/**
 * Changes the JSON of a safetensors header and keeps the file whole around it, or changes its length, its end, or any
 * of its bytes.
 */
public final class SafetensorsMutator implements Mutator {

    private static final int PREFIX = Long.BYTES;

    private final Mutator header = new JsonMutator();
    private final Mutator bytes = new ByteMutator();

    @Override
    public byte[] changed(byte[] good, Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> bytes.changed(good, random);
            case 1 ->
                withLength(good, random.nextBoolean() ? random.nextLong() : length(good) + random.nextInt(41) - 20);
            case 2 -> Arrays.copyOf(good, random.nextInt(good.length + 100));
            default -> whole(header.changed(json(good), random), good);
        };
    }

    @Override
    public Optional<byte[]> sameMeaning(byte[] good, Random random) {
        String json = new String(header.sameMeaning(json(good), random).orElseThrow(), StandardCharsets.UTF_8).strip();
        return Optional.of(whole((json + " ".repeat(random.nextInt(20))).getBytes(StandardCharsets.UTF_8), good));
    }

    private static byte[] withLength(byte[] good, long length) {
        byte[] file = good.clone();
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        return file;
    }

    private static int length(byte[] file) {
        return Math.toIntExact(
                ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong());
    }

    private static byte[] json(byte[] file) {
        return Arrays.copyOfRange(file, PREFIX, PREFIX + length(file));
    }

    private static byte[] whole(byte[] json, byte[] original) {
        int data = PREFIX + length(original);
        return ByteBuffer.allocate(PREFIX + json.length + original.length - data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(original, data, original.length - data)
                .array();
    }
}
