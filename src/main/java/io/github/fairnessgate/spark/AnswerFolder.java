package io.github.fairnessgate.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The answers to one task on disk, which a later build may find: some files, and beside them {@value #SUMS}, the
 * SHA-256 and the name of each, a line a file.
 */
public final class AnswerFolder {

    private static final String SUMS = "sums.sha256";

    private AnswerFolder() {}

    /**
     * Writes the answers to a task; a build that is killed leaves no folder, or a whole one.
     *
     * @param files by their names
     * @param target does not exist
     * @throws IOException if the folder cannot be written
     */
    static void write(Map<String, byte[]> files, Path target) throws IOException {
        Path aside = target.resolveSibling(".work-" + target.getFileName());
        Files.createDirectories(aside);
        TreeMap<String, String> sums = new TreeMap<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path name = Path.of(file.getKey()).getFileName();
            Files.write(aside.resolve(name), file.getValue());
            sums.put(name.toString(), sha256(aside.resolve(name)));
        }
        Files.writeString(aside.resolve(SUMS), text(sums));
        Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Whether a folder holds the answers as they were written, and no other file.
     *
     * @param names of the files with answers
     * @throws IOException if the folder cannot be read
     */
    public static boolean isWhole(Path folder, Collection<String> names) throws IOException {
        TreeSet<String> expected = new TreeSet<>(names);
        expected.add(SUMS);
        try (Stream<Path> found = Files.list(folder)) {
            if (!expected.equals(
                    found.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new)))) {
                return false;
            }
        }
        TreeMap<String, String> sums = new TreeMap<>();
        for (String name : names) {
            sums.put(name, sha256(folder.resolve(name)));
        }
        byte[] wanted = text(sums).getBytes(StandardCharsets.UTF_8);
        try (InputStream written = Files.newInputStream(folder.resolve(SUMS))) {
            return Arrays.equals(wanted, written.readNBytes(wanted.length + 1));
        }
    }

    private static String text(TreeMap<String, String> sums) {
        return sums.entrySet().stream()
                .map(file -> file.getValue() + "  " + file.getKey() + "\n")
                .collect(Collectors.joining());
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
