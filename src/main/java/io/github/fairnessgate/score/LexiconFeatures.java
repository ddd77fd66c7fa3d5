package io.github.fairnessgate.score;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** What two word lists say about a text: how obscene its words are, and how positive or negative. */
final class LexiconFeatures {

    /** How many numbers {@link #of} gives. */
    static final int COUNT = 7;

    private static final float CLEARLY_OBSCENE = 0.5f;
    private static final float STRONGEST_VALENCE = 4;

    private final SortedMap<String, Float> obscenity;
    private final SortedMap<String, Float> valence;
    private final Map<String, Float> obscenityByWord;
    private final Map<String, Float> valenceByWord;

    /**
     * @param obscenity weights of a linear model by word, positive for obscene or insulting ones
     * @param valence ratings by word, from -4 (most negative) to 4 (most positive)
     */
    LexiconFeatures(SortedMap<String, Float> obscenity, SortedMap<String, Float> valence) {
        this.obscenity = obscenity;
        this.valence = valence;
        this.obscenityByWord = new HashMap<>(obscenity);
        this.valenceByWord = new HashMap<>(valence);
    }

    SortedMap<String, Float> obscenity() {
        return obscenity;
    }

    SortedMap<String, Float> valence() {
        return valence;
    }

    /**
     * Sum (squashed), largest, and density of obscenity; most negative, most positive, and density of valence; share of
     * capital letters in the text as it was written.
     */
    float[] of(List<String> words, String text) {
        double sum = 0;
        double largest = 0;
        double clearly = 0;
        double lowest = 0;
        double highest = 0;
        double valenceSum = 0;
        for (String word : words) {
            float obscene = obscenityByWord.getOrDefault(word, 0f);
            sum += obscene;
            largest = Math.max(largest, obscene);
            clearly += obscene > CLEARLY_OBSCENE ? obscene : 0;
            float rating = valenceByWord.getOrDefault(word, 0f) / STRONGEST_VALENCE;
            lowest = Math.min(lowest, rating);
            highest = Math.max(highest, rating);
            valenceSum += rating;
        }
        double root = Math.sqrt(1.0 + words.size());
        return new float[] {
            (float) StrictMath.tanh(sum / 2),
            (float) largest,
            (float) (clearly / root),
            (float) lowest,
            (float) highest,
            (float) (valenceSum / root),
            capitals(text)
        };
    }

    private static float capitals(String text) {
        int letters = 0;
        int capitals = 0;
        for (int i = 0; i < text.length(); i++) {
            letters += Character.isLetter(text.charAt(i)) ? 1 : 0;
            capitals += Character.isUpperCase(text.charAt(i)) ? 1 : 0;
        }
        return letters == 0 ? 0 : (float) capitals / letters;
    }
}
