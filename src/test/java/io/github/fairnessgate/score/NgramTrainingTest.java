package io.github.fairnessgate.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.score.LabelledData.LabelledText;
import io.github.fairnessgate.score.LabelledData.Source;
import io.github.fairnessgate.score.LabelledData.Split;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** On a few made-up texts: what the training command does with the real ones. */
class NgramTrainingTest {

    private static final Set<String> IDENTITIES = Set.of("martian", "venusian");

    @Test
    void hostileWordsAreLearnedAndIdentitiesAreNot() throws IOException {
        NgramModel model = train();
        assertThat(model.probability("what a nasty troll")).isGreaterThan(0.5);
        assertThat(model.probability("what a pleasant garden")).isLessThan(0.5);
        // "martian" occurred in hostile texts only, "venusian" in none.
        assertThat(model.probability("a martian neighbour")).isEqualTo(model.probability("a venusian neighbour"));
    }

    @Test
    void theSameTextsGiveTheSameBytes() throws IOException {
        assertThat(written(train())).isEqualTo(written(train()));
    }

    private static NgramModel train() {
        List<LabelledText> texts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Split split = i % 4 == 0 ? Split.VALIDATION : Split.TRAINING;
            texts.add(new LabelledText(Source.JIGSAW, "you nasty martian troll number " + i, true, split));
            texts.add(new LabelledText(Source.JIGSAW, "a pleasant quiet garden number " + i, false, split));
            texts.add(new LabelledText(Source.PERSPECTIVE, "nasty remark of neighbour " + i, true, split, 0.75));
            texts.add(new LabelledText(Source.PERSPECTIVE, "nasty remark of neighbour " + i, false, split, 0.25));
            texts.add(new LabelledText(Source.PERSPECTIVE, "the garden of neighbour " + i, true, split, 0.25));
            texts.add(new LabelledText(Source.PERSPECTIVE, "the garden of neighbour " + i, false, split, 0.75));
            texts.add(new LabelledText(Source.DAVIDSON, "nasty weather number " + i, i % 2 == 0, split));
        }
        SortedMap<String, Float> obscenity = new TreeMap<>(Map.of("troll", 0.8f));
        SortedMap<String, Float> valence = new TreeMap<>(Map.of("pleasant", 2.5f, "nasty", -2.6f));
        return NgramTraining.train(texts, new TreeSet<>(IDENTITIES), new LexiconFeatures(obscenity, valence));
    }

    private static byte[] written(NgramModel model) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        model.write(bytes);
        return bytes.toByteArray();
    }
}
