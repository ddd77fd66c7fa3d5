package io.github.fairnessgate.worker;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.FileRange;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a shared library tells the dynamic linker (System V Application Binary Interface, chapters "Program Header" and
 * "Dynamic Section"): read from an ELF file of 64 bits in little-endian order, which is what all processors with a CUDA
 * build for Linux have.
 *
 * @param soname the name by which others ask for it; nothing where it has none
 * @param needed the names of the libraries that it asks for itself, in its order
 */
record SharedLibrary(Optional<String> soname, List<String> needed) {

    private static final int MAGIC = 0x464c457f;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int LOADED = 1;
    private static final int DYNAMIC = 2;
    private static final int ENTRY = 16;
    private static final long END_TAG = 0;
    private static final long NEEDED_TAG = 1;
    private static final long STRINGS_TAG = 5;
    private static final long STRINGS_SIZE_TAG = 10;
    private static final long SONAME_TAG = 14;
    /** No table of names or entries of a real library comes near this many bytes. */
    private static final long LARGEST_TABLE = 1 << 28;

    /** @throws InvalidInputException if the file is no such library or cannot be read */
    static SharedLibrary read(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            return read(file, channel);
        } catch (EOFException e) {
            throw damaged(file, "it ends too early");
        } catch (IOException e) {
            throw new InvalidInputException("The library " + file + " cannot be read: " + Reason.of(e) + ".", e);
        }
    }

    private static SharedLibrary read(Path file, FileChannel channel) throws IOException {
        if (channel.size() < HEADER) {
            throw damaged(file, "it is shorter than the header of one");
        }
        ByteBuffer header = read(channel, 0, HEADER);
        if (header.getInt(0) != MAGIC || header.get(4) != CLASS_64 || header.get(5) != LITTLE_ENDIAN) {
            throw damaged(file, "it does not begin as one");
        }
        int size = Short.toUnsignedInt(header.getShort(54));
        int count = Short.toUnsignedInt(header.getShort(56));
        if (size < PROGRAM_HEADER || count == 0) {
            throw damaged(file, "it has no program headers");
        }
        List<Segment> segments = segments(read(channel, header.getLong(32), (long) size * count), size, count);
        Segment dynamic = segments.stream()
                .filter(segment -> segment.type == DYNAMIC)
                .findFirst()
                .orElseThrow(() -> damaged(file, "it has no dynamic section"));
        return names(file, channel, segments, read(channel, dynamic.offset, dynamic.size));
    }

    /** A piece of the file; {@code address} is where it is put in memory. */
    private record Segment(int type, long offset, long address, long size) {}

    private static List<Segment> segments(ByteBuffer table, int size, int count) {
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int start = i * size;
            segments.add(new Segment(
                    table.getInt(start),
                    table.getLong(start + 8),
                    table.getLong(start + 16),
                    table.getLong(start + 32)));
        }
        return segments;
    }

    private static SharedLibrary names(Path file, FileChannel channel, List<Segment> segments, ByteBuffer dynamic)
            throws IOException {
        List<Long> needed = new ArrayList<>();
        Optional<Long> soname = Optional.empty();
        long address = 0;
        long size = 0;
        while (dynamic.remaining() >= ENTRY) {
            long tag = dynamic.getLong();
            long value = dynamic.getLong();
            if (tag == END_TAG) {
                break;
            } else if (tag == NEEDED_TAG) {
                needed.add(value);
            } else if (tag == SONAME_TAG) {
                soname = Optional.of(value);
            } else if (tag == STRINGS_TAG) {
                address = value;
            } else if (tag == STRINGS_SIZE_TAG) {
                size = value;
            }
        }
        ByteBuffer strings = read(channel, offset(file, segments, address), size);
        List<String> names = new ArrayList<>();
        for (long start : needed) {
            names.add(string(file, strings, start));
        }
        return new SharedLibrary(
                soname.isPresent() ? Optional.of(string(file, strings, soname.get())) : Optional.empty(),
                List.copyOf(names));
    }

    private static long offset(Path file, List<Segment> segments, long address) {
        return segments.stream()
                .filter(segment -> segment.type == LOADED
                        && segment.address <= address
                        && address - segment.address < segment.size)
                .findFirst()
                .map(segment -> segment.offset + address - segment.address)
                .orElseThrow(() -> damaged(file, "its table of names is not in it"));
    }

    private static String string(Path file, ByteBuffer strings, long start) {
        for (long end = start; start >= 0 && end < strings.limit(); end++) {
            if (strings.get((int) end) == 0) {
                return new String(strings.array(), (int) start, (int) (end - start), StandardCharsets.UTF_8);
            }
        }
        throw damaged(file, "a name is not in its table of names");
    }

    private static ByteBuffer read(FileChannel channel, long offset, long size) throws IOException {
        if (offset < 0 || size < 0 || size > LARGEST_TABLE || offset > channel.size() - size) {
            throw new EOFException();
        }
        return FileRange.read(channel, offset, (int) size);
    }

    private static InvalidInputException damaged(Path file, String reason) {
        return new InvalidInputException(file + " is not a shared library for 64-bit Linux: " + reason
                + "; delete it and run the build again, which makes it again.");
    }
}
