package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.Shards;
import io.github.fairnessgate.evaluate.Suite;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What other jobs measured, as far as a look needs it. */
final class ShardedAnswers {

    static final ShardedAnswers NONE = new ShardedAnswers(Optional.empty(), false, false, warning -> {});

    private final Optional<Shards> shards;
    private final boolean isFirstLook;
    private final boolean failsOnMixedProcessors;
    private final Consumer<String> warnings;

    /** @param isFirstLook whether the shards must have all of it, as they were made for the first look */
    ShardedAnswers(
            Optional<Shards> shards, boolean isFirstLook, boolean failsOnMixedProcessors, Consumer<String> warnings) {
        this.shards = shards;
        this.isFirstLook = isFirstLook;
        this.failsOnMixedProcessors = failsOnMixedProcessors;
        this.warnings = warnings;
    }

    /** The folder, for a worker; null for none. */
    String folder() {
        return shards.map(all -> all.folder().toAbsolutePath().toString()).orElse(null);
    }

    /**
     * Looks for the answers before any model runs.
     *
     * @throws InvalidInputException if they are not there, or were computed by processors that must not be mixed
     */
    void require(List<Suite> suites, Provenance provenance) {
        if (shards.isEmpty()) {
            return;
        }
        for (Suite suite : suites) {
            if (!shards.get().have(suite, provenance, isFirstLook)) {
                warnings.accept(
                        "The shards have no answers of a later look at " + suite.id() + "; it is measured here.");
            }
        }
        int kinds = suites.stream()
                .mapToInt(suite -> shards.get().processors(suite, provenance))
                .max()
                .orElse(1);
        if (kinds > 1) {
            String sentence = "The " + shards.get().count() + " shards of " + provenance.source()
                    + " were measured on " + kinds + " kinds of processors, whose last digits differ: a repetition may "
                    + "change last digits, and some texts";
            if (failsOnMixedProcessors) {
                throw new InvalidInputException(sentence + ", and " + Parameters.MIXED_PROCESSORS
                        + " is fail. Measure them on machines of one kind.");
            }
            warnings.accept(sentence + ".");
        }
    }
}
