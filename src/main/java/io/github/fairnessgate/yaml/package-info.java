/**
 * YAML files as nodes that know their file and line: what thresholds and recipes are read from. Pure: text in, nodes
 * out.
 */
package io.github.fairnessgate.yaml;
