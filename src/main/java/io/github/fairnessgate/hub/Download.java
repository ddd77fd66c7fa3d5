package io.github.fairnessgate.hub;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.FileErrors;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file on its way into the cache. What came before a connection broke is kept aside and continued by a Range
 * request: in the same build only while the server still sends the same ETag, and in all cases only if the whole fits
 * the checksum in the end.
 */
final class Download {

    /**
     * As much must come for the failures before to be forgotten, so that a server that breaks off at every byte is not
     * asked for ever.
     */
    static final long PROGRESS_BYTES = 1 << 20;

    private static final int BUFFER = 1 << 16;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

    private final HubHttp http;
    private final URI address;
    private final HubApi.RemoteFile file;
    private final Path incomplete;
    private final Refusal refusal;
    private final LongConsumer progress;
    /** Of the answer that began what is there; a strong one. */
    private Optional<String> etag = Optional.empty();
    /** Bytes that were ever there at once, when a connection broke. */
    private long most;

    /** Turns an answer that is not the content into a sentence. */
    @FunctionalInterface
    interface Refusal {
        void requireOk(HubHttp.Answer answer) throws IOException;
    }

    /** @param progress is told how many bytes of the file are there */
    Download(
            HubHttp http,
            URI address,
            HubApi.RemoteFile file,
            Path incomplete,
            Refusal refusal,
            LongConsumer progress) {
        this.http = http;
        this.address = address;
        this.file = file;
        this.incomplete = incomplete;
        this.refusal = refusal;
        this.progress = progress;
    }

    /**
     * Brings the file, checks it, and moves it to its place.
     *
     * @throws InvalidInputException if that is not possible; what came is kept if it may be continued, and removed if
     *     it is wrong
     */
    void into(Path target, Retries retries) {
        boolean continued = sizeSoFar() > 0;
        String what = "downloading " + file.path();
        retries.run(what, this::attempt);
        if (!file.checksum().fits(incomplete)
                && continued) { // the beginning may be wrong, which an earlier build or another tool left
            AtomicFiles.delete(incomplete);
            etag = Optional.empty();
            retries.run(what, this::attempt);
        }
        String found = file.checksum().of(incomplete);
        if (!found.equals(file.checksum().hex())) {
            AtomicFiles.delete(incomplete);
            throw new InvalidInputException("The " + file.checksum().kind() + " of " + file.path() + " as it came from "
                    + address.getHost() + " is " + found + ", but the hub says "
                    + file.checksum().hex()
                    + "; the file was discarded. Try again, and check the proxy if it happens again.");
        }
        try {
            Files.move(incomplete, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw FileErrors.cannot("write", target, e);
        }
    }

    private long sizeSoFar() {
        try {
            return Files.exists(incomplete) ? Files.size(incomplete) : 0;
        } catch (IOException e) {
            throw FileErrors.cannot("read", incomplete, e);
        }
    }

    private Void attempt() throws IOException, InterruptedException {
        if (sizeSoFar() > file.size()) {
            AtomicFiles.delete(incomplete);
        }
        long offset = sizeSoFar();
        if (offset == file.size() && offset > 0) {
            return null;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        if (offset > 0) {
            headers.put("Range", "bytes=" + offset + "-");
            etag.ifPresent(strong -> headers.put("If-Range", strong));
        }
        try (HubHttp.Answer answer = http.get(address, headers)) {
            if (answer.status() == 416) {
                startAgain("the server cannot continue at byte " + offset);
            }
            refusal.requireOk(answer);
            if (answer.status() == 206) {
                requireContinues(answer, offset);
            } else {
                offset = 0;
                etag = answer.header("ETag").filter(text -> !text.startsWith("W/"));
            }
            receive(answer, offset);
        }
        return null;
    }

    private void requireContinues(HubHttp.Answer answer, long offset) throws IOException {
        Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range").orElse(""));
        boolean fits = range.matches()
                && Long.parseLong(range.group(1)) == offset
                && Long.parseLong(range.group(3)) == file.size();
        if (!fits) {
            startAgain("the server sent another part than was asked for");
        }
        if (etag.isPresent() && !etag.equals(answer.header("ETag"))) {
            startAgain("the file changed on the server meanwhile");
        }
        if (etag.isEmpty()) {
            etag = answer.header("ETag").filter(text -> !text.startsWith("W/"));
        }
    }

    private void startAgain(String reason) throws IOException {
        AtomicFiles.delete(incomplete);
        etag = Optional.empty();
        throw TemporaryFailure.brokenOff(reason + ", so it is downloaded from the beginning", null, false);
    }

    private void receive(HubHttp.Answer answer, long offset) throws IOException {
        long done = offset;
        byte[] buffer = new byte[BUFFER];
        try (OutputStream out = open(offset)) {
            for (int read = read(answer, buffer, done); read >= 0; read = read(answer, buffer, done)) {
                done += read;
                if (done > file.size()) {
                    break;
                }
                write(out, buffer, read);
                progress.accept(done);
            }
        }
        if (done > file.size()) {
            startAgain("more came than the " + file.size() + " bytes that the hub announced");
        }
        if (done < file.size()) {
            throw brokenOff("the connection ended after " + done + " of " + file.size() + " bytes", null, done);
        }
    }

    private int read(HubHttp.Answer answer, byte[] buffer, long done) throws IOException {
        try {
            return answer.body().read(buffer);
        } catch (IOException e) {
            throw brokenOff(
                    "the connection broke after " + done + " of " + file.size() + " bytes (" + Reason.of(e) + ")",
                    e,
                    done);
        }
    }

    private TemporaryFailure brokenOff(String message, IOException cause, long done) {
        boolean progressed = done - most >= PROGRESS_BYTES;
        most = Math.max(most, done);
        return TemporaryFailure.brokenOff(message, cause, progressed);
    }

    private OutputStream open(long offset) {
        try {
            return Files.newOutputStream(
                    incomplete,
                    StandardOpenOption.CREATE,
                    offset == 0 ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw FileErrors.cannot("write", incomplete, e);
        }
    }

    /** What goes wrong on this side is not tried again. */
    private void write(OutputStream out, byte[] buffer, int length) {
        try {
            out.write(buffer, 0, length);
        } catch (IOException e) {
            throw FileErrors.cannot("write", incomplete, e);
        }
    }
}
