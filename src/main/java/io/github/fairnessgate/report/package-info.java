/** What the gate found, for people and machines. {@code docs} defines every number. */
package io.github.fairnessgate.report;
