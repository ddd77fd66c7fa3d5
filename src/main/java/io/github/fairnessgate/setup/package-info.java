/**
 * What helps before the first gate: {@code fairness:init} completes a project, and {@code fairness:doctor} examines a
 * machine.
 */
package io.github.fairnessgate.setup;
