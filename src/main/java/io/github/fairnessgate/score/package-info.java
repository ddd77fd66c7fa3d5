/** How toxic a text is: the scorer that ships, and any text classifier in Hugging Face form exported to ONNX. */
package io.github.fairnessgate.score;
