package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressionAgreementTest {

    @TempDir
    private Path folder;

    @Test
    void theOrderOfKeysMeansNothing() throws IOException {
        ModelDirectory model = TinyModels.create(folder);
        JsonNode counted = Json.MAPPER.readTree(Json.MAPPER.writeValueAsBytes(ModelSize.of(model)));
        CompressionAgreement agreement = new CompressionAgreement("here");

        assertThatCode(() -> agreement.requireCounts("{\"output\": " + turnedRound(counted) + "}", model))
                .doesNotThrowAnyException();
        ObjectNode other = turnedRound(counted);
        other.put("parameters", other.path("parameters").asLong() + 1);
        assertThatThrownBy(() -> agreement.requireCounts("{\"output\": " + other + "}", model))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("output.parameters of compression.json");
    }

    private static ObjectNode turnedRound(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        Collections.reverse(keys);
        ObjectNode turned = Json.MAPPER.createObjectNode();
        keys.forEach(
                key -> turned.set(key, object.get(key).isObject() ? turnedRound(object.get(key)) : object.get(key)));
        return turned;
    }
}
