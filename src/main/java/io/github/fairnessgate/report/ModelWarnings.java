package io.github.fairnessgate.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TokenizerTraits;
import io.github.fairnessgate.model.WeightTraits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What nobody may overlook about the two models of a comparison: that they are exchanged, not related, the same, or
 * tokenized in a way that decides.
 */
public final class ModelWarnings {

    private static final String FILE = CompressionReport.FILE;
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    private ModelWarnings() {}

    /**
     * A model of the comparison.
     *
     * @param digest as it was measured
     * @param folder with its {@code compression.json}, if one is at hand
     * @param tokenizer if it is at hand
     * @param weights likewise
     */
    public record Side(
            String digest, Optional<Path> folder, Optional<TokenizerTraits> tokenizer, Optional<WeightTraits> weights) {

        /** A model of which only its folder, or not even that, is at hand. */
        public static Side of(String digest, Optional<Path> folder) {
            return new Side(digest, folder, Optional.empty(), Optional.empty());
        }

        /** A model that may be at hand. */
        public static Side ofModel(String digest, Optional<ModelDirectory> model) {
            return new Side(
                    digest,
                    model.map(ModelDirectory::path),
                    model.map(ModelDirectory::tokenizer),
                    model.map(ModelDirectory::weightTraits));
        }
    }

    /** One sentence for each, the gravest first; empty if there is nothing to say. */
    public static List<String> of(Side original, Side candidate) {
        List<String> warnings = new ArrayList<>(swaps(original, candidate));
        if (original.digest().equals(candidate.digest())) {
            warnings.add("The candidate is the original model itself (sha256 " + candidate.digest()
                    + "): what passes here says nothing about a compression.");
        }
        random("original", original).ifPresent(warnings::add);
        random("candidate", candidate).ifPresent(warnings::add);
        warnings.addAll(disagreements("original", original));
        warnings.addAll(disagreements("candidate", candidate));
        wrapped("original", original).ifPresent(warnings::add);
        wrapped("candidate", candidate).ifPresent(warnings::add);
        differentTokenizers(original, candidate).ifPresent(warnings::add);
        return List.copyOf(warnings);
    }

    private static Optional<String> wrapped(String role, Side side) {
        return side.weights()
                .filter(weights -> !weights.wrapper().isEmpty())
                .map(weights -> "The names of the " + role + "'s weights contain " + weights.wrapper()
                        + ", with which transformers finds none of them and takes random numbers: what was "
                        + "measured is what the weights are; save the model without it.");
    }

    /** Of these, those that say that the models are not a model and what was made from it. */
    public static List<String> swaps(Side original, Side candidate) {
        List<String> swaps = new ArrayList<>();
        Origin ofOriginal = Origin.of(original);
        Origin ofCandidate = Origin.of(candidate);
        boolean different = !original.digest().equals(candidate.digest());
        if (different && ofOriginal.input().equals(Optional.of(candidate.digest()))) {
            swaps.add("Original and candidate are exchanged: the " + FILE
                    + " of the model that is taken for the original"
                    + " says that it was made from the candidate (sha256 "
                    + candidate.digest() + "); exchange " + Parameters.MODEL + " and " + Parameters.CANDIDATE + ".");
        }
        if (different
                && ofCandidate
                        .input()
                        .filter(input -> !input.equals(original.digest()))
                        .isPresent()) {
            swaps.add("The candidate was made from another model than the one that it is compared with: its " + FILE
                    + " names the original sha256 " + ofCandidate.input().get() + ", but this original is sha256 "
                    + original.digest() + "; compare it with the model that it was made from.");
        }
        if (ofCandidate
                .output()
                .filter(output -> !output.equals(candidate.digest()))
                .isPresent()) {
            swaps.add("The " + FILE + " in the candidate's folder is about another model (sha256 "
                    + ofCandidate.output().get()
                    + ") than the candidate (sha256 "
                    + candidate.digest()
                    + "), so nobody knows what the candidate was made from; compress again, or remove the file.");
        }
        if (ofCandidate.unreadable()) {
            swaps.add("The " + FILE
                    + " in the candidate's folder does not say what the candidate was made from; compress "
                    + "again, or remove the file.");
        }
        return List.copyOf(swaps);
    }

    /**
     * What a {@code compression.json} says.
     *
     * @param input digest of the model before, if it says so
     * @param output digest of the model after
     * @param unreadable whether there is a file that says neither
     */
    private record Origin(Optional<String> input, Optional<String> output, boolean unreadable) {

        static Origin of(Side side) {
            Optional<Path> file =
                    side.folder().map(folder -> folder.resolve(FILE)).filter(Files::isRegularFile);
            if (file.isEmpty()) {
                return new Origin(Optional.empty(), Optional.empty(), false);
            }
            try {
                JsonNode report = Json.MAPPER.readTree(file.get().toFile());
                Optional<String> input = digest(report, "/input/digest");
                Optional<String> output = digest(report, "/output/digest");
                return new Origin(input, output, input.isEmpty() || output.isEmpty());
            } catch (IOException e) {
                return new Origin(Optional.empty(), Optional.empty(), true);
            }
        }

        private static Optional<String> digest(JsonNode report, String pointer) {
            return Optional.of(report.at(pointer).asText())
                    .filter(text -> SHA_256.matcher(text).matches());
        }
    }

    private static Optional<String> random(String role, Side side) {
        return side.tokenizer()
                .filter(tokenizer -> !tokenizer.random().isEmpty())
                .map(tokenizer -> "The tokenizer of the " + role + " asks for random tokenization ("
                        + String.join(", ", tokenizer.random())
                        + "), which is switched off for the measurement; a program that loads its tokenizer.json "
                        + "may not do so:"
                        + " remove the setting from the file.");
    }

    private static List<String> disagreements(String role, Side side) {
        Stream<String> computed = side.weights().stream()
                .flatMap(weights -> weights.disagreements().stream())
                .map(disagreement ->
                        "Versions of transformers compute the " + role + " in different ways: " + disagreement + ".");
        Stream<String> read = side.tokenizer().stream()
                .flatMap(tokenizer -> tokenizer.disagreements().stream())
                .map(disagreement -> "Versions of transformers read the tokenizer of the " + role
                        + " in different ways: " + disagreement + ".");
        return Stream.concat(read, computed).toList();
    }

    private static Optional<String> differentTokenizers(Side original, Side candidate) {
        if (original.tokenizer().isEmpty() || candidate.tokenizer().isEmpty()) {
            return Optional.empty();
        }
        List<String> differences =
                original.tokenizer().get().differences(candidate.tokenizer().get());
        return differences.isEmpty()
                ? Optional.empty()
                : Optional.of("The candidate has another tokenizer than the original (" + String.join(", ", differences)
                        + "): a text may be other tokens for each, or be changed for one of them, so part "
                        + "of every change may be the tokenizer's.");
    }
}
