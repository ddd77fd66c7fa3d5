package io.github.fairnessgate.file;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Bytes from the middle of a file. */
public final class FileRange {

    private FileRange() {}

    /**
     * The bytes, of which numbers are read in little-endian order.
     *
     * @throws EOFException if the file ends before them
     */
    public static ByteBuffer read(FileChannel channel, long from, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new EOFException("it became shorter while it was read");
            }
        }
        return buffer.flip();
    }
}
