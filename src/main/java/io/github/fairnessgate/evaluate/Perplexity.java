package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Metric.Direction;
import io.github.fairnessgate.evaluate.Metric.Estimator;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Token perplexity of the WikiText-103 test text (Merity et al. 2016) with a sliding window, as the
 * documentation of Hugging Face transformers describes it: windows as long as the model's context
 * move by a stride, and of each window only the tokens that no earlier window has scored count. The
 * metric's id names window and stride. Here the stride is the window, which reads every token once; the
 * first token of a window has no context then and is not scored. The mean is taken over tokens, not
 * over windows, so that the last, shorter window weighs what it holds.
 *
 * <p>An item is a window; a cluster is {@value #CLUSTER_TOKENS} scored tokens of consecutive windows,
 * about an article.
 */
public final class Perplexity implements Suite {

    static final String ID = "perplexity";
    private static final String TEXT = "wikitext/wiki.test.tokens";
    private static final int CLUSTER_TOKENS = 4096;

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public String dataDigest() {
        return BundledData.digest(TEXT);
    }

    @Override
    public SuiteResult evaluate(LanguageModel model, Progress progress) {
        return evaluate(model, BundledData.text(TEXT), model.positions(), progress);
    }

    /** @param stride tokens that the window moves by, 1 to the length of the model's context */
    static SuiteResult evaluate(LanguageModel model, String text, int stride, Progress progress) {
        int window = model.positions();
        Metric metric = new Metric("perplexity.token/strided-" + window + "-" + stride, ID,
                Estimator.PERPLEXITY, Direction.LOWER_IS_BETTER);
        int[] tokens = model.encode(text);
        List<Request> windows = windows(tokens, window, stride);
        List<float[]> scored = model.logProbabilities(windows, done -> progress.step("WikiText perplexity", done, windows.size()));
        List<Item> items = new ArrayList<>();
        long before = 0;
        for (int i = 0; i < scored.size(); i++) {
            items.add(item(metric, i, before / CLUSTER_TOKENS, scored.get(i)));
            before += scored.get(i).length;
        }
        return SuiteResult.of(ID, List.of(metric), items);
    }

    /** Windows that together score every token at most once, and each that has a predecessor in its window. */
    static List<Request> windows(int[] tokens, int window, int stride) {
        if (tokens.length < 2) {
            throw new InvalidInputException("The perplexity text has " + tokens.length
                    + " tokens; at least two are needed, because the first one has no context.");
        }
        List<Request> windows = new ArrayList<>();
        int scored = 1;
        for (int start = 0; scored < tokens.length; start += stride) {
            int end = Math.min(start + window, tokens.length);
            if (end - start > 1) {
                windows.add(new Request(Arrays.copyOfRange(tokens, start, end), Math.max(1, scored - start)));
            }
            scored = end;
        }
        return windows;
    }

    private static Item item(Metric metric, int index, long cluster, float[] logProbabilities) {
        double negativeLogLikelihood = 0;
        for (float logProbability : logProbabilities) {
            negativeLogLikelihood -= logProbability;
        }
        return new Item(String.format(Locale.ROOT, "window-%05d", index), String.format(Locale.ROOT, "block-%04d", cluster),
                List.of(), new TreeMap<>(), new TreeMap<>(),
                new TreeMap<>(Map.of(metric.id(), negativeLogLikelihood)), logProbabilities.length);
    }
}
