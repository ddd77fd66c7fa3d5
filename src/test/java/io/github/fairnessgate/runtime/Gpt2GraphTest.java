package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits against Hugging Face transformers; {@code src/test/fixtures/runtime/make_logits.py} made the expectations. */
@Tag("native")
class Gpt2GraphTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/runtime");
    private static final float TOLERANCE = 1e-4f;

    @TempDir
    Path folder;

    @Test
    void referenceModelGivesTheLogitsOfTransformers() throws Exception {
        ModelDirectory model = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder));
        JsonNode fixture =
                Json.MAPPER.readTree(FIXTURES.resolve("reference.json").toFile());
        for (JsonNode text : fixture.get("cases")) {
            long[] ids = longs(text.get("ids"));
            FloatBuffer logits = logits(model, new long[][] {ids});
            int vocabulary = model.config().vocabulary();
            for (int i = 0; i < text.get("positions").size(); i++) {
                float[] actual = new float[vocabulary];
                logits.get(text.get("positions").get(i).asInt() * vocabulary, actual);
                assertClose(actual, text.get("logits").get(i));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gelu_new", "gelu"})
    void randomModelsGiveTheLogitsOfTransformersWithEitherActivation(String activation) throws Exception {
        Path directory = folder.resolve("model");
        Files.createDirectory(directory);
        for (String file : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(FIXTURES.resolve("random-" + activation).resolve(file), directory.resolve(file));
        }
        TinyModels.writeTokenizer(directory.resolve("tokenizer.json"), 257);
        JsonNode fixture = Json.MAPPER.readTree(
                FIXTURES.resolve("random-" + activation + ".json").toFile());
        long[][] ids = StreamSupport.stream(fixture.get("ids").spliterator(), false)
                .map(Gpt2GraphTest::longs)
                .toArray(long[][]::new);
        FloatBuffer logits = logits(ModelDirectory.open(directory), ids);
        float[] actual = new float[logits.remaining()];
        logits.get(actual);
        assertClose(actual, fixture.get("logits"));
    }

    @Test
    void savedGraphLoadsFromItsFolderWithoutFurtherSettings() throws Exception {
        ModelDirectory model = TinyModels.builder().write(folder.resolve("model"));
        Path directory = model.path();
        Files.write(directory.resolve("model.onnx"), Gpt2Graph.logits(model, directory));
        try (OrtSession session = OrtEnvironment.getEnvironment()
                .createSession(directory.resolve("model.onnx").toString())) {
            assertThat(session.getInputNames()).containsExactly("input_ids");
            assertThat(session.getOutputNames()).containsExactly("logits");
        }
    }

    private static FloatBuffer logits(ModelDirectory model, long[][] ids) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        byte[] graph = Gpt2Graph.logits(model, model.path());
        try (OrtSession.SessionOptions options = Sessions.options(model.path(), Device.CPU);
                OrtSession session = environment.createSession(graph, options);
                OnnxTensor input = OnnxTensor.createTensor(environment, ids);
                OrtSession.Result result = session.run(Map.of("input_ids", input))) {
            return ((OnnxTensor) result.get(0)).getFloatBuffer();
        }
    }

    private static void assertClose(float[] actual, JsonNode expected) {
        assertThat(actual).hasSize(expected.size());
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i])
                    .isCloseTo((float) expected.get(i).asDouble(), org.assertj.core.data.Offset.offset(TOLERANCE));
        }
    }

    private static long[] longs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
    }
}
