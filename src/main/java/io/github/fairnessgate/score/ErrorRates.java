package io.github.fairnessgate.score;

/**
 * How often a scorer that calls a text toxic from 0.5 upwards agrees with people, counted on texts that it was not
 * trained on.
 *
 * @param found of the {@code toxic} texts, how many it called toxic
 * @param toxic texts that people called toxic, at least 1
 * @param spared of the {@code harmless} texts, how many it did not call toxic
 * @param harmless texts that people did not, at least 1
 * @param data which texts, in a few words
 */
public record ErrorRates(long found, long toxic, long spared, long harmless, String data) {

    public ErrorRates {
        if (found < 0 || spared < 0 || toxic < 1 || harmless < 1 || found > toxic || spared > harmless) {
            throw new IllegalArgumentException(
                    "no counts: %d of %d toxic, %d of %d harmless".formatted(found, toxic, spared, harmless));
        }
    }
}
