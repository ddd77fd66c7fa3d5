package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.file.FileErrors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Folders that people give in the place of a model's: what they are, and what to give instead. */
final class MisplacedModel {

    private static final String ADAPTER = "adapter_config.json";
    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d{1,9})");
    /** Methods of PEFT 0.21.2 that learn prompts, or whose layers have no merge. */
    private static final Set<String> UNMERGEABLE = Set.of(
            "PREFIX_TUNING",
            "PROMPT_TUNING",
            "MULTITASK_PROMPT_TUNING",
            "P_TUNING",
            "CPT",
            "CARTRIDGE",
            "LILY",
            "SHADOW");
    /** Weights of other programs, by the ends of their names, and what to do with them. */
    private static final Map<String, String> FOREIGN = Map.of(
            "tf_model.h5",
            "of TensorFlow: convert them once with transformers 4,"
                    + " AutoModelForCausalLM.from_pretrained(folder, from_tf=True).save_pretrained(folder)",
            "flax_model.msgpack",
            "of Flax: convert them once with transformers 4,"
                    + " AutoModelForCausalLM.from_pretrained(folder, from_flax=True).save_pretrained(folder)",
            ".gguf",
            "of llama.cpp, mostly rounded: give the model that they were made from",
            ".onnx",
            "of ONNX, in which weights are parts of a graph: give the model that it was exported from",
            ".npz",
            "of NumPy or MLX: give the model that they were made from",
            "rust_model.ot",
            "of Rust: give the model that they were made from",
            "ckpt.pt",
            "of nanoGPT: put them into a GPT2LMHeadModel of transformers, with c_attn, c_fc and c_proj turned round,"
                    + " and save it");
    /** That a message names. */
    private static final int MOST_NAMES = 5;
    /** How far down a model is looked for: a hub cache has {@code models--NAME/snapshots/COMMIT}. */
    private static final int DEEPEST = 4;
    /** Entries that are looked at on the way. */
    private static final int MOST_ENTRIES = 10_000;

    private MisplacedModel() {}

    /** A sentence about a folder without configuration or without weights; empty if it looks like nothing known. */
    static Optional<String> explain(Path folder) {
        if (Files.exists(folder.resolve(ADAPTER))) {
            return Optional.of(adapter(folder));
        }
        Optional<String> foreign = foreign(folder);
        if (foreign.isPresent()) {
            return foreign;
        }
        List<Path> models = folders(folder).stream()
                .filter(MisplacedModel::hasConfiguration)
                .toList();
        List<Path> checkpoints = models.stream()
                .filter(model -> step(model) >= 0)
                .sorted(Comparator.comparingLong(MisplacedModel::step))
                .toList();
        if (!checkpoints.isEmpty()) {
            return Optional.of(folder + " is the folder of a training and holds no model but " + names(checkpoints)
                    + "; give one of these, such as the last, " + checkpoints.get(checkpoints.size() - 1) + ".");
        }
        if (models.size() == 1) {
            return Optional.of(
                    folder + " holds no model itself; the model is one folder deeper: give " + models.get(0) + ".");
        }
        if (!models.isEmpty()) {
            return Optional.of(folder + " holds no model itself but the folders of " + models.size() + " ("
                    + names(models) + "); give one of these.");
        }
        Path parent = folder.toAbsolutePath().normalize().getParent();
        if (parent != null && !hasConfiguration(folder) && hasConfiguration(parent)) {
            return Optional.of(folder + " holds no model; the model is one folder higher: give " + parent + ".");
        }
        return hasConfiguration(folder) ? Optional.empty() : deeper(folder);
    }

    private static Optional<String> deeper(Path folder) {
        List<Path> models = below(folder);
        if (models.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(folder + " holds no model itself; "
                + (models.size() == 1
                        ? "the model is deeper: give " + models.get(0) + "."
                        : "models are deeper: give one of these folders, such as " + models.get(0) + "."));
    }

    /** Folders with a configuration, in the order of their paths. */
    private static List<Path> below(Path folder) {
        try (Stream<Path> files = Files.walk(folder, DEEPEST)) {
            return files.limit(MOST_ENTRIES)
                    .filter(MisplacedModel::hasConfiguration)
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of(); // a hint is not worth an error about folders that the user did not name
        }
    }

    private static String adapter(Path folder) {
        ObjectNode adapter = TokenizerSettings.object(folder.resolve(ADAPTER));
        String method = adapter.path("peft_type").asText("of unknown type");
        return folder + " is a PEFT adapter (" + method + " for the base model "
                + adapter.path("base_model_name_or_path").asText("that it does not name") + ") and not a model; "
                + (UNMERGEABLE.contains(method)
                        ? "this method adds to the texts or the computation of its base model and cannot be merged into"
                                + " its weights, so the plugin cannot measure it: give a model that was trained with"
                                + " LORA or as a whole."
                        : "merge it once, with"
                                + " AutoPeftModelForCausalLM.from_pretrained(folder).merge_and_unload()"
                                + ".save_pretrained(merged), and give the merged folder with the base model's"
                                + " tokenizer.");
    }

    private static Optional<String> foreign(Path folder) {
        Path onnx = folder.resolve("onnx");
        return Stream.concat(list(folder).stream(), Files.isDirectory(onnx) ? list(onnx).stream() : Stream.empty())
                .flatMap(file -> FOREIGN.entrySet().stream()
                        .filter(kind -> file.getFileName().toString().endsWith(kind.getKey()))
                        .map(kind -> folder + " has its weights only as " + folder.relativize(file) + " "
                                + kind.getValue() + "."))
                .findFirst();
    }

    private static boolean hasConfiguration(Path folder) {
        return Files.isRegularFile(folder.resolve(ModelDirectory.CONFIGURATION));
    }

    /** The number of a checkpoint; -1 for another folder. */
    private static long step(Path folder) {
        Matcher name = CHECKPOINT.matcher(folder.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : -1;
    }

    private static String names(List<Path> folders) {
        List<String> names =
                folders.stream().map(folder -> folder.getFileName().toString()).toList();
        return names.size() <= MOST_NAMES
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, MOST_NAMES)) + " and " + (names.size() - MOST_NAMES) + " more";
    }

    private static List<Path> folders(Path folder) {
        return list(folder).stream().filter(Files::isDirectory).toList();
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw FileErrors.cannot("list", folder, e);
        }
    }
}
