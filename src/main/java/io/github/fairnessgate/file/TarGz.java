package io.github.fairnessgate.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The entries of a tar.gz of which nothing is known yet, one after the other. What stands between the contents of files
 * is short, or it is refused.
 */
final class TarGz implements AutoCloseable {

    private static final int BUFFER = 1 << 20;

    /** Bytes of an entry's headers: the library reads long names and attributes into memory. */
    private static final long LONGEST_HEADERS = 1_000_000;

    /** Bytes behind the last entry: tar fills up with zeros. */
    private static final long LONGEST_END = 16_000_000;

    private final Metered unpacked;
    private final TarArchiveInputStream tar;

    TarGz(Path archive) throws IOException {
        InputStream file = Files.newInputStream(archive);
        try {
            this.unpacked = new Metered(new GZIPInputStream(file, BUFFER));
            this.tar = new TarArchiveInputStream(unpacked);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * The next entry, null behind the last one. The content of the one before must have been read to its end, or
     * {@link #skip skipped}.
     */
    TarArchiveEntry next() throws IOException {
        unpacked.allow(LONGEST_HEADERS);
        TarArchiveEntry entry = tar.getNextEntry();
        unpacked.allow(Long.MAX_VALUE);
        return entry;
    }

    /** The content of the latest entry. */
    TarArchiveInputStream content() {
        return tar;
    }

    /** Reads past the content of the latest entry. */
    void skip() throws IOException {
        tar.transferTo(OutputStream.nullOutputStream());
    }

    /** Reads to the end of the file, where gzip has its checksum. */
    void finish() throws IOException {
        unpacked.allow(LONGEST_END);
        unpacked.transferTo(OutputStream.nullOutputStream());
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }

    /** A stream from which only so much may come until it is allowed more. */
    private static final class Metered extends FilterInputStream {

        private long left = Long.MAX_VALUE;

        Metered(InputStream in) {
            super(in);
        }

        void allow(long bytes) {
            left = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            left -= Math.max(0, read);
            if (left < 0) {
                throw new IOException("there is more between its files than tar needs");
            }
            return read;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = 0;
            byte[] buffer = new byte[(int) Math.min(count, 1 << 13)];
            while (skipped < count) {
                int read = read(buffer, 0, (int) Math.min(buffer.length, count - skipped));
                if (read < 0) {
                    break;
                }
                skipped += read;
            }
            return skipped;
        }
    }
}
