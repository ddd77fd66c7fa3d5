package io.github.fairnessgate.compress;

import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlScalar;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the keys that structured prunings have in common. */
final class PruningReader {

    private static final List<String> SHARED_KEYS =
            List.of("method", "importance", "examples", "heldOut", "sequenceLength", "maxLossIncrease", "onGuard");

    private PruningReader() {}

    /** Refuses every key that is neither shared nor one of {@code own}. */
    static void requireKeys(YamlMap stage, String... own) {
        stage.requireKeys(Stream.concat(SHARED_KEYS.stream(), Stream.of(own)).toArray(String[]::new));
    }

    static PruningSettings settings(YamlMap stage) {
        return new PruningSettings(
                Numbers.integer(stage, "examples", 1, 64),
                Numbers.integer(stage, "heldOut", 1, 64),
                Numbers.integer(stage, "sequenceLength", 2, 128),
                guard(stage));
    }

    private static Optional<LossGuard> guard(YamlMap stage) {
        LossGuard.Reaction reaction = stage.optional("onGuard")
                .map(value -> value.asScalar().oneOf(LossGuard.Reaction.class))
                .orElse(LossGuard.Reaction.FAIL);
        if (stage.optional("maxLossIncrease").isEmpty()) {
            stage.optional("onGuard").ifPresent(value -> {
                throw value.problem(
                        "onGuard says what to do under a loss guard, but there is none; add maxLossIncrease or "
                                + "leave onGuard out");
            });
            return Optional.empty();
        }
        BigDecimal most = Numbers.number(stage, "maxLossIncrease", "0", value -> value.signum() >= 0, "0 or more");
        return Optional.of(new LossGuard(most.doubleValue(), reaction));
    }

    /** The share of all parts that a round removes. */
    static BigDecimal step(YamlMap stage) {
        return Numbers.number(
                stage,
                "step",
                "0.1",
                value -> value.signum() > 0 && value.compareTo(BigDecimal.ONE) <= 0,
                "above 0 and at most 1");
    }

    /** Below 1 a share, else a whole number. */
    static BigDecimal shareOrCount(YamlScalar written, String key) {
        BigDecimal value = written.decimal();
        boolean isShare = value.signum() > 0 && value.compareTo(BigDecimal.ONE) < 0;
        boolean isCount = value.compareTo(BigDecimal.ONE) >= 0
                && value.stripTrailingZeros().scale() <= 0
                && value.compareTo(BigDecimal.valueOf(Numbers.MOST)) <= 0;
        if (!isShare && !isCount) {
            throw written.problem(
                    "%s must be a share of all %s, above 0 and below 1, or a whole number of %s, but is %s"
                            .formatted(key, key, key, written.description()));
        }
        return value;
    }

    /** How many parts a share or a number of {@code present} parts is. */
    static int count(BigDecimal shareOrCount, int present) {
        return shareOrCount.compareTo(BigDecimal.ONE) < 0
                ? roundedShare(shareOrCount, present)
                : shareOrCount.intValueExact();
    }

    /** The nearest whole number of parts. */
    static int roundedShare(BigDecimal share, int present) {
        return (int) Math.round(share.doubleValue() * present);
    }
}
