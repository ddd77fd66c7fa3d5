package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.maven.KnownParameters.Known;
import io.github.fairnessgate.maven.PropertySources.Given;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.PluginParameterExpressionEvaluator;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluationException;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluator;
import org.codehaus.plexus.util.xml.Xpp3Dom;

/** What one execution of a goal was told, by whom, and what of it Maven passes over. */
final class GoalSettings {

    private final List<Known> parameters;
    private final PropertySources properties;
    private final PomConfiguration pom;
    private final String execution;
    private final Xpp3Dom configuration;
    private final ExpressionEvaluator evaluator;
    private final Path baseDirectory;

    GoalSettings(
            KnownParameters known,
            MavenSession session,
            MavenProject project,
            MojoExecution execution,
            Path baseDirectory) {
        this.parameters = known.of(execution.getGoal());
        this.properties = new PropertySources(session, project);
        this.pom = new PomConfiguration(project);
        this.execution = execution.getExecutionId();
        this.configuration =
                Optional.ofNullable(execution.getConfiguration()).orElseGet(() -> new Xpp3Dom("configuration"));
        this.evaluator = new PluginParameterExpressionEvaluator(session, execution);
        this.baseDirectory = baseDirectory;
    }

    /** Where the value of a parameter came from, in words. */
    String origin(String element) {
        Known parameter = parameter(element);
        return fromPom(parameter)
                .map(value -> pom.place(execution, element))
                .or(() -> properties
                        .given(parameter.property())
                        .map(given -> "property " + given.name() + ", " + given.origin()))
                .orElse("default");
    }

    /** Whether a POM or a property says what a parameter is, if only by an empty value. */
    boolean isGiven(String element) {
        Known parameter = parameter(element);
        return fromPom(parameter).isPresent()
                || properties.given(parameter.property()).isPresent();
    }

    /** A parameter and what it is, with where that came from: {@code fairness.skip=true (command line)}. */
    String account(String element) {
        Known parameter = parameter(element);
        return fromPom(parameter)
                .map(value ->
                        "<" + element + ">" + value + "</" + element + "> (" + pom.place(execution, element) + ")")
                .or(() ->
                        properties.given(parameter.property()).map(given -> given.text() + " (" + given.origin() + ")"))
                .orElse(element + ", by default");
    }

    private Known parameter(String element) {
        return parameters.stream()
                .filter(known -> known.element().equals(element))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no parameter " + element));
    }

    /**
     * A sentence for every property that has no effect because the POM says something else.
     *
     * @throws InvalidInputException if the POM refers to a property that there is not
     */
    List<String> overridden() {
        List<String> sentences = new ArrayList<>();
        for (Known parameter : parameters) {
            if (parameter.property().isEmpty()) {
                continue;
            }
            Optional<String> said = fromPom(parameter);
            properties
                    .given(parameter.property())
                    .filter(given -> said.filter(value -> !same(parameter, value, given.value()))
                            .isPresent())
                    .ifPresent(given -> sentences.add(overridden(parameter, given, said.orElseThrow())));
        }
        return sentences;
    }

    private String overridden(Known parameter, Given given, String said) {
        return "%s (%s) has no effect: <%s> is %s in the POM's configuration (%s), which wins over a property."
                .concat(" Remove one of the two, or move the POM's value to its <properties> as <%s>.")
                .formatted(
                        given.text(),
                        given.origin(),
                        parameter.element(),
                        said,
                        pom.place(execution, parameter.element()),
                        parameter.property());
    }

    private boolean same(Known parameter, String said, String given) {
        if (parameter.isFile()) {
            return path(said).equals(path(given));
        }
        if (parameter.isList()) {
            return list(said).equals(list(given));
        }
        return parameter.isBoolean()
                ? Boolean.parseBoolean(said.strip()) == Boolean.parseBoolean(given.strip())
                : said.strip().equals(given.strip());
    }

    private Path path(String text) {
        return baseDirectory.resolve(text.strip()).toAbsolutePath().normalize();
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /**
     * What the POM's configuration says, as Maven gives it to the goal; of a list, its parts with commas between them.
     *
     * @return nothing where it says nothing, so that a property or the default counts
     */
    private Optional<String> fromPom(Known parameter) {
        Xpp3Dom child = configuration.getChild(parameter.element());
        if (child == null) {
            return Optional.empty();
        }
        if (child.getChildCount() > 0) {
            return Optional.of(Arrays.stream(child.getChildren())
                    .map(part -> evaluated(
                            parameter, Optional.ofNullable(part.getValue()).orElse("")))
                    .collect(Collectors.joining(",")));
        }
        return Optional.ofNullable(child.getValue())
                .filter(value -> !value.isEmpty() && !value.equals(parameter.expression()))
                .map(value -> evaluated(parameter, value));
    }

    private String evaluated(Known parameter, String value) {
        try {
            Object found = value.isEmpty() ? "" : evaluator.evaluate(value);
            String text = found == null ? value : found.toString();
            if (found == null || text.contains("${")) {
                throw new InvalidInputException(
                        ("<%s> is %s in the POM (%s), but there is no such property: Maven would quietly take the "
                                        + "default, or the text")
                                .concat(" as it is. Define the property, or remove the element.")
                                .formatted(parameter.element(), value, pom.place(execution, parameter.element())));
            }
            return text;
        } catch (ExpressionEvaluationException e) {
            throw new InvalidInputException(
                    "<%s> cannot be understood: %s".formatted(parameter.element(), e.getMessage()), e);
        }
    }

    /**
     * Maven takes every misprint of a boolean for false, and a property without a value for none.
     *
     * @throws InvalidInputException if a value is neither true nor false where it has to be, or if a property is empty
     *     that names something
     */
    void requireSound() {
        for (Known parameter : parameters) {
            Optional<String> said = fromPom(parameter);
            Optional<Given> given =
                    parameter.property().isEmpty() ? Optional.empty() : properties.given(parameter.property());
            if (parameter.isBoolean()) {
                said.or(() -> given.map(Given::value))
                        .ifPresent(value -> ParameterValues.isTrue(value, parameter.property()));
            }
            if (Parameters.NAMING.contains(parameter.property())
                    && said.isEmpty()
                    && given.filter(property -> property.value().isBlank()).isPresent()) {
                throw new InvalidInputException(
                        "%s is empty (%s): the default would be taken in its place. Give it a value, or leave it out."
                                .formatted(parameter.property(), given.get().origin()));
            }
        }
    }
}
