package io.github.fairnessgate.maven;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Properties of the command line that none of the goals reads that it calls: {@code mvn fairness:verify
 * -Dfairness.scorer=ngram}.
 */
final class UnreadProperties {

    private UnreadProperties() {}

    /**
     * A sentence for each; none where a phase is called, which may bind any goal.
     *
     * @param called as Maven was told: phases and goals
     */
    static List<String> of(KnownParameters known, PropertySources sources, List<String> called) {
        if (called.isEmpty() || called.stream().anyMatch(goal -> !goal.contains(":"))) {
            return List.of();
        }
        Set<String> goals = called.stream()
                .map(goal -> goal.replaceFirst("@[^:]*$", "").replaceFirst("^.*:", ""))
                .collect(Collectors.toSet());
        return sources.userNames().stream()
                .filter(known.properties()::contains)
                .filter(name -> known.goalsReading(name).stream().noneMatch(goals::contains))
                .map(name -> sources.given(name).orElseThrow())
                .filter(given -> given.origin().equals(PropertySources.COMMAND_LINE))
                .map(given -> "%s has no effect: it is read by %s, and none of these goals was called."
                        .formatted(given.text(), String.join(", ", known.goalsReading(given.name()))))
                .toList();
    }
}
