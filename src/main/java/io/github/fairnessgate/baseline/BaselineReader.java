package io.github.fairnessgate.baseline;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.baseline.Baseline.Accepted;
import io.github.fairnessgate.baseline.Baseline.Original;
import io.github.fairnessgate.gate.AcceptedException;
import io.github.fairnessgate.gate.Limit;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.yaml.YamlDocument;
import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlNode;
import io.github.fairnessgate.yaml.YamlScalar;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads a baseline file. JSON is YAML, so after a strict JSON parser has let it pass the reader of YAML gives every
 * value its line. Nothing that is missing or wrong is made up for: a baseline that says less than was meant would let
 * more pass.
 */
final class BaselineReader {

    /** No exception is accepted for longer than this. */
    static final int MOST_YEARS = 1;

    private static final String DIGEST = "[0-9a-f]{64}";
    private static final List<String> LIMITS =
            Arrays.stream(Limit.Kind.values()).map(Limit.Kind::key).toList();

    private final LocalDate today;

    private BaselineReader(LocalDate today) {
        this.today = today;
    }

    /** @throws InvalidInputException {@code file:line: sentence} for anything that cannot be meant */
    static Baseline read(String text, String fileName, LocalDate today) {
        requireJson(text, fileName); // so that tabs are only between values, where YAML has none
        return new BaselineReader(today)
                .baseline(YamlDocument.parse(text.replace('\t', ' '), fileName).asMap());
    }

    private static void requireJson(String text, String fileName) {
        try {
            Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    "%s:%d: this is not valid JSON: %s; restore the file from version control"
                            .formatted(
                                    fileName,
                                    e.getLocation() == null
                                            ? 1
                                            : Math.max(1, e.getLocation().getLineNr()),
                                    Reason.inLine(e)),
                    e);
        }
    }

    private Baseline baseline(YamlMap root) {
        root.requireKeys("version", "original", "slack", "data", "values", "exceptions");
        int version = root.required("version").asScalar().integer(1, Integer.MAX_VALUE);
        if (version != BaselineFile.VERSION) {
            throw root.required("version")
                    .problem("version %d of the format is not known; this plugin reads version %d"
                            .formatted(version, BaselineFile.VERSION));
        }
        SortedMap<String, String> data = new TreeMap<>();
        root.required("data").asMap().entries().forEach((suite, node) -> data.put(suite, text(node)));
        return new Baseline(
                original(root.required("original").asMap()),
                slack(root.required("slack").asScalar()),
                data,
                values(root.required("values")),
                exceptions(root.required("exceptions")));
    }

    private static Original original(YamlMap map) {
        map.requireKeys("digest", "name");
        String digest = text(map.required("digest"));
        if (!digest.matches(DIGEST)) {
            throw map.required("digest")
                    .problem("the digest of the original model must be 64 hexadecimal digits, but is \"" + digest
                            + "\"");
        }
        return new Original(digest, text(map.required("name")));
    }

    private static BigDecimal slack(YamlScalar node) {
        BigDecimal slack = node.decimal();
        if (slack.signum() < 0 || slack.compareTo(BigDecimal.ONE) > 0) {
            throw node.problem("slack is a share of a margin and must lie from 0 to 1, but is " + node.written());
        }
        return slack;
    }

    private List<Accepted> values(YamlNode node) {
        List<Accepted> values = new ArrayList<>();
        Map<String, Integer> lines = new HashMap<>();
        for (YamlNode element : node.asList().elements()) {
            YamlMap map = element.asMap();
            map.requireKeys("metric", "slice", "compare", "limits", "original", "candidate", "date");
            Rule rule = new Rule(
                    map.location(),
                    text(map.required("metric")),
                    text(map.required("slice")),
                    map.optional("compare").map(compare -> compare.asScalar().oneOf(Rule.Compare.class)),
                    limits(map.required("limits").asMap()),
                    Rule.Role.FAIRNESS,
                    Rule.Level.ERROR,
                    Rule.Origin.BASELINE);
            requireFirst(map, rule.metric(), rule.slice(), lines);
            values.add(new Accepted(
                    rule,
                    map.required("original").asScalar().decimal(),
                    map.required("candidate").asScalar().decimal(),
                    past(map)));
        }
        return values;
    }

    private static List<Limit> limits(YamlMap map) {
        map.requireKeys(LIMITS.toArray(String[]::new));
        List<Limit> limits = new ArrayList<>();
        for (Limit.Kind kind : Limit.Kind.values()) {
            map.optional(kind.key()).ifPresent(node -> limits.add(limit(kind, node.asScalar())));
        }
        boolean one =
                limits.stream().filter(limit -> limit.kind().limitsChange()).count() <= 1
                        && limits.stream()
                                        .filter(limit -> limit.kind().limitsCandidate())
                                        .count()
                                <= 1;
        if (limits.isEmpty() || !one) {
            throw map.problem(
                    "a value has at least one limit, and at most one on the change (maxIncrease, maxDecrease, "
                            + "maxRatio) and one on the" + " candidate (maximum, minimum)");
        }
        return limits;
    }

    private static Limit limit(Limit.Kind kind, YamlScalar node) {
        BigDecimal value = node.decimal();
        BigDecimal least = kind == Limit.Kind.MAX_RATIO ? BigDecimal.ONE : BigDecimal.ZERO;
        if (!kind.limitsCandidate() && value.compareTo(least) <= 0) {
            throw node.problem("%s must be above %s, but is %s".formatted(node.path(), least, node.written()));
        }
        return new Limit(kind, value);
    }

    private List<AcceptedException> exceptions(YamlNode node) {
        List<AcceptedException> exceptions = new ArrayList<>();
        Map<String, Integer> lines = new HashMap<>();
        for (YamlNode element : node.asList().elements()) {
            YamlMap map = element.asMap();
            map.requireKeys("metric", "slice", "harmIncrease", "newlyBiasedRate", "before", "reason", "date", "until");
            SortedMap<String, BigDecimal> before = new TreeMap<>();
            map.required("before")
                    .asMap()
                    .entries()
                    .forEach((key, value) -> before.put(key, value.asScalar().decimal()));
            LocalDate date = past(map);
            AcceptedException exception = new AcceptedException(
                    map.location(),
                    text(map.required("metric")),
                    text(map.required("slice")),
                    map.required("harmIncrease").asScalar().decimal(),
                    map.optional("newlyBiasedRate").map(rate -> rate.asScalar().decimal()),
                    before,
                    text(map.required("reason")),
                    date,
                    until(map.required("until"), date));
            requireFirst(map, exception.metric(), exception.slice(), lines);
            exceptions.add(exception);
        }
        return exceptions;
    }

    private static void requireFirst(YamlMap map, String metric, String slice, Map<String, Integer> lines) {
        Integer earlier = lines.putIfAbsent(metric + " " + slice, map.location().line());
        if (earlier != null) {
            throw map.problem("duplicate entry for %s %s; the first is in line %d".formatted(metric, slice, earlier));
        }
    }

    private LocalDate past(YamlMap map) {
        YamlNode node = map.required("date");
        LocalDate date = date(node);
        if (date.isAfter(today)) {
            throw node.problem(
                    "%s is %s, which is in the future: today is %s in UTC".formatted(node.path(), date, today));
        }
        return date;
    }

    private static LocalDate until(YamlNode node, LocalDate date) {
        LocalDate until = date(node);
        if (until.isBefore(date) || until.isAfter(date.plusYears(MOST_YEARS))) {
            throw node.problem(
                    "an exception of %s lasts at least until that day and at most until %s, but this one lasts until %s"
                            .formatted(date, date.plusYears(MOST_YEARS), until));
        }
        return until;
    }

    private static LocalDate date(YamlNode node) {
        String text = text(node);
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw node.problem("%s must be a date like 2026-12-31, but is \"%s\"".formatted(node.path(), text));
        }
    }

    private static String text(YamlNode node) {
        String text = node.asScalar().text();
        if (text.isBlank()) {
            throw node.problem(node.path() + " is empty");
        }
        return text;
    }
}
