package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.Told;
import java.util.List;
import java.util.Optional;

/** What the user told a goal by its POM, properties and command line. */
final class MavenTold implements Told {

    private final GoalSettings settings;
    private final PropertySources properties;
    private final String strict;
    private final OnceLog log;

    /** @param strict as the user wrote {@link Parameters#STRICT} in the POM, or its default */
    MavenTold(GoalSettings settings, PropertySources properties, String strict, OnceLog log) {
        this.settings = settings;
        this.properties = properties;
        this.strict = strict;
        this.log = log;
    }

    @Override
    public String origin(String element) {
        return settings.origin(element);
    }

    @Override
    public boolean isGiven(String element) {
        return settings.isGiven(element);
    }

    @Override
    public String account(String element) {
        return settings.account(element);
    }

    @Override
    public Optional<Property> property(String name) {
        return properties.given(name).map(given -> new Property(given.value(), given.text(), given.origin()));
    }

    @Override
    public void withoutEffect(List<String> sentences) {
        if (isStrict() && !sentences.isEmpty()) {
            throw new InvalidInputException(String.join(System.lineSeparator(), sentences) + System.lineSeparator()
                    + Parameters.STRICT + " makes this an error.");
        }
        sentences.forEach(log::warn);
    }

    /** Whoever wants strictness gets it, even if the POM says no. */
    private boolean isStrict() {
        boolean wanted = properties
                .given(Parameters.STRICT)
                .map(given -> ParameterValues.isTrue(given.value(), Parameters.STRICT))
                .orElse(false);
        return ParameterValues.isTrue(strict, Parameters.STRICT) || wanted;
    }
}
