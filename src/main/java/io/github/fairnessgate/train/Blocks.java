package io.github.fairnessgate.train;

import io.github.fairnessgate.model.Gpt2Config;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Choices of transformer blocks for a student. */
public final class Blocks {

    private static final Pattern ATTENTION_IN = Pattern.compile("h\\.(\\d+)\\.attn\\.c_attn\\.(weight|bias)");

    private Blocks() {}

    /**
     * Evenly spaced blocks, the first and the last among them: block i of the student is teacher block {@code i
     * (teacher - 1) / (student - 1)}, halves rounded towards the nearer end, so that 12 to 6 gives 0, 2, 4, 7, 9, 11 as
     * in DistilGPT-2. A student of one block takes the first.
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

    /**
     * What a tensor of a model that keeps only some blocks of another is multiplied with, by column, so that every
     * block attends as it did: with {@link io.github.fairnessgate.model.AttentionScale} by layer, a block with another
     * number would look elsewhere. What the number changes goes into the weights and biases of the queries.
     *
     * @param name in the model that keeps some
     * @param config of the model that has all
     * @return one factor for each column; empty where all are 1
     */
    public static float[] columnFactors(String name, Gpt2Config config, List<Integer> blocks) {
        Matcher attention = ATTENTION_IN.matcher(name);
        if (!attention.matches()) {
            return new float[0];
        }
        int block = Integer.parseInt(attention.group(1));
        int source = blocks.get(block);
        float factor = (float) (config.attentionFactor(source) / config.attentionFactor(block));
        if (factor == 1) {
            return new float[0];
        }
        int queries = config.heads(source) * config.headSize();
        float[] factors = new float[3 * queries];
        Arrays.fill(factors, 1);
        Arrays.fill(factors, 0, queries, factor);
        return factors;
    }

    /** The name in a model of the tensor that is {@code name} in one that keeps only some of its blocks. */
    public static String sourceName(String name, List<Integer> blocks) {
        if (!name.startsWith("h.")) {
            return name;
        }
        int end = name.indexOf('.', 2);
        int block = Integer.parseInt(name.substring(2, end));
        return "h." + blocks.get(block) + name.substring(end);
    }
}
