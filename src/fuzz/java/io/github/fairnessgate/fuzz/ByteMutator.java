package io.github.fairnessgate.fuzz;

import java.util.Arrays;
import java.util.Random;

/** Flips bits, overwrites, truncates, splices, and puts extreme numbers where lengths may be. */
public final class ByteMutator implements Mutator {

    private static final long[] EXTREME = {
        0,
        1,
        -1,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0x8000,
        0xffff,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0xffffffffL,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        1L << 40
    };
    private static final int MOST_CHANGES = 4;

    private final byte[] alphabet;

    /** Any byte may come in. */
    public ByteMutator() {
        this(new byte[0]);
    }

    /** @param alphabet bytes that mean something in the format, and come in more often */
    public ByteMutator(byte[] alphabet) {
        this.alphabet = alphabet.clone();
    }

    @Override
    public byte[] changed(byte[] good, Random random) {
        byte[] bytes = good.clone();
        for (int change = random.nextInt(MOST_CHANGES); change >= 0 && bytes.length > 0; change--) {
            bytes = once(bytes, random.nextInt(bytes.length), random);
        }
        return bytes;
    }

    private byte[] once(byte[] bytes, int at, Random random) {
        switch (random.nextInt(8)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 ->
                bytes[at] =
                        alphabet.length == 0 ? (byte) random.nextInt(256) : alphabet[random.nextInt(alphabet.length)];
            case 2 -> bytes[at] = (byte) (bytes[at] + (random.nextBoolean() ? 1 : -1));
            case 3 ->
                Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(16)), (byte)
                        (random.nextBoolean() ? 0xff : 0));
            case 4 ->
                number(
                        bytes,
                        at,
                        EXTREME[random.nextInt(EXTREME.length)],
                        1 << random.nextInt(4),
                        random.nextBoolean());
            case 5 -> {
                return Arrays.copyOf(
                        bytes, random.nextInt(4) == 0 ? at : Math.max(at, bytes.length - 1 - random.nextInt(64)));
            }
            default -> {
                return spliced(bytes, at, random.nextInt(bytes.length), random.nextInt(64), random.nextBoolean());
            }
        }
        return bytes;
    }

    private static void number(byte[] bytes, int at, long number, int width, boolean bigEndian) {
        for (int i = 0; i < width && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (number >> 8 * (bigEndian ? width - 1 - i : i));
        }
    }

    /** With a piece of itself put in, or put over what is there. */
    private static byte[] spliced(byte[] bytes, int at, int from, int wish, boolean over) {
        int length = Math.min(wish, Math.min(bytes.length - from, bytes.length - at));
        byte[] result = Arrays.copyOf(bytes, over ? bytes.length : bytes.length + length);
        if (!over) {
            System.arraycopy(bytes, at, result, at + length, bytes.length - at);
        }
        System.arraycopy(bytes, from, result, at, length);
        return result;
    }
}
