/**
 * What an extension implements: a jar that a project names as a dependency of the plugin.
 * {@link java.util.ServiceLoader} finds the classes that the jar's {@code META-INF/services} names. Besides this
 * package, an extension uses {@link io.github.fairnessgate.metric}.
 */
package io.github.fairnessgate.spi;
