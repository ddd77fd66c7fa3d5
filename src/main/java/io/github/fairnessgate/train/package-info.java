/**
 * GPT-2 for training and calibration on DJL's PyTorch engine; the only package that sees that engine.
 *
 * <p>Native memory has one owner each: the weights live in a manager that lasts as long as the model, everything that a
 * step computes lives in a manager that is closed with the step. A step never works on the weights themselves but on
 * aliases of them that belong to the step ({@link Weights}), because DJL gives a result to the manager of the first
 * operand. Dropout is off everywhere, and nothing here draws random numbers: on one CPU the same input gives the same
 * bytes.
 */
package io.github.fairnessgate.train;
