package io.github.fairnessgate.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.BundledFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SwapperTest {

    private static final SwapList WINOBIAS = SwapListReader.read("builtin:winobias", Path.of(""));

    private final Swapper swapper = new Swapper(WINOBIAS);

    /** src/test/fixtures/counterfactual/make_swap_fixture.py, which cuts texts at blanks and not by a pattern. */
    @Test
    void textsAreSwappedAsByAnIndependentProgram() throws IOException {
        JsonNode expected =
                Json.MAPPER.readTree(BundledFile.bytes(SwapperTest.class, "/fixtures/counterfactual/swaps.json"));
        assertThat(expected.get("texts")).hasSizeGreaterThan(10);
        expected.get("texts")
                .forEach(text -> assertThat(
                                swapper.swap(text.get("text").asText()).text())
                        .isEqualTo(text.get("swapped").asText()));
        assertThat(expected.get("words").size() + 4)
                .isEqualTo(WINOBIAS.counterparts().size());
        expected.get("words")
                .properties()
                .forEach(word -> assertThat(swapper.swap(word.getKey()).text())
                        .isEqualTo(word.getValue().asText()));
    }

    /** Of words whose counterpart's counterpart they are, between anything, in any of the three cases. */
    @Test
    void aTextThatIsSwappedTwiceIsItselfButForWordsThatShareACounterpart() {
        List<String> pieces = new ArrayList<>(List.of(
                "her book",
                "his friend",
                "her. ",
                "his ",
                "the",
                "doctor",
                "O'Brien",
                "well-known",
                "17",
                "ß",
                "'",
                "’s",
                "-",
                "\u2014",
                "\n\n",
                "\ud83d\ude00",
                "hero2",
                "x_he",
                "sheep",
                "hE",
                "Émile",
                "İ"));
        WINOBIAS.counterparts().forEach((word, others) -> {
            if (WINOBIAS.counterparts().get(others.get(0)).get(0).equals(word)
                    && !Pronouns.COUNTERPARTS.containsKey(word)) {
                for (WordCase form : WordCase.values()) {
                    pieces.add(form.apply(word));
                }
            }
        });
        assertThat(pieces).hasSizeGreaterThan(400);
        Random random = new Random(5);
        for (int text = 0; text < 300; text++) {
            StringBuilder built = new StringBuilder();
            for (int piece = 0; piece < 60; piece++) {
                built.append(pieces.get(random.nextInt(pieces.size()))).append(random.nextInt(5) > 0 ? " " : ", ");
            }
            SwappedText swapped = swapper.swap(built.toString());
            assertThat(swapped.differs()).isTrue();
            assertThat(swapper.swap(swapped.text()).text()).isEqualTo(built.toString());
        }
    }

    /** What is not a replacement is where the places say. */
    @Test
    void placesOfTheOriginalAreFoundInTheText() {
        String text = "He and the actresses, kings, and her; a man's she";
        SwappedText swapped = swapper.swap(text);
        assertThat(swapped.text()).isEqualTo("She and the actors, queens, and him; a woman's he");
        SwappedText.Places places = swapped.places();
        int[] found = new int[text.length() + 1];
        for (int place = 0; place <= text.length(); place++) {
            found[place] = places.of(place);
        }
        assertThat(found[0]).isZero();
        assertThat(found[1]).isEqualTo(-1);
        assertThat(found[2]).isEqualTo(3);
        assertThat(found[text.length()]).isEqualTo(swapped.text().length());
        for (int place = 1; place <= text.length(); place++) {
            if (found[place] >= 0 && found[place - 1] >= 0) {
                assertThat(swapped.text().charAt(found[place] - 1)).isEqualTo(text.charAt(place - 1));
            }
        }
        for (SwappedText.Replacement word : swapped.replacements()) {
            assertThat(found[word.start()]).isEqualTo(word.newStart());
            assertThat(found[word.end()]).isEqualTo(word.newEnd());
        }
    }

    @Test
    void aListWithoutThePronounsLeavesThem() {
        Swapper cities = new Swapper(SwapList.of("x", "0", List.of(new SwapList.Pair("rome", "paris"))));
        assertThat(cities.swap("Her Rome, HIS PARIS, rome's").text()).isEqualTo("Her Paris, HIS ROME, paris's");
        assertThat(cities.swap("his and her").differs()).isFalse();
        assertThat(cities.swap("").text()).isEmpty();
    }

    @Test
    void everyCounterpartHasTheWordAmongItsOwn() {
        for (Map.Entry<String, List<String>> word : WINOBIAS.counterparts().entrySet()) {
            word.getValue()
                    .forEach(other ->
                            assertThat(WINOBIAS.counterparts().get(other)).contains(word.getKey()));
            assertThat(word.getValue()).doesNotContain(word.getKey());
        }
        assertThat(WINOBIAS.counterparts())
                .containsKeys("gentleman", "seamstresses", "ma'am", "mr", "goddess")
                .doesNotContainKeys("mentleman", "miss", "mr.", "godess");
    }
}
