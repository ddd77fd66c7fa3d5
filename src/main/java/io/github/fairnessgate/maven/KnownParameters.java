package io.github.fairnessgate.maven;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.maven.plugin.descriptor.MojoDescriptor;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.codehaus.plexus.configuration.PlexusConfiguration;

/** What the goals of this plugin can be told, as the plugin's own descriptor says. */
final class KnownParameters {

    private static final String BOOLEAN = "boolean";
    private static final String LIST = "java.util.List";
    private static final String FILE = "java.io.File";

    private final List<Known> all = new ArrayList<>();

    /**
     * A parameter of a goal that users can set.
     *
     * @param element its name in the POM
     * @param property the user property; empty if it has none
     * @param type its class in Java
     */
    record Known(String goal, String element, String property, String type) {

        boolean isBoolean() {
            return type.equals(BOOLEAN);
        }

        boolean isList() {
            return type.startsWith(LIST);
        }

        boolean isFile() {
            return type.equals(FILE);
        }

        /** What the descriptor has in the place of a value that the POM does not give. */
        String expression() {
            return "${" + property + "}";
        }
    }

    KnownParameters(PluginDescriptor plugin) {
        for (MojoDescriptor mojo : plugin.getMojos()) {
            PlexusConfiguration defaults = mojo.getMojoConfiguration();
            mojo.getParameters().stream()
                    .filter(parameter -> parameter.isEditable())
                    .forEach(parameter -> {
                        String expression = Optional.ofNullable(defaults.getChild(parameter.getName(), false))
                                .map(child -> child.getValue(null))
                                .orElse("");
                        String property = expression.startsWith("${") && expression.endsWith("}")
                                ? expression.substring(2, expression.length() - 1)
                                : "";
                        all.add(new Known(mojo.getGoal(), parameter.getName(), property, parameter.getType()));
                    });
        }
    }

    List<Known> of(String goal) {
        return all.stream().filter(known -> known.goal().equals(goal)).toList();
    }

    /** The user properties of all goals. */
    SortedSet<String> properties() {
        return all.stream()
                .map(Known::property)
                .filter(property -> !property.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The elements that goals have between them. */
    SortedSet<String> elements(Collection<String> goals) {
        return all.stream()
                .filter(known -> goals.contains(known.goal()))
                .map(Known::element)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names of all goals. */
    SortedSet<String> goals() {
        return all.stream().map(Known::goal).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The goals that have an element. */
    SortedSet<String> goalsWith(String element) {
        return all.stream()
                .filter(known -> known.element().equals(element))
                .map(Known::goal)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The goals that read a user property. */
    SortedSet<String> goalsReading(String property) {
        return all.stream()
                .filter(known -> known.property().equals(property))
                .map(Known::goal)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether an element is a list for any goal that has it. */
    boolean isList(String element) {
        return all.stream().anyMatch(known -> known.element().equals(element) && known.isList());
    }
}
