package io.github.fairnessgate.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a worker is started: the same wherever it runs. Every {@value #FOLDER} in it means the worker's folder.
 *
 * @param arguments of the {@code java} that runs the executor
 * @param environment variables beyond those of the executor
 */
public record WorkerStart(ArrayList<String> arguments, TreeMap<String, String> environment) implements Serializable {

    /** Stands for the worker's folder, with a separator behind it. */
    public static final String FOLDER = "{folder}";

    public WorkerStart(List<String> arguments, SortedMap<String, String> environment) {
        this(new ArrayList<>(arguments), new TreeMap<>(environment));
    }
}
