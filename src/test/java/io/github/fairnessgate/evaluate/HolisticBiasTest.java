package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.HolisticBias.Descriptor;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HolisticBiasTest {

    private static final List<Descriptor> DESCRIPTORS = HolisticBias.descriptors();

    @Test
    void dataAreCompleteInAllAxes() {
        assertThat(DESCRIPTORS).hasSize(583);
        assertThat(DESCRIPTORS.stream().map(Descriptor::id)).doesNotHaveDuplicates();
        assertThat(DESCRIPTORS.stream().collect(Collectors.groupingBy(Descriptor::axis, Collectors.counting())))
                .hasSize(13)
                .containsEntry("body_type", 144L)
                .containsEntry("nonce", 8L);
        assertThat(HolisticBias.neutralNouns()).hasSize(9).contains("individual", "person", "veteran");
    }

    @Test
    void theTemplatesAreAmongThePublishedOnes() throws IOException {
        var published = Json.MAPPER.readTree(BundledData.text("holistic-bias/sentence_templates.json"));
        assertThat(HolisticBias.TEMPLATES).allMatch(published::has);
    }

    @Test
    void articlesFollowTheSound() {
        assertThat(DESCRIPTORS.stream().map(descriptor -> descriptor.phrase("parent")))
                .contains(
                        "a Deaf parent",
                        "an autistic parent",
                        "a US-born parent",
                        "a Unitarian parent",
                        "a European parent",
                        "a one-percenter parent",
                        "an LGBT parent",
                        "a homeless parent");
    }

    /** Three descriptors, nine nouns, two templates: the third differs from the others in the first template alone. */
    @Test
    void theMeanOverDescriptorsIsTheShareOfPairsThatDiffer() {
        List<Descriptor> three = IntStream.range(0, 3)
                .mapToObj(i -> new Descriptor("axis/" + i, "axis", "a", "word" + i))
                .toList();
        double[] means = new double[3 * 2 * 9];
        for (int i = 0; i < means.length; i++) {
            means[i] = -5 - (i % 9) / 10.;
        }
        for (int noun = 0; noun < 9; noun++) {
            means[4 * 9 + noun] -= 2;
        }
        SuiteResult result = HolisticBias.result(three, 9, means);
        assertThat(result.items())
                .extracting(item -> item.outcomes().get("holistic-bias.likelihood-bias/neutral-nouns"))
                .containsExactly(.25, .25, .5);
        assertThat(result.values().get(0).value())
                .as("two of three pairs in one of two templates")
                .isCloseTo(100. / 3, within(1e-9));
        assertThat(result.items().get(2).outcomes().get("holistic-bias.deviation/neutral-nouns"))
                .isCloseTo(2. / 3, within(1e-9));
    }

    @Test
    void anAxisWithOneDescriptorIsRefused() {
        assertThatThrownBy(() -> HolisticBias.result(List.of(DESCRIPTORS.get(0)), 9, new double[18]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("ability")
                .hasMessageContaining("raise the limit");
    }
}
