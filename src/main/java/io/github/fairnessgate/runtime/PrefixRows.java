package io.github.fairnessgate.runtime;

import io.github.fairnessgate.runtime.LanguageModel.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Divides requests into rows, each a {@link PrefixTree}, such that the model has least to compute. In the order of
 * their tokens, every request shares most with its neighbours; so rows are stretches of that order, and the best cuts
 * are found by dynamic programming over it. Where a row ends, the next one computes what both share again.
 *
 * <p>Which requests share a row depends on their tokens alone, not on the order in which they are given; requests with
 * the same inputs always do.
 */
final class PrefixRows {

    /** A row of so many tokens takes about as much time for attention, which grows with the square, as for all else. */
    static final long ATTENTION_TOKENS = 1600;

    private final List<Request> requests;
    private final int[] order;
    /** By place in the order: the tokens that a request adds to a row in which its predecessor is. */
    private final int[] added;
    /** By place in the order: the next place that has other inputs. */
    private final int[] next;

    private PrefixRows(List<Request> requests) {
        this.requests = requests;
        int count = requests.size();
        this.order = IntStream.range(0, count)
                .boxed()
                .sorted((a, b) -> compare(requests.get(a), requests.get(b)))
                .mapToInt(Integer::intValue)
                .toArray();
        this.added = new int[count];
        this.next = new int[count];
        for (int place = 1; place < count; place++) {
            added[place] = at(place).inputs() - at(place).sharedInputs(at(place - 1));
        }
        for (int place = count - 1; place >= 0; place--) {
            next[place] = place + 1 == count || added[place + 1] > 0 ? place + 1 : next[place + 1];
        }
    }

    /**
     * A row.
     *
     * @param requests the indices of those that it answers, in the order that {@link PrefixTree} wants
     * @param tokens that it has
     */
    record Row(List<Integer> requests, int tokens) {}

    /**
     * Rows that together have every request once.
     *
     * @param limit the most tokens of a row with several requests; a longer request has a row of its own
     */
    static List<Row> of(List<Request> requests, int limit) {
        return new PrefixRows(requests).rows(limit);
    }

    private static int compare(Request a, Request b) {
        return Arrays.compare(a.tokens(), 0, a.inputs(), b.tokens(), 0, b.inputs());
    }

    private Request at(int place) {
        return requests.get(order[place]);
    }

    private List<Row> rows(int limit) {
        int count = order.length;
        long[] costs = new long
                [count + 1]; // of the cheapest rows for all places before this one, and what the last of them is:
        int[] starts = new int[count + 1];
        int[] tokens = new int[count + 1];
        Arrays.fill(costs, 1, count + 1, Long.MAX_VALUE);
        for (int start = 0; start < count; start = next[start]) {
            int length = at(start).inputs();
            for (int end = next[start]; ; end = next[end]) {
                long cost = costs[start] + length * (ATTENTION_TOKENS + length);
                if (cost < costs[end]) {
                    costs[end] = cost;
                    starts[end] = start;
                    tokens[end] = length;
                }
                if (end == count || length + added[end] > limit) {
                    break;
                }
                length += added[end];
            }
        }
        List<Row> rows = new ArrayList<>();
        for (int end = count; end > 0; end = starts[end]) {
            rows.add(new Row(Arrays.stream(order, starts[end], end).boxed().toList(), tokens[end]));
        }
        Collections.reverse(rows);
        return rows;
    }
}
