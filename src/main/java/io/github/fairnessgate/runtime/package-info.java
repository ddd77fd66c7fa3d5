/**
 * GPT-2 as ONNX graphs on ONNX Runtime, seen from outside as a {@link io.github.fairnessgate.runtime.LanguageModel}.
 */
package io.github.fairnessgate.runtime;
