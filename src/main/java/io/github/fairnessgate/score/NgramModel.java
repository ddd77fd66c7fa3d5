package io.github.fairnessgate.score;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * The weights of the n-gram scorer: logistic regression over what {@link TextVectors} makes of a text, and a
 * calibration of its result.
 *
 * <pre>
 * margin = intercept + sum over features of weight * value
 * P(toxic) = 1 / (1 + exp(-(slope * margin + offset)))
 * </pre>
 *
 * @param vectors how a text becomes numbers
 * @param weights one per hashed feature, in steps of {@code step}: words first, then character sequences
 * @param step what one step of a weight is worth
 * @param lexiconWeights one per number of {@link LexiconFeatures}
 */
record NgramModel(
        TextVectors vectors,
        byte[] weights,
        double step,
        double[] lexiconWeights,
        double intercept,
        double slope,
        double offset) {

    private static final int MAGIC = 0x46475458;
    /** Changes when the code makes other features of the same text. */
    private static final int VERSION = 1;

    /** P(toxic) in [0, 1] of a text with at least one letter or digit. */
    double probability(String text) {
        double calibrated = slope * margin(text) + offset;
        return 1 / (1 + StrictMath.exp(-calibrated));
    }

    /** What the calibration turns into a probability. */
    double margin(String text) {
        TextVectors.Vector vector = vectors.of(text);
        double hashed = 0;
        for (int i = 0; i < vector.features().length; i++) {
            hashed += weights[vector.features()[i]] * vector.values()[i];
        }
        double margin = intercept + step * hashed;
        for (int i = 0; i < lexiconWeights.length; i++) {
            margin += lexiconWeights[i] * vector.lexicon()[i];
        }
        return margin;
    }

    /** Writes what {@link #read} reads. */
    void write(OutputStream target) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(target))) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeInt(vectors.bits());
            out.write(vectors.rarities());
            out.write(weights);
            out.writeDouble(step);
            for (double weight : lexiconWeights) {
                out.writeDouble(weight);
            }
            out.writeDouble(intercept);
            out.writeDouble(slope);
            out.writeDouble(offset);
            writeTerms(vectors.identityTerms(), out);
            writeLexicon(vectors.lexicon().obscenity(), out);
            writeLexicon(vectors.lexicon().valence(), out);
        }
    }

    private static void writeTerms(SortedSet<String> terms, DataOutputStream out) throws IOException {
        out.writeInt(terms.size());
        for (String term : terms) {
            out.writeUTF(term);
        }
    }

    private static void writeLexicon(SortedMap<String, Float> lexicon, DataOutputStream out) throws IOException {
        out.writeInt(lexicon.size());
        for (SortedMap.Entry<String, Float> entry : lexicon.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeFloat(entry.getValue());
        }
    }

    /** @throws IOException if the stream does not hold a model of this version */
    static NgramModel read(InputStream source) throws IOException {
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(source))) {
            if (in.readInt() != MAGIC || in.readInt() != VERSION) {
                throw new IOException("not an n-gram toxicity model of version " + VERSION);
            }
            int bits = in.readInt();
            byte[] rarities = in.readNBytes(2 << bits);
            byte[] weights = in.readNBytes(2 << bits);
            double step = in.readDouble();
            double[] lexiconWeights = new double[LexiconFeatures.COUNT];
            for (int i = 0; i < lexiconWeights.length; i++) {
                lexiconWeights[i] = in.readDouble();
            }
            double intercept = in.readDouble();
            double slope = in.readDouble();
            double offset = in.readDouble();
            SortedSet<String> identityTerms = readTerms(in);
            LexiconFeatures lexicon = new LexiconFeatures(readLexicon(in), readLexicon(in));
            TextVectors vectors = new TextVectors(bits, rarities, identityTerms, lexicon);
            return new NgramModel(vectors, weights, step, lexiconWeights, intercept, slope, offset);
        }
    }

    private static SortedSet<String> readTerms(DataInputStream in) throws IOException {
        SortedSet<String> terms = new TreeSet<>();
        for (int left = in.readInt(); left > 0; left--) {
            terms.add(in.readUTF());
        }
        return terms;
    }

    private static SortedMap<String, Float> readLexicon(DataInputStream in) throws IOException {
        SortedMap<String, Float> lexicon = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            lexicon.put(in.readUTF(), in.readFloat());
        }
        return lexicon;
    }
}
