package io.github.fairnessgate.evidence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.Archives;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.StoredZip;
import io.github.fairnessgate.fuzz.JsonMutator;
import io.github.fairnessgate.fuzz.LinesMutator;
import io.github.fairnessgate.fuzz.Mutator;
import io.github.fairnessgate.fuzz.Target;
import io.github.fairnessgate.fuzz.YamlMutator;
import io.github.fairnessgate.fuzz.ZipMutator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The reader of evidence bundles: of files that somebody changed, and of those that somebody changed and listed in a
 * new manifest.
 */
public final class EvidenceReaders {

    private static final Mutator JSON = new JsonMutator();

    private EvidenceReaders() {}

    /** @param root where the reader's folders are made */
    public static List<Target> all(Path root) throws IOException {
        Path folder = Files.createDirectories(root.resolve("bundle"));
        SampleEvidence sample = SampleEvidence.in(Files.createDirectories(root.resolve("bundle-models")));
        Path zip = root.resolve("sample.zip");
        Bundle.write(zip, Files.createDirectories(root.resolve("bundle-scratch")), sample.acceptedToxicAfter(110));
        byte[] good = Files.readAllBytes(zip);
        Path resigned = Files.createDirectories(root.resolve("bundle-resigned"));
        return List.of(
                new Target(
                        "bundle",
                        "evidence.zip",
                        folder,
                        List.of(good),
                        new ZipMutator(JSON_OR_TEXT, true),
                        file -> read(file)),
                new Target(
                        "bundle-resigned",
                        "evidence.zip",
                        resigned,
                        List.of(good),
                        forger(root.resolve("resigning")),
                        file -> read(file)));
    }

    private static final Mutator JSON_OR_TEXT = (good, random) -> {
        if (good[0] == '{') {
            try {
                return JSON.changed(good, random);
            } catch (IllegalArgumentException lines) {
                return new LinesMutator(JSON).changed(good, random);
            }
        }
        return new YamlMutator().changed(good, random);
    };

    private static String read(Path zip) throws IOException {
        Path scratch = zip.resolveSibling("scratch");
        Files.createDirectories(scratch);
        try {
            VerifiedBundle bundle = VerifiedBundle.read(zip, "1.0", SampleEvidence.DAY, scratch);
            return bundle.report().gate().verdict() + " " + bundle.notes();
        } finally {
            AtomicFiles.delete(scratch);
        }
    }

    private static Mutator forger(Path scratch) {
        return new Mutator() {
            @Override
            public byte[] changed(byte[] good, Random random) {
                return resigned(good, scratch, content -> JSON_OR_TEXT.changed(content, random), random);
            }

            /** The same files, listed by a manifest with other white space. */
            @Override
            public Optional<byte[]> sameMeaning(byte[] good, Random random) {
                return Optional.of(resigned(good, scratch, content -> content, random));
            }
        };
    }

    /** One file, or the manifest, changed, and all digests made to fit. */
    private static byte[] resigned(byte[] good, Path scratch, UnaryOperator<byte[]> change, Random random) {
        try {
            AtomicFiles.delete(scratch);
            Path folder = Files.createDirectories(scratch.resolve("unpacked"));
            Path zip = Files.write(scratch.resolve("good.zip"), good);
            StoredZip.extract(zip, folder);
            List<Path> files;
            try (Stream<Path> paths = Files.walk(folder)) {
                files = new ArrayList<>(paths.filter(Files::isRegularFile)
                        .filter(path -> !path.getFileName().toString().endsWith(".sha256"))
                        .sorted()
                        .toList());
            }
            Path file = files.get(random.nextInt(files.size()));
            Files.write(file, change.apply(Files.readAllBytes(file)));
            if (!file.endsWith(Manifest.FILE)) {
                ObjectNode manifest = (ObjectNode)
                        Json.MAPPER.readTree(folder.resolve(Manifest.FILE).toFile());
                ((ObjectNode) manifest.path("entries")
                                .path(folder.relativize(file).toString()))
                        .put("bytes", Files.size(file))
                        .put("sha256", Digests.sha256(file));
                Files.writeString(folder.resolve(Manifest.FILE), manifest.toPrettyString());
            }
            Files.writeString(
                    folder.resolve(Manifest.SUM),
                    Digests.sha256(folder.resolve(Manifest.FILE)) + "  " + Manifest.FILE + "\n",
                    StandardCharsets.UTF_8);
            Path packed = scratch.resolve("changed.zip");
            Archives.writeZip(folder, packed);
            byte[] bytes = Files.readAllBytes(packed);
            AtomicFiles.delete(scratch);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
