package io.github.fairnessgate.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.model.GivenModel;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRecordTest {

    @TempDir
    Path folder;

    @Test
    void theDigestFollowsFromTheFiles() {
        ModelDirectory model = TinyModels.create(folder.resolve("model"));

        ModelRecord record = record(model);

        assertThat(record.digest()).isEqualTo(model.digest()).isEqualTo(record.digestOfFiles());
        assertThat(record.files()).containsKeys("config.json", "model.safetensors", "tokenizer.json");
    }

    @Test
    void everyFileCountsNotOnlyThoseOfTheDigest() throws IOException {
        ModelDirectory model = TinyModels.create(folder.resolve("model"));
        Files.writeString(model.path().resolve("model.onnx"), "a graph");
        ModelRecord measured = record(model);

        assertThat(measured.differs(record(model))).isEmpty();
        Files.writeString(model.path().resolve("model.onnx"), "another graph");
        assertThat(measured.differs(record(model)).orElseThrow()).startsWith("its file model.onnx has the digest ");
        Files.delete(model.path().resolve("model.onnx"));
        assertThat(measured.differs(record(model))).contains("its file model.onnx is missing");
        Files.writeString(model.path().resolve("model.onnx"), "a graph");
        Files.writeString(model.path().resolve("code.py"), "print()");
        assertThat(measured.differs(record(model))).contains("its file code.py is not in the evidence");
    }

    @Test
    void hiddenFilesDoNotCount() throws IOException {
        ModelDirectory model = TinyModels.create(folder.resolve("model"));
        ModelRecord measured = record(model);
        Files.createDirectories(model.path().resolve(".cache/huggingface"));
        Files.writeString(model.path().resolve(".cache/huggingface/when"), "now");

        assertThat(record(model)).isEqualTo(measured);
    }

    @Test
    void aCacheOfLinksIsReadThroughThem() throws IOException {
        ModelDirectory model = TinyModels.create(folder.resolve("model"));
        Path snapshot = Files.createDirectories(folder.resolve("snapshot"));
        for (String name : record(model).files().keySet()) {
            Files.createSymbolicLink(snapshot.resolve(name), model.path().resolve(name));
        }

        assertThat(record(ModelDirectory.open(snapshot))).isEqualTo(record(model));
    }

    @Test
    void aModelThatWasNotAtHandIsKnownByItsDigestAlone() {
        ModelDirectory model = TinyModels.create(folder.resolve("model"));
        ModelDirectory other = TinyModels.builder().layers(1).write(folder.resolve("other"));
        ModelRecord unseen = ModelRecord.unseen("model", model.digest());

        assertThat(unseen.differs(record(model))).isEmpty();
        assertThat(unseen.differs(record(other)))
                .contains("its digest is " + other.digest() + ", not " + model.digest());
    }

    private static ModelRecord record(ModelDirectory model) {
        return ModelRecord.all("model", GivenModel.of(model));
    }
}
