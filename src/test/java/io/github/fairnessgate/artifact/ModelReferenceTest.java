package io.github.fairnessgate.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {

    @TempDir
    Path base;

    @Test
    void anExistingFolderIsADirectory() throws IOException {
        Files.createDirectories(base.resolve("src/main/model"));

        assertThat(ModelReference.parse("src/main/model", base)).isEqualTo(new ModelReference.Directory(base.resolve("src/main/model")));
        assertThat(ModelReference.parse(" " + base.resolve("src/main/model") + "\n", Path.of("elsewhere")))
                .isEqualTo(new ModelReference.Directory(base.resolve("src/main/model")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.zip", "model.ZIP", "model.tar.gz", "model.tgz", "my model.zip"})
    void anExistingFileIsAnArchive(String name) {
        Fixtures.write(base.resolve(name), "");

        assertThat(ModelReference.parse(name, base)).isEqualTo(new ModelReference.Archive(base.resolve(name)));
    }

    @ParameterizedTest
    @CsvSource({
        "org.example:gpt2:1.0,                     org.example, gpt2, zip, '', 1.0",
        "org.example:gpt2:tar.gz:1.0-SNAPSHOT,     org.example, gpt2, tar.gz, '', 1.0-SNAPSHOT",
        "org.example:gpt2:zip:compressed:1.0,      org.example, gpt2, zip, compressed, 1.0"})
    void threeToFivePartsAreMavenCoordinates(String text, String group, String artifact, String extension, String classifier, String version) {
        assertThat(ModelReference.parse(text, base)).isEqualTo(new ModelReference.Coordinates(group, artifact, extension, classifier, version));
    }

    @Test
    void aBuiltInModelIsNamed() {
        assertThat(ModelReference.parse("builtin:reference-gpt2", base)).isEqualTo(new ModelReference.Builtin("reference-gpt2"));
    }

    @ParameterizedTest
    @CsvSource({"models/toxic-bert, toxic-bert", "toxic-bert.v1.zip, toxic-bert.v1", "roberta.TAR.GZ, roberta", "roberta.tgz, roberta",
        "org.example:toxic-bert:tar.gz:onnx:1.0, toxic-bert", "builtin:reference-gpt2, reference-gpt2"})
    void everyReferenceHasTheNameThatPeopleUse(String text, String name) throws IOException {
        Files.createDirectories(base.resolve("models/toxic-bert"));
        for (String archive : List.of("toxic-bert.v1.zip", "roberta.TAR.GZ", "roberta.tgz")) {
            Fixtures.write(base.resolve(archive), "");
        }
        assertThat(ModelReference.parse(text, base).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''                          | The parameter model is empty",
        "builtin:gpt5                | There is no built-in model \"gpt5\"; there is builtin:reference-gpt2",
        "hf://openai/gpt2@607a30d    | hf://openai/gpt2@607a30d lies on the Hugging Face hub, from which this version cannot load",
        "src/main/modle              | \"src/main/modle\" was not found in",
        "a:b                         | \"a:b\" was not found in",
        "a:b:c:d:e:f                 | \"a:b:c:d:e:f\" was not found in",
        "org.example:gpt2:           | was not found in",
        "org.example:${model}:1.0    | was not found in"})
    void whatIsNoneOfTheseIsRefused(String text, String sentence) {
        assertThatThrownBy(() -> ModelReference.parse(text, base)).isInstanceOf(InvalidInputException.class).hasMessageContaining(sentence);
    }

    @Test
    void aFileOfAnotherKindIsRefused() {
        Fixtures.write(base.resolve("model.onnx"), "");

        assertThatThrownBy(() -> ModelReference.parse("model.onnx", base))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(base.resolve("model.onnx").toString(), "neither a .zip nor a .tar.gz");
    }
}
