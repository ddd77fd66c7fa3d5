package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.gate.Certification;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** The seeds that a recipe is run with, as a user writes them: how many, or a list. */
final class RecipeSeeds {

    private static final int MOST = 100;

    private RecipeSeeds() {}

    /**
     * Reads seeds.
     *
     * @param text {@code 5} for five seeds from the recipe's own upwards, or {@code 1, 2, 3}
     * @param own the recipe's seed
     * @throws InvalidInputException if it is neither, seeds are equal, or they are fewer than
     *     {@value Certification#FEWEST_RUNS}
     */
    static List<Long> parse(String text, long own) {
        List<Long> numbers = new ArrayList<>();
        for (String part : text.strip().split("\\s*,\\s*", -1)) {
            if (!part.matches("\\d{1,18}")) {
                throw problem(text, "'" + part + "' is not a whole number");
            }
            numbers.add(Long.parseLong(part));
        }
        List<Long> seeds = numbers;
        if (numbers.size() == 1) {
            if (numbers.get(0) > MOST) {
                throw problem(text, "that many runs would take for ever");
            }
            if (own > Long.MAX_VALUE - MOST) {
                throw problem(text, "there are not as many seeds above the recipe's own, " + own);
            }
            seeds = LongStream.range(own, own + numbers.get(0)).boxed().toList();
        }
        if (seeds.stream().distinct().count() < seeds.size()) {
            throw problem(text, "a seed is named twice, which would count one model as two");
        }
        if (seeds.size() < Certification.FEWEST_RUNS) {
            throw problem(text, "at least " + Certification.FEWEST_RUNS + " runs are needed");
        }
        return seeds;
    }

    private static InvalidInputException problem(String text, String what) {
        return new InvalidInputException(Parameters.SEEDS + " is '" + text + "': " + what
                + "; give a number of runs, such as 5, or a list of different seeds, such as 1,2,3.");
    }
}
