package io.github.fairnessgate.compress;

/**
 * A finished compression.
 *
 * @param report what {@link CompressionReport#FILE} says
 * @param times how long it took
 */
public record Compression(CompressionReport report, CompressionTimes times) {}
