package io.github.fairnessgate.pipeline;

import java.nio.file.Path;

/**
 * A folder at hand.
 *
 * @param path where it is
 * @param name what the user would call it, which the path need not say: archives are unpacked under their digest
 */
public record LocatedFolder(Path path, String name) {}
