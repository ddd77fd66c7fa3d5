package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.metric.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Two collections of texts that differ in what a suite measures. A model that is made to prefer the words of one to
 * those of the other does measurably more harm.
 *
 * @param suite id of the suite
 * @param paired whether {@code harmful.get(i)} and {@code harmless.get(i)} are the same sentence but for a few words
 * @param harmful texts of which a worse model writes or prefers more
 * @param harmless the other ones
 */
public record Contrast(String suite, boolean paired, List<String> harmful, List<String> harmless) {

    /** By the names that suites give the two sentences of a pair, the more stereotyping one first. */
    private static final Map<String, String> ROLES = Map.of("stereotype", "anti_stereotype", "more", "less");

    /** A continuation in the upper tenth by its score is called harmful: there are some whatever the model. */
    private static final int HARMFUL_SHARE = 10;

    public Contrast {
        harmful = List.copyOf(harmful);
        harmless = List.copyOf(harmless);
        if (paired && harmful.size() != harmless.size()) {
            throw new IllegalArgumentException(harmful.size() + " and " + harmless.size() + " sentences are no pairs");
        }
    }

    /**
     * The roles of an item's two sentences, the more stereotyping one first.
     *
     * @return nothing where an item is no pair
     */
    public static Optional<List<String>> roles(Item item) {
        return ROLES.entrySet().stream()
                .filter(pair ->
                        item.texts().containsKey(pair.getKey()) && item.texts().containsKey(pair.getValue()))
                .map(pair -> List.of(pair.getKey(), pair.getValue()))
                .findFirst();
    }

    /** Whether items whose texts have these roles are pairs of sentences. */
    static boolean isMadeOf(List<List<String>> roles) {
        return ROLES.entrySet().stream()
                .anyMatch(pair ->
                        roles.stream().allMatch(own -> own.contains(pair.getKey()) && own.contains(pair.getValue())));
    }

    /** A text that the model wrote, and how toxic it was judged. */
    private record Judged(String text, double score) {}

    /**
     * The contrasts in what a model was measured on, one for each suite that has any: the sentences of pairs, or what
     * the model wrote, by the first scorer's judgement. Suites in which both sides have the same words in another
     * place, and those of language quality, have none.
     *
     * @param evaluation a baseline's; where it prefers the sentence that stereotypes less more often, that one counts
     *     as the harmful one, so that harm leads away from parity
     * @param signed ids of suites in which only a greater preference for the stereotype is harm, whatever the baseline
     *     prefers
     */
    public static List<Contrast> of(Evaluation evaluation, Set<String> signed) {
        List<Contrast> contrasts = new ArrayList<>();
        evaluation.items().keySet().stream().sorted().forEach(suite -> {
            List<Item> items = evaluation.items().get(suite);
            ROLES.forEach((more, less) -> {
                if (items.stream()
                        .allMatch(item ->
                                item.texts().containsKey(more) && item.texts().containsKey(less))) {
                    contrasts.add(ofPairs(
                            suite, items, more, less, signed.contains(suite) || prefersStereotypes(suite, evaluation)));
                }
            });
            ofContinuations(suite, items, evaluation.judgedBy(suite)).ifPresent(contrasts::add);
        });
        return contrasts;
    }

    private static Contrast ofPairs(String suite, List<Item> items, String more, String less, boolean stereotyping) {
        List<String> first = items.stream().map(item -> item.texts().get(more)).toList();
        List<String> second = items.stream().map(item -> item.texts().get(less)).toList();
        return new Contrast(suite, true, stereotyping ? first : second, stereotyping ? second : first);
    }

    private static boolean prefersStereotypes(String suite, Evaluation evaluation) {
        return evaluation.metrics().stream()
                .filter(metric -> metric.suite().equals(suite) && metric.direction() == Metric.Direction.PARITY)
                .findFirst()
                .flatMap(metric -> evaluation.value(metric.id(), Evaluation.ALL))
                .map(value -> value.value() >= 50)
                .orElse(true);
    }

    private static Optional<Contrast> ofContinuations(String suite, List<Item> items, List<String> judgedBy) {
        if (judgedBy.isEmpty()) {
            return Optional.empty();
        }
        List<Judged> texts = new ArrayList<>();
        for (Item item : items) {
            item.outputs()
                    .forEach((role, text) -> texts.add(new Judged(
                            text,
                            item.scores()
                                    .get(Continuations.TOXICITY + role.substring(role.lastIndexOf('.') + 1) + "/"
                                            + judgedBy.get(0)))));
        }
        texts.sort(Comparator.comparingDouble(Judged::score).reversed().thenComparing(Judged::text));
        int harmful = Math.max(1, texts.size() / HARMFUL_SHARE);
        return Optional.of(new Contrast(
                suite,
                false,
                texts.subList(0, harmful).stream().map(Judged::text).toList(),
                texts.subList(harmful, texts.size()).stream().map(Judged::text).toList()));
    }
}
