package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.maven.PomConfiguration.Configuration;
import io.github.fairnessgate.maven.PropertySources.Given;
import io.github.fairnessgate.maven.PropertySources.Kind;
import io.github.fairnessgate.yaml.NearestName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.codehaus.plexus.util.xml.Xpp3Dom;

/**
 * Finds settings that no goal of this plugin knows, which Maven passes over. A property whose name begins like the
 * plugin's is nevertheless the user's own where a POM of the build uses it.
 */
final class MisspeltSettings {

    private static final String PREFIX = "fairness.";
    private static final String PLAIN_PREFIX = "fairness";
    /** Letters by which a whole property may differ from a known one that it is taken for. */
    private static final int MOST_EDITS = 2;

    private final KnownParameters known;
    private final SortedSet<String> properties;

    MisspeltSettings(KnownParameters known) {
        this.known = known;
        this.properties = known.properties();
    }

    /**
     * @param references the properties that POMs use; not asked for while nothing is unknown
     * @return warnings about properties of which it is not sure that they are meant for this plugin
     * @throws InvalidInputException if there is a property that is
     */
    List<String> properties(PropertySources sources, Supplier<PomReferences> references) {
        List<String> warnings = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        PomReferences used = null;
        for (String name : sources.names()) {
            if (!isForThisPlugin(name) || properties.contains(name)) {
                continue;
            }
            used = used == null ? references.get() : used;
            if (used.include(name)) {
                continue;
            }
            Given given = sources.given(name).orElseThrow();
            String sentence = sentence(given);
            boolean harmless = given.kind() == Kind.FOREIGN_POM && nearest(name).isEmpty();
            (harmless ? warnings : errors).add(sentence);
        }
        if (!errors.isEmpty()) {
            throw new InvalidInputException(String.join(System.lineSeparator(), errors));
        }
        return warnings;
    }

    /**
     * Warnings about properties from the command line that are called like an element of the goal, such as
     * {@code -Dthresholds}: they may be another plugin's.
     *
     * @param goal that runs
     */
    List<String> withoutPrefix(String goal, PropertySources sources, Supplier<PomReferences> references) {
        return known.of(goal).stream()
                .filter(parameter -> parameter.property().startsWith(PREFIX)
                        && sources.userNames().contains(parameter.element()))
                .filter(parameter -> !references.get().include(parameter.element()))
                .map(parameter -> "-D%s is not read by this plugin. Did you mean -D%s?"
                        .formatted(parameter.element(), parameter.property()))
                .toList();
    }

    private String sentence(Given given) {
        return ("There is no parameter %s (%s).%s The parameters of a goal are listed by fairness:help -Ddetail. A "
                        + "property of your own whose name begins with" + " \"%s\" has to be used in a POM as ${%s}.")
                .formatted(
                        given.name(),
                        given.origin(),
                        nearest(given.name())
                                .map(name -> " Did you mean " + name + "?")
                                .orElse(""),
                        PREFIX,
                        given.name());
    }

    /** Whether a name begins like the plugin's, or is very much like one of its properties. */
    private boolean isForThisPlugin(String name) {
        String plain = plain(name);
        if (name.startsWith(PREFIX)) {
            return true;
        }
        boolean begins = plain.length() > PLAIN_PREFIX.length()
                && List.of(-1, 0, 1).stream()
                        .anyMatch(more ->
                                NearestName.distance(plain.substring(0, PLAIN_PREFIX.length() + more), PLAIN_PREFIX)
                                        <= 1);
        return begins
                && properties.stream().anyMatch(property -> NearestName.distance(plain, plain(property)) <= MOST_EDITS);
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private Optional<String> nearest(String name) {
        List<String> names = properties.stream()
                .filter(property -> property.startsWith(PREFIX))
                .toList();
        if (name.startsWith(PREFIX)) {
            return NearestName.of(
                            name.substring(PREFIX.length()),
                            names.stream()
                                    .map(property -> property.substring(PREFIX.length()))
                                    .toList())
                    .map(rest -> PREFIX + rest);
        }
        return NearestName.of(name, names);
    }

    /**
     * @throws InvalidInputException if the configuration of the plugin has an element that no goal knows for which it
     *     is
     */
    void elements(PomConfiguration pom) {
        List<String> errors = new ArrayList<>();
        for (Configuration configuration : pom.effective()) {
            Collection<String> goals = configuration.goals().isEmpty() ? known.goals() : configuration.goals();
            SortedSet<String> elements = known.elements(goals);
            for (Xpp3Dom child : configuration.dom().getChildren()) {
                if (!elements.contains(child.getName())) {
                    errors.add(unknown(child.getName(), configuration, elements));
                } else if (known.isList(child.getName())) {
                    emptyParts(child, configuration).ifPresent(errors::add);
                }
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidInputException(
                    errors.stream().distinct().collect(Collectors.joining(System.lineSeparator())));
        }
    }

    private String unknown(String element, Configuration configuration, SortedSet<String> elements) {
        SortedSet<String> others = known.goalsWith(element);
        if (!others.isEmpty()) {
            return ("<%s> in the POM (%s) has no effect: it is a parameter of %s, but the goals there are %s. Move "
                            + "it to the <configuration> of the" + " plugin.")
                    .formatted(
                            element,
                            configuration.place(),
                            String.join(", ", others),
                            String.join(", ", configuration.goals()));
        }
        return "There is no parameter <%s>, which the POM has (%s).%s"
                .formatted(
                        element,
                        configuration.place(),
                        NearestName.of(element, elements)
                                .map(name -> " Did you mean <" + name + ">?")
                                .orElse(" The parameters of a goal are listed by fairness:help -Ddetail."));
    }

    /** {@code <reports><html/></reports>} names nothing. */
    private static Optional<String> emptyParts(Xpp3Dom list, Configuration configuration) {
        for (Xpp3Dom part : list.getChildren()) {
            if (part.getChildCount() > 0
                    || part.getValue() == null
                    || part.getValue().isBlank()) {
                return Optional.of("<%s> in <%s> has no text (POM, %s); write <%s>value</%s> for every value."
                        .formatted(
                                part.getName(), list.getName(), configuration.place(), part.getName(), part.getName()));
            }
        }
        return Optional.empty();
    }
}
