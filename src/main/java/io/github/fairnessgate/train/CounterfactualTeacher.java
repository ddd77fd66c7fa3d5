package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A teacher that reads every window and its counterfactual, and whose probabilities of the next token are those of both
 * together.
 *
 * <p>Let p be its probabilities behind a text and p' behind the counterfactual of the text, and C(w) the counterparts
 * of a token w. Seen from the text, the counterfactual says
 *
 * <pre>
 * q(w) = p(w) sum over v in C(w) of p'(v) / (sum over u in C(v) of p(u))    for a token with counterparts,
 * q(w) = p'(w)                                                              for any other,
 * </pre>
 *
 * so what p' has for a token goes to its counterparts, in the proportion of p where there are several. The combined
 * probabilities are {@code (p + q) / 2} or {@code max(p, q) / sum max(p, q)}; where a position has no counterpart they
 * are p.
 */
public final class CounterfactualTeacher {

    /** So that no logarithm and no quotient is of 0. */
    private static final float LEAST = 1e-30f;

    private final TeacherCombination combination;
    private final TokenSwaps swaps;
    private final Map<int[], CounterfactualWindow> counterfactuals;

    /**
     * @param swaps the tokens with counterparts
     * @param counterfactuals of every window that will be read, by the array itself, so an
     *     {@link java.util.IdentityHashMap}
     */
    public CounterfactualTeacher(
            TeacherCombination combination, TokenSwaps swaps, Map<int[], CounterfactualWindow> counterfactuals) {
        this.combination = combination;
        this.swaps = swaps;
        this.counterfactuals = counterfactuals;
    }

    /**
     * The combined logits of a batch: {@code z + log(combined) - log(p)} for its own logits z, so they are its own
     * where nothing is combined.
     *
     * @param own the teacher's, of the batch
     * @param reading the last hidden states [windows * S, E] of other windows
     */
    LogitLoss.Logits logits(LogitLoss.Head own, int[][] batch, Function<int[][], NDArray> reading) {
        NDManager owner = own.hidden().getManager();
        int length = batch[0].length;
        long[] rows = new long[batch.length * length];
        float[] aligned = new float[rows.length];
        List<int[]> others = new ArrayList<>();
        for (int window = 0; window < batch.length; window++) {
            CounterfactualWindow counterfactual = counterfactual(batch[window]);
            int first = window * length;
            if (!counterfactual.isSame(batch[window])) {
                first = (batch.length + others.size()) * length;
                others.add(counterfactual.tokens());
            }
            for (int position = 0; position < length; position++) {
                int place = counterfactual.aligned()[position];
                rows[window * length + position] = place < 0 ? window * length + position : first + place;
                aligned[window * length + position] = place < 0 ? 0 : 1;
            }
        }
        NDArray hidden = own.hidden();
        if (!others.isEmpty()) {
            hidden = NDArrays.concat(new NDList(hidden, reading.apply(others.toArray(int[][]::new))), 0);
            hidden = hidden.get(new NDIndex("{}", owner.create(rows)));
        }
        LogitLoss.Head other = new LogitLoss.Head(hidden, own.embedding(), own.precision());
        return new Combined(own, other, owner.create(aligned, new Shape(aligned.length, 1)), vocabulary(owner));
    }

    private CounterfactualWindow counterfactual(int[] window) {
        CounterfactualWindow counterfactual = counterfactuals.get(window);
        if (counterfactual == null) {
            throw new IllegalStateException("a window without a counterfactual");
        }
        return counterfactual;
    }

    private Vocabulary vocabulary(NDManager owner) {
        int size = swaps.tokens().length;
        return new Vocabulary(
                owner.create(swaps.tokens()), owner.create(swaps.adjacency(), new Shape(size, size)), size);
    }

    /**
     * {@link TokenSwaps} on the device.
     *
     * @param tokens [t]
     * @param adjacency [t, t]
     */
    private record Vocabulary(NDArray tokens, NDArray adjacency, int size) {

        NDIndex columns() {
            return new NDIndex(":, {}", tokens);
        }
    }

    /** @param aligned [N, 1], 1 where a row is combined with the other one and 0 where it stays */
    private final class Combined implements LogitLoss.Logits {

        private final LogitLoss.Head own;
        private final LogitLoss.Head other;
        private final NDArray aligned;
        private final Vocabulary vocabulary;

        Combined(LogitLoss.Head own, LogitLoss.Head other, NDArray aligned, Vocabulary vocabulary) {
            this.own = own;
            this.other = other;
            this.aligned = aligned;
            this.vocabulary = vocabulary;
        }

        @Override
        public NDArray logits(NDManager scope, long from, long to) {
            NDArray logits = own.logits(scope, from, to);
            NDArray ownLog = logits.logSoftmax(1);
            try (NDArray otherLog = other.logits(scope, from, to).logSoftmax(1)) {
                if (vocabulary.size() > 0) {
                    exchange(ownLog, otherLog);
                }
                NDArray change =
                        combined(ownLog, otherLog).subi(ownLog).muli(LogitSlices.rows(aligned, from, to, scope));
                return logits.addi(change);
            }
        }

        /** Makes log q of log p' in place. */
        private void exchange(NDArray ownLog, NDArray otherLog) {
            NDArray own = ownLog.get(vocabulary.columns()).exp().addi(LEAST);
            NDArray received = otherLog.get(vocabulary.columns())
                    .exp()
                    .divi(own.matMul(vocabulary.adjacency()))
                    .matMul(vocabulary.adjacency())
                    .muli(own);
            otherLog.set(vocabulary.columns(), received.addi(LEAST).log());
        }

        private NDArray combined(NDArray ownLog, NDArray otherLog) {
            NDArray larger = ownLog.maximum(otherLog);
            return switch (combination) {
                case MEAN ->
                    larger.addi(ownLog.sub(otherLog)
                            .abs()
                            .negi()
                            .exp()
                            .addi(1)
                            .log()
                            .subi(Math.log(2)));
                case MAX -> larger.subi(larger.exp().sum(new int[] {1}, true).log());
            };
        }
    }
}
