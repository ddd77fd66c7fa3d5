package io.github.fairnessgate.runtime;

import io.github.fairnessgate.runtime.LanguageModel.Request;
import java.util.Arrays;
import java.util.List;

/**
 * The inputs of some requests as a tree, so that a model computes a beginning that several of them share once. The
 * nodes are one row of the model's input, depth first: node j is an ancestor of node i, or i itself, if and only if
 * {@code j <= i < end(j)}, and that is what i may attend to.
 */
final class PrefixTree {

    private final List<Request> requests;
    private final int[] tokens;
    private final int[] depths;
    private final int[] ends;
    private final int[][] paths;
    private int size;

    /** @param requests in an order that has equal beginnings next to each other, as {@link PrefixRows} makes it */
    PrefixTree(List<Request> requests) {
        this.requests = List.copyOf(requests);
        int most = requests.stream().mapToInt(Request::inputs).sum();
        tokens = new int[most];
        depths = new int[most];
        ends = new int[most];
        paths = new int[requests.size()][];
        for (int i = 0; i < requests.size(); i++) {
            add(i, requests.get(i), i == 0 ? 0 : requests.get(i).sharedInputs(requests.get(i - 1)));
        }
    }

    private void add(int index, Request request, int shared) {
        int[] path = shared == 0 ? new int[request.inputs()] : Arrays.copyOf(paths[index - 1], request.inputs());
        for (int depth = shared; depth < path.length; depth++) {
            path[depth] = size;
            tokens[size] = request.tokens()[depth];
            depths[size] = depth;
            size++;
        }
        for (int node : path) {
            ends[node] = size;
        }
        paths[index] = path;
    }

    List<Request> requests() {
        return requests;
    }

    /** The number of nodes. */
    int size() {
        return size;
    }

    int token(int node) {
        return tokens[node];
    }

    /** How many tokens stand before the node's. */
    int depth(int node) {
        return depths[node];
    }

    /** One more than the last of the node's descendants, or than the node itself if it has none. */
    int end(int node) {
        return ends[node];
    }

    /** The node that a request's input ends at, for each of its beginnings of 1, 2, ... tokens. */
    int[] path(int request) {
        return paths[request];
    }
}
