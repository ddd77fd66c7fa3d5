package io.github.fairnessgate.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.DerivedFolders;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.pickle.PickleException;
import io.github.fairnessgate.pickle.TorchConversion;
import io.github.fairnessgate.pickle.TorchFile;
import io.github.fairnessgate.pickle.TorchTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Models whose weights are pickles, {@code pytorch_model.bin} or its shards. They are converted to safetensors into a
 * folder of the cache, with the configuration, the tokenizer and the other small files beside them: from there on they
 * are models like any other, with the numbers and the digest of the model that {@code safetensors} would have written.
 * Pickles are read by {@code PickleMachine} alone, which runs nothing, and only here.
 */
public final class PickledModels {

    private static final String SINGLE = "pytorch_model.bin";
    private static final String INDEX = "pytorch_model.bin.index.json";
    private static final String WEIGHTS_INDEX = "model.safetensors.index.json";
    /** In the order in which transformers looks for them. */
    private static final List<String> PREFERRED = List.of(QuantizedWeights.FILE, WeightFiles.SINGLE, WEIGHTS_INDEX);

    private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*\\.bin");
    /**
     * What can decide beside weights, and what says under which terms the model is; hidden files and states of a
     * training do not count.
     */
    private static final Pattern BESIDE =
            Pattern.compile("[^.].*\\.(json|txt|md|model|jinja)|(LICENSE|LICENCE|NOTICE|COPYING)[^/]*");

    private static final PrettyPrinter AS_PYTHON = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEmptySeparator(""))
            .withObjectIndenter(new DefaultIndenter("  ", "\n"));
    private static final String OUTPUT = "lm_head.weight";
    private static final String EMBEDDING = "wte.weight";
    /** A part of the key in the cache: to be changed when the conversion writes other bytes. */
    private static final String FORM = "safetensors of pickle 1";

    private PickledModels() {}

    /** The files of pickled weights that a folder has and that count, if no other weights do: one file, or an index. */
    public static Optional<String> in(Path folder) {
        return Stream.of(SINGLE, INDEX)
                .filter(name -> Files.exists(folder.resolve(name)))
                .findFirst();
    }

    /** Whether a file of pickled weights can have a name. */
    public static boolean isNamedSo(String name) {
        return name.equals(INDEX) || SHARD.matcher(name).matches();
    }

    /**
     * Opens a model, whatever its weights are.
     *
     * @param cache where converted models are kept
     * @param allowed whether pickles may be read
     * @throws InvalidInputException if the model cannot be used, as {@link ModelDirectory#open} says, or if its pickles
     *     hold anything but tensors
     */
    public static GivenModel open(Path folder, Path cache, boolean allowed, Progress progress) {
        Optional<String> pickle = in(folder);
        Optional<String> preferred = PREFERRED.stream()
                .filter(name -> Files.exists(folder.resolve(name)))
                .findFirst();
        if (pickle.isEmpty() || !Files.exists(folder.resolve("config.json"))) {
            return GivenModel.of(ModelDirectory.open(folder));
        }
        if (preferred.isPresent()) {
            progress.info(folder.resolve(pickle.get()) + " is ignored, because " + preferred.get() + " is beside it");
            return GivenModel.of(ModelDirectory.open(folder));
        }
        if (!allowed) {
            throw new InvalidInputException(
                    folder + " has its weights only as " + pickle.get() + ", a Python pickle, and "
                            + Parameters.ALLOW_PICKLE + " is false;"
                            + " set it to true (pickles are read without running anything in them), or give the "
                            + "model as safetensors.");
        }
        Path converted = converted(folder, cache, progress);
        try {
            return new GivenModel(folder, ModelDirectory.open(converted));
        } catch (InvalidInputException e) {
            throw new InvalidInputException(
                    folder.resolve(pickle.get()) + ", converted to safetensors: " + e.getMessage(), e);
        }
    }

    private static Path converted(Path folder, Path cache, Progress progress) {
        Sources sources = Sources.in(folder);
        String key = sources.key();
        return DerivedFolders.of(
                cache.resolve("models"),
                key,
                sources.pickle().toString(),
                directory -> {
                    progress.info("Converting " + sources.pickle() + ", " + Bytes.text(size(sources.weights()))
                            + ", to safetensors");
                    AtomicFiles.writeFolder(directory, target -> convert(sources, target));
                    if (!Sources.in(folder).key().equals(key)) {
                        throw new InvalidInputException(
                                folder + " changed while its weights were converted: run the build again when "
                                        + "nothing else writes to it.");
                    }
                },
                progress);
    }

    /** Names of the files of pickled weights that a folder's conversion was read from. */
    public static Set<String> sources(Path folder) {
        Sources sources = Sources.in(folder);
        return Stream.concat(Stream.of(sources.pickle()), sources.weights().stream())
                .map(file -> file.getFileName().toString())
                .collect(Collectors.toSet());
    }

    /** Whether a folder that was returned as converted is still what another folder's files are converted to. */
    public static boolean isConversion(Path converted, Path folder) {
        return in(folder).isPresent() && converted.endsWith(Sources.in(folder).key());
    }

    /**
     * The files of a folder that its conversion depends on.
     *
     * @param pickle the weights, or their index
     * @param weights all files of weights
     * @param beside the other files that the conversion has, too
     */
    private record Sources(Path pickle, Map<String, String> shardOf, List<Path> weights, List<Path> beside) {

        static Sources in(Path folder) {
            Path pickle = folder.resolve(PickledModels.in(folder).orElseThrow());
            Map<String, String> shardOf = pickle.endsWith(INDEX) ? PickledModels.shardOf(pickle) : Map.of();
            return new Sources(
                    pickle, shardOf, PickledModels.weights(folder, pickle, shardOf), PickledModels.beside(folder));
        }

        String key() {
            SortedMap<String, String> sums = new TreeMap<>();
            Stream.of(List.of(pickle), weights, beside)
                    .flatMap(List::stream)
                    .distinct()
                    .forEach(file -> sums.put(file.getFileName().toString(), Digests.sha256(file)));
            return Digests.sha256((FORM + sums).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static List<Path> weights(Path folder, Path pickle, Map<String, String> shardOf) {
        if (pickle.endsWith(SINGLE)) {
            return List.of(folder.resolve(SINGLE));
        }
        List<Path> shards = new ArrayList<>();
        for (String shard : new TreeSet<>(shardOf.values())) {
            if (!Files.exists(folder.resolve(shard))) {
                throw new InvalidInputException(folder.resolve(INDEX) + " names the shard " + shard
                        + ", which does not exist; copy or download it as well.");
            }
            shards.add(folder.resolve(shard));
        }
        return shards;
    }

    private static List<Path> beside(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file ->
                            BESIDE.matcher(file.getFileName().toString()).matches()
                                    && !file.endsWith(INDEX)
                                    && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw FileErrors.cannot("list", folder, e);
        }
    }

    private static long size(List<Path> files) {
        return files.stream().mapToLong(file -> file.toFile().length()).sum();
    }

    private static void convert(Sources sources, Path directory) throws IOException {
        for (Path file : sources.beside()) {
            Files.copy(file, directory.resolve(file.getFileName().toString()));
        }
        Gpt2Config config = Gpt2Config.read(directory.resolve(ModelDirectory.CONFIGURATION));
        Map<String, String> written = new TreeMap<>(sources.shardOf());
        for (Path file : sources.weights()) {
            TorchFile source = TorchFile.read(file);
            Map<String, TorchTensor> tensors = new LinkedHashMap<>(source.tensors());
            if (config.tiedEmbeddings() && isTied(tensors)) {
                tensors.remove(OUTPUT);
                written.remove(OUTPUT);
            }
            TorchConversion.write(
                    source, tensors, directory, safetensors(file.getFileName().toString()));
        }
        if (!written.isEmpty()) {
            writeIndex(sources.pickle(), written, directory.resolve(WEIGHTS_INDEX));
        }
    }

    /**
     * {@code save_pretrained} writes neither of two tensors that are the same memory twice: of the output layer and the
     * embedding, the embedding stays.
     */
    private static boolean isTied(Map<String, TorchTensor> tensors) {
        TorchTensor output = tensors.get(OUTPUT);
        return output != null
                && tensors.entrySet().stream()
                        .anyMatch(entry -> (entry.getKey().equals(EMBEDDING)
                                        || entry.getKey().endsWith("." + EMBEDDING))
                                && entry.getValue().isSameAs(output));
    }

    /** The name that transformers gives the same part in safetensors. */
    private static String safetensors(String bin) {
        String name = bin.startsWith("pytorch_model") ? bin.substring("pytorch_".length()) : bin;
        return name.substring(0, name.length() - ".bin".length()) + ".safetensors";
    }

    private static Map<String, String> shardOf(Path index) {
        JsonNode weightMap = json(index).path("weight_map");
        if (!weightMap.isObject() || weightMap.isEmpty()) {
            throw new InvalidInputException(index + " has no \"weight_map\" from tensor to shard.");
        }
        Map<String, String> shardOf = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : weightMap.properties()) {
            if (!SHARD.matcher(entry.getValue().asText()).matches()) {
                throw new InvalidInputException(index + ": the shard of tensor " + PickleException.shown(entry.getKey())
                        + " is " + PickleException.shown(entry.getValue().toString())
                        + ", but it must be the name of a .bin file in the same folder.");
            }
            shardOf.put(entry.getKey(), entry.getValue().asText());
        }
        return shardOf;
    }

    private static JsonNode json(Path index) {
        try {
            return Json.MAPPER.readTree(FileErrors.read(index));
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(index + " is not JSON (" + Reason.of(e) + ").", e);
        } catch (IOException e) {
            throw FileErrors.cannot("read", index, e);
        }
    }

    /**
     * In the form in which transformers writes it: Python's {@code json.dumps(indent=2, sort_keys=True)} and a line
     * break.
     */
    private static void writeIndex(Path index, Map<String, String> shardOf, Path target) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        ObjectNode metadata = json.putObject("metadata");
        json(index).path("metadata").properties().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> metadata.set(entry.getKey(), entry.getValue()));
        ObjectNode weightMap = json.putObject("weight_map");
        new TreeMap<>(shardOf).forEach((name, shard) -> weightMap.put(name, safetensors(shard)));
        try {
            AtomicFiles.write(
                    target,
                    (Json.MAPPER.writer(AS_PYTHON).writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("names and numbers can always be written as JSON", e);
        }
    }
}
