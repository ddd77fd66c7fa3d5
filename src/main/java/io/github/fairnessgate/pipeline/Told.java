package io.github.fairnessgate.pipeline;

import java.util.List;
import java.util.Optional;

/** What the user told a goal, and where. */
public interface Told {

    /**
     * A property as it counts.
     *
     * @param value of the property
     * @param text as it could be written on a command line
     * @param origin where it came from, in words
     */
    record Property(String value, String text, String origin) {}

    /** Where the value of a parameter came from, in words. */
    String origin(String element);

    /** Whether a POM or a property says what a parameter is, if only by an empty value. */
    boolean isGiven(String element);

    /** A parameter and what it is, with where that came from: {@code fairness.skip=true (command line)}. */
    String account(String element);

    /** A property by its name. */
    Optional<Property> property(String name);

    /**
     * Says what has no effect, a sentence each.
     *
     * @throws io.github.fairnessgate.InvalidInputException if the user wants that to be an error
     */
    void withoutEffect(List<String> sentences);
}
