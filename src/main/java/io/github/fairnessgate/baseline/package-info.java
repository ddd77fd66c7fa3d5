/** The baseline file: what was accepted for a model so far. It is committed, and only becomes tighter. */
package io.github.fairnessgate.baseline;
