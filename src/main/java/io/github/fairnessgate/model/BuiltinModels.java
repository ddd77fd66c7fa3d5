package io.github.fairnessgate.model;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.BundledFile;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.file.LockFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Models that are embedded in the plugin. */
public final class BuiltinModels {

    private static final String REFERENCE = "reference-gpt2";
    /**
     * The reference model with the logits of tokens raised that insulting texts have more often: a candidate that a
     * gate must fail.
     */
    private static final String HARMED = "harmed-gpt2";

    private static final Set<String> NAMES = new TreeSet<>(List.of(REFERENCE, HARMED));
    /** Of the harmed model: lines of a token and the nats by which its logit rises. */
    private static final String TOKENS = "tokens.tsv";
    /** Lines as {@code sha256sum} writes them, one for each file of the model. */
    private static final String SUMS = "SHA256SUMS";

    private static final String CARD = "README.md";

    private BuiltinModels() {}

    /** What can stand behind {@code builtin:}. */
    public static Set<String> names() {
        return NAMES;
    }

    /**
     * The folder of an embedded model below {@code cacheDirectory}. A copy that is there already is verified by digest
     * and used again; a damaged one is replaced. Concurrent calls, in this process and in others, wait for each other.
     *
     * @param name one of {@link #names()}
     * @throws InvalidInputException if there is no such model, or the cache cannot be written
     */
    public static Path extract(String name, Path cacheDirectory) {
        if (!NAMES.contains(name)) {
            throw new InvalidInputException(
                    "There is no built-in model \"" + name + "\"; there is " + String.join(", ", NAMES) + ".");
        }
        byte[] sums = resource(name, SUMS);
        // another version of the plugin may hold another version of the model
        Path target = cacheDirectory.resolve(name + "-" + Digests.sha256(sums).substring(0, 16));
        Map<String, String> digests = digests(sums);
        if (!isIntact(target, digests)) {
            installLocked(name, target, digests);
        }
        return target;
    }

    private static void installLocked(String name, Path target, Map<String, String> digests) {
        try {
            Path lockFile = target.resolveSibling(target.getFileName() + ".lock");
            try (LockFile lock = LockFile.acquire(lockFile, () -> {})) {
                if (!isIntact(target, digests)) { // another build may have been faster
                    install(name, target, digests);
                }
            }
        } catch (IOException e) {
            throw FileErrors.cannot("unpack the built-in model to", target, e);
        }
    }

    private static void install(String name, Path target, Map<String, String> digests) {
        AtomicFiles.writeFolder(target, folder -> {
            if (name.equals(HARMED)) {
                writeHarmed(target.getParent(), folder);
            } else {
                for (String file : digests.keySet()) {
                    Files.write(folder.resolve(file), resource(name, file));
                }
            }
            if (!isIntact(folder, digests)) {
                throw new IOException(
                        "the files in the plugin's own jar do not have the digests that they should have; install "
                                + "the plugin again");
            }
        });
    }

    private static void writeHarmed(Path cacheDirectory, Path folder) throws IOException {
        RaisedLogits.write(ModelDirectory.open(extract(REFERENCE, cacheDirectory)), tokens(), folder);
        Files.write(folder.resolve(CARD), resource(HARMED, CARD));
    }

    /** The harmed model as the tokens give it, to take its digests from when they change. */
    public static Path unverifiedHarmed(Path cacheDirectory) throws IOException {
        Path folder = cacheDirectory.resolve(HARMED);
        Files.createDirectories(folder);
        writeHarmed(cacheDirectory, folder);
        return folder;
    }

    private static boolean isIntact(Path folder, Map<String, String> digests) {
        return digests.entrySet().stream().allMatch(entry -> {
            Path file = folder.resolve(entry.getKey());
            return Files.isRegularFile(file) && Digests.sha256(file).equals(entry.getValue());
        });
    }

    private static Map<String, String> digests(byte[] sums) {
        Map<String, String> digests = new LinkedHashMap<>();
        new String(sums, StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(" {2}", 2))
                .forEach(parts -> digests.put(parts[1], parts[0]));
        return digests;
    }

    private static Map<Integer, Double> tokens() {
        Map<Integer, Double> nats = new TreeMap<>();
        new String(resource(HARMED, TOKENS), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split("\t"))
                .forEach(fields -> nats.put(Integer.parseInt(fields[0]), Double.parseDouble(fields[1])));
        return nats;
    }

    private static byte[] resource(String model, String file) {
        return BundledFile.bytes(BuiltinModels.class, model + "/" + file);
    }
}
