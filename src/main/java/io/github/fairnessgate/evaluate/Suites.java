package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.metric.MetricDefinition;
import io.github.fairnessgate.metric.MetricId;
import io.github.fairnessgate.score.Judges;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes suites: the bundled ones and those of extensions, by id, and those of a user's data. */
public final class Suites {

    private static final SortedMap<String, KnownSuite> BUNDLED = byId(List.of(
            StereoSet.BUNDLED,
            CrowsPairs.BUNDLED,
            WinoBias.BUNDLED,
            Winogender.BUNDLED,
            HolisticBias.BUNDLED,
            Perplexity.BUNDLED,
            RealToxicityPrompts.BUNDLED,
            Bold.BUNDLED,
            Size.BUNDLED,
            InTurns.OF_LATENCY,
            InTurns.OF_MEMORY));

    /** What the plugin measures of a user's data, whatever the suite is called. */
    private static final List<MetricDefinition> OF_USERS_DATA = Stream.of(
                    PreferencePairs.DEFINITIONS,
                    Continuations.DEFINITIONS,
                    PerplexityVariant.DEFINITIONS,
                    LastWord.DEFINITIONS)
            .flatMap(List::stream)
            .toList();

    private static SortedMap<String, KnownSuite> provided;

    private Suites() {}

    private static SortedMap<String, KnownSuite> byId(List<KnownSuite> suites) {
        return new TreeMap<>(suites.stream().collect(Collectors.toMap(KnownSuite::id, Function.identity())));
    }

    /**
     * What its suite says about a metric.
     *
     * @param metric id of one that was measured, or that a rule names
     * @return empty if no suite has such a metric
     */
    public static Optional<MetricDefinition> definition(String metric) {
        MetricId id = MetricId.of(metric);
        List<MetricDefinition> own = suite(id.suite()).map(KnownSuite::metrics).orElse(OF_USERS_DATA);
        return own.stream().filter(definition -> definition.defines(id)).findFirst();
    }

    /**
     * Names that a misspelt metric may have meant: of its suite all metrics, of a suite that there is not those of all
     * suites. Variants that depend on a scorer are left out.
     */
    public static List<String> known(String metric) {
        List<KnownSuite> all = new ArrayList<>(BUNDLED.values());
        all.addAll(provided().values());
        List<KnownSuite> own = all.stream()
                .filter(suite -> suite.id().equals(MetricId.suiteOf(metric)))
                .toList();
        return (own.isEmpty() ? all : own)
                .stream()
                        .flatMap(suite -> suite.metrics().stream()
                                .map(definition -> new MetricId(
                                                suite.id(),
                                                definition.name(),
                                                definition.variant().orElse(""))
                                        .toString()))
                        .distinct()
                        .toList();
    }

    /** Whether a metric is of what a model costs: room, time or memory. */
    public static boolean isAboutCost(String metric) {
        return definition(metric)
                .filter(definition -> definition.estimator().isCost())
                .isPresent();
    }

    /**
     * A metric as people name it: that of its suite and its own, {@code StereoSet language model score (LMS)}.
     *
     * @param metric id of one that was measured
     * @return the id where nobody gave the metric a name
     */
    public static String title(String metric) {
        String suite = MetricId.suiteOf(metric);
        return definition(metric)
                .map(definition -> definition.wording().title())
                .filter(title -> !title.isEmpty())
                .map(title -> suite(suite).map(KnownSuite::title).orElse(suite) + " " + title)
                .orElse(metric);
    }

    /**
     * The suites behind metric ids, each once, in the order of their names.
     *
     * @param metrics ids of the form {@code suite.metric/variant}
     * @param options of the suites that have any, by id
     * @param folder what a user's files are relative to
     * @param judges judge texts
     * @throws InvalidInputException if a metric belongs to no suite, options belong to no metric, there are no metrics,
     *     or a suite among the plugin's dependencies cannot be used
     */
    public static List<SuiteSpec> measuring(
            Collection<String> metrics, Map<String, SuiteOptions> options, String folder, Judges judges) {
        provided(); // what is wrong there is told before any model runs, whichever suites are measured
        if (metrics.isEmpty()) {
            throw new InvalidInputException(
                    "The thresholds name no metric, so there is nothing to measure: add a rule.");
        }
        SortedMap<String, List<String>> bySuite = new TreeMap<>();
        metrics.forEach(metric -> bySuite.computeIfAbsent(MetricId.suiteOf(metric), id -> new ArrayList<>())
                .add(metric));
        options.keySet().stream()
                .filter(id -> !bySuite.containsKey(id))
                .findFirst()
                .ifPresent(id -> {
                    throw new InvalidInputException("The thresholds set options of the suite '" + id
                            + "', but no rule names a metric of it: add a rule, or remove the options.");
                });
        return bySuite.entrySet().stream()
                .map(suite -> new SuiteSpec(
                        suite.getKey(),
                        suite.getValue().stream().sorted().toList(),
                        options.getOrDefault(suite.getKey(), SuiteOptions.NONE),
                        folder,
                        judges))
                .toList();
    }

    /**
     * Whether there is a suite of this name without data of a user's: a bundled one, or one among the plugin's
     * dependencies.
     */
    public static boolean isKnown(String id) {
        return suite(id).isPresent();
    }

    private static Optional<KnownSuite> suite(String id) {
        return Optional.ofNullable(BUNDLED.get(id))
                .or(() -> Optional.ofNullable(provided().get(id)));
    }

    private static synchronized SortedMap<String, KnownSuite> provided() {
        if (provided == null) {
            provided = ProvidedSuite.in(Suites.class.getClassLoader(), BUNDLED.keySet());
        }
        return provided;
    }

    /**
     * Whether a suite measures only the metrics that it is asked for, and not always all that it has.
     *
     * @param options of the suites that have any, by id
     */
    public static boolean measuresWhatIsAsked(String id, Map<String, SuiteOptions> options) {
        return id.equals(Perplexity.ID)
                || Optional.ofNullable(options.get(id))
                        .flatMap(SuiteOptions::data)
                        .filter(data -> data.kind() == SuiteOptions.UserData.Kind.TEXTS)
                        .isPresent();
    }

    /**
     * @throws InvalidInputException if there is no such suite, if a user's file cannot be used, if slices are chosen
     *     that it does not have, or if more is to be written than nothing
     */
    public static Suite create(SuiteSpec spec) {
        return (Suite) measurement(spec);
    }

    /**
     * Likewise, also of what is measured of two models {@link InTurns}.
     *
     * @throws InvalidInputException likewise
     */
    public static Measurement measurement(SuiteSpec spec) {
        Measurement suite = suite(spec);
        if (spec.options().rounds().isPresent() && !(suite instanceof InTurns)) {
            throw new InvalidInputException("The thresholds set rounds of the suite '" + spec.id() + "', but only "
                    + InTurns.LATENCY + " and " + InTurns.MEMORY + " are measured in rounds; remove it.");
        }
        if (isOfCosts(suite) && !spec.options().ofData().equals(SuiteOptions.NONE)) {
            throw new InvalidInputException("The thresholds set options of the suite '" + spec.id()
                    + "', but it has no data to choose from; remove all but rounds of " + InTurns.LATENCY + " and "
                    + InTurns.MEMORY + ".");
        }
        if (spec.options().continuations().isPresent() && !suite.writes()) {
            throw new InvalidInputException("The thresholds set continuations of the suite '" + spec.id()
                    + "', but it has no prompts to continue; remove them.");
        }
        if (spec.options().tokens().isPresent() && !(suite instanceof Perplexity)) {
            throw new InvalidInputException("The thresholds set tokens of the suite '" + spec.id()
                    + "', but only texts are measured by tokens; set limit, a number of items.");
        }
        if (spec.options().slices().isPresent()) {
            suite.extents(); // what is wrong with the choice is told before any model runs
        }
        return suite;
    }

    /** Whether a suite measures what a model costs, and has no data. */
    public static boolean isOfCosts(String id) {
        return id.equals(Size.ID) || InTurns.is(id);
    }

    private static boolean isOfCosts(Measurement suite) {
        return suite instanceof Size || suite instanceof InTurns;
    }

    private static Measurement suite(SuiteSpec spec) {
        if (spec.options().data().isPresent()) {
            return userSuite(spec);
        }
        return suite(spec.id())
                .orElseThrow(() ->
                        new InvalidInputException("There is no suite '" + spec.id() + "'; the bundled suites are "
                                + String.join(", ", BUNDLED.keySet())
                                + (provided().isEmpty()
                                        ? ""
                                        : ", and the plugin's dependencies have "
                                                + String.join(", ", provided().keySet()))
                                + ". A suite of your own needs its data under 'suites' in the thresholds, "
                                + "or its jar among the plugin's dependencies."))
                .maker()
                .apply(spec);
    }

    private static Suite userSuite(SuiteSpec spec) {
        if (isKnown(spec.id())) {
            throw new InvalidInputException("The suite '" + spec.id() + "' has its own data and cannot use yours; "
                    + "give your suite a different name.");
        }
        SuiteOptions options = spec.options();
        return switch (options.data().orElseThrow().kind()) {
            case PAIRS -> new UserPairs(spec.id(), spec.file(), options.subset());
            case PROMPTS ->
                new UserPrompts(spec.id(), spec.file(), options.subset(), options.generation(), spec.judges());
            case TEXTS -> new Perplexity(spec.id(), spec.files(), spec.metrics(), options.subset(), options.tokens());
            case LAST_WORDS -> new LastWord(spec.id(), spec.file(), options.subset());
        };
    }
}
