package io.github.fairnessgate.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.runtime.Answers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Answers of one model to one suite on disk, each written as soon as it is known: what a measurement that was killed
 * goes on with. The file says at its beginning what it answers, and every part of it carries its SHA-256. A part that
 * was cut off or damaged, and all that is after it, counts as absent.
 *
 * <pre>
 * "FAIRANS1", then records: length of the answer (4 bytes), question (32), answer, SHA-256 of the three (32)
 * </pre>
 *
 * The first record's question is the digest of its answer: what the file answers, as JSON.
 */
final class AnswerFile implements Answers, AutoCloseable {

    private static final byte[] MAGIC = "FAIRANS1".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST = 32;
    private static final int OVERHEAD = Integer.BYTES + 2 * DIGEST;

    /** Far more bytes than all continuations of a prompt, or all tokens of a row, have. */
    private static final int LARGEST = 64_000_000;

    /** Where an answer is in the file. */
    private record Place(long position, int length) {}

    private final Path file;
    private final FileChannel channel;
    private byte[] request;
    private final Map<String, Place> places = new HashMap<>();
    private long end;

    private AnswerFile(Path file, FileChannel channel, byte[] request) {
        this.file = file;
        this.channel = channel;
        this.request = request;
    }

    /**
     * Opens a file to go on with, or begins it.
     *
     * @param request all that decides the answers; a file about anything else is begun again
     * @param progress is told how many answers there are, if any
     * @return empty if another process has the file open
     * @throws InvalidInputException if the file cannot be read or written
     */
    static Optional<AnswerFile> open(Path file, SortedMap<String, Object> request, Progress progress) {
        try {
            Files.createDirectories(file.getParent());
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                if (!isLocked(channel)) {
                    channel.close();
                    return Optional.empty();
                }
                AnswerFile answers = new AnswerFile(file, channel, json(request));
                answers.read();
                if (!answers.places.isEmpty()) {
                    progress.info("Going on with " + request.get("suite") + " where an earlier run stopped: "
                            + answers.places.size() + " answers are there");
                }
                return Optional.of(answers);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /**
     * Opens a whole file to read it.
     *
     * @throws InvalidInputException if it cannot be read, or is not whole
     */
    static AnswerFile read(Path file) {
        return read(file, true);
    }

    /**
     * What a file answers; its answers are not read.
     *
     * @throws InvalidInputException if it cannot be read, or does not say so
     */
    static SortedMap<String, Object> requestOf(Path file) {
        try (AnswerFile answers = read(file, false)) {
            return answers.request();
        }
    }

    private static AnswerFile read(Path file, boolean whole) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                AnswerFile answers = new AnswerFile(file, channel, new byte[0]);
                answers.readRequest();
                while (whole && answers.end < channel.size()) {
                    answers.next().orElseThrow(answers::damaged);
                }
                return answers;
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new InvalidInputException("Cannot read " + file + ": " + Reason.of(e) + ".", e);
        }
    }

    private void readRequest() throws IOException {
        end = MAGIC.length;
        Optional<String> first = Arrays.equals(bytes(0, MAGIC.length), MAGIC) ? next() : Optional.empty();
        request = find(first.orElseThrow(this::damaged)).orElseThrow();
        places.remove(first.get());
    }

    private InvalidInputException damaged() {
        return new InvalidInputException(
                file + " is damaged: it is not a whole file of answers. Measure its shard again.");
    }

    /**
     * What the file answers.
     *
     * @throws InvalidInputException if it does not say so
     */
    SortedMap<String, Object> request() {
        try {
            return Json.MAPPER.readValue(request, new TypeReference<TreeMap<String, Object>>() {});
        } catch (IOException e) {
            throw new InvalidInputException(file + " is damaged: it does not say what it answers.", e);
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException openHere) {
            return false;
        }
    }

    private static byte[] json(SortedMap<String, Object> request) {
        try {
            return Json.MAPPER.writeValueAsBytes(request);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of text can always be written as JSON", e);
        }
    }

    private static InvalidInputException unusable(Path file, IOException e) {
        return new InvalidInputException(
                "Answers cannot be kept in " + file + ": " + Reason.of(e)
                        + "; make room or give write access, or switch the cache off with -Dfairness.cache=off.",
                e);
    }

    private void read() throws IOException {
        byte[] magic = bytes(0, MAGIC.length);
        end = MAGIC.length;
        if (Arrays.equals(magic, MAGIC)) {
            Optional<String> first = next();
            if (first.equals(Optional.of(Digests.sha256(request)))) {
                while (next().isPresent()) {
                    // every record is noted
                }
                places.remove(first.get());
                channel.truncate(end);
                return;
            }
        }
        places.clear();
        channel.truncate(0);
        write(0, MAGIC);
        end = MAGIC.length;
        append(sha256(request), request);
    }

    /** Notes the record at the end of what was read so far; empty if it is not whole. */
    private Optional<String> next() throws IOException {
        byte[] size = bytes(end, Integer.BYTES);
        int length = size.length < Integer.BYTES ? -1 : ByteBuffer.wrap(size).getInt();
        if (length < 0 || length > LARGEST) {
            return Optional.empty();
        }
        byte[] record = bytes(end, OVERHEAD + length);
        if (record.length < OVERHEAD + length) {
            return Optional.empty();
        }
        byte[] content = Arrays.copyOf(record, record.length - DIGEST);
        if (!Arrays.equals(sha256(content), Arrays.copyOfRange(record, content.length, record.length))) {
            return Optional.empty();
        }
        String question = HexFormat.of().formatHex(Arrays.copyOfRange(content, Integer.BYTES, Integer.BYTES + DIGEST));
        places.put(question, new Place(end + Integer.BYTES + DIGEST, length));
        end += record.length;
        return Optional.of(question);
    }

    /** Fewer where the file ends. */
    private byte[] bytes(long position, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, Math.min(count, channel.size() - position)));
        while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {
            // reads on
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private void write(long position, byte[] content) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
            channel.write(bytes, position + bytes.position());
        }
    }

    private Place append(byte[] question, byte[] answer) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(OVERHEAD + answer.length);
        record.putInt(answer.length).put(question).put(answer);
        record.put(sha256(Arrays.copyOf(record.array(), record.position())));
        write(end, record.array());
        Place place = new Place(end + Integer.BYTES + DIGEST, answer.length);
        end += record.capacity();
        return place;
    }

    @Override
    public synchronized Optional<byte[]> find(String question) {
        Place place = places.get(question);
        if (place == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(bytes(place.position(), place.length()));
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    @Override
    public synchronized void keep(String question, byte[] answer) {
        try {
            places.put(question, append(HexFormat.of().parseHex(question), answer));
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /**
     * Copies the file, unless it is the target.
     *
     * @throws InvalidInputException if the target cannot be written
     */
    synchronized void copyTo(Path target) {
        if (!file.equals(target)) {
            AtomicFiles.write(target, out -> Files.copy(file, out));
        }
    }

    /** The number of answers. */
    synchronized int size() {
        return places.size();
    }

    /** The file. */
    @Override
    public String toString() {
        return file.toString();
    }

    private static byte[] sha256(byte[] bytes) {
        return HexFormat.of().parseHex(Digests.sha256(bytes));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }
}
