package io.github.fairnessgate.yaml;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.InvalidInputException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A single value, typed by whoever reads it: by the YAML 1.2 core schema a plain {@code 0.5} is a number, a plain
 * {@code true} a boolean, a plain {@code null}, {@code ~} or nothing at all is no value, and everything else, and
 * everything in quotes, is text.
 *
 * @param location where the value stands
 * @param written the value as it was written, without quotes
 * @param quoted whether it stood in quotes or in a block, which makes it text
 */
public record YamlScalar(Location location, String written, boolean quoted) implements YamlNode {

    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");
    private static final Pattern OTHER_NUMBER =
            Pattern.compile("0x[0-9a-fA-F]+|0o[0-7]+|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
    private static final Pattern TRUE = Pattern.compile("true|True|TRUE");
    private static final Pattern FALSE = Pattern.compile("false|False|FALSE");
    private static final Pattern NOTHING = Pattern.compile("null|Null|NULL|~|");

    /**
     * Digits and exponents beyond this are no number of this field; a BigDecimal would take any amount of memory for
     * them.
     */
    private static final int LONGEST_NUMBER = 40;

    private static final int LARGEST_EXPONENT = 300;

    @Override
    public String description() {
        return isNothing() ? "empty" : "\"" + shortened(written) + "\"";
    }

    /**
     * The value as text.
     *
     * @throws InvalidInputException if there is no value, or a number or boolean stands there without quotes
     */
    public String text() {
        if (isNothing()) {
            throw expected("text");
        }
        if (!quoted && (is(NUMBER) || is(OTHER_NUMBER) || is(TRUE) || is(FALSE))) {
            throw problem("%s must be text, but %s is a %s in YAML; put it in quotes"
                    .formatted(location.name(), shortened(written), is(TRUE) || is(FALSE) ? "boolean" : "number"));
        }
        return written;
    }

    /**
     * The value as a decimal number, digit for digit as it was written.
     *
     * @throws InvalidInputException if it is no finite decimal number
     */
    public BigDecimal decimal() {
        if (quoted && is(NUMBER)) {
            throw problem("%s must be a number, but \"%s\" is text; remove the quotes"
                    .formatted(location.name(), shortened(written)));
        }
        if (quoted || !is(NUMBER)) {
            throw expected("a number");
        }
        BigDecimal value = bounded();
        if (value == null) {
            throw problem("%s must be a number of at most %d characters between 1e-%d and 1e+%d, but is %s"
                    .formatted(
                            location.name(), LONGEST_NUMBER, LARGEST_EXPONENT, LARGEST_EXPONENT, shortened(written)));
        }
        return value;
    }

    /**
     * The value as a whole number.
     *
     * @throws InvalidInputException if it is no whole number in {@code [minimum, maximum]}
     */
    public long integer(long minimum, long maximum) {
        if (quoted || !is(NUMBER)) {
            throw notInteger(minimum, maximum);
        }
        BigDecimal value = decimal();
        boolean whole = value.stripTrailingZeros().scale() <= 0;
        if (!whole
                || value.compareTo(BigDecimal.valueOf(minimum)) < 0
                || value.compareTo(BigDecimal.valueOf(maximum)) > 0) {
            throw notInteger(minimum, maximum);
        }
        return value.longValueExact();
    }

    /**
     * The value as a whole number.
     *
     * @throws InvalidInputException if it is no whole number in {@code [minimum, maximum]}
     */
    public int integer(int minimum, int maximum) {
        return Math.toIntExact(integer((long) minimum, (long) maximum));
    }

    /**
     * The value as {@code true} or {@code false}.
     *
     * @throws InvalidInputException if it is neither
     */
    public boolean bool() {
        if (!quoted && is(TRUE)) {
            return true;
        }
        if (!quoted && is(FALSE)) {
            return false;
        }
        throw expected("true or false");
    }

    /**
     * What the value stands for.
     *
     * @param choices the meanings by name
     * @throws InvalidInputException if the value is none of the names, with the name that was probably meant
     */
    public <T> T oneOf(Map<String, T> choices) {
        T choice = isNothing() ? null : choices.get(written);
        if (choice == null) {
            Collection<String> names = new ArrayList<>(choices.keySet());
            throw problem("%s is %s%s".formatted(location.name(), description(), NearestName.hint(written, names)));
        }
        return choice;
    }

    /**
     * The constant that the value names: in lower case, with hyphens for underscores.
     *
     * @throws InvalidInputException if there is none, with the name that was probably meant
     */
    public <E extends Enum<E>> E oneOf(Class<E> kind) {
        Map<String, E> choices = new LinkedHashMap<>();
        for (E constant : kind.getEnumConstants()) {
            choices.put(EnumText.of(constant), constant);
        }
        return oneOf(choices);
    }

    /** Whether there is no value: nothing at all, {@code null} or {@code ~}. */
    public boolean isNothing() {
        return !quoted && is(NOTHING);
    }

    private boolean is(Pattern pattern) {
        return pattern.matcher(written).matches();
    }

    private BigDecimal bounded() {
        if (written.length() > LONGEST_NUMBER) {
            return null;
        }
        try {
            BigDecimal value = new BigDecimal(written);
            // The magnitude, not the scale, is what matters: 0.00 has a scale and no magnitude.
            long magnitude = value.signum() == 0 ? -(long) value.scale() : (long) value.precision() - value.scale();
            return Math.abs(magnitude) <= LARGEST_EXPONENT ? value : null;
        } catch (NumberFormatException exponentOutOfRange) {
            return null;
        }
    }

    private InvalidInputException notInteger(long minimum, long maximum) {
        return expected("a whole number from %d to %d".formatted(minimum, maximum));
    }

    private InvalidInputException expected(String what) {
        return problem("%s must be %s, but is %s".formatted(location.name(), what, description()));
    }

    static String shortened(String text) {
        List<String> lines = text.lines().limit(1).toList();
        String line = lines.isEmpty() ? "" : lines.get(0);
        return line.length() > 60 ? line.substring(0, 57) + "..." : line;
    }
}
