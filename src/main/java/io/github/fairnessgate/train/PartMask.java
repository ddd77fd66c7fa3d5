package io.github.fairnessgate.train;

import io.github.fairnessgate.model.Gpt2Config;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which parts of a model take part in a forward pass; a model with masked parts computes what it computes without them.
 * Parts are numbered within their layer as the model has them.
 */
public final class PartMask {

    private final PartKind kind;
    private final boolean[][] parts;

    private PartMask(PartKind kind, boolean[][] parts) {
        this.kind = kind;
        this.parts = parts;
    }

    /**
     * A part of a model.
     *
     * @param layer from 0
     * @param index its number in the layer, from 0
     */
    public record Part(int layer, int index) {}

    /** Everything that the model has. */
    public static PartMask all(PartKind kind, Gpt2Config config) {
        boolean[][] parts = new boolean[config.layers()][];
        for (int layer = 0; layer < parts.length; layer++) {
            parts[layer] = new boolean[kind.count(config, layer)];
            Arrays.fill(parts[layer], true);
        }
        return new PartMask(kind, parts);
    }

    /** The same without these parts, all of which were there. */
    public PartMask without(Collection<Part> removed) {
        boolean[][] left = Arrays.stream(parts).map(boolean[]::clone).toArray(boolean[][]::new);
        for (Part part : removed) {
            if (!left[part.layer()][part.index()]) {
                throw new IllegalArgumentException("there is no " + part + " any more");
            }
            left[part.layer()][part.index()] = false;
        }
        return new PartMask(kind, left);
    }

    public PartKind kind() {
        return kind;
    }

    public int layers() {
        return parts.length;
    }

    /** Parts of a layer, masked ones included. */
    public int size(int layer) {
        return parts[layer].length;
    }

    public boolean has(int layer, int index) {
        return parts[layer][index];
    }

    /** The parts of a layer that are in place, ascending. */
    public List<Integer> indices(int layer) {
        return IntStream.range(0, parts[layer].length)
                .filter(index -> parts[layer][index])
                .boxed()
                .toList();
    }

    /** All parts that are in place, by layer and number. */
    public List<Part> parts() {
        List<Part> present = new ArrayList<>();
        for (int layer = 0; layer < parts.length; layer++) {
            for (int index : indices(layer)) {
                present.add(new Part(layer, index));
            }
        }
        return present;
    }

    /** A layer as factors: 1 for parts in place, 0 for masked ones. */
    float[] factors(int layer) {
        float[] factors = new float[parts[layer].length];
        for (int index = 0; index < factors.length; index++) {
            factors[index] = parts[layer][index] ? 1 : 0;
        }
        return factors;
    }
}
