package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Extensions;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.SentenceScores.Continuation;
import io.github.fairnessgate.file.CodeDigest;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Estimator;
import io.github.fairnessgate.metric.MetricDefinition;
import io.github.fairnessgate.metric.MetricId;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.spi.Question;
import io.github.fairnessgate.spi.Question.Passage;
import io.github.fairnessgate.spi.SuiteProvider;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A suite of an extension. A unit of a {@link Subset} is a question. */
final class ProvidedSuite extends DataSuite {

    private static final String NOUN = "suite";
    private static final Set<Estimator> ESTIMATORS = Set.of(Estimator.SHARE, Estimator.CLUSTER_SHARE, Estimator.MEAN);

    private final SuiteProvider provider;
    private final List<Metric> metrics;
    private final List<Question> questions;

    private ProvidedSuite(SuiteProvider provider, List<Metric> metrics, List<Question> questions, Subset subset) {
        super(
                Extensions.asked(provider, NOUN, "id", provider::id),
                Extensions.asked(provider, NOUN, "version", provider::version),
                subset,
                digest(questions, provider.version()));
        this.provider = provider;
        this.metrics = metrics;
        this.questions = questions;
    }

    /**
     * The suites that a class loader finds, by id. Each is made when a rule names it.
     *
     * @param bundled ids of the plugin's own suites
     * @throws InvalidInputException if a provider cannot be made, if its id is that of another suite, or if it does not
     *     say what it measures
     */
    static SortedMap<String, KnownSuite> in(ClassLoader loader, Set<String> bundled) {
        SortedMap<String, KnownSuite> suites = new TreeMap<>();
        Extensions.in(loader, SuiteProvider.class, NOUN, SuiteProvider::id, bundled)
                .forEach((id, provider) -> suites.put(id, known(provider)));
        return suites;
    }

    private static KnownSuite known(SuiteProvider provider) {
        List<MetricDefinition> definitions = definitions(provider);
        String id = provider.id();
        List<Metric> metrics = Extensions.asked(
                provider,
                NOUN,
                "metrics",
                () -> definitions.stream().map(definition -> definition.in(id)).toList());
        return new KnownSuite(
                id,
                id,
                definitions,
                spec -> new ProvidedSuite(
                        provider, metrics, questions(provider), spec.options().subset()));
    }

    private static List<MetricDefinition> definitions(SuiteProvider provider) {
        List<MetricDefinition> definitions =
                Extensions.asked(provider, NOUN, "metrics", () -> List.copyOf(provider.metrics()));
        if (definitions.isEmpty()) {
            throw problem(provider, "has no metrics; name at least one");
        }
        Set<String> names = new HashSet<>();
        for (MetricDefinition definition : definitions) {
            if (definition.variant().isEmpty()) {
                throw problem(
                        provider,
                        "has the metric \"" + definition.name() + "\" without a variant; name it as metric/variant");
            }
            String name = definition.name() + "/" + definition.variant().get();
            if (!names.add(name)) {
                throw problem(provider, "has the metric \"" + name + "\" twice; remove one of them");
            }
            if (!ESTIMATORS.contains(definition.estimator())) {
                throw problem(
                        provider,
                        "has the metric \"" + name + "\" with the estimator " + definition.estimator()
                                + "; use SHARE, CLUSTER_SHARE or MEAN");
            }
        }
        return definitions;
    }

    private static List<Question> questions(SuiteProvider provider) {
        List<Question> questions =
                Extensions.asked(provider, NOUN, "questions", () -> List.copyOf(provider.questions()));
        if (questions.isEmpty()) {
            throw problem(provider, "has no questions, so there is nothing to measure");
        }
        Set<String> ids = new HashSet<>();
        for (Question question : questions) {
            if (!ids.add(question.id())) {
                throw problem(provider, "has two questions with the id \"" + question.id() + "\"; give each its own");
            }
            if (question.slices().contains(Evaluation.ALL)
                    || Set.copyOf(question.slices()).size() < question.slices().size()) {
                throw problem(
                        provider,
                        "has the question \"" + question.id() + "\" in the slices " + question.slices()
                                + "; name each slice once, and none of them '" + Evaluation.ALL
                                + "', which holds every question");
            }
            long roles =
                    question.passages().stream().map(Passage::role).distinct().count();
            if (roles == 0 || roles < question.passages().size()) {
                throw problem(
                        provider,
                        "has the question \"" + question.id() + "\" with "
                                + (roles == 0 ? "no passage" : "two passages of one role")
                                + "; a question has at least one passage, and each has its own role");
            }
        }
        return questions;
    }

    /** Lengths keep apart what would otherwise be the same text. */
    private static String digest(List<Question> questions, int version) {
        StringBuilder content = new StringBuilder("version " + version + "\n");
        for (Question question : questions) {
            List<String> texts = new ArrayList<>(List.of(question.id(), question.cluster()));
            texts.addAll(question.slices());
            question.passages()
                    .forEach(passage -> texts.addAll(List.of(passage.role(), passage.context(), passage.text())));
            texts.forEach(text -> content.append(text.length()).append(':').append(text));
            content.append(question.slices().size()).append('\n');
        }
        return Digests.sha256(content.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** {@inheritDoc} Results of other code are not taken from the cache, whatever version the provider says. */
    @Override
    public String measured() {
        return CodeDigest.of(provider.getClass());
    }

    @Override
    public boolean hasContrast() {
        return Contrast.isMadeOf(chosen().stream()
                .map(question -> question.passages().stream().map(Passage::role).toList())
                .toList());
    }

    @Override
    public List<Extent> extents() {
        return Extent.of(
                metrics,
                chosen().stream()
                        .map(question -> new Extent.Unit(question.cluster(), question.slices()))
                        .toList());
    }

    private List<Question> chosen() {
        return subset().portion(
                        subset().of(questions, Question::id, Question::slices, Question::cluster), Question::cluster);
    }

    @Override
    public SuiteResult evaluate(LanguageModel model, Progress progress) {
        List<Question> chosen = chosen();
        List<Passage> passages = chosen.stream()
                .flatMap(question -> question.passages().stream())
                .toList();
        List<String> whole = passages.stream()
                .filter(passage -> passage.context().isEmpty())
                .map(Passage::text)
                .toList();
        List<Continuation> continuations = passages.stream()
                .filter(passage -> !passage.context().isEmpty())
                .map(passage -> new Continuation(passage.context(), passage.text()))
                .toList();
        double[] ofWhole =
                SentenceScores.sumAfterBeginning(model, whole, done -> progress.step(id(), done, passages.size()));
        double[] ofContinuations = SentenceScores.sumOfContinuation(
                model, continuations, done -> progress.step(id(), whole.size() + done, passages.size()));
        List<Item> items = new ArrayList<>();
        int nextWhole = 0;
        int nextContinuation = 0;
        for (Question question : chosen) {
            SortedMap<String, Double> likelihoods = new TreeMap<>();
            for (Passage passage : question.passages()) {
                likelihoods.put(
                        passage.role(),
                        passage.context().isEmpty() ? ofWhole[nextWhole++] : ofContinuations[nextContinuation++]);
            }
            items.add(item(question, likelihoods));
        }
        return SuiteResult.of(id(), metrics, items);
    }

    private Item item(Question question, SortedMap<String, Double> likelihoods) {
        SortedMap<String, String> texts = new TreeMap<>();
        question.passages().forEach(passage -> texts.put(passage.role(), passage.context() + passage.text()));
        return new Item(
                question.id(),
                question.cluster(),
                question.slices(),
                texts,
                likelihoods,
                outcomes(question, likelihoods),
                1);
    }

    private SortedMap<String, Double> outcomes(Question question, SortedMap<String, Double> likelihoods) {
        Map<String, Double> given = Extensions.asked(
                provider,
                NOUN,
                "outcomes of the question \"" + question.id() + "\"",
                () -> provider.outcomes(question, Map.copyOf(likelihoods)));
        SortedMap<String, Double> outcomes = new TreeMap<>();
        for (Metric metric : metrics) {
            String name = MetricId.of(metric.id()).inSuite();
            Double outcome = given.get(name);
            if (outcome == null || !isPossible(metric, outcome)) {
                throw problem(
                        provider,
                        "gave the question \"" + question.id() + "\" "
                                + (outcome == null ? "no outcome" : "the outcome " + outcome) + " for " + name
                                + ", which is " + expected(metric));
            }
            outcomes.put(metric.id(), outcome);
        }
        return outcomes;
    }

    private static boolean isPossible(Metric metric, double outcome) {
        return Double.isFinite(outcome)
                && metric.range().map(range -> range.holds(outcome)).orElse(true)
                && (metric.estimator() != Estimator.SHARE || outcome == 0 || outcome == 1);
    }

    private static String expected(Metric metric) {
        return metric.estimator() == Estimator.SHARE
                ? "0 or 1"
                : metric.range().map(range -> "a number from " + range).orElse("a finite number");
    }

    private static InvalidInputException problem(SuiteProvider provider, String sentence) {
        return Extensions.problem(provider, NOUN, sentence);
    }
}
