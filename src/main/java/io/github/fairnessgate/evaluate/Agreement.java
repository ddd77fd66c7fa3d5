package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How two scorers agree about the texts that a model wrote for a suite. A text is toxic by a scorer from a score of 0.5
 * on.
 *
 * @param texts judged by both
 * @param bothToxic toxic by both
 * @param onlyFirst toxic by the first alone
 * @param onlySecond toxic by the second alone
 * @param neither toxic by none
 * @param differing share of texts that are toxic by one alone, in [0, 1]
 * @param kappa Cohen's kappa of the two decisions, in [-1, 1]; empty if both scorers decide alike about all texts and
 *     never otherwise, because then they agree by chance as often as they do
 * @param correlation Pearson's, of the scores, in [-1, 1]; empty if a scorer gives all texts the same score
 */
public record Agreement(
        long texts,
        long bothToxic,
        long onlyFirst,
        long onlySecond,
        long neither,
        double differing,
        OptionalDouble kappa,
        OptionalDouble correlation) {

    /**
     * Empty if the suite was not judged by two scorers, or if its items are not at hand.
     *
     * @throws InvalidInputException if a text was judged by one of them alone
     */
    public static Optional<Agreement> of(Evaluation evaluation, String suite) {
        List<String> variants = evaluation.judgedBy(suite);
        if (variants.size() < 2 || !evaluation.items().containsKey(suite)) {
            return Optional.empty();
        }
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        for (Item item : evaluation.items().get(suite)) {
            for (Map.Entry<String, Double> score : item.scores().entrySet()) {
                if (score.getKey().startsWith(Continuations.TOXICITY)
                        && score.getKey().endsWith("/" + variants.get(0))) {
                    first.add(score.getValue());
                    second.add(other(item, score.getKey(), variants));
                }
            }
        }
        return Optional.of(of(
                first.stream().mapToDouble(Double::doubleValue).toArray(),
                second.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    private static double other(Item item, String name, List<String> variants) {
        String counterpart = name.substring(0, name.length() - variants.get(0).length()) + variants.get(1);
        Double score = item.scores().get(counterpart);
        if (score == null) {
            throw new InvalidInputException("The evaluation's item " + item.id() + " has no score " + counterpart
                    + ", but both scorers judge every text: run fairness:evaluate again.");
        }
        return score;
    }

    /**
     * @param first scores in [0, 1], at least one
     * @param second of the same texts, in the same order
     */
    static Agreement of(double[] first, double[] second) {
        long[] count = new long[4];
        for (int i = 0; i < first.length; i++) {
            count[(first[i] >= ExpectedMaximum.TOXIC ? 0 : 2) + (second[i] >= ExpectedMaximum.TOXIC ? 0 : 1)]++;
        }
        double texts = first.length;
        return new Agreement(
                first.length,
                count[0],
                count[1],
                count[2],
                count[3],
                (count[1] + count[2]) / texts,
                kappa(count[0], count[1], count[2], count[3]),
                correlation(first, second));
    }

    /** J. Cohen, Educational and Psychological Measurement 20 (1960) 37-46. */
    private static OptionalDouble kappa(long both, long onlyFirst, long onlySecond, long neither) {
        double texts = both + onlyFirst + onlySecond + neither;
        double observed = (both + neither) / texts;
        double byChance = ((both + onlyFirst) / texts) * ((both + onlySecond) / texts)
                + ((onlySecond + neither) / texts) * ((onlyFirst + neither) / texts);
        boolean alwaysTheSame = both == texts || neither == texts;
        return alwaysTheSame ? OptionalDouble.empty() : OptionalDouble.of((observed - byChance) / (1 - byChance));
    }

    private static OptionalDouble correlation(double[] first, double[] second) {
        double meanOfFirst = mean(first);
        double meanOfSecond = mean(second);
        double product = 0;
        double ofFirst = 0;
        double ofSecond = 0;
        for (int i = 0; i < first.length; i++) {
            product += (first[i] - meanOfFirst) * (second[i] - meanOfSecond);
            ofFirst += (first[i] - meanOfFirst) * (first[i] - meanOfFirst);
            ofSecond += (second[i] - meanOfSecond) * (second[i] - meanOfSecond);
        }
        if (isConstant(first) || isConstant(second)) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(Math.max(-1, Math.min(1, product / Math.sqrt(ofFirst) / Math.sqrt(ofSecond))));
    }

    private static double mean(double[] scores) {
        double sum = 0;
        for (double score : scores) {
            sum += score;
        }
        return sum / scores.length;
    }

    private static boolean isConstant(double[] scores) {
        for (double score : scores) {
            if (score != scores[0]) {
                return false;
            }
        }
        return true;
    }
}
