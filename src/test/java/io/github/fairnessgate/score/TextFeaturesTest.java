package io.github.fairnessgate.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextFeaturesTest {

    private static final int BITS = 20;

    @Test
    void wordsAndPairsAreCounted() {
        TextFeatures features = TextFeatures.ofWords(List.of("the", "cat", "the", "cat"), BITS);
        // the (2), cat (2), [start the], [the cat] (2), [cat the]
        assertThat(features.counts()).hasSize(5);
        assertThat(Arrays.stream(features.counts()).sum()).isEqualTo(8);
        assertThat(features.counts()).containsOnly(1, 2);
    }

    @Test
    void everySequenceOfThreeToFiveCharactersInsideAWordIsCounted() {
        // " cat ": 3 of length 3, 2 of length 4, 1 of length 5
        assertThat(TextFeatures.ofCharacters(List.of("cat"), BITS).buckets()).hasSize(6);
        assertThat(TextFeatures.ofCharacters(List.of("a"), BITS).buckets()).hasSize(1);
        assertThat(TextFeatures.ofCharacters(List.of(Words.IDENTITY), BITS).buckets())
                .isEmpty();
    }

    @Test
    void bucketsAreAscendingAndInsideTheTable() {
        TextFeatures features = TextFeatures.ofCharacters(List.of("antidisestablishmentarianism"), 6);
        assertThat(features.buckets()).isSorted().doesNotHaveDuplicates();
        assertThat(Arrays.stream(features.buckets())).allMatch(bucket -> bucket >= 0 && bucket < 64);
    }

    @Test
    void theOrderOfWordsMatters() {
        assertThat(TextFeatures.ofWords(List.of("dog", "bites", "man"), BITS).buckets())
                .isNotEqualTo(TextFeatures.ofWords(List.of("man", "bites", "dog"), BITS)
                        .buckets());
    }
}
