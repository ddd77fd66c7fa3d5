/**
 * What the goals do, a class for each: compressing, evaluating, checking, verifying, certifying, self-testing and
 * accepting a baseline. A use case takes settings as the user wrote them and a
 * {@link io.github.fairnessgate.pipeline.Host}, and ends with an {@link io.github.fairnessgate.pipeline.Outcome}, or
 * with an exception if it could not be carried out. Nothing in here knows Maven.
 */
package io.github.fairnessgate.pipeline;
