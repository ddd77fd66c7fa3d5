package io.github.fairnessgate.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * Lets only so much be read from a file, until the bound is lifted: whoever opens a zip reads all of its directory,
 * however large that claims to be.
 */
public final class BoundedChannel implements SeekableByteChannel {

    private final SeekableByteChannel channel;
    private long allowed;

    /** @param allowed bytes that can be read; closing this closes {@code channel} */
    public BoundedChannel(SeekableByteChannel channel, long allowed) {
        this.channel = channel;
        this.allowed = allowed;
    }

    public void lift() {
        allowed = Long.MAX_VALUE;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (target.remaining() > allowed) {
            throw new IOException("its directory is larger than that of any model");
        }
        int count = channel.read(target);
        allowed -= Math.max(0, count);
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return channel.write(source);
    }

    @Override
    public long position() throws IOException {
        return channel.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
        channel.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        channel.truncate(size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
