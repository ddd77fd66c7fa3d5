package io.github.fairnessgate.compress;

import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlNode;
import io.github.fairnessgate.yaml.YamlScalar;
import java.math.BigDecimal;
import java.util.function.Predicate;

/** Numbers of a recipe, with the range that each must lie in and the value that a missing one has. */
final class Numbers {

    /** The largest whole number that a recipe may ask for. */
    static final int MOST = 1_000_000_000;

    private Numbers() {}

    static int integer(YamlMap map, String key, int least, int otherwise) {
        return map.optional(key)
                .map(value -> value.asScalar().integer(least, MOST))
                .orElse(otherwise);
    }

    static BigDecimal positive(YamlMap map, String key, String otherwise) {
        return number(map, key, otherwise, value -> value.signum() > 0, "above 0");
    }

    static BigDecimal share(YamlMap map, String key, String otherwise) {
        return number(
                map,
                key,
                otherwise,
                value -> value.signum() >= 0 && value.compareTo(BigDecimal.ONE) <= 0,
                "from 0 to 1");
    }

    static BigDecimal number(YamlMap map, String key, String otherwise, Predicate<BigDecimal> allowed, String range) {
        YamlScalar written = map.optional(key).map(YamlNode::asScalar).orElse(null);
        if (written == null) {
            return new BigDecimal(otherwise);
        }
        BigDecimal value = written.decimal();
        if (!allowed.test(value)) {
            throw written.problem(
                    "%s must be a number %s, but is %s".formatted(written.path(), range, written.description()));
        }
        return value;
    }
}
