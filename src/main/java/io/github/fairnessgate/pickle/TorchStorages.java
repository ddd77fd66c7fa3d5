package io.github.fairnessgate.pickle;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * The numbers of a {@link TorchFile}. Storages that are compressed are unpacked to files; others are read where they
 * lie.
 */
final class TorchStorages implements Closeable {

    private static final int BUFFER = 1 << 20;

    private final TorchFile source;
    private final Path scratch;
    private final FileChannel channel;
    private final Map<String, FileChannel> unpacked = new HashMap<>();

    /**
     * @param scratch an existing folder for storages that have to be unpacked; the caller deletes it after closing this
     */
    TorchStorages(TorchFile source, Path scratch) throws IOException {
        this.source = source;
        this.scratch = scratch;
        this.channel = FileChannel.open(source.path(), StandardOpenOption.READ);
    }

    /**
     * Unpacks and checks every storage: to be done first.
     *
     * @throws PickleException if one does not have the bytes that the file announces
     */
    void prepare() throws PickleException, IOException {
        Map<String, Long> sizes = new HashMap<>();
        source.tensors()
                .values()
                .forEach(tensor ->
                        sizes.put(tensor.storage().key(), tensor.storage().size()));
        byte[] buffer = new byte
                [buffered(
                        sizes.values().stream().mapToLong(Long::longValue).max().orElse(0))];
        for (Map.Entry<String, Long> storage : sizes.entrySet()) {
            TorchFile.Place place = source.places().get(storage.getKey());
            if (place.deflated()) {
                unpack(storage.getKey(), place, storage.getValue(), buffer);
            } else if (place.crc().isPresent()) {
                requireChecksum(
                        storage.getKey(),
                        place,
                        copy(new Range(place), OutputStream.nullOutputStream(), place.length(), buffer));
            }
        }
    }

    /** Bytes of a buffer for a number of bytes. */
    private static int buffered(long bytes) {
        return (int) Math.max(Long.BYTES, Math.min(BUFFER, bytes));
    }

    private void unpack(String key, TorchFile.Place place, long size, byte[] buffer)
            throws PickleException, IOException {
        FileChannel file = FileChannel.open(
                scratch.resolve("storage-" + unpacked.size()),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        unpacked.put(key, file);
        Inflater inflater = new Inflater(true);
        try (InputStream in = new InflaterInputStream(new Range(place), inflater, buffered(place.length()))) {
            requireChecksum(key, place, copy(in, Channels.newOutputStream(file), size, buffer));
        } finally {
            inflater.end();
        }
    }

    /** Never more than was announced. */
    private static long copy(InputStream in, OutputStream out, long size, byte[] buffer) throws IOException {
        CRC32 crc = new CRC32();
        for (long left = size; left > 0; ) {
            int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new EOFException("it ends before all of its numbers");
            }
            crc.update(buffer, 0, count);
            out.write(buffer, 0, count);
            left -= count;
        }
        if (in.read() >= 0) {
            throw new ZipException("it has more bytes than it announces");
        }
        return crc.getValue();
    }

    private static void requireChecksum(String key, TorchFile.Place place, long found) throws PickleException {
        if (found != place.crc().orElseThrow()) {
            throw new PickleException("the bytes of the storage " + PickleException.shown(key)
                    + " do not have the checksum of the zip; the file is damaged,"
                    + " or was saved with torch.serialization.set_crc32_options(False)");
        }
    }

    /** Writes the numbers of a tensor, row major and little endian. */
    void write(TorchTensor tensor, OutputStream out) throws PickleException, IOException {
        if (tensor.elements() == 0) {
            return;
        }
        FileChannel file = unpacked.getOrDefault(tensor.storage().key(), channel);
        long begin =
                (file == channel ? source.places().get(tensor.storage().key()).offset() : 0)
                        + tensor.offset() * tensor.type().bytes();
        if (tensor.isRowMajor()
                && (source.order() == ByteOrder.LITTLE_ENDIAN || tensor.type().bytes() == 1)) {
            transfer(file, begin, tensor.length(), out);
        } else {
            gather(file, begin, tensor, out);
        }
    }

    private static void transfer(FileChannel file, long begin, long length, OutputStream out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(buffered(length));
        for (long done = 0; done < length; done += buffer.position()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), length - done));
            if (file.read(buffer, begin + done) < 0) {
                throw new EOFException("it became shorter while it was read");
            }
            out.write(buffer.array(), 0, buffer.position());
        }
    }

    private void gather(FileChannel file, long begin, TorchTensor tensor, OutputStream out)
            throws PickleException, IOException {
        long span = (tensor.end() - tensor.offset()) * tensor.type().bytes();
        if (span > Integer.MAX_VALUE) {
            throw new PickleException("a tensor of " + span
                    + " bytes does not lie row by row, little endian, which is supported only up to 2 GiB");
        }
        if (begin + span > file.size()) {
            throw new EOFException("it became shorter while it was read");
        }
        ByteBuffer numbers =
                file.map(FileChannel.MapMode.READ_ONLY, begin, span).order(source.order());
        ByteBuffer chunk = ByteBuffer.allocate(buffered(tensor.length())).order(ByteOrder.LITTLE_ENDIAN);
        long[] index = new long[tensor.shape().length];
        long at = 0;
        for (long left = tensor.elements(); left > 0; left--) {
            copyNumber(numbers, (int) at * tensor.type().bytes(), tensor.type().bytes(), chunk);
            if (!chunk.hasRemaining() || left == 1) {
                out.write(chunk.array(), 0, chunk.position());
                chunk.clear();
            }
            at = advance(index, at, tensor);
        }
    }

    private static void copyNumber(ByteBuffer from, int position, int bytes, ByteBuffer to) {
        switch (bytes) {
            case 8 -> to.putLong(from.getLong(position));
            case 4 -> to.putInt(from.getInt(position));
            case 2 -> to.putShort(from.getShort(position));
            default -> to.put(from.get(position));
        }
    }

    /** From one number to the next, row by row; returns how far it lies behind the first, in numbers. */
    private static long advance(long[] index, long at, TorchTensor tensor) {
        long next = at;
        for (int i = index.length - 1; i >= 0; i--) {
            next += tensor.strides()[i];
            if (++index[i] < tensor.shape()[i]) {
                return next;
            }
            next -= index[i] * tensor.strides()[i];
            index[i] = 0;
        }
        return next;
    }

    /** The bytes of a storage as they lie in the file. */
    private final class Range extends InputStream {

        private long position;
        private final long end;

        Range(TorchFile.Place place) {
            this.position = place.offset();
            this.end = place.offset() + place.length();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int count = position >= end
                    ? -1
                    : channel.read(ByteBuffer.wrap(target, offset, (int) Math.min(length, end - position)), position);
            position += Math.max(0, count);
            return count;
        }
    }

    @Override
    public void close() throws IOException {
        try (FileChannel closing = channel) {
            for (FileChannel file : unpacked.values()) {
                file.close();
            }
        }
    }
}
