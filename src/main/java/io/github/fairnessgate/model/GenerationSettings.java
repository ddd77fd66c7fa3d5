package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What {@code generation_config.json} says about the end of a text that is generated; its other settings are those of a
 * suite.
 *
 * @param stops tokens that end a text, as the file or else {@code config.json} names them, whether they exist or not
 * @param deciding the file, if without it other tokens would end a text
 */
record GenerationSettings(List<Integer> stops, Optional<Path> deciding) {

    static final String FILE = "generation_config.json";

    private static final String END = "eos_token_id";

    /**
     * @throws InvalidInputException if the file is not a JSON object, or its {@code eos_token_id} is neither a number
     *     nor a list of numbers nor null
     */
    static GenerationSettings read(Path folder, Gpt2Config config) {
        Path file = folder.resolve(FILE);
        List<Integer> usual = config.eosTokenIds();
        JsonNode json = Files.isRegularFile(file) ? TokenizerSettings.object(file) : null;
        if (json == null || !json.hasNonNull(END)) {
            return new GenerationSettings(usual, Optional.empty());
        }
        try {
            List<Integer> named = Gpt2ConfigFile.tokenIds(json, END).orElseThrow();
            return new GenerationSettings(
                    named,
                    existing(named, config).equals(existing(usual, config)) ? Optional.empty() : Optional.of(file));
        } catch (InvalidInputException e) {
            throw new InvalidInputException(file + ": " + e.getMessage(), e);
        }
    }

    private static TreeSet<Integer> existing(List<Integer> ids, Gpt2Config config) {
        TreeSet<Integer> existing = new TreeSet<>(ids);
        existing.removeIf(id -> id < 0 || id >= config.vocabulary());
        return existing;
    }
}
