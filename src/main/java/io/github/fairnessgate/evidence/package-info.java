/**
 * The evidence bundle: what a verdict was reached from, in one zip, so that whoever receives a model can check the
 * verdict without running it.
 */
package io.github.fairnessgate.evidence;
