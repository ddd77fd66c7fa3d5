package io.github.fairnessgate.tensor;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.FileErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * Where the numbers of one tensor lie: a range of a safetensors file, little endian, row major. Holds no file open.
 *
 * @param name canonical name, without {@code transformer.}
 * @param dtype how the numbers are stored
 * @param shape sizes, outermost first
 * @param file the safetensors file
 * @param offset of the first byte, from the beginning of the file
 * @param length in bytes
 */
public record Tensor(String name, DType dtype, long[] shape, Path file, long offset, long length) implements Weight {

    /** Numbers looked at at a time. */
    private static final int SCAN = 1 << 14;

    @Override
    public long elements() {
        return length / dtype.bytes();
    }

    @Override
    public List<Tensor> stored() {
        return List.of(this);
    }

    /**
     * The bytes of this tensor, memory-mapped: read-only, little endian, never copied to the heap. They stay mapped
     * until the buffer is garbage.
     *
     * @throws InvalidInputException if the file can no longer be read, or the tensor is larger than 2 GiB
     */
    public ByteBuffer map() {
        if (length > Integer.MAX_VALUE) {
            throw new InvalidInputException(file + ": tensor " + name + " has " + length
                    + " bytes, but only tensors up to 2 GiB can be mapped; store it as F16.");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < offset + length) {
                throw new InvalidInputException(file + " became shorter while it was in use: tensor " + name
                        + " ends at byte " + (offset + length) + ", the file at byte " + channel.size()
                        + "; run again when nothing writes to it.");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, length).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw FileErrors.cannot("read tensor " + name + " of", file, e);
        }
    }

    /** All numbers, row major, as float; exact for every {@link DType} but {@link DType#F64}. */
    @Override
    public float[] toFloats() {
        ByteBuffer bytes = map();
        float[] floats = new float[Math.toIntExact(elements())];
        switch (dtype) {
            case F64 -> {
                DoubleBuffer doubles = bytes.asDoubleBuffer();
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) doubles.get(i);
                }
            }
            case F32 -> bytes.asFloatBuffer().get(floats);
            case F16 -> {
                ShortBuffer halves = bytes.asShortBuffer();
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = HalfPrecision.fromF16(halves.get(i));
                }
            }
            case BF16 -> {
                ShortBuffer halves = bytes.asShortBuffer();
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = HalfPrecision.fromBf16(halves.get(i));
                }
            }
            case U8 -> {
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = Byte.toUnsignedInt(bytes.get(i));
                }
            }
            case I8 -> {
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = bytes.get(i);
                }
            }
        }
        return floats;
    }

    /** All bytes, copied to the heap. */
    public byte[] toBytes() {
        byte[] bytes = new byte[Math.toIntExact(length)];
        map().get(bytes);
        return bytes;
    }

    /** Row-major index of the first number that is NaN or infinite as a float, if there is one. */
    public OptionalLong firstNonFinite() {
        return switch (dtype) { // but for F64, the exponent has all its bits set in NaN and infinity, and in nothing
            // else
            case F64 -> firstNonFinite(map().asDoubleBuffer());
            case F32 -> firstWithBits(map().asIntBuffer(), 0x7f800000);
            case F16 -> firstWithBits(map().asShortBuffer(), (short) 0x7c00);
            case BF16 -> firstWithBits(map().asShortBuffer(), (short) 0x7f80);
            case U8, I8 -> OptionalLong.empty();
        };
    }

    private static OptionalLong firstNonFinite(DoubleBuffer numbers) {
        return LongStream.range(0, numbers.capacity())
                .filter(index -> !Float.isFinite((float) numbers.get((int) index)))
                .findFirst();
    }

    private static OptionalLong firstWithBits(IntBuffer numbers, int exponent) {
        int[] chunk = new int[SCAN];
        while (numbers.hasRemaining()) { // chunks, because single reads of a mapped buffer take four times as long
            int start = numbers.position();
            int count = Math.min(SCAN, numbers.remaining());
            numbers.get(chunk, 0, count);
            for (int i = 0; i < count; i++) {
                if ((chunk[i] & exponent) == exponent) {
                    return OptionalLong.of(start + i);
                }
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong firstWithBits(ShortBuffer numbers, short exponent) {
        short[] chunk = new short[SCAN];
        while (numbers.hasRemaining()) {
            int start = numbers.position();
            int count = Math.min(SCAN, numbers.remaining());
            numbers.get(chunk, 0, count);
            for (int i = 0; i < count; i++) {
                if ((chunk[i] & exponent) == exponent) {
                    return OptionalLong.of(start + i);
                }
            }
        }
        return OptionalLong.empty();
    }
}
