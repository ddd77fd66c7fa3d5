package io.github.fairnessgate.evidence;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.model.GivenModel;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.Proof;
import io.github.fairnessgate.model.ShippedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
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
 * @param source what it is called, the same on every machine
 * @param digest {@link ModelDirectory#digest()}
 * @param deciding names of the files that the digest is of; none where the model was not at hand when the bundle was
 *     made
 * @param files SHA-256 of every file by its path in the model's folder, but for those that begin with a dot or lie in
 *     such a folder; of an original, of those files that decide or that the candidate's were compared with
 * @param verified of the files that do not decide, those that were found to fit what was measured
 */
public record ModelRecord(
        String source,
        String digest,
        List<String> deciding,
        SortedMap<String, String> files,
        SortedMap<String, Proof> verified) {

    /** @throws NullPointerException if anything is missing */
    public ModelRecord {
        Objects.requireNonNull(source);
        Objects.requireNonNull(digest);
        deciding = List.copyOf(deciding);
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        verified = Collections.unmodifiableSortedMap(new TreeMap<>(verified));
        verified.values().forEach(Objects::requireNonNull);
    }

    /** A model that is not at hand. */
    public static ModelRecord unseen(String source, String digest) {
        return new ModelRecord(source, digest, List.of(), new TreeMap<>(), new TreeMap<>());
    }

    /**
     * A model at hand, of which nothing is verified; streams all of its files. Of a model with pickled weights, the
     * record has the files that they were converted to beside the user's.
     *
     * @throws InvalidInputException if something in its folder is neither a file nor a folder, or has the name of a
     *     file that the weights were converted to
     */
    public static ModelRecord all(String source, GivenModel model) {
        SortedMap<String, String> files = sums(model.folder());
        if (model.isConverted()) {
            sums(model.directory()).forEach((name, sum) -> {
                if (!files.computeIfAbsent(name, none -> sum).equals(sum)) {
                    throw new InvalidInputException(
                            ("%s is not what was measured, because the pickled weights beside it are: it has the "
                                                    + "SHA-256 %s, not %s.")
                                            .formatted(model.folder().resolve(name), files.get(name), sum)
                                    + " Remove it, or the pickles.");
                }
            });
        }
        return of(source, model.directory(), files);
    }

    /** SHA-256 of the files that decide, by name. */
    private static SortedMap<String, String> sums(ModelDirectory model) {
        SortedMap<String, String> sums = new TreeMap<>();
        model.decidingFiles().forEach(file -> sums.put(file.getFileName().toString(), Digests.sha256(file)));
        return sums;
    }

    /**
     * An original: the files that were measured, and those that a candidate's were compared with.
     *
     * @param comparable SHA-256 of files that may have been compared, by name
     */
    public static ModelRecord ofOriginal(
            String source, ModelDirectory original, SortedMap<String, String> comparable, ModelRecord candidate) {
        SortedMap<String, String> files = new TreeMap<>(comparable);
        files.keySet().removeIf(name -> candidate.verified.get(name) != Proof.ORIGINAL);
        files.putAll(sums(original));
        return of(source, original, files);
    }

    private static ModelRecord of(String source, ModelDirectory model, SortedMap<String, String> files) {
        List<String> deciding = model.decidingFiles().stream()
                .map(file -> file.getFileName().toString())
                .sorted()
                .toList();
        ModelRecord record = new ModelRecord(source, "", deciding, files, new TreeMap<>());
        return new ModelRecord(source, record.digestOfFiles(), deciding, files, new TreeMap<>());
    }

    /** SHA-256 of the files of a folder by path, hidden ones left out. */
    private static SortedMap<String, String> sums(Path folder) {
        SortedMap<String, String> files = new TreeMap<>();
        // Links are followed: the cache of the Hugging Face hub consists of them.
        try (Stream<Path> paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            for (Path path : paths.filter(path -> !Files.isDirectory(path)).toList()) {
                Path inside = folder.relativize(path);
                boolean hidden = StreamSupport.stream(inside.spliterator(), false)
                        .anyMatch(name -> name.toString().startsWith("."));
                if (!hidden) {
                    requireFile(path);
                    files.put(
                            inside.toString().replace(path.getFileSystem().getSeparator(), "/"), Digests.sha256(path));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw FileErrors.cannot(
                    "list",
                    folder,
                    e instanceof UncheckedIOException unchecked ? unchecked.getCause() : (IOException) e);
        }
        return files;
    }

    private static void requireFile(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new InvalidInputException(path
                    + " is neither a file nor a folder, or a link that leads nowhere, so nobody can say what is "
                    + "shipped;"
                    + " replace it by a file, or remove it.");
        }
    }

    /** The same model under another name. */
    public ModelRecord named(String other) {
        return new ModelRecord(other, digest, deciding, files, verified);
    }

    /** The same model with what was found about files that do not decide. */
    ModelRecord with(SortedMap<String, Proof> proofs) {
        return new ModelRecord(source, digest, deciding, files, proofs);
    }

    /** What is shipped with the model, by what is known of it; nothing where the model was not at hand. */
    public Optional<ShippedFiles> shipped() {
        return filesAreKnown()
                ? Optional.of(new ShippedFiles(
                        deciding,
                        verified,
                        files.keySet().stream()
                                .filter(name -> !deciding.contains(name) && !verified.containsKey(name))
                                .toList()))
                : Optional.empty();
    }

    /** The files that a bill of materials of a compression by this plugin has to list. */
    Set<String> recorded() {
        Set<String> names = new TreeSet<>(deciding);
        verified.forEach((name, proof) -> {
            if (proof != Proof.ORIGINAL) {
                names.add(name);
            }
        });
        return names;
    }

    /** The same model as far as it is known to another record: files that the other does not list are left out. */
    public ModelRecord limitedTo(ModelRecord other) {
        SortedMap<String, String> known = new TreeMap<>(files);
        known.keySet().retainAll(other.files.keySet());
        return new ModelRecord(source, digest, deciding, known, verified);
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
            return names.stream()
                    .filter(name -> !files.getOrDefault(name, "").equals(other.files.getOrDefault(name, "")))
                    .findFirst()
                    .map(name -> !other.files.containsKey(name)
                            ? "its file %s is missing".formatted(name)
                            : !files.containsKey(name)
                                    ? "its file %s is not in the evidence".formatted(name)
                                    : "its file %s has the digest %s, not %s"
                                            .formatted(name, other.files.get(name), files.get(name)));
        }
        return digest.equals(other.digest)
                ? Optional.empty()
                : Optional.of("its digest is %s, not %s".formatted(other.digest, digest));
    }

    /**
     * What is said to have been verified and is not.
     *
     * @param found the same model, looked at now
     * @return a part of a sentence that begins with "its"; empty if there is nothing
     */
    public Optional<String> overstates(ModelRecord found) {
        return verified.entrySet().stream()
                .filter(entry -> found.verified.get(entry.getKey()) != entry.getValue())
                .findFirst()
                .map(entry -> "its file %s is not what the evidence says, %s"
                        .formatted(entry.getKey(), entry.getValue().meaning()));
    }

    /** @throws InvalidInputException if the model's digest does not follow from its files */
    void requireConsistent(String role, String bundle) {
        if (filesAreKnown() && !digestOfFiles().equals(digest)) {
            throw new InvalidInputException(
                    ("%s: the digest of the %s is stated as %s, but its files give %s; the bundle was changed after "
                                    + "it was made.")
                            .formatted(bundle, role, digest, digestOfFiles()));
        }
    }
}
