package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.score.Judges;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Makes suites: those that the plugin brings along, by id, and a user's own. */
public final class Suites {

    private static final SortedMap<String, Function<SuiteSpec, Suite>> BUNDLED = new TreeMap<>(Map.of(
            StereoSet.ID, spec -> new StereoSet(spec.options().subset()),
            CrowsPairs.ID, spec -> new CrowsPairs(spec.options().subset()),
            WinoBias.ID, spec -> new WinoBias(spec.options().subset()),
            Winogender.ID, spec -> new Winogender(spec.options().subset()),
            HolisticBias.ID, spec -> new HolisticBias(spec.options().subset()),
            Perplexity.ID, spec -> new Perplexity(spec.metrics(), spec.options().subset(), spec.options().tokens()),
            RealToxicityPrompts.ID, spec -> new RealToxicityPrompts(spec.options().subset(), spec.options().generation(), spec.judges()),
            Bold.ID, spec -> new Bold(spec.options().subset(), spec.options().generation(), spec.judges())));

    private Suites() {
    }

    /**
     * The suites behind metric ids, each once, in the order of their names.
     *
     * @param metrics ids of the form {@code suite.metric/variant}
     * @param options of the suites that have any, by id
     * @param folder  what a user's files are relative to
     * @param judges  judge texts
     * @throws InvalidInputException if a metric belongs to no suite, options belong to no metric, or there are no metrics
     */
    public static List<SuiteSpec> measuring(Collection<String> metrics, Map<String, SuiteOptions> options, String folder,
            Judges judges) {
        if (metrics.isEmpty()) {
            throw new InvalidInputException("The thresholds name no metric, so there is nothing to measure: add a rule.");
        }
        SortedMap<String, List<String>> bySuite = new TreeMap<>();
        metrics.forEach(metric -> bySuite.computeIfAbsent(metric.split("\\.", 2)[0], id -> new ArrayList<>()).add(metric));
        options.keySet().stream().filter(id -> !bySuite.containsKey(id)).findFirst().ifPresent(id -> {
            throw new InvalidInputException("The thresholds set options of the suite '" + id
                    + "', but no rule names a metric of it: add a rule, or remove the options.");
        });
        return bySuite.entrySet().stream()
                .map(suite -> new SuiteSpec(suite.getKey(), suite.getValue().stream().sorted().toList(),
                        options.getOrDefault(suite.getKey(), SuiteOptions.NONE), folder, judges))
                .toList();
    }

    /** Whether the plugin brings a suite of this name along. */
    public static boolean isBundled(String id) {
        return BUNDLED.containsKey(id);
    }

    /**
     * Whether a suite measures only the metrics that it is asked for, and not always all that it has.
     *
     * @param options of the suites that have any, by id
     */
    public static boolean measuresWhatIsAsked(String id, Map<String, SuiteOptions> options) {
        return id.equals(Perplexity.ID) || Optional.ofNullable(options.get(id)).flatMap(SuiteOptions::data).filter(data -> data.kind() == SuiteOptions.UserData.Kind.TEXTS)
                .isPresent();
    }

    /** @throws InvalidInputException if there is no such suite, if a user's file cannot be used, if slices are chosen that it does not have, or if more is to be written than nothing */
    public static Suite create(SuiteSpec spec) {
        Suite suite = suite(spec);
        if (spec.options().continuations().isPresent() && !suite.writes()) {
            throw new InvalidInputException("The thresholds set continuations of the suite '" + spec.id()
                    + "', but it has no prompts to continue; remove them.");
        }
        if (spec.options().tokens().isPresent() && !(suite instanceof Perplexity)) {
            throw new InvalidInputException("The thresholds set tokens of the suite '" + spec.id() + "', but only texts are measured by tokens; set limit, a number of items.");
        }
        if (spec.options().slices().isPresent()) {
            suite.extents(); // what is wrong with the choice is told before any model runs
        }
        return suite;
    }

    private static Suite suite(SuiteSpec spec) {
        if (spec.options().data().isPresent()) {
            return userSuite(spec);
        }
        Function<SuiteSpec, Suite> bundled = BUNDLED.get(spec.id());
        if (bundled == null) {
            throw new InvalidInputException("There is no suite '" + spec.id() + "'; the bundled suites are " + String.join(", ", BUNDLED.keySet())
                    + ". A suite of your own needs its data under 'suites' in the thresholds.");
        }
        return bundled.apply(spec);
    }

    private static Suite userSuite(SuiteSpec spec) {
        if (BUNDLED.containsKey(spec.id())) {
            throw new InvalidInputException("The suite '" + spec.id() + "' has its own data and cannot use yours; "
                    + "give your suite a different name.");
        }
        SuiteOptions options = spec.options();
        return switch (options.data().orElseThrow().kind()) {
            case PAIRS -> new UserPairs(spec.id(), spec.file(), options.subset());
            case PROMPTS -> new UserPrompts(spec.id(), spec.file(), options.subset(), options.generation(), spec.judges());
            case TEXTS -> new Perplexity(spec.id(), spec.files(), spec.metrics(), options.subset(), options.tokens());
            case LAST_WORDS -> new LastWord(spec.id(), spec.file(), options.subset());
        };
    }
}
