package io.github.fairnessgate.spark;

import java.io.Serializable;
import java.util.TreeMap;

/**
 * What became of a task.
 *
 * @param event what the worker said last, as it said it
 * @param refused whether the user's input is at fault, which another attempt would not change
 * @param host where the executor runs
 * @param files content of the answer files, by name; none if refused
 */
record Answered(String event, boolean refused, String host, TreeMap<String, byte[]> files) implements Serializable {}
