package io.github.fairnessgate.pipeline;

/**
 * What is accepted, and for how long, as the user wrote it; null where the user wrote nothing.
 *
 * @param thresholds that judge
 * @param baseline the baseline file
 * @param reason why what does not pass is accepted
 * @param until the last day of that
 * @param slack how much worse than the best candidate a later one may be
 * @param history the file that the result is appended to
 */
public record BaselineSettings(
        String thresholds, String baseline, String reason, String until, String slack, String history) {}
