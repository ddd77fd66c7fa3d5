package io.github.fairnessgate.file;

import io.github.fairnessgate.InvalidInputException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 digests in lower-case hexadecimal: 64 characters. */
public final class Digests {

    private static final int BUFFER = 1 << 20;

    private Digests() {}

    /**
     * Digest of a file's content, streamed.
     *
     * @throws InvalidInputException if the file cannot be read
     */
    public static String sha256(Path file) {
        MessageDigest digest = newSha256();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        } catch (IOException e) {
            throw FileErrors.cannot("read", file, e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Digest of bytes at hand. */
    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(newSha256().digest(bytes));
    }

    /**
     * Writes a file as {@link AtomicFiles#write(Path, AtomicFiles.Content)} does, streamed.
     *
     * @return the digest of what was written
     * @throws InvalidInputException if the file cannot be written
     */
    public static String write(Path target, AtomicFiles.Content content) {
        MessageDigest digest = newSha256();
        AtomicFiles.write(target, out -> {
            try (OutputStream digesting = new BufferedOutputStream(new DigestOutputStream(out, digest), BUFFER)) {
                content.writeTo(digesting);
            }
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    /** What has been read of a stream so far, digested. */
    public static final class Reading {

        private final MessageDigest digest = newSha256();

        /** A stream that digests what is read from another one. */
        public InputStream of(InputStream in) {
            return new DigestInputStream(in, digest);
        }

        /** The digest; called once. */
        public String sha256() {
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    /** Digest of a file that would have this content, streamed. */
    public static String sha256(AtomicFiles.Content content) {
        MessageDigest digest = newSha256();
        try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            content.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("nothing is written anywhere, so nothing can fail", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
