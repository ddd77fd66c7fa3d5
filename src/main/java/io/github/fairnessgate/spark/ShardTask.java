package io.github.fairnessgate.spark;

import java.io.Serializable;

/**
 * One shard of the questions to one model.
 *
 * @param model which one of the models, from 0
 * @param shard from 1
 */
public record ShardTask(int model, int shard) implements Serializable {

    /**
     * Reads a line that {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static ShardTask parse(String line) {
        String[] numbers = line.split(" ");
        if (numbers.length != 2) {
            throw new IllegalArgumentException("a task is the numbers of a model and a shard, but not " + line);
        }
        return new ShardTask(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
    }

    /** The name of the folder of its answers. */
    public String folder() {
        return model + "-" + shard;
    }

    @Override
    public String toString() {
        return model + " " + shard;
    }
}
