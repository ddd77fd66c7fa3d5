package io.github.fairnessgate.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.compress.CompressionAgreement;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.DenseTwin;
import io.github.fairnessgate.compress.MlBom;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.model.GivenModel;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.PickledModels;
import io.github.fairnessgate.model.Proof;
import io.github.fairnessgate.model.TokenizerCopies;
import io.github.fairnessgate.runtime.ShippedGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks at every file that is shipped with a candidate: what was measured, what fits that, and what nobody knows. A
 * file that claims to be the measured model in another form and is not is refused, because whoever loads it gets a
 * model that was not measured.
 */
public final class Inspection {

    /**
     * Nothing in these files can replace weights, layers or code; with the same bytes as in the original, they are
     * nothing that a compression changed.
     */
    private static final Pattern COMPARABLE = Pattern.compile(
            "tokenizer_config\\.json|special_tokens_map\\.json|added_tokens\\.json|vocab\\.json|merges\\.txt|generation_config\\.json"
                    + "|(?i:(readme|licen[cs]e|notice|copying)[^/.]*(\\.(md|txt))?)");

    /** Settings by which a program computes something else with the same weights. */
    private static final List<String> REPLACING = List.of("auto_map", "quantization_config");

    private static final List<String> SETTINGS =
            List.of(ModelDirectory.CONFIGURATION, "tokenizer_config.json", "generation_config.json");
    private static final Set<String> COPIES = Set.of(TokenizerCopies.VOCABULARY, TokenizerCopies.MERGES);
    private static final Set<String> RECORDS = Set.of(CompressionReport.FILE, MlBom.FILE);

    private final Path folder;
    private final ModelDirectory model;
    private final Set<String> pickles;
    private final SortedMap<String, String> originals;
    private final ModelRecord record;
    private final SortedMap<String, String> twin;

    private Inspection(String source, GivenModel given, SortedMap<String, String> originals) {
        this.folder = given.folder();
        this.model = given.directory();
        this.pickles = given.isConverted() ? PickledModels.sources(folder) : Set.of();
        this.originals = originals;
        this.record = ModelRecord.all(source, given);
        this.twin = DenseTwin.digests(model);
    }

    /**
     * Looks at all files of a candidate; streams them, and the weights more than once.
     *
     * @param source what the candidate is called
     * @param originals SHA-256 of files of the original by name, as far as they are known
     * @throws InvalidInputException if a file that claims to be the measured model is not, or if records of the
     *     compression contradict each other
     */
    public static ModelRecord of(String source, GivenModel candidate, SortedMap<String, String> originals) {
        return new Inspection(source, candidate, originals).record();
    }

    /** SHA-256 of those files of an original that a candidate's may be compared with, by name. */
    public static SortedMap<String, String> comparable(ModelDirectory original) {
        SortedMap<String, String> sums = new TreeMap<>();
        try (Stream<Path> files = Files.list(original.path())) {
            files.filter(file -> Files.isRegularFile(file)
                            && COMPARABLE.matcher(file.getFileName().toString()).matches())
                    .forEach(file -> sums.put(file.getFileName().toString(), Digests.sha256(file)));
        } catch (IOException e) {
            throw FileErrors.cannot("list", original.path(), e);
        }
        return sums;
    }

    private ModelRecord record() {
        requireNothingReplaced();
        requireTwin();
        SortedMap<String, Proof> verified = new TreeMap<>();
        record.files().keySet().stream()
                .filter(name -> !record.deciding().contains(name))
                .forEach(name -> proof(name).ifPresent(proof -> verified.put(name, proof)));
        ModelRecord complete = record.with(verified);
        requireAgreement(complete);
        return complete;
    }

    private Optional<Proof> proof(String name) {
        if (name.toLowerCase(Locale.ROOT).endsWith(".onnx")) {
            return graph(name);
        }
        if (twin.containsKey(name)) {
            return Optional.of(Proof.TWIN);
        }
        if (pickles.contains(name)) {
            return Optional.of(Proof.PICKLE);
        }
        if (name.equals(CompressionReport.FILE) || name.equals(MlBom.FILE) && MlBom.isOurs(json(name))) {
            return Optional.of(Proof.RECORD);
        }
        if (COPIES.contains(name) && record.deciding().contains(TokenizerCopies.TOKENIZER)) {
            TokenizerCopies.requireSame(folder);
            return Optional.of(Proof.TOKENIZER);
        }
        return isOriginal(name, record.files().get(name), originals) ? Optional.of(Proof.ORIGINAL) : Optional.empty();
    }

    private static boolean isOriginal(String name, String sum, SortedMap<String, String> originals) {
        return COMPARABLE.matcher(name).matches() && sum.equals(originals.get(name));
    }

    private Optional<Proof> graph(String name) {
        Path file = folder.resolve(name);
        return switch (ShippedGraph.kind(file, model)) {
            case OWN -> Optional.of(Proof.GRAPH);
            case OTHER -> throw notMeasured(file, "the graph of the weights that are measured");
            case FOREIGN -> {
                if (isOfOurCompression(name)) {
                    throw notMeasured(file, "the graph that fairness:compress wrote");
                }
                yield Optional.empty();
            }
        };
    }

    /** Whether a compression by this plugin left a file of this name. */
    private boolean isOfOurCompression(String name) {
        return name.equals("model.onnx") && record.files().containsKey(CompressionReport.FILE);
    }

    /** Where there is one, also if it is not shipped: somebody may load it all the same. */
    private void requireTwin() {
        twin.forEach((name, sum) -> {
            Path file = folder.resolve(name);
            if (Files.exists(file) && !Digests.sha256(file).equals(sum)) {
                throw notMeasured(file, "the file that belongs to the weights that are measured");
            }
        });
    }

    private InvalidInputException notMeasured(Path file, String what) {
        return new InvalidInputException(file + " is not " + what
                + ". Whoever loads it gets a different model than the one that is judged. It was changed, "
                + "is left from a different"
                + " model, or was written by a different version of the plugin. Compress the model again, "
                + "or remove the file.");
    }

    private void requireNothingReplaced() {
        for (String name : SETTINGS) {
            if (record.files().containsKey(name)) {
                JsonNode settings = json(name);
                REPLACING.stream().filter(settings::hasNonNull).findFirst().ifPresent(key -> {
                    throw new InvalidInputException(
                            ("%s has the key %s, with which programs such as transformers compute"
                                            + " something other than what is measured: %s. Remove the key.")
                                    .formatted(
                                            folder.resolve(name),
                                            key,
                                            key.equals("auto_map")
                                                    ? "it names code that is loaded instead of GPT-2's"
                                                    : "weights are rounded when they are loaded"));
                });
            }
        }
    }

    private void requireAgreement(ModelRecord complete) {
        CompressionAgreement agreement = new CompressionAgreement(folder.toString());
        Optional<String> report = record.files().containsKey(CompressionReport.FILE)
                ? Optional.of(text(CompressionReport.FILE))
                : Optional.empty();
        report.ifPresent(text -> {
            agreement.requireAbout(text, record.digest());
            agreement.requireCounts(text, model);
        });
        if (complete.verified().containsKey(MlBom.FILE)) {
            agreement.requireFiles(text(MlBom.FILE), MlBom.FILE, record.digest(), record.files(), complete.recorded());
            report.ifPresent(text -> agreement.requireSame(text(MlBom.FILE), MlBom.FILE, text));
        }
    }

    /**
     * That what a bundle says about files could be so, as far as that can be told without the model.
     *
     * @param bundle for messages
     */
    static void requirePossible(ModelRecord candidate, ModelRecord baseline, String bundle) {
        candidate.verified().forEach((name, proof) -> {
            boolean possible = candidate.files().containsKey(name)
                    && !candidate.deciding().contains(name)
                    && switch (proof) {
                        case GRAPH -> name.toLowerCase(Locale.ROOT).endsWith(".onnx");
                        case TWIN -> name.startsWith(DenseTwin.FOLDER + "/");
                        case PICKLE -> PickledModels.isNamedSo(name);
                        case TOKENIZER -> COPIES.contains(name);
                        case RECORD -> RECORDS.contains(name);
                        case ORIGINAL -> isOriginal(name, candidate.files().get(name), baseline.files());
                    };
            if (!possible) {
                throw new InvalidInputException(("%s: candidate.verified says of %s that it is %s, which it cannot be;"
                                + " the bundle was changed after it was made.")
                        .formatted(bundle, name, proof.meaning()));
            }
        });
        if (!baseline.verified().isEmpty()) {
            throw new InvalidInputException(
                    bundle + ": baseline.verified names " + baseline.verified().firstKey()
                            + ", but nothing is shipped with the baseline;"
                            + " the bundle was changed after it was made.");
        }
        baseline.files().keySet().stream()
                .filter(name -> !baseline.deciding().contains(name)
                        && candidate.verified().get(name) != Proof.ORIGINAL)
                .findFirst()
                .ifPresent(name -> {
                    throw new InvalidInputException(
                            ("%s: baseline.files names %s, which was neither measured nor compared"
                                            + " with a file of the candidate; the bundle was changed after it was made.")
                                    .formatted(bundle, name));
                });
    }

    private JsonNode json(String name) {
        try {
            return Json.MAPPER.readTree(text(name));
        } catch (IOException e) {
            throw new InvalidInputException(folder.resolve(name) + " is not JSON; save it again, or remove it.", e);
        }
    }

    private String text(String name) {
        Path file = folder.resolve(name);
        try {
            return BoundedFiles.text(file, BoundedFiles.LARGEST);
        } catch (IOException e) {
            throw FileErrors.cannot("read", file, e);
        }
    }
}
