/**
 * Intervals, tests and resampling: what knows numbers and no rule. Pure arithmetic: no file, no model, no evaluation.
 */
package io.github.fairnessgate.statistics;
