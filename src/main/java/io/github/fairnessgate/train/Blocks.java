package io.github.fairnessgate.train;

import io.github.fairnessgate.model.Gpt2Config;
import java.util.ArrayList;
import java.util.List;

/** Choices of transformer blocks for a student. */
public final class Blocks {

    private Blocks() {
    }

    /**
     * Evenly spaced blocks, the first and the last among them: block i of the student is teacher block
     * {@code i (teacher - 1) / (student - 1)}, halves rounded towards the nearer end, so that 12 to 6
     * gives 0, 2, 4, 7, 9, 11 as in DistilGPT-2. A student of one block takes the first.
     *
     * @param teacher blocks of the teacher, 1 or more
     * @param student blocks of the student, 1 to {@code teacher}
     */
    public static List<Integer> evenlySpaced(int teacher, int student) {
        if (student < 1 || student > teacher) {
            throw new IllegalArgumentException("cannot choose " + student + " of " + teacher + " blocks");
        }
        List<Integer> blocks = new ArrayList<>();
        for (int block = 0; block < student; block++) {
            if (2 * block < student) {
                blocks.add(nearestBelow(teacher, student, block));
            } else {
                blocks.add(teacher - 1 - nearestBelow(teacher, student, student - 1 - block));
            }
        }
        return List.copyOf(blocks);
    }

    /** Rounds to the nearest block, halves down, which is towards the first one. */
    private static int nearestBelow(int teacher, int student, int block) {
        return student == 1 ? 0 : (int) Math.ceil((double) block * (teacher - 1) / (student - 1) - 0.5);
    }

    /** The configuration of a model that keeps only these blocks of another one, pruned heads included. */
    public static Gpt2Config select(Gpt2Config config, List<Integer> blocks) {
        return new Gpt2Config(blocks.size(), config.baseHeads(), blocks.stream().map(config.prunedHeads()::get).toList(),
                config.embedding(), config.positions(), config.vocabulary(), config.innerSize(), config.activation(),
                config.layerNormEpsilon(), config.tiedEmbeddings(), config.bosTokenIds(), config.eosTokenIds(), config.tokenizerClass());
    }

    /** The name in a model of the tensor that is {@code name} in one that {@link #select keeps only some} of its blocks. */
    public static String sourceName(String name, List<Integer> blocks) {
        if (!name.startsWith("h.")) {
            return name;
        }
        int end = name.indexOf('.', 2);
        int block = Integer.parseInt(name.substring(2, end));
        return "h." + blocks.get(block) + name.substring(end);
    }
}
