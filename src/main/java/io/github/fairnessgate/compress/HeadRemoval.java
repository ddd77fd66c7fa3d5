package io.github.fairnessgate.compress;

import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.tensor.DType;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Takes heads out of the attention weights, or puts zeros in their place. With H heads of size D, {@code c_attn} is [E,
 * 3 H D] with the columns of all queries, then all keys, then all values, and {@code c_proj} is [H D, E] with D rows a
 * head.
 */
final class HeadRemoval {

    private HeadRemoval() {}

    /**
     * Writes the model without heads.
     *
     * @param prunedHeads for each layer all heads that the result lacks, in the numbers of the unpruned model; contains
     *     the heads that the model lacks already
     * @param output an existing folder; receives configuration and weights
     */
    static void prune(ModelDirectory model, List<List<Integer>> prunedHeads, Path output) {
        write(model, model.config().withPrunedHeads(prunedHeads), output);
    }

    /**
     * Writes a model that computes the same and has all its heads: those that were removed have weights of zero. Every
     * version of transformers loads it.
     */
    static void fill(ModelDirectory model, Path output) {
        write(model, filled(model), output);
    }

    /** The configuration that {@link #fill} writes. */
    static Gpt2Config filled(ModelDirectory model) {
        return model.config().withPrunedHeads(Collections.nCopies(model.config().layers(), List.of()));
    }

    /** SHA-256 of the weights that {@link #fill} writes. */
    static String filledDigest(ModelDirectory model) {
        Gpt2Config target = filled(model);
        return ModelDirectory.weightsDigest(target, name -> rearranged(name, model, target), DType.F32);
    }

    private static void write(ModelDirectory model, Gpt2Config target, Path output) {
        target.write(output.resolve("config.json"));
        ModelDirectory.writeWeights(output, target, name -> rearranged(name, model, target), DType.F32);
    }

    /** The heads that a layer has, in the numbers of the unpruned model. */
    static List<Integer> presentHeads(Gpt2Config config, int layer) {
        return IntStream.range(0, config.baseHeads())
                .boxed()
                .filter(head -> !config.prunedHeads().get(layer).contains(head))
                .toList();
    }

    private static float[] rearranged(String name, ModelDirectory model, Gpt2Config target) {
        float[] values = model.tensor(name).toFloats();
        if (!name.contains(".attn.") || name.endsWith("c_proj.bias")) {
            return values;
        }
        int layer = Integer.parseInt(name.split("\\.")[1]);
        Heads heads = new Heads(presentHeads(model.config(), layer), presentHeads(target, layer), target.headSize());
        int embedding = target.embedding();
        if (name.endsWith("c_attn.weight")) {
            return heads.moveColumns(values, embedding, 3);
        }
        if (name.endsWith("c_attn.bias")) {
            return heads.moveColumns(values, 1, 3);
        }
        return heads.moveRows(values, embedding);
    }

    /**
     * From one set of heads to another.
     *
     * @param source heads that the values have
     * @param target heads that the result has; those that the source lacks become zero
     * @param size numbers a head
     */
    private record Heads(List<Integer> source, List<Integer> target, int size) {

        /** {@code groups} runs of columns, each of all heads side by side. */
        float[] moveColumns(float[] values, int rows, int groups) {
            int from = source.size() * size;
            int to = target.size() * size;
            float[] moved = new float[rows * groups * to];
            for (int run = 0; run < rows * groups; run++) {
                move(values, run * from, moved, run * to, size);
            }
            return moved;
        }

        /** {@code size} rows of {@code width} for each head. */
        float[] moveRows(float[] values, int width) {
            float[] moved = new float[target.size() * size * width];
            move(values, 0, moved, 0, size * width);
            return moved;
        }

        private void move(float[] values, int from, float[] moved, int to, int length) {
            for (int position = 0; position < target.size(); position++) {
                int origin = source.indexOf(target.get(position));
                if (origin >= 0) {
                    System.arraycopy(values, from + origin * length, moved, to + position * length, length);
                }
            }
        }
    }
}
