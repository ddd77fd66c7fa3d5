package io.github.fairnessgate.score;

import java.util.Arrays;
import java.util.List;

/**
 * Counts of hashed features in a table of {@code 2^bits} buckets; features that share a bucket are added up.
 *
 * @param buckets ascending, each once
 * @param counts how often each occurs, 1 or more
 */
record TextFeatures(int[] buckets, int[] counts) {

    private static final int SHORTEST = 3;
    private static final int LONGEST = 5;
    private static final int WORD = 0x2F1B5A77;
    private static final int PAIR = 0x51ED270B;
    private static final int CHARACTERS = 0x1B873593;

    /** Words, and pairs of neighbouring words; the first word is the neighbour of the text's beginning. */
    static TextFeatures ofWords(List<String> words, int bits) {
        int[] hashes = new int[2 * words.size()];
        int used = 0;
        int previous = 0;
        for (String word : words) {
            int hash = hash(word);
            hashes[used++] = mixed(hash ^ WORD);
            hashes[used++] = mixed((previous * 31 + hash) ^ PAIR);
            previous = hash;
        }
        return counted(hashes, used, bits);
    }

    /**
     * Sequences of 3 to 5 characters inside each word, of which its two ends are characters too; identity terms have
     * none.
     */
    static TextFeatures ofCharacters(List<String> words, int bits) {
        int most = 0;
        for (String word : words) {
            most += (LONGEST - SHORTEST + 1) * word.length();
        }
        int[] hashes = new int[most];
        int used = 0;
        for (String word : words) {
            if (!word.equals(Words.IDENTITY)) {
                used = addCharacterSequences(word, hashes, used);
            }
        }
        return counted(hashes, used, bits);
    }

    private static int addCharacterSequences(String word, int[] hashes, int start) {
        int used = start;
        int length = word.length() + 2;
        for (int from = 0; from + SHORTEST <= length; from++) {
            int hash = CHARACTERS;
            for (int to = from; to < Math.min(length, from + LONGEST); to++) {
                hash = hash * 0x01000193 ^ (to == 0 || to == length - 1 ? ' ' : word.charAt(to - 1));
                if (to - from + 1 >= SHORTEST) {
                    hashes[used++] = mixed(hash + (to - from));
                }
            }
        }
        return used;
    }

    private static TextFeatures counted(int[] hashes, int used, int bits) {
        for (int i = 0; i < used; i++) {
            hashes[i] >>>= Integer.SIZE - bits;
        }
        Arrays.sort(hashes, 0, used);
        int[] buckets = new int[used];
        int[] counts = new int[used];
        int distinct = 0;
        for (int i = 0; i < used; i++) {
            if (distinct == 0 || buckets[distinct - 1] != hashes[i]) {
                buckets[distinct++] = hashes[i];
            }
            counts[distinct - 1]++;
        }
        return new TextFeatures(Arrays.copyOf(buckets, distinct), Arrays.copyOf(counts, distinct));
    }

    private static int hash(String word) {
        int hash = 0x811C9DC5;
        for (int i = 0; i < word.length(); i++) {
            hash = (hash ^ word.charAt(i)) * 0x01000193;
        }
        return hash;
    }

    /** Spreads every bit over the upper ones, which choose the bucket (the finalizer of MurmurHash3). */
    private static int mixed(int hash) {
        int h = hash;
        h ^= h >>> 16;
        h *= 0x85EBCA6B;
        h ^= h >>> 13;
        h *= 0xC2B2AE35;
        h ^= h >>> 16;
        return h;
    }
}
