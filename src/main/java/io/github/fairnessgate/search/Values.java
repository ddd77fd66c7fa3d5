package io.github.fairnessgate.search;

import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlNode;
import io.github.fairnessgate.yaml.YamlScalar;
import io.github.fairnessgate.yaml.YamlText;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The values that a search tries for one key of a recipe: a list, or a range of numbers. */
final class Values {

    private static final int MOST = 1000;

    private Values() {}

    /**
     * @throws io.github.fairnessgate.InvalidInputException if there is none, if one is there twice, or if a range has
     *     no number
     */
    static List<YamlNode> of(YamlNode node) {
        List<YamlNode> values =
                node instanceof YamlMap range ? range(range) : node.asList().elements();
        if (values.isEmpty()) {
            throw node.problem("%s has no value, so nothing would be tried; name at least one".formatted(node.path()));
        }
        Set<String> different = new HashSet<>();
        for (YamlNode value : values) {
            if (!different.add(YamlText.inline(value))) {
                throw value.problem("the value %s is listed twice".formatted(YamlText.inline(value)));
            }
        }
        return values;
    }

    private static List<YamlNode> range(YamlMap range) {
        range.requireKeys("from", "to", "step");
        BigDecimal from = number(range, "from");
        BigDecimal to = number(range, "to");
        BigDecimal step = number(range, "step");
        if (step.signum() <= 0) {
            throw range.problem("step is %s, but must be above 0".formatted(step.toPlainString()));
        }
        if (from.compareTo(to) > 0) {
            throw range.problem(
                    "the range is empty: from is %s, and to is %s".formatted(from.toPlainString(), to.toPlainString()));
        }
        if (to.subtract(from).compareTo(step.multiply(BigDecimal.valueOf(MOST))) > 0) {
            throw range.problem("the range has more than %d values; make step larger".formatted(MOST));
        }
        if (to.subtract(from).remainder(step).signum() != 0) {
            throw range.problem("the range from %s to %s does not end on a step of %s; correct one of them"
                    .formatted(from.toPlainString(), to.toPlainString(), step.toPlainString()));
        }
        List<YamlNode> values = new ArrayList<>();
        for (BigDecimal value = from; value.compareTo(to) <= 0; value = value.add(step)) {
            values.add(new YamlScalar(range.location(), value.toPlainString(), false));
        }
        return values;
    }

    private static BigDecimal number(YamlMap range, String key) {
        return range.required(key).asScalar().decimal();
    }
}
