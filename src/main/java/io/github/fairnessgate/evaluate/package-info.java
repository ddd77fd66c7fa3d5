/** Suites and what models score on them: items, metrics, values and their provenance, in memory and on disk. */
package io.github.fairnessgate.evaluate;
