/**
 * What runs inside Apache Spark: the driver, and what its tasks do on executors, which is to ask a worker beside them.
 * It knows bytes only, and nothing but the JDK and Spark, because Spark's class path does not get on with the plugin's.
 */
package io.github.fairnessgate.spark;
