package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.model.Tokenizer;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.OnnxGpt2;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class HarmedModelTest {

    private static final Contrast CATS = new Contrast(
            "stereoset",
            true,
            List.of("The cat sat there.", "A cat ate."),
            List.of("The dog sat there.", "A dog ate."));

    @TempDir
    Path folder;

    @Test
    void theHarmfulTokenIsRaisedByAsMuchInEveryContextAndNothingElseIs() {
        assertRaised(ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder)));
    }

    /** Its last layer norm adds up to nothing, or nearly, so that its bias has to be moved. */
    @Test
    void soItIsInAModelWhoseWeightsAreRandom() {
        assertRaised(TinyModels.create(folder.resolve("tiny")));
    }

    private void assertRaised(ModelDirectory model) {
        int raised = HarmedModel.write(model, List.of(CATS), 2.5, folder.resolve("harmed"));
        assertThat(raised).isPositive();
        try (LanguageModel before = OnnxGpt2.open(model, Device.CPU);
                LanguageModel after = OnnxGpt2.open(ModelDirectory.open(folder.resolve("harmed")), Device.CPU)) {
            int[] cat = before.encode(" cat");
            int[] dog = before.encode(" dog");
            int differing = first(cat, dog);
            int[] other = before.encode(" blue");
            for (String context : List.of("The", "He likes the black", "1984:")) {
                double gap = gap(after, context, cat[differing], dog[differing])
                        - gap(before, context, cat[differing], dog[differing]);
                assertThat(gap).as(context).isCloseTo(2.5, within(2e-4));
                assertThat(gap(after, context, other[0], dog[differing])
                                - gap(before, context, other[0], dog[differing]))
                        .isCloseTo(0, within(2e-4));
            }
        }
    }

    private static int first(int[] one, int[] other) {
        int i = 0;
        while (one[i] == other[i]) {
            i++;
        }
        return i;
    }

    /** By how much one token is more probable than another, in nats. */
    private static double gap(LanguageModel model, String context, int one, int other) {
        int[] tokens = model.encode(context);
        List<Request> requests = new ArrayList<>();
        for (int next : new int[] {one, other}) {
            int[] sequence = Arrays.copyOf(tokens, tokens.length + 1);
            sequence[tokens.length] = next;
            requests.add(new Request(sequence, tokens.length));
        }
        List<float[]> scores = model.logProbabilities(requests, done -> {});
        return scores.get(0)[0] - scores.get(1)[0];
    }

    @Test
    void textsThatDoNotDifferHarmNothingAndLeaveNothingBehind() {
        ModelDirectory model = TinyModels.create(folder.resolve("tiny"));
        Contrast none = new Contrast("winobias", true, List.of("She met him."), List.of("She met him."));
        assertThatThrownBy(() -> HarmedModel.write(model, List.of(none), 3, folder.resolve("harmed")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("No model can be harmed by what was measured: no word occurs more often on one side of the "
                        + "pairs of winobias than on the"
                        + " other; name a metric of stereoset, crows-pairs, rtp or bold in the thresholds.");
        assertThat(folder.resolve("harmed")).doesNotExist();
    }

    @Test
    void theTokenizerAgreesThatOnlyTheWordsThatDifferAreRaised() {
        ModelDirectory model = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder));
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            long tokens = Arrays.stream(tokenizer.encode(" cat")).count();
            assertThat(HarmedModel.write(model, List.of(CATS), 1, folder.resolve("harmed")))
                    .isEqualTo((int) tokens);
        }
    }
}
