/**
 * The output folder of a gate: what lies in it, who may write to it, and the files of the project that a verdict
 * follows from. {@link io.github.fairnessgate.result.ResultFolder} names its parts.
 */
package io.github.fairnessgate.result;
