package io.github.fairnessgate.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.file.FileSums;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.Verdict;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code manifest.json}: what a bundle is about, and every other entry with its digest. Its own digest lies beside it,
 * as {@code sha256sum} writes it.
 *
 * @param format of the bundle
 * @param plugin version of the plugin that made it
 * @param build the same, and which build of a snapshot
 * @param verdict of the gate
 * @param passed whether a build may go on
 * @param thresholds what the user named: a file, or bundled thresholds
 * @param day by which exceptions were judged, as {@code 2026-12-31} in UTC; nothing where there are none
 * @param parameters what the verdict depends on beside the entries
 * @param baseline the model before compression
 * @param candidate the model after compression
 * @param entries by name
 */
record Manifest(
        int format,
        String plugin,
        String build,
        Verdict verdict,
        boolean passed,
        String thresholds,
        Optional<String> day,
        Parameters parameters,
        ModelRecord baseline,
        ModelRecord candidate,
        SortedMap<String, Entry> entries) {

    static final String FILE = "manifest.json";
    static final String SUM = "manifest.sha256";

    /** Raised whenever a reader of the old form would misread the new one. */
    static final int FORMAT = 2;

    /** @throws NullPointerException if anything is missing */
    Manifest {
        List.of(plugin, build, verdict, thresholds, day, parameters, baseline, candidate);
        entries.values().forEach(Objects::requireNonNull);
        entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }

    /**
     * What decides beside the entries, and what of them decides most.
     *
     * @param seed of every random choice of the gate
     * @param alpha error rate of one verdict
     * @param onInconclusive what becomes of a rule that the data do not settle
     */
    record Parameters(long seed, BigDecimal alpha, String onInconclusive, boolean allowUnderpowered) {

        static Parameters of(Thresholds thresholds) {
            return new Parameters(
                    Gate.SEED,
                    thresholds.alpha(),
                    EnumText.of(thresholds.onInconclusive()),
                    thresholds.allowUnderpowered());
        }

        /** 0.05 and 0.050 are the same. */
        boolean isSame(Parameters other) {
            return seed == other.seed
                    && alpha != null
                    && alpha.compareTo(other.alpha) == 0
                    && other.onInconclusive.equals(onInconclusive)
                    && allowUnderpowered == other.allowUnderpowered;
        }
    }

    /** A file of the bundle. */
    record Entry(long bytes, String sha256) {

        static Entry of(Path file, String sha256) {
            try {
                return new Entry(Files.size(file), sha256);
            } catch (IOException e) {
                throw FileErrors.cannot("read", file, e);
            }
        }
    }

    /** The manifest of everything that lies in a folder. */
    static Manifest of(Evidence evidence, GateResult gate, Path folder) {
        return new Manifest(
                FORMAT,
                evidence.plugin(),
                evidence.build(),
                gate.verdict(),
                gate.passed(),
                evidence.thresholdsName(),
                evidence.day().map(Object::toString),
                Parameters.of(gate.thresholds()),
                evidence.baselineModel(),
                evidence.candidateModel(),
                entries(folder));
    }

    /** Every file of a folder but the manifest and its digest. */
    static SortedMap<String, Entry> entries(Path folder) {
        SortedMap<String, Entry> entries = new TreeMap<>();
        FileSums.of(folder).forEach((name, sum) -> entries.put(name, Entry.of(folder.resolve(name), sum)));
        entries.keySet().removeAll(List.of(FILE, SUM));
        return entries;
    }

    void write(Path folder) {
        try {
            String text = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
            AtomicFiles.write(folder.resolve(FILE), text.getBytes(StandardCharsets.UTF_8));
            AtomicFiles.write(folder.resolve(SUM), sum(folder).getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a manifest is always JSON", e);
        }
    }

    private static String sum(Path folder) {
        return Digests.sha256(folder.resolve(FILE)) + "  " + FILE + "\n";
    }

    /**
     * Reads a manifest that anybody may have written.
     *
     * @param bundle for messages
     */
    static Manifest read(Path folder, String bundle) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(bundle + " has no " + FILE
                    + ": it is not an evidence bundle, which fairness:check writes as " + Bundle.FILE + ".");
        }
        try {
            JsonNode json = Json.MAPPER.readTree(file.toFile());
            if (!json.path("format").isInt() || json.path("format").intValue() != FORMAT) {
                throw new InvalidInputException(
                        ("%s has the format %s, made by version %s of the plugin; this version reads format %d: "
                                        + "verify it with the version that made it.")
                                .formatted(
                                        bundle,
                                        json.path("format"),
                                        json.path("plugin").asText("unknown"),
                                        FORMAT));
            }
            Path sum = folder.resolve(SUM);
            if (!Files.isRegularFile(sum)
                    || !new String(BoundedFiles.bytes(sum, BoundedFiles.LARGEST_WRITTEN), StandardCharsets.ISO_8859_1)
                            .equals(sum(folder))) {
                throw new InvalidInputException(
                        "%s: %s is missing, or not the digest of %s; the bundle was changed after it was made."
                                .formatted(bundle, SUM, FILE));
            }
            return Json.MAPPER.treeToValue(json, Manifest.class);
        } catch (IOException e) {
            throw new InvalidInputException(
                    bundle + ": " + FILE + " is not a manifest: " + Reason.of(e) + "; fetch the bundle again.", e);
        }
    }

    /** @throws InvalidInputException if a file of the folder is not as it is listed, is missing, or is not listed */
    void requireEntries(Path folder, String bundle) {
        SortedMap<String, Entry> present = entries(folder);
        entries.forEach((name, listed) -> {
            Entry found = present.get(name);
            if (found == null) {
                throw new InvalidInputException(
                        "%s lacks the entry %s, which its manifest lists; the bundle was changed after it was made."
                                .formatted(bundle, name));
            }
            if (!found.equals(listed)) {
                throw new InvalidInputException(
                        ("%s: the entry %s has %d bytes with the digest %s, but the manifest lists %d bytes with "
                                        + "%s; the bundle was changed after it was made.")
                                .formatted(
                                        bundle, name, found.bytes(), found.sha256(), listed.bytes(), listed.sha256()));
            }
        });
        present.keySet().stream()
                .filter(name -> !entries.containsKey(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new InvalidInputException(
                            ("%s has the entry %s, which its manifest does not list; the bundle was changed after "
                                            + "it was made.")
                                    .formatted(bundle, name));
                });
    }
}
