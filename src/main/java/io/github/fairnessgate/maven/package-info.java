/**
 * The goals. The only package that knows Maven: it reads parameters, resolves artifacts, starts workers, and turns exceptions into
 * broken or failed builds.
 */
package io.github.fairnessgate.maven;
