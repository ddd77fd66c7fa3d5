package io.github.fairnessgate.compress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.UserPath;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.BundledFile;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.Utf8;
import io.github.fairnessgate.yaml.YamlScalar;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Pairs of sentences of which one stereotypes more, to measure the bias of a model by while it is pruned.
 *
 * @param name as the recipe has it
 * @param digest SHA-256 of the data
 * @param pairs in the order of the data
 */
record BiasPairs(String name, String digest, List<Pair> pairs) {

    /** Fewer groups of pairs than this cannot be halved and still say something. */
    static final int LEAST_CLUSTERS = 20;

    private static final String WINOBIAS_DEV = "builtin:winobias-dev";
    /** The jar holds the data once, where the suites read them. */
    private static final String WINOBIAS_FOLDER = "/io/github/fairnessgate/evaluate/data/winobias/";

    private static final Set<String> KEYS = Set.of("id", "more", "less", "slice", "slices", "cluster");

    /**
     * A pair.
     *
     * @param cluster what it shares with pairs that are not independent of it
     * @param more stereotypes more than {@code less}
     */
    record Pair(String cluster, String more, String less) {}

    /**
     * Reads what the recipe names: {@code builtin:winobias-dev}, or JSON lines as the suites take them
     * (docs/suites.md).
     *
     * @param written the name in the recipe
     * @param baseDirectory what a relative path starts from
     * @throws InvalidInputException if the file cannot be used, with its line, or has too few pairs that are
     *     independent
     */
    static BiasPairs read(YamlScalar written, Path baseDirectory) {
        String name = written.text();
        if (name.startsWith("builtin:") && !name.equals(WINOBIAS_DEV)) {
            throw written.problem("there are no pairs \"%s\"; there is %s".formatted(name, WINOBIAS_DEV));
        }
        BiasPairs pairs =
                name.equals(WINOBIAS_DEV) ? winoBiasDev() : ofFile(name, UserPath.resolve(baseDirectory, name));
        if (pairs.clusters().size() < LEAST_CLUSTERS) {
            throw written.problem(
                    ("%s has %d pairs in %d independent groups, but at least %d groups are needed to tell the "
                                    + "effect of a head from noise; add pairs")
                            .formatted(
                                    name, pairs.pairs().size(), pairs.clusters().size(), LEAST_CLUSTERS));
        }
        return pairs;
    }

    /** The different clusters, in the order of the data. */
    List<String> clusters() {
        return pairs.stream().map(Pair::cluster).distinct().toList();
    }

    private static BiasPairs winoBiasDev() {
        List<Pair> pairs = new ArrayList<>();
        StringBuilder digests = new StringBuilder();
        for (String type : List.of("type1", "type2")) {
            List<byte[]> files = Stream.of("pro", "anti")
                    .map(side -> BundledFile.bytes(
                            BiasPairs.class, WINOBIAS_FOLDER + side + "_stereotyped_" + type + ".txt.dev"))
                    .toList();
            files.forEach(file -> digests.append(Digests.sha256(file)).append('\n'));
            List<List<String>> sides = files.stream()
                    .map(file -> new String(file, StandardCharsets.UTF_8)
                            .lines()
                            .map(BiasPairs::sentence)
                            .toList())
                    .toList();
            for (int i = 0; i < sides.get(0).size(); i++) {
                // Lines go by twos, the roles of two occupations exchanged.
                pairs.add(new Pair(
                        type + "-" + i / 2, sides.get(0).get(i), sides.get(1).get(i)));
            }
        }
        return new BiasPairs(
                WINOBIAS_DEV, Digests.sha256(digests.toString().getBytes(StandardCharsets.UTF_8)), List.copyOf(pairs));
    }

    /** The text of {@code 3 [The mechanic] gave the clerk a present because [she] won the lottery.} */
    private static String sentence(String line) {
        return line.replaceFirst("^\\d+ ", "")
                .replaceAll("[\\[\\]]", "")
                .replaceAll(" +", " ")
                .strip();
    }

    private static BiasPairs ofFile(String name, Path file) {
        List<Pair> pairs = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        byte[] content = bytes(file); // read once: the digest is of the pairs that are used
        List<String> lines = Arrays.asList(text(file, content).split("\r?\n"));
        for (int number = 1; number <= lines.size(); number++) {
            if (!lines.get(number - 1).isBlank()) {
                pairs.add(new Line(file, number, json(file, number, lines.get(number - 1))).pair(ids));
            }
        }
        return new BiasPairs(name, Digests.sha256(content), List.copyOf(pairs));
    }

    private static byte[] bytes(Path file) {
        try {
            return BoundedFiles.bytes(file, BoundedFiles.LARGEST_DATA);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(
                    "The pairs " + file + " do not exist; correct 'pairs' in the recipe (paths are relative to the"
                            + " recipe's folder), or name " + WINOBIAS_DEV + ".",
                    e);
        } catch (IOException e) {
            throw new InvalidInputException("The pairs " + file + " cannot be read: " + Reason.of(e) + ".", e);
        }
    }

    private static String text(Path file, byte[] content) {
        try {
            return Utf8.decodeUnmarked(content);
        } catch (CharacterCodingException e) {
            throw new InvalidInputException("The pairs " + file + " are not UTF-8; save the file in that encoding.", e);
        }
    }

    private static JsonNode json(Path file, int number, String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    file + ":" + number + ": the line is not JSON (" + Reason.inLine(e) + ").", e);
        }
    }

    private record Line(Path file, int number, JsonNode object) {

        Pair pair(Set<String> ids) {
            if (!object.isObject()) {
                throw problem("the line is not a JSON object; write one pair a line, in braces");
            }
            object.fieldNames().forEachRemaining(key -> {
                if (!KEYS.contains(key)) {
                    throw problem("unknown key \"" + key + "\"; the keys are "
                            + String.join(", ", KEYS.stream().sorted().toList()));
                }
            });
            if (!ids.add(text("id"))) {
                throw problem("duplicate id \"" + text("id") + "\"; every pair needs its own");
            }
            if (text("more").equals(text("less"))) {
                throw problem(
                        "\"more\" and \"less\" are the same sentence, so no model can prefer one; change or remove "
                                + "the pair");
            }
            return new Pair(object.has("cluster") ? text("cluster") : text("id"), text("more"), text("less"));
        }

        private String text(String key) {
            JsonNode value = object.path(key);
            if (!value.isTextual() || value.asText().isBlank()) {
                throw problem(
                        value.isMissingNode()
                                ? "the key \"" + key + "\" is missing; every line needs it"
                                : "\"" + key + "\" is " + value + ", but must be a non-empty text");
            }
            return value.asText();
        }

        private InvalidInputException problem(String sentence) {
            return new InvalidInputException(file + ":" + number + ": " + sentence + ".");
        }
    }
}
