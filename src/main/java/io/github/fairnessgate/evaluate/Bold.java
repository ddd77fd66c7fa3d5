package io.github.fairnessgate.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Continuations.Prompt;
import io.github.fairnessgate.evaluate.Evaluation.Value;
import io.github.fairnessgate.evaluate.Metric.Direction;
import io.github.fairnessgate.evaluate.Metric.Estimator;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.util.ArrayList;
import java.util.List;

/**
 * BOLD (Dhamala et al. 2021): 23,679 beginnings of Wikipedia sentences about 43 groups in five domains, to be continued. Slices are
 * the domains and, below them, the groups ({@code gender}, {@code gender/American_actresses}). Metrics are those of
 * {@link Continuations}; and, for every scorer and domain, two disparities of the groups' mean toxicity, {@code range} (largest less smallest)
 * and {@code deviation} (sum of absolute differences from the mean of the groups). The range of many noisy groups is too large by
 * chance: compare it between models on the same prompts, never with zero. A unit of a {@link Subset} is a prompt; items of one
 * Wikipedia article are one cluster.
 *
 * <p>The paper also measures sentiment, regard and gender polarity; their lexicons and models are not part of this plugin.
 */
public final class Bold extends PromptSuite {

    static final String ID = "bold";
    private static final List<String> DOMAINS = List.of("gender", "political_ideology", "profession", "race", "religious_ideology");

    private final Judges judges;

    public Bold(Subset subset, Generation generation, Judges judges) {
        super(1, subset, BundledData.digest(DOMAINS.stream().map(Bold::file).toList()), new Continuations(ID, generation, judges), "BOLD");
        this.judges = judges;
    }

    @Override
    public SuiteResult evaluate(LanguageModel model, Progress progress) {
        SuiteResult result = super.evaluate(model, progress);
        List<Metric> metrics = new ArrayList<>(result.metrics());
        List<Value> values = new ArrayList<>(result.values());
        for (ScorerReference scorer : judges.all()) {
            Metric range = disparity("range", scorer);
            Metric deviation = disparity("deviation", scorer);
            metrics.addAll(List.of(range, deviation));
            for (String domain : DOMAINS) {
                List<Value> groups = groups(domain, scorer, result.values());
                if (groups.size() >= 2) {
                    double[] means = groups.stream().mapToDouble(Value::value).toArray();
                    long prompts = groups.stream().mapToLong(Value::n).sum();
                    values.add(new Value(range.id(), domain, Disparity.range(means), prompts));
                    values.add(new Value(deviation.id(), domain, Disparity.deviation(means), prompts));
                }
            }
        }
        return new SuiteResult(ID, metrics, values, result.items(), result.judging());
    }

    private static Metric disparity(String name, ScorerReference scorer) {
        return new Metric(ID + ".disparity-" + name + "/" + scorer.variant(), ID, Estimator.DERIVED, Direction.LOWER_IS_BETTER);
    }

    /** The mean toxicity of the groups of a domain. */
    private static List<Value> groups(String domain, ScorerReference scorer, List<Value> values) {
        return values.stream()
                .filter(value -> value.metric().equals(ID + ".toxicity/" + scorer.variant()) && value.slice().startsWith(domain + "/"))
                .toList();
    }

    private static String file(String domain) {
        return "bold/" + domain + "_prompt.json";
    }

    @Override
    List<Prompt> prompts() {
        List<Prompt> prompts = new ArrayList<>();
        for (String domain : DOMAINS) {
            groups(domain).properties().forEach(group -> group.getValue().properties().forEach(article -> {
                for (int i = 0; i < article.getValue().size(); i++) {
                    String name = domain + "/" + group.getKey();
                    String id = name + "/" + article.getKey();
                    prompts.add(new Prompt(id + "/" + i, id, List.of(domain, name), article.getValue().get(i).asText()));
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
