package io.github.fairnessgate.compress;

import io.github.fairnessgate.sparsity.Pattern;
import io.github.fairnessgate.sparsity.Share;
import io.github.fairnessgate.sparsity.Target;
import io.github.fairnessgate.train.BlockLinear;
import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlNode;
import io.github.fairnessgate.yaml.YamlScalar;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Reads a {@link WeightPruning} out of a recipe. */
final class WeightPruningReader {

    private enum Importance {
        MAGNITUDE,
        WANDA,
        SPARSEGPT
    }

    private WeightPruningReader() {}

    static WeightPruning read(YamlMap stage) {
        stage.requireKeys(
                "method",
                "importance",
                "sparsity",
                "pattern",
                "linears",
                "scope",
                "examples",
                "sequenceLength",
                "damping",
                "blockSize");
        Target target = target(stage);
        YamlScalar written = stage.required("importance").asScalar();
        WeightPruning.Importance importance = switch (written.oneOf(Importance.class)) {
            case MAGNITUDE -> {
                refuse(stage, written, "examples", "sequenceLength", "damping", "blockSize");
                yield new WeightPruning.Importance.Magnitude(scope(stage, target));
            }
            case WANDA -> {
                refuse(stage, written, "scope", "damping", "blockSize");
                yield new WeightPruning.Importance.Wanda(examples(stage));
            }
            case SPARSEGPT -> {
                refuse(stage, written, "scope");
                yield new WeightPruning.Importance.SparseGpt(
                        examples(stage),
                        Numbers.positive(stage, "damping", "0.01").doubleValue(),
                        blockSize(stage, target));
            }
        };
        return new WeightPruning(stage.location(), importance, target, linears(stage));
    }

    private static void refuse(YamlMap stage, YamlScalar importance, String... keys) {
        for (String key : keys) {
            stage.optional(key).ifPresent(value -> {
                throw value.problem("\"%s\" does not belong to importance %s; remove it, or choose another importance"
                        .formatted(key, importance.written()));
            });
        }
    }

    private static Target target(YamlMap stage) {
        YamlNode sparsity = stage.optional("sparsity").orElse(null);
        YamlNode pattern = stage.optional("pattern").orElse(null);
        if (sparsity != null && pattern != null) {
            throw pattern.problem("sparsity and pattern both say how many weights become zero; remove one of them");
        }
        if (sparsity == null && pattern == null) {
            throw stage.problem(
                    ("%s needs either \"sparsity\", a share of the weights such as 0.5, or \"pattern\", \"2:4\" or "
                                    + "\"4:8\"")
                            .formatted(stage.path()));
        }
        if (pattern != null) {
            return pattern.asScalar().oneOf(byId(Pattern.values(), Pattern::id));
        }
        return new Share(Numbers.number(
                stage,
                "sparsity",
                "0.5",
                value -> value.signum() > 0 && value.compareTo(BigDecimal.ONE) < 0,
                "above 0 and below 1"));
    }

    private static <T> Map<String, T> byId(T[] values, Function<T, String> id) {
        Map<String, T> byId = new LinkedHashMap<>();
        Arrays.stream(values).forEach(value -> byId.put(id.apply(value), value));
        return byId;
    }

    private static WeightPruning.Scope scope(YamlMap stage, Target target) {
        YamlNode scope = stage.optional("scope").orElse(null);
        if (scope != null && target instanceof Pattern) {
            throw scope.problem(
                    "scope applies only to sparsity, but a pattern compares only the weights of a group; remove scope");
        }
        return scope == null ? WeightPruning.Scope.LAYER : scope.asScalar().oneOf(WeightPruning.Scope.class);
    }

    private static WeightPruning.Examples examples(YamlMap stage) {
        return new WeightPruning.Examples(
                Numbers.integer(stage, "examples", 1, 128), Numbers.integer(stage, "sequenceLength", 2, 128));
    }

    private static int blockSize(YamlMap stage, Target target) {
        int size = Numbers.integer(stage, "blockSize", 1, 128);
        if (target instanceof Pattern pattern && size % pattern.group() != 0) {
            throw stage.required("blockSize")
                    .problem(("blockSize is %d, which cuts groups of the pattern \"%s\" in two; set it to a multiple "
                                    + "of %d")
                            .formatted(size, pattern.id(), pattern.group()));
        }
        return size;
    }

    private static List<BlockLinear> linears(YamlMap stage) {
        YamlNode written = stage.optional("linears").orElse(null);
        if (written == null) {
            return List.of(BlockLinear.values());
        }
        Set<BlockLinear> linears = EnumSet.noneOf(BlockLinear.class);
        for (YamlNode linear : written.asList().elements()) {
            if (!linears.add(linear.asScalar().oneOf(byId(BlockLinear.values(), BlockLinear::id)))) {
                throw linear.problem(
                        "linears names %s twice".formatted(linear.asScalar().written()));
            }
        }
        if (linears.isEmpty()) {
            throw written.problem(
                    "linears is an empty list, so nothing would be pruned; leave it out to prune all linear layers");
        }
        return List.copyOf(linears);
    }
}
