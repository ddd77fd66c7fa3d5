package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.FloatTensor;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSizeTest {

    @TempDir
    Path folder;

    @Test
    void everyLayerIsCountedAsItsShapeSays() {
        // Width 8, 4 heads of 2, 10 neurons. Norms 2*16; attention 8*3a + 3a + 8a + 8 with a = 2 * heads; feed-forward
        // 8*10 + 10 + 10*8 + 8.
        ModelDirectory model = TinyModels.builder()
                .layers(2)
                .heads(4)
                .embedding(8)
                .inner(10)
                .prunedHeads(List.of(List.of(), List.of(0, 2, 3)))
                .dtype(DType.F16)
                .write(folder);
        ModelSize size = ModelSize.of(model);
        int rest = 32 + 8 + 178;
        assertThat(size.layers()).extracting(ModelSize.Layer::heads).containsExactly(4, 1);
        assertThat(size.layers()).extracting(ModelSize.Layer::neurons).containsExactly(10, 10);
        assertThat(size.layers())
                .extracting(ModelSize.Layer::parameters)
                .containsExactly(rest + 35L * 8, rest + 35L * 2);
        assertThat(size.layers())
                .extracting(ModelSize.Layer::bytes)
                .containsExactly(2 * (rest + 35L * 8), 2 * (rest + 35L * 2));
        // 257 tokens and 32 positions of width 8, and the final norm.
        assertThat(size.outside().parameters()).isEqualTo(289 * 8 + 16);
        assertThat(size.parameters()).isEqualTo(model.parameters());
        assertThat(size.bytes()).isEqualTo(model.weightBytes());
        assertThat(size.digest()).isEqualTo(model.digest());
    }

    @Test
    void zerosAreCountedWhereTheyAre() {
        TinyModels tiny = TinyModels.builder();
        ModelDirectory model = tiny.write(folder);
        assertThat(ModelSize.of(model).zeros()).isZero();
        Map<String, FloatTensor> weights = tiny.weights();
        weights.get("h.1.mlp.c_fc.weight").data()[3] = 0;
        weights.get("h.1.attn.c_proj.bias").data()[0] = -0f;
        weights.get("wpe.weight").data()[5] = 0;
        SafetensorsWriter.write(folder.resolve("model.safetensors"), weights, DType.F32);
        ModelSize size = ModelSize.of(ModelDirectory.open(folder));
        assertThat(size.zeros()).isEqualTo(3);
        assertThat(size.outside().zeros()).isEqualTo(1);
        assertThat(size.layers()).extracting(ModelSize.Layer::zeros).containsExactly(0L, 2L);
    }
}
