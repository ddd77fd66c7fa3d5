package io.github.fairnessgate.model;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.SafetensorsHeader;
import io.github.fairnessgate.tensor.Tensor;
import io.github.fairnessgate.tensor.Weight;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds what a weight file contains against what a configuration asks for.
 *
 * @param tensors by canonical name, in canonical order
 * @param traits of the names in the file
 */
record ModelTensors(Map<String, Weight> tensors, WeightTraits traits) {

    /** Causal masks that old versions of transformers stored with the weights; they carry no information. */
    private static final Pattern BUFFER = Pattern.compile("h\\.\\d+\\.attn\\.(bias|masked_bias)");

    private static final Pattern LAYER = Pattern.compile("h\\.(\\d{1,8})\\..+");
    private static final String PREFIX = "transformer.";
    /** What programs put before all names: DataParallel, training frameworks, PEFT. */
    private static final List<String> WRAPPERS = List.of("module.", "base_model.model.", "model.");
    /** What programs put before the names within every module that they wrap: torch.compile, FSDP, checkpointing. */
    private static final Pattern WITHIN =
            Pattern.compile("(_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\\.");
    /** Of classifiers of texts, tokens and answers, of reinforcement learning, and of GPT-2's own second head. */
    private static final Pattern OTHER_HEAD =
            Pattern.compile("(score|classifier|qa_outputs)\\.(weight|bias)|(v_head|multiple_choice_head)\\..+");

    private static final String EMBEDDING = "wte.weight";
    static final String OUTPUT = "lm_head.weight";

    /**
     * The name of a weight in a file that transformers loads: the canonical one, but
     * {@code transformer.h.0.ln_1.weight} where the output layer has weights of its own. Beside bare names transformers
     * 4 takes {@code lm_head.weight} for damage and refuses the file.
     */
    static String stored(String canonical, Gpt2Config config) {
        return config.tiedEmbeddings() || canonical.equals(OUTPUT) ? canonical : PREFIX + canonical;
    }

    /**
     * The model's weights.
     *
     * @throws InvalidInputException if a tensor is missing, is one too many, or has another shape or type than it
     *     should
     */
    static ModelTensors of(Gpt2Config config, Collection<SafetensorsHeader.Entry> entries) {
        String prefix = prefix(entries);
        Map<String, SafetensorsHeader.Entry> found = byCanonicalName(entries, prefix);
        List<String> unused = found.keySet().stream()
                .filter(name -> OTHER_HEAD.matcher(name).matches())
                .map(name -> found.get(name).name())
                .sorted()
                .toList();
        found.keySet().removeIf(name -> OTHER_HEAD.matcher(name).matches());
        if (config.tiedEmbeddings() && !found.containsKey(EMBEDDING) && found.containsKey(OUTPUT)) {
            found.put(EMBEDDING, found.remove(OUTPUT)); // safetensors' save_model keeps one name of two that are tied
        }
        requireLayers(config, found);
        Map<String, Weight> tensors = new LinkedHashMap<>();
        config.tensorShapes()
                .forEach((name, shape) -> tensors.put(
                        name,
                        QuantizedWeights.find(name, shape, found, config.settingsBehind(name))
                                .orElseGet(() -> checked(config, name, shape, found))));
        requireNothingElse(config, found, tensors);
        return new ModelTensors(
                tensors,
                new WeightTraits(
                        wrapper(entries, prefix),
                        unused,
                        config.attentionScale().disagreements()));
    }

    /** The same, with more that versions of transformers compute in different ways. */
    ModelTensors with(List<String> disagreements) {
        return new ModelTensors(
                tensors,
                new WeightTraits(
                        traits.wrapper(),
                        traits.unused(),
                        Stream.concat(traits.disagreements().stream(), disagreements.stream())
                                .toList()));
    }

    private static String unwrapped(SafetensorsHeader.Entry entry) {
        return WITHIN.matcher(entry.name()).replaceAll("");
    }

    /** All that names have beside what transformers writes, once each. */
    private static String wrapper(Collection<SafetensorsHeader.Entry> entries, String prefix) {
        String within = entries.stream()
                .flatMap(entry -> WITHIN.matcher(entry.name()).results())
                .map(MatchResult::group)
                .distinct()
                .sorted()
                .collect(Collectors.joining());
        return prefix + within;
    }

    /** What all names begin with, one wrapper within another; empty in most files. */
    private static String prefix(Collection<SafetensorsHeader.Entry> entries) {
        String all = "";
        Optional<String> next = Optional.of("");
        while (next.isPresent() && !entries.isEmpty()) {
            all += next.get();
            String before = all;
            next = WRAPPERS.stream()
                    .filter(wrapper ->
                            entries.stream().allMatch(entry -> unwrapped(entry).startsWith(before + wrapper)))
                    .findFirst();
        }
        return all;
    }

    private static Map<String, SafetensorsHeader.Entry> byCanonicalName(
            Collection<SafetensorsHeader.Entry> entries, String prefix) {
        Map<String, SafetensorsHeader.Entry> found = new LinkedHashMap<>();
        for (SafetensorsHeader.Entry entry : entries) {
            String bare = unwrapped(entry).substring(prefix.length());
            String name = bare.startsWith(PREFIX) ? bare.substring(PREFIX.length()) : bare;
            if (BUFFER.matcher(name).matches()) {
                continue;
            }
            SafetensorsHeader.Entry other = found.put(name, entry);
            if (other != null) {
                throw new InvalidInputException(
                        entry.file() + ": tensor " + name + " is there twice, as " + other.name() + " and as "
                                + entry.name() + ", so it is not clear which one counts; save the model again.");
            }
        }
        return found;
    }

    private static void requireLayers(Gpt2Config config, Map<String, SafetensorsHeader.Entry> found) {
        int layers = 0;
        SafetensorsHeader.Entry last = null;
        for (Map.Entry<String, SafetensorsHeader.Entry> entry : found.entrySet()) {
            Matcher layer = LAYER.matcher(entry.getKey());
            if (layer.matches() && Integer.parseInt(layer.group(1)) >= layers) {
                layers = Integer.parseInt(layer.group(1)) + 1;
                last = entry.getValue();
            }
        }
        if (layers > config.layers()) {
            throw new InvalidInputException(last.file() + " has weights of " + layers + " layers (such as "
                    + last.name() + "), but config.json says n_layer = " + config.layers()
                    + "; correct n_layer, or give the weights that belong to it.");
        }
        if (layers < config.layers() && layers > 0) {
            throw new InvalidInputException(last.file() + " has weights of " + layers
                    + " layers, but config.json says n_layer = " + config.layers() + ": tensor h." + layers
                    + ".ln_1.weight is missing; correct n_layer, or give the weights that belong to it.");
        }
    }

    private static Tensor checked(
            Gpt2Config config, String name, long[] shape, Map<String, SafetensorsHeader.Entry> found) {
        SafetensorsHeader.Entry entry = found.get(name);
        if (entry == null) {
            throw new InvalidInputException(
                    anyFile(found) + " lacks the tensor " + name + " of shape " + Arrays.toString(shape)
                            + (name.equals(OUTPUT) ? ", which tie_word_embeddings = false in config.json asks for" : "")
                            + "; the model is incomplete"
                            + (name.endsWith(".bias")
                                    ? ", or was trained without it: then save it with zeros in its place."
                                    : "."));
        }
        DType dtype = DType.floatNamed(entry.dtype())
                .orElseThrow(() -> new InvalidInputException(entry.file() + ": tensor " + entry.name() + " has dtype "
                        + entry.dtype() + ", but only F64, F32, F16 and BF16 weights are supported; save the model "
                        + "as one of these."));
        if (!Arrays.equals(shape, entry.shape())) {
            throw new InvalidInputException(entry.file() + ": tensor " + entry.name() + " has shape "
                    + Arrays.toString(entry.shape())
                    + ", but config.json (" + config.settingsBehind(name) + ") asks for " + Arrays.toString(shape)
                    + (isTransposed(shape, entry.shape())
                            ? "; it seems to be transposed, as nanoGPT has it: save the model as transformers does,"
                                    + " with c_attn, c_fc and c_proj turned round."
                            : "; correct config.json, or give the weights that belong to it."));
        }
        return new Tensor(name, dtype, shape, entry.file(), entry.offset(), entry.length());
    }

    private static boolean isTransposed(long[] shape, long[] found) {
        return shape.length == 2 && found.length == 2 && shape[0] == found[1] && shape[1] == found[0];
    }

    private static String anyFile(Map<String, SafetensorsHeader.Entry> found) {
        return found.values().stream()
                .findFirst()
                .map(entry -> entry.file().toString())
                .orElse("The weights file");
    }

    private static void requireNothingElse(
            Gpt2Config config, Map<String, SafetensorsHeader.Entry> found, Map<String, Weight> tensors) {
        Set<String> used = tensors.values().stream()
                .flatMap(weight -> weight.stored().stream())
                .map(Tensor::name)
                .collect(Collectors.toSet());
        found.forEach((name, entry) -> {
            if (config.tiedEmbeddings() && name.equals(OUTPUT) && tensors.get(EMBEDDING) instanceof Tensor embedding) {
                requireTied(entry, embedding);
            } else if (!used.contains(name)) {
                throw new InvalidInputException(entry.file() + ": tensor " + entry.name()
                        + " is not part of a GPT-2 language model; give a model without it (GPT2LMHeadModel).");
            }
        });
    }

    /**
     * The only place where opening a model reads weights: a tied output layer that is stored all the same has to be
     * compared.
     */
    private static void requireTied(SafetensorsHeader.Entry output, Tensor embedding) {
        boolean alike =
                output.dtype().equals(embedding.dtype().name()) && Arrays.equals(output.shape(), embedding.shape());
        if (!alike || !sameBytes(output, embedding)) {
            throw new InvalidInputException(output.file() + ": " + output.name()
                    + " differs from the token embedding wte.weight, but config.json"
                    + " says tie_word_embeddings = true (or leaves it out); set it to false, or remove " + output.name()
                    + ".");
        }
    }

    private static boolean sameBytes(SafetensorsHeader.Entry output, Tensor embedding) {
        Tensor tensor =
                new Tensor(OUTPUT, embedding.dtype(), output.shape(), output.file(), output.offset(), output.length());
        return tensor.map().mismatch(embedding.map()) < 0;
    }
}
