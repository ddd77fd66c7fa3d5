/**
 * Models on disk: Hugging Face folders with their configuration, safetensors and tokenizer, archives of them, and their digests.
 * Nothing here runs a model; native code is touched by {@link io.github.fairnessgate.artifact.Tokenizer} alone.
 */
package io.github.fairnessgate.artifact;
