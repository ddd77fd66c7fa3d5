package io.github.fairnessgate.hub;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.FileErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a file must digest to. The hub gives it as the file's etag, after which the cache names the file: the SHA-256 of
 * a large file (one that git-lfs stores), or the SHA-1 that git computes of any other, over {@code "blob " + length +
 * "\0"} and the content.
 *
 * @param hex 64 or 40 lower-case hexadecimal digits
 */
record Checksum(String hex) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
    private static final int SHA256_DIGITS = 64;
    private static final int BUFFER = 1 << 20;

    /** Reads what may be one, with the quotes and the {@code W/} of an ETag; empty if it is something else. */
    static Optional<Checksum> parse(String etag) {
        String bare = etag.strip().replaceFirst("^W/", "").replaceAll("^\"|\"$", "");
        return FORM.matcher(bare).matches() ? Optional.of(new Checksum(bare)) : Optional.empty();
    }

    /** How a message calls it. */
    String kind() {
        return hex.length() == SHA256_DIGITS ? "SHA-256" : "git SHA-1";
    }

    /** @throws InvalidInputException if the file cannot be read */
    boolean fits(Path file) {
        return hex.equals(of(file));
    }

    /** What the file digests to, in the same kind. */
    String of(Path file) {
        boolean large = hex.length() == SHA256_DIGITS;
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance(large ? "SHA-256" : "SHA-1");
            if (!large) {
                digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
            }
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw FileErrors.cannot("read", file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1 and SHA-256", e);
        }
    }
}
