package io.github.fairnessgate.sparsity;

/** How many weights are to be zero. */
public sealed interface Target permits Share, Pattern {}
