package io.github.fairnessgate.report;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How the toxicity scores that one scorer gave to everything that the two models wrote in one suite are distributed.
 *
 * @param suite of the prompts
 * @param scorer variant of the metrics that it judged
 * @param texts that each model wrote
 * @param bins of equal width over [0, 1], lowest first
 */
public record ScoreHistogram(String suite, String scorer, long texts, List<Bin> bins) {

    private static final int BINS = 20;

    /**
     * A bin.
     *
     * @param range as text, {@code 0.05 to 0.10}
     * @param before share of the baseline's texts, in percent
     * @param after share of the candidate's texts, in percent
     * @param beforeHeight height of the baseline's bar, in percent of the highest root of a share
     * @param afterHeight height of the candidate's bar
     */
    public record Bin(String range, String before, String after, double beforeHeight, double afterHeight) {}

    /**
     * One histogram for every suite in which models write and every scorer that judged it, where the items are at hand.
     */
    static List<ScoreHistogram> of(Evaluation baseline, Evaluation candidate) {
        List<ScoreHistogram> histograms = new ArrayList<>();
        candidate.provenance().judging().forEach((suite, judging) -> {
            if (!candidate.items().containsKey(suite)) {
                return;
            }
            for (String scorer : judging.variants()) {
                long[] after = counts(candidate.items().get(suite), scorer);
                long[] before = counts(baseline.items().get(suite), scorer);
                histograms.add(new ScoreHistogram(suite, scorer, sum(after), bins(before, after)));
            }
        });
        return List.copyOf(histograms);
    }

    private static long[] counts(List<Item> items, String scorer) {
        long[] counts = new long[BINS];
        for (Item item : items) {
            for (Map.Entry<String, Double> score : item.scores().entrySet()) {
                if (score.getKey().endsWith("/" + scorer)) {
                    counts[(int) Math.min(BINS - 1, score.getValue() * BINS)]++;
                }
            }
        }
        return counts;
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /** Most texts of most models are harmless: roots keep the few others visible. */
    private static List<Bin> bins(long[] before, long[] after) {
        double highest = 0;
        for (int bin = 0; bin < BINS; bin++) {
            highest = Math.max(highest, Math.sqrt(Math.max(share(before, bin), share(after, bin))));
        }
        List<Bin> bins = new ArrayList<>();
        for (int bin = 0; bin < BINS; bin++) {
            bins.add(new Bin(
                    String.format(Locale.ROOT, "%.2f to %.2f", (double) bin / BINS, (bin + 1.0) / BINS),
                    percent(share(before, bin)),
                    percent(share(after, bin)),
                    100 * Math.sqrt(share(before, bin)) / highest,
                    100 * Math.sqrt(share(after, bin)) / highest));
        }
        return bins;
    }

    private static double share(long[] counts, int bin) {
        return (double) counts[bin] / Math.max(1, sum(counts));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}
