package io.github.fairnessgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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

        assertThat(ModelReference.parse("src/main/model", base))
                .isEqualTo(new ModelReference.Directory(base.resolve("src/main/model")));
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
        "org.example:gpt2:zip:compressed:1.0,      org.example, gpt2, zip, compressed, 1.0"
    })
    void threeToFivePartsAreMavenCoordinates(
            String text, String group, String artifact, String extension, String classifier, String version) {
        assertThat(ModelReference.parse(text, base))
                .isEqualTo(new ModelReference.Coordinates(group, artifact, extension, classifier, version));
    }

    @Test
    void aBuiltInModelIsNamed() {
        assertThat(ModelReference.parse("builtin:reference-gpt2", base))
                .isEqualTo(new ModelReference.Builtin("reference-gpt2"));
    }

    @Test
    void aModelOnTheHubHasARevisionAndPerhapsAnOrganisation() {
        String commit = "607a30d783dfa663caf39e06633721c8d4cfcd7e";

        assertThat(ModelReference.parse("hf://openai-community/gpt2@" + commit, base))
                .isEqualTo(new ModelReference.Hub("openai-community", "gpt2", commit))
                .isEqualTo(ModelReference.parse("hf://openai-community/gpt2@" + commit.toUpperCase(Locale.ROOT), base));
        assertThat(ModelReference.parse("hf://gpt2@refs/pr/1", base))
                .isEqualTo(new ModelReference.Hub("", "gpt2", "refs/pr/1"));
    }

    @Test
    void onlyAWholeCommitIsPinned() {
        ModelReference.Hub model = new ModelReference.Hub("", "gpt2", "main");

        assertThat(model.isPinned()).isFalse();
        assertThat(model.at("607a30d").isPinned()).isFalse();
        assertThat(model.at("607a30d783dfa663caf39e06633721c8d4cfcd7e").isPinned())
                .isTrue();
        assertThat(model.at("607a30d783dfa663caf39e06633721c8d4cfcd7e").text())
                .isEqualTo("hf://gpt2@607a30d783dfa663caf39e06633721c8d4cfcd7e");
    }

    @ParameterizedTest
    @CsvSource({
        "models/toxic-bert, toxic-bert",
        "toxic-bert.v1.zip, toxic-bert.v1",
        "roberta.TAR.GZ, roberta",
        "roberta.tgz, roberta",
        "org.example:toxic-bert:tar.gz:onnx:1.0, toxic-bert",
        "builtin:reference-gpt2, reference-gpt2",
        "hf://unitary/toxic-bert@main, toxic-bert"
    })
    void everyReferenceHasTheNameThatPeopleUse(String text, String name) throws IOException {
        Files.createDirectories(base.resolve("models/toxic-bert"));
        for (String archive : List.of("toxic-bert.v1.zip", "roberta.TAR.GZ", "roberta.tgz")) {
            Fixtures.write(base.resolve(archive), "");
        }
        assertThat(ModelReference.parse(text, base).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                          | The parameter model is empty",
                "builtin:gpt5                | There is no built-in model \"gpt5\"; there is builtin:harmed-gpt2, "
                        + "builtin:reference-gpt2",
                "hf://openai/gpt2            | The model hf://openai/gpt2 has no revision; write hf://openai/gpt2@ "
                        + "and the commit",
                "hf://gpt2@                  | The model hf://gpt2@ has no revision; write hf://gpt2@ and the commit",
                "hf://a/b/c@main             | hf://a/b/c@main is not of the form hf://organisation/name@revision",
                "hf://../b@main              | is not of the form",
                "hf://a/b@../main            | is not of the form",
                "hf://a/b@refs/../../x       | is not of the form",
                "hf://a--b/c@main            | is not of the form",
                "hf://a/b@main@x             | is not of the form",
                "hf://a/b@ma in              | is not of the form",
                "hf://                       | is not of the form",
                "src/main/modle              | \"src/main/modle\" was not found in",
                "a:b                         | \"a:b\" was not found in",
                "a:b:c:d:e:f                 | \"a:b:c:d:e:f\" was not found in",
                "org.example:gpt2:           | was not found in",
                "org.example:${model}:1.0    | was not found in"
            })
    void whatIsNoneOfTheseIsRefused(String text, String sentence) {
        assertThatThrownBy(() -> ModelReference.parse(text, base))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void aFileOfAnotherKindIsRefused() {
        Fixtures.write(base.resolve("model.onnx"), "");

        assertThatThrownBy(() -> ModelReference.parse("model.onnx", base))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(base.resolve("model.onnx").toString(), "neither a .zip nor a .tar.gz");
    }

    @Test
    void aWeightsFileIsToldApartFromItsFolder() {
        Fixtures.write(base.resolve("model.safetensors"), "");

        assertThatThrownBy(() -> ModelReference.parse("model.safetensors", base))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith("give the folder that it is in, " + base + ".");
    }
}
