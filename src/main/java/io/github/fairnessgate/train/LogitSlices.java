package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

/**
 * Works through the rows of [N, vocabulary] logits in slices that stay in the processor's cache if they can, so that
 * the whole matrix never exists: with 50,257 tokens and 1,024 rows it would take 206 MB, several times over. Larger
 * blocks also leave the allocator's pools and cost a page fault per 4 kB.
 */
final class LogitSlices {

    /** 2M floats, 8 MB: measured fastest from 1 to 32 MB on a server core with 2 MB of second-level cache. */
    private static final long VALUES = 1L << 21;

    /**
     * Rows that a slice has at least: each slice reads the whole embedding, and adds to its whole gradient, several
     * times, 154 MB each for GPT-2, which is too much for the few rows that would fit the cache.
     */
    private static final long LEAST_ROWS = 256;

    private LogitSlices() {}

    /** Receives one slice; arrays that it makes from {@code scope} or from sliced rows are closed when it returns. */
    interface Slice {

        /**
         * @param scope owns whatever the slice computes
         * @param from first row, inclusive
         * @param to last row, exclusive
         */
        void accept(NDManager scope, long from, long to);
    }

    static void forEach(NDManager owner, long rows, long vocabulary, Slice slice) {
        long size = Math.max(LEAST_ROWS, VALUES / vocabulary);
        for (long from = 0; from < rows; from += size) {
            try (NDManager scope = owner.newSubManager()) {
                slice.accept(scope, from, Math.min(rows, from + size));
            }
        }
    }

    /** Rows {@code [from, to)} as a view that belongs to the scope. */
    static NDArray rows(NDArray array, long from, long to, NDManager scope) {
        NDArray view = array.get(new NDIndex().addSliceDim(from, to));
        view.attach(scope);
        return view;
    }
}
