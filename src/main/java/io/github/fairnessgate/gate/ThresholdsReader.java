package io.github.fairnessgate.gate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.SliceChoice;
import io.github.fairnessgate.evaluate.SuiteOptions;
import io.github.fairnessgate.evaluate.SuiteOptions.UserData;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.statistics.Resamples;
import io.github.fairnessgate.statistics.Spending;
import io.github.fairnessgate.yaml.YamlDocument;
import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlNode;
import io.github.fairnessgate.yaml.YamlScalar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads a thresholds file, format version 1; {@code thresholds.schema.json} describes the same format to editors. What
 * depends on a metric's definition is checked by {@link Gate}.
 */
public final class ThresholdsReader {

    private static final int VERSION = 1;

    /** Below this, {@link Resamples#COUNT} resamples have no stable quantile. */
    private static final BigDecimal SMALLEST_ALPHA = new BigDecimal("0.001");

    private static final int FEWEST_LOOKS = 2;
    private static final int MOST_LOOKS = 10;
    private static final BigDecimal USUAL_ALPHA = new BigDecimal("0.05");
    private static final BigDecimal ONE_HALF = new BigDecimal("0.5");

    private ThresholdsReader() {}

    /**
     * Reads thresholds.
     *
     * @param text the file's content
     * @param fileName the file's name for messages
     * @throws InvalidInputException {@code file:line: sentence} for anything that cannot be meant
     */
    public static Thresholds read(String text, String fileName) {
        YamlMap root = YamlDocument.parse(text, fileName).asMap();
        root.requireKeys("version", "alpha", "onInconclusive", "escalation", "allowUnderpowered", "suites", "rules");
        requireVersion(root.required("version").asScalar());
        BigDecimal alpha =
                root.optional("alpha").map(node -> alpha(node.asScalar())).orElse(USUAL_ALPHA);
        Thresholds.OnInconclusive onInconclusive = root.optional("onInconclusive")
                .map(node -> node.asScalar().oneOf(Thresholds.OnInconclusive.class))
                .orElse(Thresholds.OnInconclusive.FAIL);
        Optional<Escalation> escalation = escalation(root, onInconclusive, alpha);
        boolean allowUnderpowered = root.optional("allowUnderpowered")
                .map(node -> node.asScalar().bool())
                .orElse(false);
        SortedMap<String, SuiteOptions> suites =
                root.optional("suites").map(node -> suites(node.asMap())).orElseGet(TreeMap::new);
        return new Thresholds(
                alpha, onInconclusive, escalation, allowUnderpowered, suites, rules(root.required("rules")));
    }

    private static void requireVersion(YamlScalar node) {
        int version = node.integer(1, Integer.MAX_VALUE);
        if (version != VERSION) {
            throw node.problem(
                    "version %d of the format is not known; this plugin reads version %d".formatted(version, VERSION));
        }
    }

    private static BigDecimal alpha(YamlScalar node) {
        BigDecimal alpha = node.decimal();
        if (alpha.compareTo(SMALLEST_ALPHA) < 0 || alpha.compareTo(ONE_HALF) >= 0) {
            throw node.problem(
                    "alpha is an error rate from 0.001 to below 0.5, usually 0.05, but is " + node.written());
        }
        return alpha;
    }

    private static Optional<Escalation> escalation(
            YamlMap root, Thresholds.OnInconclusive onInconclusive, BigDecimal alpha) {
        boolean escalates = onInconclusive == Thresholds.OnInconclusive.ESCALATE;
        Optional<YamlMap> plan = root.optional("escalation").map(YamlNode::asMap);
        if (escalates && plan.isEmpty()) {
            throw root.optional("onInconclusive")
                    .orElseThrow()
                    .problem("onInconclusive is escalate, but nothing says how: add escalation with"
                            + " looks, maximum and spending, for instance escalation: {looks: 3, maximum: "
                            + "25, spending: pocock}");
        }
        if (!escalates && plan.isPresent()) {
            throw plan.get()
                    .problem("escalation has no effect unless onInconclusive is escalate; add that, or remove"
                            + " escalation");
        }
        return plan.map(map -> escalation(map, alpha));
    }

    private static Escalation escalation(YamlMap map, BigDecimal alpha) {
        map.requireKeys("looks", "maximum", "spending");
        Escalation escalation = new Escalation(
                map.location(),
                map.required("spending").asScalar().oneOf(Spending.class),
                map.required("looks").asScalar().integer(FEWEST_LOOKS, MOST_LOOKS),
                map.required("maximum").asScalar().integer(2, Integer.MAX_VALUE));
        escalation.requireLevels(alpha, SMALLEST_ALPHA);
        return escalation;
    }

    private static SortedMap<String, SuiteOptions> suites(YamlMap map) {
        SortedMap<String, SuiteOptions> suites = new TreeMap<>();
        map.entries().forEach((id, node) -> suites.put(id, options(node.asMap())));
        return suites;
    }

    private static SuiteOptions options(YamlMap map) {
        map.requireKeys(
                "limit",
                "tokens",
                "slices",
                "perSlice",
                "seed",
                "continuations",
                "rounds",
                "pairs",
                "prompts",
                "texts",
                "lastWords");
        List<UserData> data = new ArrayList<>();
        map.optional("pairs").ifPresent(node -> data.add(userData(UserData.Kind.PAIRS, List.of(node))));
        map.optional("prompts").ifPresent(node -> data.add(userData(UserData.Kind.PROMPTS, List.of(node))));
        map.optional("texts")
                .ifPresent(node ->
                        data.add(userData(UserData.Kind.TEXTS, node.asList().elements())));
        map.optional("lastWords").ifPresent(node -> data.add(userData(UserData.Kind.LAST_WORDS, List.of(node))));
        if (data.size() > 1) {
            throw map.problem(
                    "a suite has one kind of data, but %s has several; make a suite of each".formatted(map.path()));
        }
        return new SuiteOptions(
                integer(map, "limit"),
                tokens(map),
                slices(map),
                map.optional("seed")
                        .map(node -> node.asScalar().integer(0L, Long.MAX_VALUE))
                        .orElse(0L),
                integer(map, "continuations"),
                data.stream().findFirst(),
                OptionalLong.empty(),
                integer(map, "rounds"));
    }

    private static Optional<SliceChoice> slices(YamlMap map) {
        OptionalInt each = integer(map, "perSlice");
        Optional<YamlNode> node = map.optional("slices");
        if (node.isEmpty() && each.isPresent()) {
            throw map.optional("perSlice")
                    .orElseThrow()
                    .problem("perSlice takes the same number of items from every chosen slice, but no slice is "
                            + "chosen; name them under slices, or use limit");
        }
        return node.map(list -> new SliceChoice(
                list.location(),
                list.asList().elements().stream().map(ThresholdsReader::name).toList(),
                each));
    }

    private static OptionalInt tokens(YamlMap map) {
        map.optional("tokens").filter(node -> map.optional("limit").isPresent()).ifPresent(node -> {
            throw node.problem(
                    "limit and tokens exclude each other: keep tokens to measure the same amount of text whatever "
                            + "the model's context, or limit for a number of windows");
        });
        return integer(map, "tokens");
    }

    private static OptionalInt integer(YamlMap map, String key) {
        return map.optional(key)
                .map(node -> OptionalInt.of(node.asScalar().integer(1, Integer.MAX_VALUE)))
                .orElse(OptionalInt.empty());
    }

    private static UserData userData(UserData.Kind kind, List<YamlNode> files) {
        return new UserData(kind, files.stream().map(ThresholdsReader::name).toList());
    }

    private static List<Rule> rules(YamlNode node) {
        List<Rule> rules = new ArrayList<>();
        Map<String, Rule> bySubject = new HashMap<>();
        for (YamlNode element : node.asList().elements()) {
            Rule rule = rule(element.asMap());
            Rule earlier = bySubject.putIfAbsent(rule.subject(), rule);
            if (earlier != null) {
                throw rule.location()
                        .problem("a second rule for %s; the first is in line %d"
                                .formatted(rule.subject(), earlier.location().line()));
            }
            rules.add(rule);
        }
        if (rules.isEmpty()) {
            throw node.problem("there is no rule; a gate without rules would pass every model");
        }
        if (rules.stream().noneMatch(Rule::decides)) {
            throw node.problem(
                    "no rule decides: every one is exploratory or of level warn, so that every model would pass");
        }
        return rules;
    }

    private static Rule rule(YamlMap map) {
        map.requireKeys(
                "metric",
                "slice",
                "compare",
                "maxIncrease",
                "maxDecrease",
                "maxRatio",
                "maximum",
                "minimum",
                "maxNewlyBiasedRate",
                "role",
                "level",
                "correctScorerError");
        String metric = name(map.required("metric"));
        boolean cost = Suites.isAboutCost(metric);
        Rule rule = new Rule(
                map.location(),
                metric,
                map.optional("slice").map(ThresholdsReader::name).orElse(Evaluation.ALL),
                map.optional("compare").map(node -> node.asScalar().oneOf(Rule.Compare.class)),
                limits(map, cost),
                map.optional("role")
                        .map(node -> node.asScalar().oneOf(Rule.Role.class))
                        .orElse(cost ? Rule.Role.COST : Rule.Role.FAIRNESS),
                map.optional("level")
                        .map(node -> node.asScalar().oneOf(Rule.Level.class))
                        .orElse(Rule.Level.ERROR),
                Rule.Origin.THRESHOLDS,
                map.optional("correctScorerError")
                        .map(node -> node.asScalar().bool())
                        .orElse(false));
        requireMeaning(rule);
        if (cost) {
            requireLimitsOfCost(rule);
        }
        requireRole(rule, cost);
        return rule;
    }

    private static void requireLimitsOfCost(Rule rule) {
        rule.limits().stream()
                .filter(limit -> limit.kind() != Limit.Kind.MAX_RATIO && limit.kind() != Limit.Kind.MAXIMUM)
                .findFirst()
                .ifPresent(limit -> {
                    throw rule.location()
                            .problem(
                                    ("%s does not fit %s; what a model costs is limited by maxRatio, candidate divided "
                                                    + "by baseline, or by maximum")
                                            .formatted(limit.kind().key(), rule.subject()));
                });
    }

    private static void requireRole(Rule rule, boolean cost) {
        boolean fits = rule.role() == Rule.Role.EXPLORATORY || cost == (rule.role() == Rule.Role.COST);
        if (!fits) {
            throw rule.location()
                    .problem(
                            cost
                                    ? ("%s says what a model costs, and nothing about people or language: its role is "
                                                    + "cost, or exploratory to only report it")
                                            .formatted(rule.subject())
                                    : ("role: cost is for metrics of size, latency and memory, but %s is not one; use "
                                                    + "fairness, capability or exploratory")
                                            .formatted(rule.subject()));
        }
    }

    private static String name(YamlNode node) {
        String name = node.asScalar().text();
        if (name.isBlank()) {
            throw node.problem(node.path() + " is empty");
        }
        return name;
    }

    private static List<Limit> limits(YamlMap map, boolean cost) {
        List<Limit> limits = new ArrayList<>();
        for (Limit.Kind kind : Limit.Kind.values()) {
            Optional<YamlNode> node = map.optional(kind.key());
            node.ifPresent(value -> limits.add(limit(kind, value.asScalar(), cost)));
        }
        requireOne(
                map,
                limits.stream().filter(limit -> limit.kind().limitsChange()).toList());
        requireOne(
                map,
                limits.stream().filter(limit -> limit.kind().limitsCandidate()).toList());
        return limits;
    }

    private static void requireOne(YamlMap map, List<Limit> limits) {
        if (limits.size() > 1) {
            throw map.problem("%s and %s exclude each other; a metric is worse in one direction only"
                    .formatted(limits.get(0).kind().key(), limits.get(1).kind().key()));
        }
    }

    private static Limit limit(Limit.Kind kind, YamlScalar node, boolean cost) {
        BigDecimal value = node.decimal();
        if (kind == Limit.Kind.MAX_RATIO && !cost && value.compareTo(BigDecimal.ONE) <= 0) {
            throw node.problem(
                    ("%s is candidate divided by baseline and must be above 1, but is %s; 1.10 tolerates ten "
                                    + "percent more")
                            .formatted(node.path(), node.written()));
        }
        if (cost && value.signum() <= 0) {
            throw node.problem(
                    "%s is %s, but every model costs something; a limit is above 0, and 0.5 as maxRatio asks for half"
                            .formatted(node.path(), node.written()));
        }
        if (kind.limitsChange() && value.signum() <= 0) {
            throw node.problem(
                    "%s is a margin and must be above 0, but is %s; no finite data can show that nothing changed"
                            .formatted(node.path(), node.written()));
        }
        if (kind == Limit.Kind.MAX_NEWLY_BIASED_RATE
                && (value.signum() <= 0 || value.compareTo(BigDecimal.valueOf(100)) >= 0)) {
            throw node.problem("%s is a percentage of the items and must lie between 0 and 100, but is %s"
                    .formatted(node.path(), node.written()));
        }
        return new Limit(kind, value);
    }

    private static void requireMeaning(Rule rule) {
        if (rule.role() != Rule.Role.EXPLORATORY && rule.limits().isEmpty()) {
            throw rule.location()
                    .problem(("the rule for %s has no limit; give it maxIncrease, maxDecrease, maxRatio, maximum, "
                                    + "minimum or maxNewlyBiasedRate," + " or role: exploratory to only report it")
                            .formatted(rule.subject()));
        }
        if (rule.role() == Rule.Role.CAPABILITY && rule.level() == Rule.Level.WARN) {
            throw rule.location()
                    .problem(("the rule for %s guards against a broken model and cannot be of level warn;"
                                    + " use role: exploratory to only report it")
                            .formatted(rule.subject()));
        }
    }
}
