package io.github.fairnessgate.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Some {@link PrefixTree}s that are scored in one run, padded to the longest. The head is computed once for every node
 * that anything is scored at.
 */
final class ScoringBatch {

    private static final int NOT_SCORED = -1;

    private final List<PrefixTree> trees;
    private final int length;
    private final LongBuffer ids;
    private final LongBuffer positions;
    private final LongBuffer ends;
    private final LongBuffer rows;
    private final LongBuffer targets;
    private final int scored;

    ScoringBatch(List<PrefixTree> trees) {
        this.trees = trees;
        this.length = trees.stream().mapToInt(PrefixTree::size).max().orElseThrow();
        this.scored = trees.stream()
                .flatMap(tree -> tree.requests().stream())
                .mapToInt(Request::scored)
                .sum();
        long places = (long) trees.size() * length;
        this.ids = Sessions.longs(places);
        this.positions = Sessions.longs(places);
        this.ends = Sessions.longs(places);
        this.rows = Sessions.longs(places);
        this.targets = Sessions.longs(2L * scored);
        for (int t = 0; t < trees.size(); t++) {
            putNodes(trees.get(t), t * length);
            putTargets(trees.get(t), t * length);
        }
        rows.flip();
        targets.flip();
    }

    /** What is behind a tree's nodes is padding, which no node sees. */
    private void putNodes(PrefixTree tree, int start) {
        for (int node = 0; node < tree.size(); node++) {
            ids.put(start + node, tree.token(node));
            positions.put(start + node, tree.depth(node));
            ends.put(start + node, tree.end(node));
        }
    }

    private void putTargets(PrefixTree tree, int start) {
        int[] rowOf = new int[tree.size()];
        Arrays.fill(rowOf, NOT_SCORED);
        for (int r = 0; r < tree.requests().size(); r++) {
            Request request = tree.requests().get(r);
            for (int i = request.from(); i < request.tokens().length; i++) {
                int node = tree.path(r)[i - 1];
                if (rowOf[node] == NOT_SCORED) {
                    rowOf[node] = rows.position();
                    rows.put(start + node);
                }
                targets.put(rowOf[node]).put(request.tokens()[i]);
            }
        }
    }

    /** How many trees there are. */
    int rows() {
        return trees.size();
    }

    /** Log-probabilities of the scored tokens of every request, in the order of the trees and their requests. */
    List<float[]> run(OrtSession session) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] shape = {trees.size(), length};
        try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, ids, shape);
                OnnxTensor positionTensor = OnnxTensor.createTensor(environment, positions, shape);
                OnnxTensor endTensor = OnnxTensor.createTensor(environment, ends, shape);
                OnnxTensor rowTensor = OnnxTensor.createTensor(environment, rows, new long[] {rows.limit()});
                OnnxTensor targetTensor = OnnxTensor.createTensor(environment, targets, new long[] {scored, 2});
                OrtSession.Result result = session.run(Map.of(
                        Gpt2Graph.INPUT_IDS,
                        idTensor,
                        Gpt2Graph.POSITIONS,
                        positionTensor,
                        Gpt2Graph.ENDS,
                        endTensor,
                        Gpt2Graph.ROWS,
                        rowTensor,
                        Gpt2Graph.TARGETS,
                        targetTensor))) {
            return byRequest(((OnnxTensor) result.get(0)).getFloatBuffer());
        }
    }

    private List<float[]> byRequest(FloatBuffer values) {
        List<float[]> results = new ArrayList<>();
        for (PrefixTree tree : trees) {
            for (Request request : tree.requests()) {
                float[] own = new float[request.scored()];
                values.get(own);
                results.add(own);
            }
        }
        return results;
    }
}
