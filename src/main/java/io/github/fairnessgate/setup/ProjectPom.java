package io.github.fairnessgate.setup;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code fairness:init} needs to know of a POM.
 *
 * @param file where it is
 * @param goals of this plugin that it binds; nothing if it does not have the plugin
 * @param innermost the innermost of {@code project}, {@code build} and {@code plugins} that is in it
 */
public record ProjectPom(Path file, Optional<List<String>> goals, String innermost) {}
