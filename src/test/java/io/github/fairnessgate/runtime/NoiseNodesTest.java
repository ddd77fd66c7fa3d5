package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.github.fairnessgate.Device;
import java.nio.DoubleBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The nodes beside {@link CommonRandomNumbers}: every uniform the same, to the last bit. */
@Tag("native")
class NoiseNodesTest {

    private static final int VOCABULARY = 50_257;
    private static final int KEYS = 20;

    @TempDir
    Path folder;

    @Test
    void everyUniformIsTheOneOfTheLoopInJava() throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[][] keys = {new Random(3).longs(KEYS).map(key -> key | 1).toArray()};
        keys[0][0] = -1;
        keys[0][1] = Long.MIN_VALUE + 1;
        keys[0][2] = Long.MAX_VALUE;
        try (OrtSession.SessionOptions options = Sessions.options(folder, Device.CPU);
                OrtSession session = environment.createSession(graph(), options);
                OnnxTensor input = OnnxTensor.createTensor(environment, keys);
                OrtSession.Result result = session.run(Map.of("keys", input))) {
            DoubleBuffer uniforms = ((OnnxTensor) result.get(0)).getDoubleBuffer();
            for (int key = 0; key < KEYS; key++) {
                for (int token = 0; token < VOCABULARY; token++) {
                    assertThat(uniforms.get(key * VOCABULARY + token))
                            .isEqualTo(CommonRandomNumbers.uniform(keys[0][key], token));
                }
            }
        }
    }

    private byte[] graph() {
        OnnxGraphBuilder graph = new OnnxGraphBuilder(folder);
        graph.integers("keys", "prompts", "continuations");
        graph.doublesOutput(new NoiseNodes(graph, VOCABULARY).uniforms("keys"), "prompts", "continuations", VOCABULARY);
        return graph.serialize("noise");
    }
}
