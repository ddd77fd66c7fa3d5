package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.FileErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What one shard answered: a folder of answer files, named by the digest of what they answer, with a {@value #NAME}
 * that has the digest of each.
 *
 * @param path the folder
 * @param shard which one it is
 * @param files SHA-256 of every answer file, by name
 */
record ShardFolder(Path path, Shard shard, SortedMap<String, String> files) {

    static final String NAME = "shard.json";

    private static final int FORMAT = 1;

    /** The content of {@value #NAME}. */
    record Content(int format, int number, int of, SortedMap<String, String> files) {}

    ShardFolder {
        files = new TreeMap<>(files);
    }

    /**
     * Writes or replaces the folder of a shard.
     *
     * @param answers a folder of answer files
     * @return the folder, {@code 3-of-8} in {@code shards}
     * @throws InvalidInputException if it cannot be written
     */
    static Path write(Path shards, Shard shard, Path answers) {
        Path folder = shards.resolve(shard.name());
        AtomicFiles.writeFolder(folder, aside -> {
            SortedMap<String, String> files = new TreeMap<>();
            try (Stream<Path> all = Files.list(answers)) {
                for (Path file : all.toList()) {
                    String name = file.getFileName().toString();
                    files.put(name, Digests.write(aside.resolve(name), out -> Files.copy(file, out)));
                }
            }
            Content content = new Content(FORMAT, shard.number(), shard.of(), files);
            AtomicFiles.write(
                    aside.resolve(NAME),
                    out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, content));
        });
        return folder;
    }

    /**
     * Reads the folder that a file named {@value #NAME} lies in.
     *
     * @throws InvalidInputException if it is damaged or of another version
     */
    static ShardFolder read(Path file) {
        try {
            Content content = Json.MAPPER.readValue(BoundedFiles.bytes(file, BoundedFiles.LARGEST), Content.class);
            Objects.requireNonNull(content, "it is empty");
            if (content.format() != FORMAT) {
                throw new InvalidInputException(file + " has format " + content.format()
                        + ", but this version reads format " + FORMAT + ": measure the shards with this version.");
            }
            Objects.requireNonNull(content.files(), "it names no files");
            ShardFolder folder = new ShardFolder(
                    file.toAbsolutePath().getParent(), new Shard(content.number(), content.of()), content.files());
            folder.files().forEach(folder::requireWhole);
            return folder;
        } catch (IOException | NullPointerException e) {
            throw new InvalidInputException(
                    file + " does not describe a shard: " + Reason.of(e) + "; measure the shard again.", e);
        }
    }

    private void requireWhole(String name, String sha256) {
        Path file = path.resolve(name).normalize();
        if (!path.equals(file.getParent())
                || !Files.isRegularFile(file)
                || !Digests.sha256(file).equals(sha256)) {
            throw new InvalidInputException("The shard " + shard + " in " + path + " is damaged: " + name
                    + " is missing or was changed. Measure the shard again.");
        }
    }

    /** All files named {@value #NAME} below a folder. */
    static Stream<Path> under(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all
                    .filter(file -> file.getFileName() != null
                            && file.getFileName().toString().equals(NAME))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw FileErrors.cannot("read", folder, e);
        }
    }
}
