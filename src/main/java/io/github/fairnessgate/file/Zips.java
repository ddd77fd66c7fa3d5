package io.github.fairnessgate.file;

import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Set;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipMethod;

/**
 * Opens zips of which nothing is known yet: the library reads the list of all entries into memory, so that list must be
 * short.
 */
final class Zips {

    /** Bytes of a list of {@value UnpackLimits#MOST_ENTRIES} entries with long names. */
    private static final long LONGEST_LIST = 1_000_000;

    private static final Set<ZipMethod> READABLE =
            EnumSet.of(ZipMethod.STORED, ZipMethod.DEFLATED, ZipMethod.ENHANCED_DEFLATED, ZipMethod.BZIP2);

    private static final int END = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int LONGEST_COMMENT = 0xFFFF;
    private static final int LIST_OFFSET = 16;
    private static final int ZIP64_LOCATOR = 0x07064b50;
    private static final int ZIP64_LOCATOR_LENGTH = 20;
    private static final int ZIP64_END_OFFSET = 8;
    private static final int ZIP64_LIST_OFFSET = 48;
    private static final int ZIP64_END_LENGTH = 56;

    private Zips() {}

    /**
     * An open zip.
     *
     * @throws InvalidInputException if its list of entries is too long
     * @throws IOException if it is damaged or cannot be read
     */
    static ZipFile open(Path zip) throws IOException {
        requireShortList(zip);
        return ZipFile.builder().setPath(zip).get();
    }

    /** Whether an entry is neither encrypted nor packed by a method for which the library needs another one. */
    static boolean canRead(ZipFile zip, ZipArchiveEntry entry) {
        ZipMethod method = ZipMethod.getMethodByCode(entry.getMethod());
        return method != null && READABLE.contains(method) && zip.canReadEntryData(entry);
    }

    private static void requireShortList(Path zip) throws IOException {
        try (FileChannel channel = FileChannel.open(zip, StandardOpenOption.READ)) {
            long size = channel.size();
            long tailStart = Math.max(0, size - END_LENGTH - LONGEST_COMMENT);
            ByteBuffer tail = FileRange.read(channel, tailStart, (int) (size - tailStart));
            for (int end = tail.limit() - END_LENGTH; end >= 0; end--) {
                if (tail.getInt(end) == END) {
                    long list = listOffset(channel, tail, end, tailStart);
                    if (list >= 0 && tailStart + end - list > LONGEST_LIST) {
                        throw new InvalidInputException(
                                zip + " has a list of entries of " + Bytes.text(tailStart + end - list)
                                        + ", which no model, text or evidence needs; pack only what belongs to it.");
                    }
                    return;
                }
            }
        }
        // Without an end it is no zip, as the library will say.
    }

    /** Where the list begins; the library looks for the end of a zip64 wherever there is a locator of one. */
    private static long listOffset(FileChannel channel, ByteBuffer tail, int end, long tailStart) throws IOException {
        int locator = end - ZIP64_LOCATOR_LENGTH;
        if (locator >= 0 && tail.getInt(locator) == ZIP64_LOCATOR) {
            long zip64End = tail.getLong(locator + ZIP64_END_OFFSET);
            boolean inside = zip64End >= 0 && zip64End <= tailStart + end - ZIP64_END_LENGTH;
            return inside ? FileRange.read(channel, zip64End, ZIP64_END_LENGTH).getLong(ZIP64_LIST_OFFSET) : -1;
        }
        return Integer.toUnsignedLong(tail.getInt(end + LIST_OFFSET));
    }
}
