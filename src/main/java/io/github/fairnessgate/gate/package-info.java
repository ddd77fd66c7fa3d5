/**
 * Decides whether compression made a model less fair: thresholds, paired intervals and tests, verdicts. Pure arithmetic
 * on item-level results. No file is read here, no model run, nothing depends on the machine: a verdict is a function of
 * thresholds, what was accepted before, the day, and two evaluations.
 */
package io.github.fairnessgate.gate;
