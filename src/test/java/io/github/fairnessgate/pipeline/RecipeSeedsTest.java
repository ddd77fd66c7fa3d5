package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeSeedsTest {

    @Test
    void aNumberCountsFromTheRecipesOwnSeed() {
        assertThat(RecipeSeeds.parse("3", 42)).containsExactly(42L, 43L, 44L);
    }

    @Test
    void aListIsTakenAsItIs() {
        assertThat(RecipeSeeds.parse(" 7, 1,9 ", 42)).containsExactly(7L, 1L, 9L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "2; at least 3 runs",
                "0; at least 3 runs",
                "1,2; at least 3 runs",
                "1,2,2; named twice",
                "1,,2; '' is not",
                "-3; '-3' is not",
                "five; 'five' is not",
                "1000; for ever"
            })
    void anythingElseIsRefusedInOneSentence(String text, String part) {
        assertThatThrownBy(() -> RecipeSeeds.parse(text, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("fairness.seeds is '" + text + "'", part);
    }
}
