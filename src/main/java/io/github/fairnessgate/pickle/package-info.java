/** Weights that {@code torch.save} pickled, read without running what the pickle says, and written as safetensors. */
package io.github.fairnessgate.pickle;
