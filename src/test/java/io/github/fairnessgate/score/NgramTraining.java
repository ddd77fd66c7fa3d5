package io.github.fairnessgate.score;

import io.github.fairnessgate.score.LabelledData.LabelledText;
import io.github.fairnessgate.score.LabelledData.Source;
import io.github.fairnessgate.score.LabelledData.Split;
import io.github.fairnessgate.score.LogisticRegression.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * Makes an {@link NgramModel} from labelled texts. Sources label differently, so each has weights of its own beside
 * shared ones (Daumé III: Frustratingly easy domain adaptation. ACL 2007); the model is what is shared plus half of
 * what belongs to Jigsaw and half of what belongs to the texts that Perspective scored.
 */
final class NgramTraining {

    private static final int BITS = 20;
    private static final int RAREST = 2;
    private static final long SEED = 20260103;
    private static final double COST = 4;
    private static final float LEXICON_SCALE = 0.25f;
    private static final float OWN_SCALE = 0.5f;

    /** Weights beyond this many standard deviations are clipped, so that the steps between the others stay small. */
    private static final double CLIP = 16;

    /** How much an example of a source counts, chosen on the validation texts. */
    private static final Map<Source, Double> SHARE = Map.of(
            Source.JIGSAW,
            1.0,
            Source.DAVIDSON,
            0.3,
            Source.HATEXPLAIN,
            0.3,
            Source.CONVABUSE,
            0.3,
            Source.SNIPPETS,
            0.3,
            Source.IDENTITY_SENTENCES,
            10.0,
            Source.PERSPECTIVE,
            1.0);

    /** How much of the weights of Perspective's texts the model takes; the rest is Jigsaw's. */
    private static final double PERSPECTIVE_SHARE = 0.5;

    private NgramTraining() {}

    /** The same texts, terms and lists give the same model, to the last bit. */
    static NgramModel train(List<LabelledText> texts, SortedSet<String> identityTerms, LexiconFeatures lexicon) {
        List<LabelledText> training =
                texts.stream().filter(text -> text.split() == Split.TRAINING).toList();
        TextVectors vectors = new TextVectors(BITS, rarities(training, identityTerms), identityTerms, lexicon);
        int ownFeatures = (2 << BITS) + LexiconFeatures.COUNT + 1;
        List<Example> examples = new ArrayList<>();
        for (LabelledText text : training) {
            examples.add(example(text, vectors, ownFeatures));
        }
        double[] all = LogisticRegression.weights(examples, ownFeatures * (1 + Source.values().length), SEED);
        double[] merged = new double[ownFeatures];
        int jigsaw = ownFeatures * (1 + Source.JIGSAW.ordinal());
        int perspective = ownFeatures * (1 + Source.PERSPECTIVE.ordinal());
        for (int i = 0; i < ownFeatures; i++) {
            merged[i] = all[i]
                    + OWN_SCALE
                            * ((1 - PERSPECTIVE_SHARE) * all[jigsaw + i] + PERSPECTIVE_SHARE * all[perspective + i]);
        }
        NgramModel uncalibrated = quantized(merged, vectors);
        return calibrated(uncalibrated, texts);
    }

    /** Shared features first, then those of every source. */
    private static Example example(LabelledText text, TextVectors vectors, int ownFeatures) {
        TextVectors.Vector vector = vectors.of(text.text());
        int hashed = vector.features().length;
        int length = hashed + LexiconFeatures.COUNT + 1;
        int[] features = Arrays.copyOf(vector.features(), 2 * length);
        float[] values = Arrays.copyOf(vector.values(), 2 * length);
        for (int i = 0; i < LexiconFeatures.COUNT; i++) {
            features[hashed + i] = (2 << BITS) + i;
            values[hashed + i] = LEXICON_SCALE * vector.lexicon()[i];
        }
        features[length - 1] = ownFeatures - 1;
        values[length - 1] = 1;
        int own = ownFeatures * (1 + domain(text.source()).ordinal());
        for (int i = 0; i < length; i++) {
            features[length + i] = own + features[i];
            values[length + i] = OWN_SCALE * values[i];
        }
        return new Example(features, values, text.toxic(), COST * SHARE.get(text.source()) * text.weight());
    }

    /** The neutral snippets and our sentences correct what the Jigsaw comments teach, so they share its weights. */
    private static Source domain(Source source) {
        return source == Source.SNIPPETS || source == Source.IDENTITY_SENTENCES ? Source.JIGSAW : source;
    }

    /**
     * ln((1 + texts) / (1 + texts with the feature)) + 1, in steps; features of fewer than {@code RAREST} texts are
     * ignored.
     */
    private static byte[] rarities(List<LabelledText> texts, SortedSet<String> identityTerms) {
        Words words = new Words(identityTerms);
        int[] textsWith = new int[2 << BITS];
        for (LabelledText text : texts) {
            List<String> parts = words.of(text.text());
            for (int bucket : TextFeatures.ofWords(parts, BITS).buckets()) {
                textsWith[bucket]++;
            }
            for (int bucket : TextFeatures.ofCharacters(parts, BITS).buckets()) {
                textsWith[(1 << BITS) + bucket]++;
            }
        }
        byte[] rarities = new byte[textsWith.length];
        for (int i = 0; i < rarities.length; i++) {
            if (textsWith[i] >= RAREST) {
                double rarity = StrictMath.log((1.0 + texts.size()) / (1 + textsWith[i])) + 1;
                rarities[i] = (byte) Math.round(rarity / TextVectors.RARITY_STEP);
            }
        }
        return rarities;
    }

    /** Weights in 255 steps. */
    private static NgramModel quantized(double[] weights, TextVectors vectors) {
        int hashed = 2 << BITS;
        double squares = 0;
        double largest = 0;
        int used = 0;
        for (int i = 0; i < hashed; i++) {
            squares += weights[i] * weights[i];
            largest = Math.max(largest, Math.abs(weights[i]));
            used += weights[i] == 0 ? 0 : 1;
        }
        double step = Math.min(largest, CLIP * Math.sqrt(squares / used)) / Byte.MAX_VALUE;
        byte[] steps = new byte[hashed];
        for (int i = 0; i < hashed; i++) {
            steps[i] = (byte) Math.max(-Byte.MAX_VALUE, Math.min(Byte.MAX_VALUE, Math.round(weights[i] / step)));
        }
        double[] lexiconWeights = new double[LexiconFeatures.COUNT];
        for (int i = 0; i < lexiconWeights.length; i++) {
            lexiconWeights[i] = LEXICON_SCALE * weights[hashed + i];
        }
        return new NgramModel(vectors, steps, step, lexiconWeights, weights[weights.length - 1], 1, 0);
    }

    /** Platt scaling on the validation texts that Perspective scored. */
    private static NgramModel calibrated(NgramModel model, List<LabelledText> texts) {
        List<Example> examples = new ArrayList<>();
        for (LabelledText text : texts) {
            if (text.split() == Split.VALIDATION && text.source() == Source.PERSPECTIVE) {
                float margin = (float) model.margin(text.text());
                examples.add(new Example(new int[] {0, 1}, new float[] {margin, 1}, text.toxic(), 10 * text.weight()));
            }
        }
        double[] scaling = LogisticRegression.weights(examples, 2, SEED);
        return new NgramModel(
                model.vectors(),
                model.weights(),
                model.step(),
                model.lexiconWeights(),
                model.intercept(),
                scaling[0],
                scaling[1]);
    }
}
