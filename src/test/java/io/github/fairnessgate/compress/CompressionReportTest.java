package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionReportTest {

    private static final String MODEL =
            "{'digest': 'd', 'parameters': 1, 'zeros': 0, 'bytes': 4, 'outside': {'parameters': 1, 'zeros': 0, "
                    + "'bytes': 4},"
                    + " 'layers': [{'heads': 1, 'neurons': 1, 'parameters': 1, 'zeros': 0, 'bytes': 4}]}";
    private static final String REPORT =
            ("{'version': 1, 'recipe': {'name': 'r', 'digest': 'd'}, 'seed': 1, 'text': {'sources': [{'name': 't', "
                            + "'digest': 'd'}],"
                            + " 'digest': 'd', 'documents': 1, 'tokens': 2}, 'device': 'cpu', 'versions': {}, "
                            + "'input': MODEL, 'output': MODEL, 'stages': [{'seed': 1, 'stage':"
                            + " {'method': 'head-pruning', 'importance': 'michel', 'layers': [], "
                            + "'mostImportantLayer': 0, 'course': {'examples': 1, 'heldOut': 1, 'asked': 1,"
                            + " 'removed': 1, 'stoppedByGuard': false, 'rounds': [], 'lossBefore': 1, 'lossAfter': "
                            + "1}}, 'output': MODEL}]}")
                    .replace("MODEL", MODEL)
                    .replace('\'', '"');

    @TempDir
    Path folder;

    private ObjectNode report;

    @BeforeEach
    void readReport() throws IOException {
        report = (ObjectNode) Json.MAPPER.readTree(REPORT);
    }

    @Test
    void aHeadPruningNeedsNoFairness() throws IOException {
        write();
        assertThat(CompressionReport.read(folder).stages()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "recipe",
                "input",
                "output",
                "stages",
                "recipe.name",
                "input.digest",
                "input.layers",
                "output.digest",
                "stages[0].stage"
            })
    void whatIsLeftOutIsNamed(String part) throws IOException {
        int end = part.lastIndexOf('.');
        String owner =
                end < 0 ? "" : "/" + part.substring(0, end).replace('.', '/').replaceAll("\\[(\\d)]", "/$1");
        ((ObjectNode) report.at(owner)).remove(part.substring(end + 1));
        write();
        assertThatThrownBy(() -> CompressionReport.read(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(folder.resolve("compression.json") + " lacks " + part
                        + ", which this version of the plugin writes; compress the model again.");
    }

    private void write() throws IOException {
        Files.writeString(folder.resolve("compression.json"), report.toString());
    }
}
