package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Settings of {@code config.json} by which transformers may compute something else than GPT-2 with the weights. */
final class OwnComputation {

    private OwnComputation() {}

    /** Clauses without a full stop about those that a configuration has, and about what is measured. */
    static List<String> disagreements(Path configJson) {
        JsonNode json = TokenizerSettings.object(configJson);
        List<String> clauses = new ArrayList<>();
        if (!json.path("auto_map").isEmpty()) {
            clauses.add("config.json names code of its own in auto_map, which transformers runs with"
                    + " trust_remote_code=True; what is measured is what GPT-2's code computes without it");
        }
        if (!json.path("quantization_config").isEmpty()) {
            clauses.add("config.json has quantization_config, by which transformers rounds weights when it loads them;"
                    + " what is measured are the weights as the file has them");
        }
        return clauses;
    }
}
