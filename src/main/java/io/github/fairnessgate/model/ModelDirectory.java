package io.github.fairnessgate.model;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.PrivateCopy;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import io.github.fairnessgate.tensor.Tensor;
import io.github.fairnessgate.tensor.Weight;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A GPT-2 language model in Hugging Face form on disk: {@code config.json}, safetensors weights, a tokenizer.
 * Everything but the values of the weights was checked when it was opened. Holds no file open; immutable, and safe for
 * concurrent use.
 */
public final class ModelDirectory {

    /** The file that {@link #writeWeights} writes. */
    public static final String WEIGHTS = WeightFiles.SINGLE;
    /** The file that decides the shape. */
    public static final String CONFIGURATION = "config.json";

    private final Path path;
    private final Gpt2Config config;
    private final Map<String, Weight> tensors;
    private final WeightTraits weightTraits;
    private final List<Path> weightFiles;
    private final List<Path> tokenizerFiles;
    private final TokenizerTraits tokenizer;
    private final SpecialTokens specialTokens;
    private final GenerationSettings generation;

    private ModelDirectory(
            Path path,
            Gpt2Config config,
            ModelTensors tensors,
            List<Path> weightFiles,
            TokenizerFiles tokenizer,
            GenerationSettings generation) {
        this.path = path;
        this.config = config;
        this.tensors = Collections.unmodifiableMap(tensors.tensors());
        this.weightTraits = tensors.traits();
        this.weightFiles = weightFiles;
        this.tokenizerFiles = tokenizer.files();
        this.specialTokens = tokenizer.requireFits(config, generation.stops());
        this.generation = generation;
        List<String> notes = new ArrayList<>(tokenizer.notes(config));
        if (specialTokens.stops().isEmpty()) {
            notes.add("No token ends a text that the model generates (eos_token_id is " + generation.stops()
                    + ", and tokens are numbered 0 to " + (config.vocabulary() - 1)
                    + "): every text is as long as it may be, as in transformers.");
        }
        this.tokenizer = tokenizer.traits().with(specialTokens, notes);
    }

    /**
     * Opens and checks a model: the configuration, names, types, shapes and places of all tensors, and that the
     * tokenizer fits the embedding. Reads headers, not weights (except to compare a redundant {@code lm_head.weight}
     * with the embedding that it is tied to), so it is quick for any size.
     *
     * @throws InvalidInputException if something is missing, damaged, contradictory or not supported
     */
    public static ModelDirectory open(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new InvalidInputException(
                    directory + (Files.exists(directory) ? " is not a folder" : " does not exist")
                            + "; a model is a folder with config.json, model.safetensors and tokenizer.json.");
        }
        if (!Files.exists(directory.resolve("config.json"))) {
            throw new InvalidInputException(MisplacedModel.explain(directory)
                    .orElse(directory + " has no config.json; give the folder of a GPT-2 in Hugging Face form."));
        }
        Gpt2Config config = Gpt2Config.read(directory.resolve("config.json"));
        WeightFiles weights = WeightFiles.find(directory);
        ModelTensors tensors = ModelTensors.of(config, weights.entries().values())
                .with(OwnComputation.disagreements(directory.resolve(CONFIGURATION)));
        TokenizerFiles tokenizer = TokenizerFiles.read(directory, config.tokenizerClass());
        return new ModelDirectory(
                directory, config, tensors, weights.files(), tokenizer, GenerationSettings.read(directory, config));
    }

    /**
     * Writes weights into a folder, so that transformers loads them; asks for each only when it is its turn.
     *
     * @param weights gives the numbers of a tensor, row major, by its canonical name
     * @throws InvalidInputException if the file cannot be written, or a number lies beyond the range of {@code dtype}
     */
    public static void writeWeights(Path folder, Gpt2Config config, Function<String, float[]> weights, DType dtype) {
        SafetensorsWriter.write(folder.resolve(WEIGHTS), parts(config, weights, dtype));
    }

    /** SHA-256 of the file that {@link #writeWeights} writes. */
    public static String weightsDigest(Gpt2Config config, Function<String, float[]> weights, DType dtype) {
        return SafetensorsWriter.digest(parts(config, weights, dtype));
    }

    private static Map<String, SafetensorsWriter.Part> parts(
            Gpt2Config config, Function<String, float[]> weights, DType dtype) {
        Map<String, SafetensorsWriter.Part> parts = new LinkedHashMap<>();
        config.tensorShapes()
                .forEach((name, shape) -> parts.put(
                        ModelTensors.stored(name, config),
                        SafetensorsWriter.floats(name, shape, () -> weights.apply(name), dtype)));
        return parts;
    }

    /** The folder, as it was given. */
    public Path path() {
        return path;
    }

    public Gpt2Config config() {
        return config;
    }

    /** Every weight by canonical name, in the order of {@link Gpt2Config#tensorShapes()}; unmodifiable. */
    public Map<String, Weight> tensors() {
        return tensors;
    }

    /** @throws IllegalArgumentException if a model of this configuration has no such tensor */
    public Weight tensor(String canonicalName) {
        Weight tensor = tensors.get(canonicalName);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor " + canonicalName);
        }
        return tensor;
    }

    /** The tokens with a meaning of their own. */
    public SpecialTokens specialTokens() {
        return specialTokens;
    }

    /**
     * Reads every weight.
     *
     * @throws InvalidInputException if one is NaN or infinite; names the first, in canonical order
     */
    public void requireFinite() {
        tensors.values().forEach(weight -> weight.stored().forEach(ModelDirectory::requireFinite));
    }

    private static void requireFinite(Tensor tensor) {
        tensor.firstNonFinite().ifPresent(index -> {
            throw new InvalidInputException(
                    tensor.file() + ": tensor " + tensor.name() + " of shape " + Arrays.toString(tensor.shape())
                            + " has " + value(tensor, index) + " at index " + index
                            + " (counted row by row), but every weight must be a number;"
                            + " the model is damaged or its training diverged.");
        });
    }

    private static String value(Tensor tensor, long index) {
        return Float.toString(tensor.toFloats()[Math.toIntExact(index)]);
    }

    /**
     * SHA-256 of everything that decides what the model computes: configuration, weights, and the tokenizer files in
     * use; of {@code tokenizer_config.json}, {@code special_tokens_map.json}, {@code added_tokens.json} and
     * {@code generation_config.json} those without which something else would be computed. Other files, time stamps and
     * the folder's name do not count. It is what {@code LC_ALL=C sha256sum config.json model.safetensors tokenizer.json
     * | sha256sum} prints (names sorted). Streams all weights.
     *
     * @return 64 hexadecimal characters
     */
    public String digest() {
        SortedMap<String, String> sums = new TreeMap<>();
        decidingFiles().forEach(file -> sums.put(file.getFileName().toString(), Digests.sha256(file)));
        return digest(sums);
    }

    /**
     * A copy in a folder of this process alone: of the files that {@link #digest()} is of, and of all of the tokenizer.
     * Digest, weights and tokenizer of {@link #open} on its folder are of the same bytes, whatever becomes of this
     * folder.
     *
     * @throws InvalidInputException if a file cannot be read, or the disk has no room for them
     */
    public PrivateCopy copy() {
        Set<Path> files = new LinkedHashSet<>(decidingFiles());
        files.addAll(tokenizerFiles());
        return PrivateCopy.of(path, List.copyOf(files));
    }

    /** The files that {@link #digest()} is of. */
    public List<Path> decidingFiles() {
        List<Path> files = new ArrayList<>(List.of(path.resolve("config.json")));
        files.addAll(weightFiles);
        files.addAll(tokenizerFiles);
        generation.deciding().ifPresent(files::add);
        return files;
    }

    /**
     * The digest of a model that is not at hand.
     *
     * @param sums SHA-256 of each of its {@link #decidingFiles()}, by name
     */
    public static String digest(SortedMap<String, String> sums) {
        StringBuilder lines = new StringBuilder();
        sums.forEach((name, sum) -> lines.append(sum).append("  ").append(name).append('\n'));
        return Digests.sha256(lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The files of the tokenizer that exist, and {@code generation_config.json} if it decides, to be copied beside a
     * model that is derived from this one.
     */
    public List<Path> tokenizerFiles() {
        return Stream.concat(
                        Stream.concat(TokenizerFiles.NAMES.stream().map(path::resolve), tokenizerFiles.stream())
                                .filter(Files::exists),
                        generation.deciding().stream())
                .distinct()
                .toList();
    }

    /** What there is to say about the tokenizer. */
    public TokenizerTraits tokenizer() {
        return tokenizer;
    }

    /** The type of all weights; empty if they have several, or some are whole numbers with scales. */
    public Optional<DType> dtype() {
        Set<DType> types = tensors.values().stream()
                .flatMap(weight -> weight.stored().stream())
                .map(Tensor::dtype)
                .collect(Collectors.toSet());
        return types.size() == 1 && !isQuantized()
                ? Optional.of(types.iterator().next())
                : Optional.empty();
    }

    /** Whether what some weights are multiplied with becomes whole numbers first. */
    public boolean roundsActivations() {
        return tensors.values().stream().anyMatch(Weight::roundsActivations);
    }

    /** What there is to say about the names of the weights. */
    public WeightTraits weightTraits() {
        return weightTraits;
    }

    /** Whether some weights are whole numbers with scales. */
    public boolean isQuantized() {
        return tensors.values().stream().anyMatch(weight -> !(weight instanceof Tensor));
    }

    /** Bytes of all weights as they are stored, tied ones once, scales and zero points included. */
    public long weightBytes() {
        return tensors.values().stream().mapToLong(Weight::length).sum();
    }

    /** Numbers in all weights, tied ones once; scales and zero points do not count. */
    public long parameters() {
        return tensors.values().stream().mapToLong(Weight::elements).sum();
    }
}
