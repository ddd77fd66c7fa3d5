package io.github.fairnessgate.baseline;

import java.time.LocalDate;

/**
 * Somebody's word that numbers that do not pass are accepted for now.
 *
 * @param reason why, not blank
 * @param until the last day
 */
public record Loosening(String reason, LocalDate until) {}
