package io.github.fairnessgate.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.tensor.SafetensorsHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The files that hold a model's weights, with their headers: {@code model.safetensors}, or the shards that
 * {@code model.safetensors.index.json} lists, or {@code quantized.safetensors}. The last has a name of its own because
 * programs that do not know quantized weights would look for the names of the others in it, miss them, and put random
 * numbers in their place.
 *
 * @param files everything that decides the weights, the index included
 * @param entries tensors by their name in the file
 */
record WeightFiles(List<Path> files, Map<String, SafetensorsHeader.Entry> entries) {

    static final String SINGLE = "model.safetensors";
    private static final String QUANTIZED = QuantizedWeights.FILE;
    private static final String INDEX = "model.safetensors.index.json";
    /** Far more than a GPT-2 of the most layers that can be handled has. */
    private static final int MOST_TENSORS = 250_000;

    private static final List<String> PICKLES = List.of("pytorch_model.bin", "pytorch_model.bin.index.json");

    static WeightFiles find(Path directory) {
        Path single = directory.resolve(SINGLE);
        Path quantized = directory.resolve(QUANTIZED);
        boolean isPlain = Files.exists(single) || Files.exists(directory.resolve(INDEX));
        if (isPlain && Files.exists(quantized)) {
            throw new InvalidInputException(
                    directory + " has weights twice, as " + (Files.exists(single) ? SINGLE : INDEX) + " and as "
                            + QUANTIZED + ", so it is not clear which count; remove those that are not meant.");
        }
        if (Files.exists(quantized)) {
            return new WeightFiles(List.of(quantized), SafetensorsHeader.read(quantized));
        }
        if (Files.exists(single)) {
            return new WeightFiles(List.of(single), SafetensorsHeader.read(single));
        }
        if (Files.exists(directory.resolve(INDEX))) {
            return sharded(directory);
        }
        throw noWeights(directory);
    }

    private static InvalidInputException noWeights(Path directory) {
        for (String pickle : PICKLES) {
            if (Files.exists(directory.resolve(pickle))) {
                return new InvalidInputException(directory + " has its weights only as " + pickle
                        + ", a Python pickle, which can run any code when it is loaded and is therefore refused; "
                        + "convert it once, where you"
                        + " trust it, with transformers: "
                        + "AutoModelForCausalLM.from_pretrained(folder).save_pretrained(folder,"
                        + " safe_serialization=True), which writes " + SINGLE + ".");
            }
        }
        return new InvalidInputException(MisplacedModel.explain(directory)
                .or(() -> renamed(directory))
                .orElse(directory + " has neither " + SINGLE + " nor " + INDEX
                        + "; give the folder of a GPT-2 in Hugging Face form with safetensors weights."));
    }

    /** Weights in the right form under a name that transformers does not look for either. */
    private static Optional<String> renamed(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".safetensors"))
                    .sorted()
                    .findFirst()
                    .map(name -> directory + " has " + name + ", but neither " + SINGLE + " nor " + INDEX
                            + "; if these are the weights of the whole model, rename the file to " + SINGLE + ".");
        } catch (IOException e) {
            throw FileErrors.cannot("list", directory, e);
        }
    }

    private static WeightFiles sharded(Path directory) {
        Path index = directory.resolve(INDEX);
        Map<String, String> shardOf = shardOf(index);
        List<Path> files = new ArrayList<>(List.of(index));
        Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();
        for (String shard : new TreeSet<>(shardOf.values())) {
            Path file = directory.resolve(shard);
            if (!Files.exists(file)) {
                throw new InvalidInputException(
                        index + " names the shard " + shard + ", which does not exist; copy or download it as well.");
            }
            files.add(file);
            for (SafetensorsHeader.Entry entry : SafetensorsHeader.read(file).values()) {
                add(entries, entry);
            }
        }
        requireAsIndexed(index, shardOf, entries);
        return new WeightFiles(files, entries);
    }

    private static void add(Map<String, SafetensorsHeader.Entry> entries, SafetensorsHeader.Entry entry) {
        if (entries.size() == MOST_TENSORS) {
            throw new InvalidInputException("The shards beside " + entry.file() + " have more than " + MOST_TENSORS
                    + " tensors, which no GPT-2 has; save the model again.");
        }
        SafetensorsHeader.Entry other = entries.put(entry.name(), entry);
        if (other != null) {
            throw new InvalidInputException("Tensor " + entry.name() + " is in two shards, " + other.file() + " and "
                    + entry.file().getFileName() + ", so it is not clear which one counts; save the model again.");
        }
    }

    private static void requireAsIndexed(
            Path index, Map<String, String> shardOf, Map<String, SafetensorsHeader.Entry> entries) {
        shardOf.forEach((name, shard) -> {
            SafetensorsHeader.Entry entry = entries.get(name);
            if (entry == null && name.endsWith(ModelTensors.OUTPUT)) {
                return; // some programs list a tied output layer that they do not write; an untied one is missed later
            }
            if (entry == null || !entry.file().getFileName().toString().equals(shard)) {
                throw new InvalidInputException(index + " says that tensor " + name + " is in " + shard + ", but it is "
                        + (entry == null ? "in no shard" : "in " + entry.file().getFileName())
                        + "; save the model again.");
            }
        });
        for (SafetensorsHeader.Entry entry : entries.values()) {
            if (!shardOf.containsKey(entry.name())) {
                throw new InvalidInputException(entry.file() + " has tensor " + entry.name() + ", which " + INDEX
                        + " does not list; save the model again.");
            }
        }
    }

    private static Map<String, String> shardOf(Path index) {
        JsonNode weightMap = weightMap(index);
        Map<String, String> shardOf = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : weightMap.properties()) {
            String shard = entry.getValue().asText();
            if (!shard.matches("[A-Za-z0-9_][A-Za-z0-9._-]*\\.safetensors")) {
                throw new InvalidInputException(index + ": the shard of tensor " + entry.getKey() + " is "
                        + entry.getValue() + ", but it must be the name of a .safetensors file in the same folder.");
            }
            shardOf.put(entry.getKey(), shard);
        }
        return shardOf;
    }

    private static JsonNode weightMap(Path index) {
        try {
            JsonNode weightMap = Json.MAPPER.readTree(FileErrors.read(index)).path("weight_map");
            if (!weightMap.isObject() || weightMap.isEmpty()) {
                throw new InvalidInputException(index + " has no \"weight_map\" from tensor to shard.");
            }
            return weightMap;
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(index + " is not JSON (" + Reason.of(e) + ").", e);
        } catch (IOException e) {
            throw FileErrors.cannot("read", index, e);
        }
    }
}
