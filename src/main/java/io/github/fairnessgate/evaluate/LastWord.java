package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.JsonLines.Line;
import io.github.fairnessgate.evaluate.SentenceScores.Continuation;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import io.github.fairnessgate.metric.MetricDefinition;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether a model finds the last word of a text, in the form of LAMBADA (Paperno et al. 2016) as lm-evaluation-harness
 * scores it, on a user's texts. The file has one JSON object a line, with {@code slices} (or {@code slice}) and
 * {@code cluster} if wanted:
 *
 * <pre>
 * {"id": "1", "text": "She poured the tea, and handed him the cup"}
 * </pre>
 *
 * The last word is what follows the last space. {@code accuracy} is the share of texts in which every token of that
 * word is the most likely one, {@code perplexity} is {@code exp(-mean log p(word))}, over words and not tokens. A unit
 * of a {@link Subset} is a text.
 */
public final class LastWord extends DataSuite {

    private static final Set<String> KEYS = Set.of("id", "text", "slice", "slices", "cluster");

    /** The nucleus of the most likely token alone. */
    private static final double MOST_LIKELY = 1e-9;

    private static final MetricDefinition FOUND = MetricDefinition.of(
                    "accuracy/last-word",
                    Estimator.SHARE,
                    Direction.HIGHER_IS_BETTER,
                    "Share of texts whose last word the model finds token by token, in percent; higher is better.")
            .titled("last words found");
    private static final MetricDefinition SURPRISE = MetricDefinition.of(
                    "perplexity/last-word",
                    Estimator.PERPLEXITY,
                    Direction.LOWER_IS_BETTER,
                    "Perplexity of the last words of the texts.")
            .titled("perplexity of last words");

    static final List<MetricDefinition> DEFINITIONS = List.of(FOUND, SURPRISE);

    private final Metric accuracy;
    private final Metric perplexity;
    private final List<Text> texts;

    private record Text(Line line, Continuation continuation) {

        String id() {
            return line.id();
        }

        List<String> slices() {
            return line.slices();
        }

        Request request(LanguageModel model) {
            int tokens = model.encode(line.text("text")).length;
            if (tokens > model.positions()) {
                throw line.problem("the text has " + tokens + " tokens, but this model reads at most "
                        + model.positions() + "; shorten it");
            }
            return continuation.request(model);
        }
    }

    /**
     * Reads the texts.
     *
     * @param id names the suite: its metrics are {@code id.accuracy/last-word} and {@code id.perplexity/last-word}
     * @param file JSON lines, UTF-8
     * @throws io.github.fairnessgate.InvalidInputException if the file cannot be used; names the line
     */
    public LastWord(String id, Path file, Subset subset) {
        this(id, JsonLines.read(file, KEYS), subset);
    }

    private LastWord(String id, JsonLines content, Subset subset) {
        super(id, 1, subset, content.digest());
        this.accuracy = FOUND.in(id);
        this.perplexity = SURPRISE.in(id);
        this.texts = content.lines().stream().map(LastWord::text).toList();
    }

    @Override
    public List<Extent> extents() {
        return Extent.of(
                List.of(accuracy, perplexity),
                chosen().stream()
                        .map(text -> new Extent.Unit(text.line().cluster(), text.slices()))
                        .toList());
    }

    private List<Text> chosen() {
        return subset().portion(
                        subset().of(texts, Text::id, Text::slices),
                        text -> text.line().cluster());
    }

    @Override
    public SuiteResult evaluate(LanguageModel model, Progress progress) {
        List<Text> chosen = chosen();
        List<Request> requests =
                chosen.stream().map(text -> text.request(model)).toList();
        long total = 2L * requests.size();
        List<float[]> scored = model.logProbabilities(requests, done -> progress.step(id(), done, total));
        List<int[]> expected = mostLikely(chosen, requests, model, progress);
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            items.add(item(
                    chosen.get(i),
                    SentenceScores.sum(scored.get(i)),
                    Arrays.equals(expected.get(i), word(requests.get(i)))));
        }
        return SuiteResult.of(id(), List.of(accuracy, perplexity), items);
    }

    /** What the model itself would write in place of each word, with as many tokens as the word has. */
    private List<int[]> mostLikely(List<Text> chosen, List<Request> requests, LanguageModel model, Progress progress) {
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            prompts.add(new Prompt(
                    chosen.get(i).id(),
                    Arrays.copyOf(requests.get(i).tokens(), requests.get(i).from())));
        }
        int longest = requests.stream()
                .mapToInt(request -> word(request).length)
                .max()
                .orElseThrow();
        List<List<int[]>> written = model.generate(
                prompts,
                new Sampling(0, 1, longest, MOST_LIKELY, 1),
                done -> progress.step(id(), requests.size() + done, 2L * requests.size()));
        List<int[]> beginnings = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            int[] own = written.get(i).get(0);
            beginnings.add(Arrays.copyOf(own, Math.min(own.length, word(requests.get(i)).length)));
        }
        return beginnings;
    }

    private static int[] word(Request request) {
        return Arrays.copyOfRange(request.tokens(), request.from(), request.tokens().length);
    }

    private Item item(Text text, double logLikelihood, boolean found) {
        return new Item(
                text.id(),
                text.line().cluster(),
                text.slices(),
                new TreeMap<>(Map.of(
                        "context",
                        text.continuation().context(),
                        "word",
                        text.continuation().text().strip())),
                new TreeMap<>(Map.of("sum", logLikelihood)),
                new TreeMap<>(Map.of(accuracy.id(), found ? 1. : 0., perplexity.id(), -logLikelihood)),
                1);
    }

    private static Text text(Line line) {
        String text = line.text("text");
        int space = text.lastIndexOf(' ');
        String context = text.substring(0, Math.max(0, space));
        if (context.isEmpty()
                || !context.equals(context.stripTrailing())
                || text.substring(space).isBlank()) {
            throw line.problem("\"text\" must end with a single space and a last word, which the model has to find");
        }
        return new Text(line, new Continuation(context, text.substring(space)));
    }
}
