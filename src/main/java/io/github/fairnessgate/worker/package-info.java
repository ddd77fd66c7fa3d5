/**
 * The forked process that runs models, and its counterpart in Maven's JVM. {@code WorkerProcess} and {@code Devices}
 * belong to the latter, {@code WorkerMain} and {@code DeviceLock} to the former; requests and events are all that they
 * share.
 */
package io.github.fairnessgate.worker;
