package io.github.fairnessgate.score;

import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;

/**
 * Makes numbers of texts. A hashed feature that occurs c times has the value (1 + ln c) * rarity, and the values of the
 * word features, and those of the character features, are each scaled to a vector of length 1.
 */
final class TextVectors {

    /** What one step of a stored rarity is worth. */
    static final float RARITY_STEP = 1 / 20f;

    private static final float[] LOGARITHMS = logarithms(4096);

    /**
     * @param features indices into the weights, each once: words below {@code 2^bits}, character sequences from there
     *     on
     * @param values one per feature
     * @param lexicon what {@link LexiconFeatures} says
     */
    record Vector(int[] features, float[] values, float[] lexicon) {}

    private final int bits;
    private final byte[] rarities;
    private final SortedSet<String> identityTerms;
    private final LexiconFeatures lexicon;
    private final Words words;

    /**
     * @param bits each of the two tables has {@code 2^bits} features
     * @param rarities unsigned, in steps of {@link #RARITY_STEP}: inverse document frequencies; 0 ignores the feature
     * @param identityTerms lower-case single words that must not change the score
     */
    TextVectors(int bits, byte[] rarities, SortedSet<String> identityTerms, LexiconFeatures lexicon) {
        this.bits = bits;
        this.rarities = rarities;
        this.identityTerms = identityTerms;
        this.lexicon = lexicon;
        this.words = new Words(identityTerms);
    }

    int bits() {
        return bits;
    }

    byte[] rarities() {
        return rarities;
    }

    SortedSet<String> identityTerms() {
        return identityTerms;
    }

    LexiconFeatures lexicon() {
        return lexicon;
    }

    Vector of(String text) {
        List<String> parts = words.of(text);
        TextFeatures ofWords = TextFeatures.ofWords(parts, bits);
        TextFeatures ofCharacters = TextFeatures.ofCharacters(parts, bits);
        int most = ofWords.buckets().length + ofCharacters.buckets().length;
        int[] features = new int[most];
        float[] values = new float[most];
        int middle = add(ofWords, 0, features, values, 0);
        int end = add(ofCharacters, 1 << bits, features, values, middle);
        return new Vector(Arrays.copyOf(features, end), Arrays.copyOf(values, end), lexicon.of(parts, text));
    }

    private int add(TextFeatures counted, int firstFeature, int[] features, float[] values, int start) {
        int end = start;
        double squares = 0;
        for (int i = 0; i < counted.buckets().length; i++) {
            int feature = firstFeature + counted.buckets()[i];
            int rarity = Byte.toUnsignedInt(rarities[feature]);
            if (rarity > 0) {
                float value = LOGARITHMS[Math.min(counted.counts()[i], LOGARITHMS.length - 1)] * rarity;
                features[end] = feature;
                values[end++] = value;
                squares += (double) value * value;
            }
        }
        float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
        for (int i = start; i < end; i++) {
            values[i] *= scale;
        }
        return end;
    }

    /** 1 + ln c for c from 1 on; the first element is never used. */
    private static float[] logarithms(int size) {
        float[] logarithms = new float[size];
        for (int count = 1; count < size; count++) {
            logarithms[count] = (float) (1 + StrictMath.log(count));
        }
        return logarithms;
    }
}
