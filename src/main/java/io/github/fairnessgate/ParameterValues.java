package io.github.fairnessgate;

import java.util.Optional;

/** Reads what users wrote for parameters. */
public final class ParameterValues {

    private ParameterValues() {}

    /** A parameter without blanks around it, unless it is empty. */
    public static Optional<String> given(String written) {
        return Optional.ofNullable(written).map(String::strip).filter(text -> !text.isEmpty());
    }

    /**
     * A switch that is on by default or makes a build fail. Maven itself takes whatever is not "true" for false, so
     * that a misprint would switch it off.
     *
     * @throws InvalidInputException if it is neither true nor false
     */
    public static boolean isTrue(String written, String property) {
        return isFirst(written, property, "true", "false");
    }

    /**
     * Whether results of earlier builds are used.
     *
     * @param written as the user wrote {@link Parameters#CACHE}
     * @throws InvalidInputException if it is neither on nor off
     */
    public static boolean isCacheOn(String written) {
        return isFirst(written, Parameters.CACHE, "on", "off");
    }

    private static boolean isFirst(String written, String property, String first, String second) {
        String value = written == null ? "" : written.strip();
        if (!value.equalsIgnoreCase(first) && !value.equalsIgnoreCase(second)) {
            throw new InvalidInputException(
                    property + " is '" + value + "'; it must be " + first + " or " + second + ".");
        }
        return value.equalsIgnoreCase(first);
    }
}
