/**
 * The goals. The only package that knows Maven: a mojo reads its parameters into a record of settings, runs a use case
 * of {@code pipeline} or {@code setup}, and turns its outcome into a build that goes on, fails or is broken.
 * {@code MavenHost} is what use cases see of Maven: it finds models, starts workers, and attaches files.
 */
package io.github.fairnessgate.maven;
