/**
 * Which weights of a linear layer become zero, and what the others become: arithmetic on arrays, without files and
 * without engines.
 */
package io.github.fairnessgate.sparsity;
