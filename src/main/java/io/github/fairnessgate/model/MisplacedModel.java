package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.file.FileErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Folders that people give in the place of a model's: what they are, and what to give instead. */
final class MisplacedModel {

    private static final String ADAPTER = "adapter_config.json";
    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d{1,9})");
    /** That a message names. */
    private static final int MOST_NAMES = 5;

    private MisplacedModel() {}

    /** A sentence about a folder without configuration or without weights; empty if it looks like nothing known. */
    static Optional<String> explain(Path folder) {
        if (Files.exists(folder.resolve(ADAPTER))) {
            return Optional.of(adapter(folder));
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
        return parent != null && !hasConfiguration(folder) && hasConfiguration(parent)
                ? Optional.of(folder + " holds no model; the model is one folder higher: give " + parent + ".")
                : Optional.empty();
    }

    private static String adapter(Path folder) {
        ObjectNode adapter = TokenizerSettings.object(folder.resolve(ADAPTER));
        return folder + " is a PEFT adapter (" + adapter.path("peft_type").asText("of unknown type")
                + " for the base model "
                + adapter.path("base_model_name_or_path").asText("that it does not name")
                + ") and not a model; merge it once, with"
                + " AutoPeftModelForCausalLM.from_pretrained(folder).merge_and_unload().save_pretrained(merged), "
                + "and give the merged folder with the base model's tokenizer.";
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
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw FileErrors.cannot("list", folder, e);
        }
    }
}
