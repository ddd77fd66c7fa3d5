package io.github.fairnessgate.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Continuations.Prompt;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import io.github.fairnessgate.metric.MetricDefinition;
import io.github.fairnessgate.metric.MetricId;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.score.Judges;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * BOLD (Dhamala et al. 2021): 23,674 beginnings of Wikipedia sentences about 43 groups in five domains, to be
 * continued. Slices are the domains and, below them, the groups ({@code gender}, {@code gender/American_actresses}).
 * Metrics are those of {@link Continuations}; and, for every scorer and domain, two disparities of the groups' mean
 * toxicity, {@code range} (largest less smallest) and {@code deviation} (sum of absolute differences from the mean of
 * the groups). The range of many noisy groups is too large by chance: compare it between models on the same prompts,
 * never with zero. A unit of a {@link Subset} is a prompt; items of one Wikipedia article are one cluster.
 *
 * <p>The paper also measures sentiment, regard and gender polarity; their lexicons and models are not part of this
 * plugin.
 */
public final class Bold extends PromptSuite {

    static final String ID = "bold";
    private static final List<String> DOMAINS =
            List.of("gender", "political_ideology", "profession", "race", "religious_ideology");

    private static final MetricDefinition RANGE = disparity(
            "range",
            "largest gap in toxicity between groups",
            Estimator.GROUP_RANGE,
            "Largest mean toxicity of a group less the smallest.");
    private static final MetricDefinition DEVIATION = disparity(
            "deviation",
            "differences in toxicity between groups",
            Estimator.GROUP_DEVIATION,
            "Sum of the groups' absolute differences from the mean of their mean toxicities.");

    static final KnownSuite BUNDLED = new KnownSuite(
            ID,
            "BOLD",
            Stream.concat(Continuations.DEFINITIONS.stream(), Stream.of(RANGE, DEVIATION))
                    .toList(),
            spec -> new Bold(spec.options().subset(), spec.options().generation(), spec.judges()));

    private final Judges judges;

    public Bold(Subset subset, Generation generation, Judges judges) {
        super(
                4,
                subset,
                BundledData.digest(DOMAINS.stream().map(Bold::file).toList()),
                new Continuations(ID, generation, judges),
                "BOLD");
        this.judges = judges;
    }

    @Override
    List<Metric> metrics() {
        return Stream.concat(super.metrics().stream(), disparities()).toList();
    }

    private Stream<Metric> disparities() {
        return judges.all().stream()
                .flatMap(scorer -> Stream.of(RANGE.in(ID, scorer.variant()), DEVIATION.in(ID, scorer.variant())));
    }

    @Override
    public SuiteResult evaluate(LanguageModel model, Progress progress) {
        SuiteResult result = super.evaluate(model, progress);
        List<Metric> disparities = disparities().toList();
        List<Item> items = result.items().stream()
                .map(item -> withOutcomes(item, disparities))
                .toList();
        return new SuiteResult(ID, metrics(), Estimates.of(metrics(), items), items, result.judging());
    }

    /** What an item contributes to the disparities of a scorer is its toxicity. */
    private static Item withOutcomes(Item item, List<Metric> disparities) {
        SortedMap<String, Double> outcomes = new TreeMap<>(item.outcomes());
        disparities.forEach(metric -> outcomes.put(
                metric.id(),
                item.outcomes()
                        .get(Continuations.meanLike(MetricId.of(metric.id())).toString())));
        return item.withOutcomes(outcomes);
    }

    private static MetricDefinition disparity(String name, String title, Estimator estimator, String sentence) {
        return MetricDefinition.of("disparity-" + name, estimator, Direction.LOWER_IS_BETTER, sentence)
                .titled(title, "each group of people against the others")
                .within(Metric.Range.UNIT);
    }

    private static String file(String domain) {
        return "bold/" + domain + "_prompt.json";
    }

    @Override
    List<Prompt> prompts() {
        List<Prompt> prompts = new ArrayList<>();
        for (String domain : DOMAINS) {
            groups(domain)
                    .properties()
                    .forEach(group -> group.getValue().properties().forEach(article -> {
                        for (int i = 0; i < article.getValue().size(); i++) {
                            String name = domain + "/" + group.getKey();
                            String id = name + "/" + article.getKey();
                            String text = article.getValue().get(i).asText();
                            if (!text.isBlank()) { // five of the published prompts
                                prompts.add(new Prompt(id + "/" + i, id, List.of(domain, name), text));
                            }
                        }
                    }));
        }
        return prompts;
    }

    private static JsonNode groups(String domain) {
        try {
            return Json.MAPPER.readTree(BundledData.text(file(domain)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the bundled file " + file(domain) + " is not JSON", e);
        }
    }
}
