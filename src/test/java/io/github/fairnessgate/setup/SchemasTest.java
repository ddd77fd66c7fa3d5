package io.github.fairnessgate.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.github.fairnessgate.result.ThresholdsSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemasTest {

    @TempDir
    Path project;

    @Test
    void allAreWrittenAndTheLineThatNamesOneIsTold() {
        Path folder = project.resolve(Schemas.FOLDER);
        List<String> lines = Schemas.write(project, folder);
        assertThat(lines)
                .containsExactly(
                        "Wrote " + folder.resolve("thresholds.schema.json"),
                        "Wrote " + folder.resolve("recipe.schema.json"),
                        "Wrote " + folder.resolve("search.schema.json"),
                        "The first line of a thresholds file beside the POM: # yaml-language-server: "
                                + "$schema=src/main/fairness/thresholds.schema.json");
    }

    @Test
    void whatIsWrittenChecksThresholdsAndRecipes() throws IOException {
        Schemas.write(project, project);
        JsonSchema thresholds = schema("thresholds.schema.json");
        assertThat(thresholds.validate(ThresholdsSource.builtIn("default"), InputFormat.YAML))
                .isEmpty();
        assertThat(thresholds.validate("version: 1\nrule: []\n", InputFormat.YAML))
                .isNotEmpty();
        JsonSchema recipe = schema("recipe.schema.json");
        String good = "version: 1\nseed: 1\ntext: a.txt\nstages:\n  - {method: quantization, scheme: int8}\n";
        assertThat(recipe.validate(good, InputFormat.YAML)).isEmpty();
        assertThat(recipe.validate(good.replace("scheme", "sheme"), InputFormat.YAML))
                .isNotEmpty();
    }

    @Test
    void whatIsWrittenChecksSearches() throws IOException {
        Schemas.write(project, project);
        JsonSchema search = schema("search.schema.json");
        String good = """
                version: 1
                recipes:
                  - int8
                  - recipe: heads-30
                    vary: {head-pruning.heads: {from: 0.1, to: 0.3, step: 0.1}, head-pruning.step: [0.1, null]}
                objectives: [size.bytes]
                """;
        assertThat(search.validate(good, InputFormat.YAML)).isEmpty();
        for (String bad : List.of(
                good.replace("vary", "varied"),
                good.replace("step: 0.1}", "step: 0}"),
                good.replace("[0.1, null]", "[0.1, 0.1]"),
                good + "finalists: 0\n",
                good + "confirmation: 0.9\n")) {
            assertThat(search.validate(bad, InputFormat.YAML)).as(bad).isNotEmpty();
        }
    }

    @Test
    void aSecondRunWritesTheSame() throws IOException {
        Schemas.write(project, project);
        byte[] first = Files.readAllBytes(project.resolve("recipe.schema.json"));
        Schemas.write(project, project);
        assertThat(project.resolve("recipe.schema.json")).hasBinaryContent(first);
    }

    private JsonSchema schema(String name) throws IOException {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Files.readString(project.resolve(name)));
    }
}
