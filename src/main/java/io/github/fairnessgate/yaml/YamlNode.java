package io.github.fairnessgate.yaml;

import io.github.fairnessgate.InvalidInputException;

/** A value of a YAML file that knows where it stands, so that whoever reads it can say what is wrong and where. */
public sealed interface YamlNode permits YamlMap, YamlList, YamlScalar {

    /** Where the node stands. */
    Location location();

    /** What the node is, for messages: {@code a map}, {@code a list}, {@code "text"}. */
    String description();

    /** The name of the file, as the reader of a message knows it. */
    default String file() {
        return location().file();
    }

    /** The line of the file in which the node begins; the first line is 1. */
    default int line() {
        return location().line();
    }

    /** The keys that lead from the root to the node, {@code rules[2].metric}; empty for the root. */
    default String path() {
        return location().path();
    }

    /** An exception that says {@code file:line: sentence}; the caller throws it. */
    default LocatedException problem(String sentence) {
        return location().problem(sentence);
    }

    /**
     * This node as a map.
     *
     * @throws InvalidInputException if it is anything else
     */
    default YamlMap asMap() {
        if (this instanceof YamlMap map) {
            return map;
        }
        throw wrongKind("a map of keys and values");
    }

    /**
     * This node as a list.
     *
     * @throws InvalidInputException if it is anything else
     */
    default YamlList asList() {
        if (this instanceof YamlList list) {
            return list;
        }
        throw wrongKind("a list");
    }

    /**
     * This node as a single value.
     *
     * @throws InvalidInputException if it is anything else
     */
    default YamlScalar asScalar() {
        if (this instanceof YamlScalar scalar) {
            return scalar;
        }
        throw wrongKind("a single value");
    }

    private InvalidInputException wrongKind(String expected) {
        return problem("%s must be %s, but is %s".formatted(location().name(), expected, description()));
    }
}
