/** Compression of a model by a recipe: stages one after the other, each from a model directory to a model directory. */
package io.github.fairnessgate.compress;
