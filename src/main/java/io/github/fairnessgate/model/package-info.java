/**
 * GPT-2 models on disk: Hugging Face folders with their configuration, weights and tokenizer, and those that ship with
 * the plugin. Nothing here runs a model; native code is touched by {@link io.github.fairnessgate.model.Tokenizer}
 * alone.
 */
package io.github.fairnessgate.model;
