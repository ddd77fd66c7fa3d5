package io.github.fairnessgate.evidence;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.Digests;
import io.github.fairnessgate.artifact.FileErrors;
import io.github.fairnessgate.artifact.ModelDirectory;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A model of which a bundle speaks, without the model.
 *
 * @param source   what it is called, the same on every machine
 * @param digest   {@link ModelDirectory#digest()}
 * @param deciding names of the files that the digest is of; none where the model was not at hand when the bundle was made
 * @param files    SHA-256 of every file by its path in the model's folder, but for those that begin with a dot or lie in such a folder
 */
public record ModelRecord(String source, String digest, List<String> deciding, SortedMap<String, String> files) {

    /** @throws NullPointerException if anything is missing */
    public ModelRecord {
        Objects.requireNonNull(source);
        Objects.requireNonNull(digest);
        deciding = List.copyOf(deciding);
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /** A model that is not at hand. */
    public static ModelRecord unseen(String source, String digest) {
        return new ModelRecord(source, digest, List.of(), new TreeMap<>());
    }

    /**
     * A model at hand; streams all of its files.
     *
     * @param without names of files and folders directly in the model's folder that are not shipped with it
     */
    public static ModelRecord of(String source, ModelDirectory model, Set<String> without) {
        SortedMap<String, String> files = new TreeMap<>();
        // Links are followed: the cache of the Hugging Face hub consists of them.
        try (Stream<Path> paths = Files.walk(model.path(), FileVisitOption.FOLLOW_LINKS)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                Path inside = model.path().relativize(path);
                boolean hidden = StreamSupport.stream(inside.spliterator(), false).anyMatch(name -> name.toString().startsWith("."));
                if (!hidden && !without.contains(inside.getName(0).toString())) {
                    files.put(inside.toString().replace(path.getFileSystem().getSeparator(), "/"), Digests.sha256(path));
                }
            }
        } catch (IOException e) {
            throw FileErrors.cannot("list", model.path(), e);
        }
        List<String> deciding = model.decidingFiles().stream().map(file -> file.getFileName().toString()).sorted().toList();
        ModelRecord record = new ModelRecord(source, "", deciding, files);
        return new ModelRecord(source, record.digestOfFiles(), deciding, files);
    }

    /** Whether its files are known. */
    public boolean filesAreKnown() {
        return !files.isEmpty();
    }

    /** The digest that follows from the files. */
    String digestOfFiles() {
        SortedMap<String, String> sums = new TreeMap<>(files);
        sums.keySet().retainAll(deciding);
        return ModelDirectory.digest(sums);
    }

    /**
     * What tells another model from this one.
     *
     * @return a part of a sentence that begins with "its"; empty if there is nothing
     */
    public Optional<String> differs(ModelRecord other) {
        if (filesAreKnown() && other.filesAreKnown()) {
            TreeSet<String> names = new TreeSet<>(files.keySet());
            names.addAll(other.files.keySet());
            return names.stream().filter(name -> !files.getOrDefault(name, "").equals(other.files.getOrDefault(name, ""))).findFirst()
                    .map(name -> !other.files.containsKey(name) ? "its file %s is missing".formatted(name)
                            : !files.containsKey(name) ? "its file %s is not among those that were measured".formatted(name)
                            : "its file %s has the digest %s, not %s".formatted(name, other.files.get(name), files.get(name)));
        }
        return digest.equals(other.digest) ? Optional.empty() : Optional.of("its digest is %s, not %s".formatted(other.digest, digest));
    }

    /** @throws InvalidInputException if the model's digest does not follow from its files */
    void requireConsistent(String role, String bundle) {
        if (filesAreKnown() && !digestOfFiles().equals(digest)) {
            throw new InvalidInputException("%s: the digest of the %s is stated as %s, but its files give %s; the bundle was changed after it was made.".formatted(
                    bundle, role, digest, digestOfFiles()));
        }
    }
}
