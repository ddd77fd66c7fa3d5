package io.github.fairnessgate.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.CompressionTimes;
import io.github.fairnessgate.compress.ModelSize;
import io.github.fairnessgate.file.Fixtures;
import io.github.fairnessgate.worker.SpeedComparison;
import io.github.fairnessgate.worker.SpeedComparison.Speed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionMeasurementsTest {

    private static final SpeedComparison SPEED =
            new SpeedComparison(64, 32, 25, new Speed(12.14, 5743.2), new Speed(6.35, 9120.7));

    @TempDir
    Path folder;

    @Test
    void oneLineSumsUpWhatChanged() {
        assertThat(CompressionMeasurements.summary(report(), SPEED))
                .isEqualTo("bytes 17.2 MB -> 11.8 MB (-31 %), first token 12.1 ms -> 6.4 ms,"
                        + " generation 5,743 -> 9,121 tokens/s, parameters 4,291,584 -> 2,956,992 (-31 %)");
    }

    @Test
    void aModelThatIsNotSmallerOrThatIsSlowerIsWarnedOf() throws IOException {
        assertThat(CompressionMeasurements.warnings(report(), SPEED)).isEmpty();
        assertThat(CompressionMeasurements.warnings(
                        report(size("before", 8583168, 1), size("after", 16080768, 1)), SPEED))
                .singleElement()
                .asString()
                .startsWith(
                        "The compressed model is not smaller than its original: 16.1 MB of weights instead of 8.6 MB.");
        SpeedComparison slower = new SpeedComparison(64, 32, 25, new Speed(10, 100), new Speed(12, 80));
        assertThat(CompressionMeasurements.warnings(report(), slower))
                .containsExactly(
                        "The compressed model is slower than its original: it takes 1.20 times as long to read a "
                                + "text, and 1.25 times to write one.");
        assertThat(CompressionMeasurements.warnings(
                        report(), new SpeedComparison(64, 32, 25, new Speed(10, 100), new Speed(15, 200))))
                .isEmpty();
    }

    @Test
    void aReportWarnsOfTheModelThatItIsAboutAndOfNoOther() throws IOException {
        Path compressed = Files.createDirectories(folder.resolve("compressed"));
        CompressionReport larger = report(size("before", 8583168, 1), size("after", 16080768, 1));
        Files.write(compressed.resolve(CompressionReport.FILE), Json.MAPPER.writeValueAsBytes(larger));
        assertThat(CompressionMeasurements.warningsAbout(compressed, "after")).hasSize(1);
        assertThat(CompressionMeasurements.warningsAbout(compressed, "another")).isEmpty();
        CompressionMeasurements.of(larger, Device.CPU, new CompressionTimes(1, List.of()), 1)
                .with(new SpeedComparison(64, 32, 25, new Speed(10, 100), new Speed(12, 80)))
                .write(CompressionMeasurements.beside(compressed));
        assertThat(CompressionMeasurements.warningsAbout(compressed, "after")).hasSize(2);
        assertThat(CompressionMeasurements.warningsAbout(folder.resolve("none"), "after"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "/input", "/output", "/compression", "/speed/before", "/speed/after"})
    void aDamagedFileIsRefusedInASentence(String damage) throws IOException {
        Path compressed = Files.createDirectories(folder.resolve("compressed"));
        Files.write(compressed.resolve(CompressionReport.FILE), Json.MAPPER.writeValueAsBytes(report()));
        Path file = CompressionMeasurements.beside(compressed);
        CompressionMeasurements.of(report(), Device.CPU, new CompressionTimes(1, List.of()), 1)
                .with(SPEED)
                .write(file);
        if (damage.startsWith("/")) {
            int key = damage.lastIndexOf('/') + 1;
            Fixtures.editJson(
                    file, json -> ((ObjectNode) json.at(damage.substring(0, key - 1))).putNull(damage.substring(key)));
        } else {
            Files.writeString(file, damage);
        }
        assertThatThrownBy(() -> CompressionMeasurements.warningsAbout(compressed, "after"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is not what this version of the plugin writes: ")
                .hasMessageNotContaining("Deserialization");
    }

    @Test
    void theFileNamesTheModelsTheMachineAndEveryFigure() throws IOException {
        Path file = folder.resolve(CompressionMeasurements.FILE);
        CompressionTimes times =
                new CompressionTimes(80.5, List.of(new CompressionTimes.StageTime("distillation", 78)));
        CompressionMeasurements.of(report(), Device.CPU, times, 900_000_000)
                .with(SPEED)
                .write(file);
        JsonNode json = Json.MAPPER.readTree(file.toFile());
        assertThat(json.at("/version").intValue()).isEqualTo(1);
        assertThat(json.at("/input").textValue()).isEqualTo("before");
        assertThat(json.at("/output").textValue()).isEqualTo("after");
        assertThat(json.at("/device").textValue()).isEqualTo("cpu");
        assertThat(json.at("/processor").textValue()).isNotBlank();
        assertThat(json.at("/threads").intValue()).isPositive();
        assertThat(json.at("/compression/stages/0/seconds").doubleValue()).isEqualTo(78);
        assertThat(json.at("/peakMemory").longValue()).isEqualTo(900_000_000);
        assertThat(json.at("/speed/after/firstTokenMilliseconds").doubleValue()).isEqualTo(6.35);
    }

    private static CompressionReport report() {
        return report(size("before", 17166336, 4291584), size("after", 11827968, 2956992));
    }

    private static CompressionReport report(ModelSize before, ModelSize after) {
        return new CompressionReport(
                1,
                new CompressionReport.Source("mine", "0"),
                0,
                new CompressionReport.Text(List.of(), "0", 0, 0),
                "cpu",
                Map.of(),
                before,
                after,
                List.of());
    }

    private static ModelSize size(String digest, long bytes, long parameters) {
        return new ModelSize(digest, parameters, 0, bytes, new ModelSize.Outside(0, 0, 0), List.of());
    }
}
