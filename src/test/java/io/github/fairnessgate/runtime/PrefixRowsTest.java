package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.PrefixRows.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrefixRowsTest {

    private static final int LIMIT = 100;

    @Test
    void requestsWithACommonBeginningShareARow() {
        int[] beginning = IntStream.range(0, 30).toArray();
        List<Row> rows = PrefixRows.of(
                List.of(followedBy(beginning, 40, 41), request(90, 91, 92), followedBy(beginning, 50, 51, 52)), LIMIT);
        assertThat(rows).extracting(Row::requests).containsExactly(List.of(0, 2), List.of(1));
        assertThat(rows).extracting(Row::tokens).containsExactly(30 + 1 + 2, 2);
    }

    @Test
    void requestsWithNothingInCommonAreRowsOfTheirOwn() {
        List<Row> rows = PrefixRows.of(List.of(request(3, 1), request(2, 1), request(1, 1)), LIMIT);
        assertThat(rows).extracting(Row::requests).containsExactly(List.of(2), List.of(1), List.of(0));
    }

    @Test
    void requestsThatDifferInTheirLastTokenAloneAreComputedOnce() {
        List<Row> rows = PrefixRows.of(List.of(request(5, 6, 7), request(5, 6, 8), request(5, 6, 7)), LIMIT);
        assertThat(rows).singleElement().extracting(Row::tokens).isEqualTo(2);
    }

    @Test
    void everyRequestIsInOneRowAndRequestsWithTheSameInputsInTheSame() {
        List<Request> requests = randomRequests(2000);
        List<Row> rows = PrefixRows.of(requests, LIMIT);
        assertThat(rows.stream()
                        .flatMap(row -> row.requests().stream())
                        .sorted()
                        .toList())
                .isEqualTo(IntStream.range(0, requests.size()).boxed().toList());
        Map<List<Integer>, Row> rowOf = new HashMap<>();
        for (Row row : rows) {
            for (int index : row.requests()) {
                assertThat(rowOf.computeIfAbsent(inputs(requests.get(index)), inputs -> row))
                        .isSameAs(row);
            }
        }
    }

    @Test
    void rowsHaveTheLengthThatTheyNameAndOnlyASingleSequenceExceedsTheLimit() {
        List<Request> requests = randomRequests(500);
        requests.add(new Request(new int[3 * LIMIT], 1));
        for (Row row : PrefixRows.of(requests, LIMIT)) {
            PrefixTree tree =
                    new PrefixTree(row.requests().stream().map(requests::get).toList());
            assertThat(tree.size()).isEqualTo(row.tokens());
            if (tree.size() > LIMIT) {
                assertThat(tree.requests()).extracting(PrefixRowsTest::inputs).containsOnly(inputs(requests.get(500)));
            }
        }
    }

    @Test
    void rowsDoNotDependOnTheOrderOfRequests() {
        List<Request> requests = randomRequests(500);
        List<Request> shuffled = new ArrayList<>(requests);
        Collections.shuffle(shuffled, new Random(5));
        assertThat(contents(shuffled)).isEqualTo(contents(requests));
    }

    /** The cheapest division of a few requests, tried out one by one. */
    @Test
    void noOtherCutsCostLess() {
        for (int seed = 0; seed < 40; seed++) {
            List<Request> requests = new ArrayList<>(randomRequests(7, seed));
            requests.sort((a, b) -> Arrays.compare(a.tokens(), 0, a.inputs(), b.tokens(), 0, b.inputs()));
            long cheapest = Long.MAX_VALUE;
            for (int cuts = 0; cuts < 1 << 6; cuts++) {
                cheapest = Math.min(cheapest, cost(requests, cuts));
            }
            assertThat(PrefixRows.of(requests, LIMIT).stream()
                            .mapToLong(row -> cost(row.tokens()))
                            .sum())
                    .isEqualTo(cheapest);
        }
    }

    @Test
    void aHundredThousandSentencesAreDividedAtOnce() {
        Random random = new Random(3);
        List<Request> requests = IntStream.range(0, 100_000)
                .mapToObj(i -> followedBy(new int[] {0}, random.ints(12, 0, 50).toArray()))
                .toList();
        List<Row> rows = PrefixRows.of(requests, 1024);
        assertThat(rows.stream().mapToInt(Row::tokens).sum()).isLessThan(100_000 * 11);
    }

    @Test
    void noRequestsAreNoRows() {
        assertThat(PrefixRows.of(List.of(), LIMIT)).isEmpty();
    }

    private static long cost(List<Request> sorted, int cuts) {
        long cost = 0;
        int start = 0;
        for (int end = 1; end <= sorted.size(); end++) {
            if (end == sorted.size() || (cuts >> (end - 1) & 1) == 1) {
                int tokens = new PrefixTree(sorted.subList(start, end)).size();
                cost += tokens > LIMIT && end - start > 1 ? Integer.MAX_VALUE : cost(tokens);
                start = end;
            }
        }
        return cost;
    }

    /** What the class promises to keep least, up to a factor. */
    private static long cost(long tokens) {
        return tokens * (PrefixRows.ATTENTION_TOKENS + tokens);
    }

    private static List<List<List<Integer>>> contents(List<Request> requests) {
        return PrefixRows.of(requests, LIMIT).stream()
                .map(row -> row.requests().stream()
                        .map(index -> inputs(requests.get(index)))
                        .toList())
                .toList();
    }

    private static List<Integer> inputs(Request request) {
        return Arrays.stream(request.tokens(), 0, request.inputs()).boxed().toList();
    }

    private static List<Request> randomRequests(int count) {
        return randomRequests(count, 17);
    }

    /** Of few different tokens, so that many begin alike, and some are the same or the beginning of another. */
    private static List<Request> randomRequests(int count, int seed) {
        Random random = new Random(seed);
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(new Request(
                    random.ints(2 + random.nextInt(40), 0, random.nextInt(8) + 1)
                            .toArray(),
                    1));
        }
        return requests;
    }

    private static Request followedBy(int[] beginning, int... rest) {
        return new Request(
                IntStream.concat(Arrays.stream(beginning), Arrays.stream(rest)).toArray(), 1);
    }

    private static Request request(int... tokens) {
        return new Request(tokens, 1);
    }
}
