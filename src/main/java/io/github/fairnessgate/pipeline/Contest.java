package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Messages;
import io.github.fairnessgate.search.CandidateResult;
import io.github.fairnessgate.search.CandidateResult.Measured;
import io.github.fairnessgate.search.CandidateResult.Problem;
import io.github.fairnessgate.search.Ranking;
import io.github.fairnessgate.search.Tried;
import io.github.fairnessgate.worker.WorkerException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Candidates that are measured: which of them are left, what was found, and what went wrong. */
final class Contest {

    private final Messages messages;
    private final Map<String, LocatedModel> all;
    private final Map<String, LocatedModel> left;
    private final Map<String, Problem> problems;
    private final Map<String, List<Measured>> screened = new HashMap<>();
    private final Map<String, Measured> judged = new HashMap<>();

    /**
     * @param models by the id of the candidate, in the order of the search
     * @param problems of those that could not be made
     */
    Contest(Messages messages, Map<String, LocatedModel> models, Map<String, Problem> problems) {
        this.messages = messages;
        this.all = Map.copyOf(models);
        this.left = new LinkedHashMap<>(models);
        this.problems = new LinkedHashMap<>(problems);
    }

    /** Those that are still in it, by id. */
    Map<String, LocatedModel> left() {
        return left;
    }

    /**
     * Keeps the best of those that could be measured.
     *
     * @param kept how many
     * @param settled whether all data of the search were measured
     */
    void screen(Map<String, Attempt<Measured>> found, int kept, boolean settled) throws WorkerException {
        Map<String, Measured> measured = measured(found);
        measured.forEach((id, one) ->
                screened.computeIfAbsent(id, any -> new ArrayList<>()).add(one));
        List<Tried> order =
                Ranking.order(measured.values().stream().map(Measured::tried).toList(), settled);
        left.keySet().retainAll(order.stream().limit(kept).map(Tried::id).toList());
    }

    /** Takes down what was found of those that were left. */
    void judge(Map<String, Attempt<Measured>> found) throws WorkerException {
        judged.putAll(measured(found));
    }

    /** @param label what the candidate is, for people */
    CandidateResult result(String id, String label) {
        return new CandidateResult(
                id,
                label,
                Optional.ofNullable(all.get(id)).map(one -> one.directory().digest()),
                Optional.ofNullable(problems.get(id)),
                screened.getOrDefault(id, List.of()),
                Optional.ofNullable(judged.get(id)));
    }

    /** @throws WorkerException if there is none */
    private Map<String, Measured> measured(Map<String, Attempt<Measured>> found) throws WorkerException {
        Map<String, Measured> measured = new LinkedHashMap<>();
        found.forEach((id, attempt) -> {
            attempt.result().ifPresent(one -> measured.put(id, one));
            attempt.failure().ifPresent(why -> {
                problems.put(id, new Problem(Problem.Kind.FAILED, why));
                messages.warn(id + " failed, the others go on: " + why);
            });
        });
        if (measured.isEmpty()) {
            throw new WorkerException("None of the candidates " + String.join(", ", found.keySet())
                    + " could be measured; the first problem: "
                    + found.values().iterator().next().failure().orElseThrow());
        }
        left.keySet().retainAll(measured.keySet());
        return measured;
    }
}
