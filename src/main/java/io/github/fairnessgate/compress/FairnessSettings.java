package io.github.fairnessgate.compress;

import java.math.BigDecimal;

/**
 * What a fairness-aware head pruning is told.
 *
 * @param pairs what bias is measured on
 * @param bias how it is defined
 * @param critical gamma: the share of heads that stay because the loss needs them most, 0 to below 1
 * @param minReliability below which effects on bias count as noise, 0 to 1
 */
record FairnessSettings(BiasPairs pairs, Bias bias, BigDecimal critical, double minReliability) {

    /** How many heads stay. */
    int criticalHeads(int present) {
        return PruningReader.roundedShare(critical, present);
    }
}
