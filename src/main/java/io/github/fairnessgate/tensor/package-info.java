/**
 * Tensors and the safetensors files that hold them, in full precision, half precision or quantized. Nothing here knows
 * a model.
 */
package io.github.fairnessgate.tensor;
