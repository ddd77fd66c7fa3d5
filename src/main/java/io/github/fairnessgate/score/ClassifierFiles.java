package io.github.fairnessgate.score;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.PrivateCopy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a text classifier in Hugging Face form.
 *
 * @param graph {@code model.onnx} or {@code onnx/model.onnx}
 * @param externalWeights files beside the graph that carry its larger tensors; often none
 * @param tokenizerConfig {@code tokenizer_config.json}, which may be missing
 */
record ClassifierFiles(Path graph, List<Path> externalWeights, Path tokenizer, Path config, Path tokenizerConfig) {

    /** @throws InvalidInputException if a file that is needed is not there */
    static ClassifierFiles find(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new InvalidInputException(
                    directory + " is not a folder, but a toxicity classifier is one with model.onnx, tokenizer.json "
                            + "and config.json.");
        }
        Path graph = Stream.of("model.onnx", "onnx/model.onnx")
                .map(directory::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(directory + " has neither model.onnx nor onnx/model.onnx;"
                        + " export the classifier to ONNX (optimum-cli export onnx --task text-classification)."));
        return new ClassifierFiles(
                graph,
                externalWeights(graph),
                required(directory, "tokenizer.json"),
                required(directory, "config.json"),
                directory.resolve("tokenizer_config.json"));
    }

    private static Path required(Path directory, String name) {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(directory + " has no " + name
                    + ", which a toxicity classifier needs beside its graph; copy it from the model that "
                    + "was exported.");
        }
        return file;
    }

    private static List<Path> externalWeights(Path graph) {
        String name = graph.getFileName().toString();
        try (Stream<Path> beside = Files.list(graph.toAbsolutePath().getParent())) {
            return beside.filter(Files::isRegularFile)
                    .filter(file -> {
                        String other = file.getFileName().toString();
                        return other.startsWith(name + "_data") || other.startsWith(name + ".data");
                    })
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new InvalidInputException("Cannot list the folder of " + graph + ": " + Reason.of(e) + ".", e);
        }
    }

    /**
     * A copy in a folder of this process alone, which {@link #find} finds there. A graph that asks for other files than
     * {@link #externalWeights} cannot be loaded from it: what no digest is of must not judge.
     */
    PrivateCopy copy() {
        return PrivateCopy.of(config.toAbsolutePath().getParent(), deciding());
    }

    /** All that the digest covers. */
    List<Path> deciding() {
        List<Path> files = new ArrayList<>(List.of(graph, tokenizer, config));
        files.addAll(externalWeights);
        if (Files.exists(tokenizerConfig)) {
            files.add(tokenizerConfig);
        }
        return files;
    }

    /**
     * SHA-256 over the contents, the part that each plays, and the label that is read.
     *
     * @param label as the configuration writes it
     */
    String digest(String label) {
        List<String> lines = new ArrayList<>();
        lines.add("graph " + Digests.sha256(graph));
        externalWeights.forEach(file -> lines.add(file.getFileName() + " " + Digests.sha256(file)));
        lines.add("tokenizer " + Digests.sha256(tokenizer));
        lines.add("config " + Digests.sha256(config));
        if (Files.exists(tokenizerConfig)) {
            lines.add("tokenizer_config " + Digests.sha256(tokenizerConfig));
        }
        lines.add("label " + label);
        return Digests.sha256(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    JsonNode readConfig() {
        return json(config);
    }

    /** A missing node if there is no such file. */
    JsonNode readTokenizerConfig() {
        return Files.exists(tokenizerConfig) ? json(tokenizerConfig) : MissingNode.getInstance();
    }

    /** {@code tokenizer.json} as it is written. */
    ObjectNode readTokenizer() {
        return (ObjectNode) json(tokenizer);
    }

    private static JsonNode json(Path file) {
        try {
            JsonNode json = Json.MAPPER.readTree(BoundedFiles.bytes(file, BoundedFiles.LARGEST));
            if (!json.isObject()) {
                throw new InvalidInputException(file + " is not a JSON object.");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(file + " is not JSON (" + Reason.of(e) + ").", e);
        } catch (IOException e) {
            throw new InvalidInputException("Cannot read " + file + ": " + Reason.of(e) + ".", e);
        }
    }
}
