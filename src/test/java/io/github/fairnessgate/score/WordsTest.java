package io.github.fairnessgate.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WordsTest {

    private final Words words = new Words(Set.of("gay", "african", "american"));

    @Test
    void wordsAreLowerCaseAndPunctuationStandsAlone() {
        assertThat(words.of("You DON'T say, f**k!")).containsExactly("you", "don't", "say", ",", "f**k", "!");
    }

    @Test
    void accentsAndCompatibilityFormsAreRemoved() {
        assertThat(words.of("Zoë naïve ｆｕｌｌ ﬁne it’s")).containsExactly("zoe", "naive", "full", "fine", "it's");
    }

    @Test
    void repeatedCharactersAreCutToTwo() {
        assertThat(words.of("Nooooo waaay !!!!!")).containsExactly("noo", "waay", "!", "!");
    }

    @Test
    void addressesUserNamesAndEntitiesSayNothing() {
        assertThat(words.of("see https://example.org/a?b and www.example.org @some_one A&amp;B &#8220;x, 5 @ 3 & more"))
                .containsExactly("see", "and", "a", "b", "x", ",", "5", "@", "3", "&", "more");
    }

    @Test
    void everyIdentityIsTheSameWord() {
        assertThat(words.of("a gay man"))
                .isEqualTo(words.of("a African American man"))
                .containsExactly("a", Words.IDENTITY, "man");
    }

    @Test
    void otherScriptsHaveWords() {
        assertThat(words.of("Привет, мир")).containsExactly("привет", ",", "мир");
        assertThat(words.of("你好 😀")).containsExactly("你好", "😀");
        assertThat(Words.hasWord("你")).isTrue();
        assertThat(List.of("", " \n", "!?...", "😀")).noneMatch(Words::hasWord);
    }
}
