package io.github.fairnessgate.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver has no library that writes JSON; what it writes is read by one. */
class DriverEventsTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final DriverEvents events = new DriverEvents(new PrintStream(out, true, StandardCharsets.UTF_8));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "",
                "quote \" and backslash \\ and \\\" both",
                "line\nbreak\r\ttab \u0000 nul \u001b escape",
                "é 💩 \u2028 \u202e",
                "{\"event\":\"finished\"}"
            })
    void anyMessageIsOneLineOfJson(String message) throws Exception {
        events.failed(true, message);
        events.info(message);
        String[] lines = out.toString(StandardCharsets.UTF_8).split(System.lineSeparator());
        assertThat(lines).hasSize(2);
        JsonNode failed = Json.MAPPER.readTree(lines[0]);
        assertThat(failed.get("event").asText()).isEqualTo("failed");
        assertThat(failed.get("invalidInput").asBoolean()).isTrue();
        assertThat(failed.get("message").asText()).isEqualTo(message);
        assertThat(Json.MAPPER.readTree(lines[1]).get("message").asText()).isEqualTo(message);
    }

    @Test
    void stepsAreNumbers() throws Exception {
        events.step("Spark", 3, 32);
        JsonNode step = Json.MAPPER.readTree(out.toString(StandardCharsets.UTF_8));
        assertThat(step.get("done").asInt()).isEqualTo(3);
        assertThat(step.get("total").asInt()).isEqualTo(32);
    }
}
