package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Corpus.Document;
import io.github.fairnessgate.evaluate.PerplexityVariant.Rolling;
import io.github.fairnessgate.evaluate.PerplexityVariant.Strided;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.MetricId;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * Perplexity of the WikiText-103 test text (Merity et al. 2016), or of a user's text, in the variants that metric ids
 * name:
 *
 * <ul>
 *   <li>{@code token/strided-W-S}: windows of W tokens move by S over the text, and of each window only the tokens that
 *       no earlier window has scored count, as the documentation of Hugging Face transformers describes it. The first
 *       token of the text, and of every window if S is W, has no context and is not scored. The mean is taken over
 *       tokens, not over windows, so that the last, shorter window weighs what it holds. An item, and the unit of a
 *       {@link Subset}, is a window; a cluster is {@value #CLUSTER_TOKENS} scored tokens of consecutive windows, about
 *       an article.
 *   <li>{@code word/lmeval} and {@code byte/lmeval}: as lm-evaluation-harness's task {@code wikitext}, every document
 *       is scored whole after the token that begins a text, in stretches as long as the context of which each sees the
 *       last token of the one before (the last stretch is filled up with earlier tokens); the sum is divided by the
 *       words or bytes of the document as it was published. An item, and the unit of a {@link Subset}, is a document: a
 *       page of WikiText, without the marks of its tokenizer, or a user's file.
 * </ul>
 */
public final class Perplexity extends DataSuite {

    static final String ID = "perplexity";
    static final KnownSuite BUNDLED = new KnownSuite(
            ID,
            "WikiText",
            PerplexityVariant.DEFINITIONS,
            spec -> new Perplexity(
                    spec.metrics(), spec.options().subset(), spec.options().tokens()));

    private static final int CLUSTER_TOKENS = 4096;
    private static final String UNSLICED = "a text has none";

    /** GPT-2's context. */
    private static final int USUAL_WINDOW = 1024;

    private final Corpus corpus;
    private final OptionalInt tokens;
    private final Set<PerplexityVariant> variants;

    /**
     * The WikiText-103 test text, every token once, in windows as long as the model's context:
     * {@code perplexity.token/strided}.
     */
    public Perplexity() {
        this(Set.of(), Subset.ALL);
    }

    /** The WikiText-103 test text, not limited by tokens. */
    public Perplexity(Collection<String> metrics, Subset subset) {
        this(metrics, subset, OptionalInt.empty());
    }

    /**
     * The WikiText-103 test text.
     *
     * @param metrics ids of the variants, such as {@code perplexity.word/lmeval}; ids of other suites count for
     *     nothing, and {@code perplexity.token/strided} is measured if none is left
     * @param tokens how many at most, in windows that the subset's seed chooses; empty for all. The subset then has no
     *     limit
     * @throws InvalidInputException if a variant does not exist, or cannot be limited by tokens
     */
    public Perplexity(Collection<String> metrics, Subset subset, OptionalInt tokens) {
        this(ID, Corpus.wikiText(), metrics, subset, tokens);
    }

    /** A user's text files, not limited by tokens. */
    public Perplexity(String id, List<Path> files, Collection<String> metrics, Subset subset) {
        this(id, files, metrics, subset, OptionalInt.empty());
    }

    /**
     * A user's text files.
     *
     * @param id names the suite
     * @param files UTF-8
     * @param metrics ids of the variants, such as {@code id.word/lmeval}; ids of other suites count for nothing, and
     *     {@code id.token/strided} is measured if none is left
     * @param tokens as for the WikiText-103 test text
     * @throws InvalidInputException if a variant does not exist, cannot be limited by tokens, or a file cannot be used
     */
    public Perplexity(String id, List<Path> files, Collection<String> metrics, Subset subset, OptionalInt tokens) {
        this(id, Corpus.of(files), metrics, subset, tokens);
    }

    Perplexity(String id, Corpus corpus, Collection<String> metrics, Subset subset) {
        this(id, corpus, metrics, subset, OptionalInt.empty());
    }

    private Perplexity(String id, Corpus corpus, Collection<String> metrics, Subset subset, OptionalInt tokens) {
        super(
                id,
                2,
                subset,
                tokens.isEmpty()
                        ? corpus.digest()
                        : Digests.sha256("%s\ntokens %d\nseed %d"
                                .formatted(corpus.digest(), tokens.getAsInt(), subset.seed())
                                .getBytes(StandardCharsets.UTF_8)));
        this.corpus = corpus;
        this.tokens = tokens;
        this.variants = variants(id, metrics);
        requireOneDivision(id, subset);
        variants.stream()
                .filter(variant -> tokens.isPresent() && variant instanceof Rolling)
                .findFirst()
                .ifPresent(variant -> {
                    throw new InvalidInputException(
                            ("The suite '%s' is limited to %d tokens, which chooses windows of token/strided, but "
                                            + "%s reads whole documents; set limit, a number of documents, instead "
                                            + "of tokens.")
                                    .formatted(
                                            id,
                                            tokens.getAsInt(),
                                            variant.named(id).id()));
                });
    }

    /** Windows and documents are divided apart, so that a text would be on both sides of a search. */
    private void requireOneDivision(String id, Subset subset) {
        boolean both = variants.stream().anyMatch(Strided.class::isInstance)
                && variants.stream().anyMatch(Rolling.class::isInstance);
        if (subset.portion().isPresent() && both) {
            throw new InvalidInputException(("A search cannot measure '%s' in windows (token/strided) and by documents "
                            + "(word/lmeval, byte/lmeval): the same text would choose a candidate and judge it. Keep "
                            + "one of them among rules and objectives.")
                    .formatted(id));
        }
    }

    /**
     * The id that a metric will have when it is measured: {@code perplexity.token/strided} is
     * {@code perplexity.token/strided-1024-1024} of a model that reads 1,024 tokens.
     *
     * @param metric any id; one that is not of this kind is returned as it is
     * @param positions the longest context of the model
     * @throws InvalidInputException if it needs windows that are longer
     */
    public static String measuredId(String metric, int positions) {
        return PerplexityVariant.isStrided(metric) && PerplexityVariant.of(metric) instanceof Strided strided
                ? strided.metric(MetricId.suiteOf(metric), positions).id()
                : metric;
    }

    /**
     * Which of several measured metrics an id means that leaves window or stride out: windows as long as the model's
     * context, which are the longest that it reads, and a stride of a window.
     *
     * @param metric {@code perplexity.token/strided} or {@code perplexity.token/strided-W}
     * @param measured ids that begin like it
     * @return empty if the id is not of this kind, or if none is what it means
     */
    public static Optional<String> meant(String metric, Collection<String> measured) {
        if (!PerplexityVariant.isStrided(metric)) {
            return Optional.empty();
        }
        return measured.stream()
                .filter(PerplexityVariant::isStrided)
                .filter(id -> PerplexityVariant.of(id) instanceof Strided whole
                        && whole.namedStride().isPresent()
                        && whole.namedStride().equals(whole.namedWindow())
                        && (PerplexityVariant.of(metric) instanceof Strided asked
                                && (asked.namedWindow().isEmpty()
                                        || asked.namedWindow().equals(whole.namedWindow()))))
                .max(Comparator.comparingInt(
                        id -> ((Strided) PerplexityVariant.of(id)).namedWindow().orElseThrow()));
    }

    @Override
    public String measured() {
        return variants.stream().map(Object::toString).sorted().toList().toString();
    }

    /**
     * {@inheritDoc} How many tokens a text has depends on the model's tokenizer; counted are its words, of which each
     * is at least a token, so that there will be no fewer clusters. A number of tokens is counted in windows as long as
     * GPT-2's; shorter ones reach more clusters.
     */
    @Override
    public List<Extent> extents() {
        List<Document> documents = documents();
        List<Extent> extents = new ArrayList<>();
        for (PerplexityVariant variant : variants) {
            int clusters = variant instanceof Rolling ? documents.size() : blocks();
            extents.add(new Extent(variant.named(id()), Evaluation.ALL, Collections.nCopies(clusters, 1)));
        }
        return extents;
    }

    private int blocks() {
        int blocks = corpus.runs().stream()
                .mapToInt(run -> 1 + WikiText.words(run.text()) / CLUSTER_TOKENS)
                .sum();
        int chosen = Math.min(
                blocks,
                tokens.isPresent()
                        ? Math.max(1, tokens.getAsInt() / USUAL_WINDOW)
                        : subset().limit().orElse(blocks));
        return subset().portion()
                .map(part -> Math.max(1, (int) (chosen * part.ofAll())))
                .orElse(chosen);
    }

    private List<Document> documents() {
        return subset().portion(
                        subset().of(corpus.documents(), Document::name, document -> "", id(), UNSLICED),
                        Document::name);
    }

    @Override
    public SuiteResult evaluate(LanguageModel model, Progress progress) {
        Map<String, Metric> metrics = new LinkedHashMap<>();
        List<Item> items = new ArrayList<>();
        List<Rolling> rolling = new ArrayList<>();
        for (PerplexityVariant variant : variants) {
            Metric metric = variant.metric(id(), model);
            boolean first = metrics.put(metric.id(), metric) == null;
            if (variant instanceof Rolling whole) {
                rolling.add(whole);
            } else if (first && variant instanceof Strided strided) {
                items.addAll(strided(strided, metric, model, progress));
            }
        }
        if (!rolling.isEmpty()) {
            items.addAll(rolling(rolling, model, progress));
        }
        return SuiteResult.of(id(), List.copyOf(metrics.values()), items);
    }

    /** A window of a run of text. */
    private record Window(String id, String run, String cluster, Request request) {}

    private List<Item> strided(Strided variant, Metric metric, LanguageModel model, Progress progress) {
        List<Window> all = new ArrayList<>();
        for (Document run : corpus.runs()) {
            int index = 0;
            long before = 0;
            for (Request request :
                    windows(run.name(), model.encode(run.scored()), variant.window(model), variant.stride(model))) {
                all.add(new Window(
                        String.format(Locale.ROOT, "%s/%s/window-%05d", variantOf(metric), run.name(), index),
                        run.name(),
                        String.format(Locale.ROOT, "%s/block-%04d", run.name(), before / CLUSTER_TOKENS),
                        request));
                before += request.tokens().length - request.from();
                index++;
            }
        }
        Subset chosen = tokens.isPresent()
                ? Subset.of(Math.max(1, tokens.getAsInt() / variant.stride(model)), subset().seed())
                : subset();
        List<Window> windows =
                subset().portion(chosen.of(all, Window::id, Window::run, id(), UNSLICED), Window::cluster);
        List<float[]> scored = model.logProbabilities(
                windows.stream().map(Window::request).toList(),
                done -> progress.step(metric.id(), done, windows.size()));
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            items.add(item(
                    metric,
                    windows.get(i).id(),
                    windows.get(i).cluster(),
                    -SentenceScores.sum(scored.get(i)),
                    scored.get(i).length));
        }
        return items;
    }

    private List<Item> rolling(List<Rolling> variants, LanguageModel model, Progress progress) {
        List<Document> documents = documents();
        double[] losses = losses(documents, model, progress);
        List<Item> items = new ArrayList<>();
        for (Rolling variant : variants) {
            Metric metric = variant.metric(id(), model);
            for (int i = 0; i < losses.length; i++) {
                Document document = documents.get(i);
                items.add(item(
                        metric,
                        variantOf(metric) + "/" + document.name(),
                        document.name(),
                        losses[i],
                        variant.unit().count(document.text())));
            }
        }
        return items;
    }

    private double[] losses(List<Document> documents, LanguageModel model, Progress progress) {
        List<Request> requests = new ArrayList<>();
        List<Integer> documentOf = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            for (Request stretch : stretches(
                    model.encode(documents.get(i).scored()),
                    model.specialTokens().beginning(),
                    model.positions())) {
                requests.add(stretch);
                documentOf.add(i);
            }
        }
        List<float[]> scored =
                model.logProbabilities(requests, done -> progress.step(id() + " of documents", done, requests.size()));
        double[] losses = new double[documents.size()];
        for (int i = 0; i < scored.size(); i++) {
            losses[documentOf.get(i)] -= SentenceScores.sum(scored.get(i));
        }
        return losses;
    }

    /** Windows that together score every token at most once, and each that has a predecessor in its window. */
    static List<Request> windows(String name, int[] tokens, int window, int stride) {
        if (tokens.length < 2) {
            throw new InvalidInputException("The text " + name + " has " + tokens.length
                    + " tokens; at least two are needed, because the first one has no context to predict it from.");
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

    /**
     * Stretches of at most {@code positions} tokens that together score every token once, the first after
     * {@code beginning}.
     */
    static List<Request> stretches(int[] tokens, int beginning, int positions) {
        int[] text = new int[tokens.length + 1];
        text[0] = beginning;
        System.arraycopy(tokens, 0, text, 1, tokens.length);
        List<Request> stretches = new ArrayList<>();
        for (int scored = 1; scored < text.length; ) {
            int end = Math.min(scored + positions, text.length);
            int start = Math.max(0, end - positions - 1);
            stretches.add(new Request(Arrays.copyOfRange(text, start, end), scored - start));
            scored = end;
        }
        return stretches;
    }

    private static Item item(Metric metric, String id, String cluster, double negativeLogLikelihood, double weight) {
        return new Item(
                id,
                cluster,
                List.of(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(Map.of(metric.id(), negativeLogLikelihood)),
                weight);
    }

    private static String variantOf(Metric metric) {
        return MetricId.of(metric.id()).inSuite();
    }

    private static Set<PerplexityVariant> variants(String id, Collection<String> metrics) {
        Set<PerplexityVariant> variants = new LinkedHashSet<>();
        metrics.stream()
                .filter(metric -> MetricId.suiteOf(metric).equals(id))
                .sorted()
                .map(PerplexityVariant::of)
                .forEach(variants::add);
        return variants.isEmpty() ? Set.of(new Strided(Optional.empty(), Optional.empty())) : variants;
    }
}
