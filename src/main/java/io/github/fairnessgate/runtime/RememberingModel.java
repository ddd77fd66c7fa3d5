package io.github.fairnessgate.runtime;

import io.github.fairnessgate.model.ShippedSize;
import io.github.fairnessgate.model.SpecialTokens;
import io.github.fairnessgate.runtime.PrefixRows.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * A model that computes only what {@link Answers} do not know, and tells them. What it answers is what the model
 * answers to the last bit: questions are cut after rows are made ({@link Question}). The owner closes the model.
 */
final class RememberingModel implements LanguageModel {

    private final OnnxGpt2 model;
    private final Answers answers;

    RememberingModel(OnnxGpt2 model, Answers answers) {
        this.model = model;
        this.answers = answers;
    }

    @Override
    public ShippedSize size() {
        return model.size();
    }

    @Override
    public List<float[]> logProbabilities(List<Request> requests, LongConsumer progress) {
        float[][] results = new float[requests.size()][];
        List<Row> rows = model.rows(requests);
        boolean[] wanted = answers.wanted(rows.size());
        List<Row> open = new ArrayList<>();
        long known = 0;
        for (int i = 0; i < rows.size(); i++) {
            List<Integer> indices = rows.get(i).requests();
            List<Request> own = indices.stream().map(requests::get).toList();
            Optional<byte[]> answer = answers.find(Question.scoring(own));
            if (answer.isEmpty() && wanted[i]) {
                open.add(rows.get(i));
            } else {
                put(
                        answer.map(bytes -> Question.scores(bytes, own)).orElseGet(() -> placeholders(own)),
                        indices,
                        results);
                known += own.size();
            }
        }
        progress.accept(known);
        long begun = known;
        model.score(
                open, requests, results, row -> keep(row, requests, results), done -> progress.accept(begun + done));
        return List.of(results);
    }

    private static void put(List<float[]> scores, List<Integer> indices, float[][] results) {
        for (int i = 0; i < indices.size(); i++) {
            results[indices.get(i)] = scores.get(i);
        }
    }

    private static List<float[]> placeholders(List<Request> requests) {
        return requests.stream().map(request -> new float[request.scored()]).toList();
    }

    private void keep(Row row, List<Request> requests, float[][] results) {
        answers.keep(
                Question.scoring(row.requests().stream().map(requests::get).toList()),
                Question.scores(row.requests().stream().map(i -> results[i]).toList()));
    }

    @Override
    public List<List<int[]>> generate(List<Prompt> prompts, Sampling sampling, LongConsumer progress) {
        List<List<int[]>> results = new ArrayList<>(Collections.nCopies(prompts.size(), null));
        boolean[] wanted = byCost(prompts);
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            Optional<byte[]> answer = answers.find(Question.continuing(prompts.get(i), sampling));
            if (answer.isEmpty() && wanted[i]) {
                open.add(i);
            } else {
                results.set(
                        i,
                        answer.map(bytes -> Question.texts(
                                        bytes, sampling.continuations(), sampling.maxNewTokens(), model.vocabulary()))
                                .orElseGet(() -> Collections.nCopies(sampling.continuations(), new int[0])));
            }
        }
        long known = prompts.size() - open.size();
        progress.accept(known);
        List<Prompt> asked = open.stream().map(prompts::get).toList();
        List<List<int[]>> written = model.generate(
                asked,
                sampling,
                done -> progress.accept(known + done),
                (prompt, texts) -> answers.keep(Question.continuing(prompt, sampling), Question.texts(texts)));
        for (int i = 0; i < open.size(); i++) {
            results.set(open.get(i), written.get(i));
        }
        return List.copyOf(results);
    }

    /** A long prompt takes more than a short one. */
    private boolean[] byCost(List<Prompt> prompts) {
        int[] order = IntStream.range(0, prompts.size())
                .boxed()
                .sorted(Comparator.comparingInt((Integer i) -> -prompts.get(i).tokens().length))
                .mapToInt(Integer::intValue)
                .toArray();
        boolean[] ranked = answers.wanted(order.length);
        boolean[] wanted = new boolean[order.length];
        for (int rank = 0; rank < order.length; rank++) {
            wanted[order[rank]] = ranked[rank];
        }
        return wanted;
    }

    @Override
    public Answers answers() {
        return answers;
    }

    @Override
    public int[] encode(String text) {
        return model.encode(text);
    }

    @Override
    public String decode(int[] tokens) {
        return model.decode(tokens);
    }

    @Override
    public SpecialTokens specialTokens() {
        return model.specialTokens();
    }

    @Override
    public int positions() {
        return model.positions();
    }

    /** Closes nothing: the model is its owner's. */
    @Override
    public void close() {}
}
