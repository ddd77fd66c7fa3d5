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
    void bothAreWrittenAndTheLineThatNamesOneIsTold() {
        Path folder = project.resolve(Schemas.FOLDER);
        List<String> lines = Schemas.write(project, folder);
        assertThat(lines)
                .containsExactly(
                        "Wrote " + folder.resolve("thresholds.schema.json"),
                        "Wrote " + folder.resolve("recipe.schema.json"),
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
