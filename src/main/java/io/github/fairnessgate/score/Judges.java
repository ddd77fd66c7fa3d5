package io.github.fairnessgate.score;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who judges texts: a scorer, and a second one where its opinion is wanted too.
 *
 * @param second another scorer than the first
 */
public record Judges(ScorerReference first, Optional<ScorerReference> second) {

    /** @throws InvalidInputException if both are the same */
    public Judges {
        second.filter(other ->
                        other.digest().equals(first.digest()) || other.variant().equals(first.variant()))
                .ifPresent(same -> {
                    throw new InvalidInputException("The second scorer is the first one again (" + first.variant()
                            + ", digest " + first.digest() + "), and would always agree with it; name another one as "
                            + Parameters.SECOND_SCORER + ", or none.");
                });
    }

    /** One scorer alone. */
    public static Judges only(ScorerReference scorer) {
        return new Judges(scorer, Optional.empty());
    }

    /** The first, and the second if there is one. */
    public List<ScorerReference> all() {
        return Stream.concat(Stream.of(first), second.stream()).toList();
    }
}
