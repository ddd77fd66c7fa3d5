package io.github.fairnessgate.compress;

import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.train.Blocks;
import java.nio.file.Path;
import java.util.List;

/** Takes whole transformer blocks out of a model; the others close up. */
final class BlockRemoval {

    private BlockRemoval() {}

    /**
     * Writes the model with some of its blocks.
     *
     * @param kept the blocks that stay, ascending
     * @param output an existing folder; receives configuration and weights
     */
    static void write(ModelDirectory model, List<Integer> kept, Path output) {
        Gpt2Config target = model.config().withBlocks(kept);
        target.write(output.resolve("config.json"));
        ModelDirectory.writeWeights(output, target, name -> weight(model, name, kept), DType.F32);
    }

    private static float[] weight(ModelDirectory model, String name, List<Integer> kept) {
        float[] values = model.tensor(Blocks.sourceName(name, kept)).toFloats();
        float[] factors = Blocks.columnFactors(name, model.config(), kept);
        for (int i = 0; i < values.length && factors.length > 0; i++) {
            values[i] *= factors[i % factors.length];
        }
        return values;
    }
}
