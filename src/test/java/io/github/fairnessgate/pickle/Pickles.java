package io.github.fairnessgate.pickle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** An assembler for pickles, and for the zip that PyTorch puts around them. */
public final class Pickles {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A pickle of protocol 2. */
    public static Pickles pickle() {
        return new Pickles().op(0x80, 2);
    }

    /** Bytes of instructions, or of their arguments. */
    public Pickles op(int... bytes) {
        for (int value : bytes) {
            out.write(value);
        }
        return this;
    }

    Pickles op(char instruction) {
        return op((int) instruction);
    }

    Pickles raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public Pickles text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return op('X').raw(little(utf8.length)).raw(utf8);
    }

    Pickles number(int value) {
        return op('J').raw(little(value));
    }

    public Pickles global(String module, String name) {
        return op('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** A storage of floats. */
    Pickles storage(String key, int count) {
        return op('(').text("storage")
                .global("torch", "FloatStorage")
                .text(key)
                .text("cpu")
                .number(count)
                .op('t')
                .op('Q');
    }

    /** A tensor of one dimension. */
    Pickles tensor(String key, int count, int offset, int size, int stride) {
        return global("torch._utils", "_rebuild_tensor_v2")
                .op('(')
                .storage(key, count)
                .number(offset)
                .number(size)
                .op(0x85)
                .number(stride)
                .op(0x85)
                .op(0x89)
                .global("collections", "OrderedDict")
                .op(')')
                .op('R')
                .op('t')
                .op('R');
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    static byte[] little(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    static byte[] little(long value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    /** A zip of this pickle and one storage {@code 0} of four floats. */
    public byte[] zipped() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", bytes());
        entries.put("archive/data/0", new byte[16]);
        entries.put("archive/version", "3\n".getBytes(StandardCharsets.UTF_8));
        return zip(entries);
    }

    /** A zip of stored entries. */
    static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> content : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(content.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.getValue().length);
                CRC32 crc = new CRC32();
                crc.update(content.getValue());
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(content.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
