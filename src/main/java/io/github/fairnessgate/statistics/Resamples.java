package io.github.fairnessgate.statistics;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Draws of clusters with replacement, as many as there are, that every bootstrap over so many clusters shares.
 * Immutable; 20 MB for 1,000 clusters.
 */
public final class Resamples {

    /** So chosen that alpha (B + 1) is whole for every usual alpha. */
    public static final int COUNT = 9999;

    private static final int MOST_CLUSTERS = Character.MAX_VALUE;

    private final char[][] draws;

    /**
     * Resamples that another program may have made.
     *
     * @param draws of each resample the indices of its clusters
     */
    public Resamples(char[][] draws) {
        this.draws = draws;
    }

    /** {@value #COUNT} resamples of {@code clusters} clusters; the seed fixes them. */
    public static Resamples random(int clusters, long seed) {
        if (clusters > MOST_CLUSTERS) {
            throw new IllegalArgumentException(clusters + " clusters; at most " + MOST_CLUSTERS + " can be resampled");
        }
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        char[][] draws = new char[COUNT][clusters];
        for (char[] draw : draws) {
            for (int k = 0; k < clusters; k++) {
                draw[k] = (char) random.nextInt(clusters);
            }
        }
        return new Resamples(draws);
    }

    public int count() {
        return draws.length;
    }

    /** Clusters of a resample, which the caller leaves as they are. */
    public char[] draw(int resample) {
        return draws[resample];
    }
}
