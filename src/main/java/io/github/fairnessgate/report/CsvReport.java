package io.github.fairnessgate.report;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.Printable;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.metric.Metric;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * {@code rules.csv} and {@code items.csv}: the numbers of rules and of items for a spreadsheet, by RFC 4180, unrounded,
 * an empty cell where there is none. No text is a formula to a spreadsheet: one that begins like a formula has an
 * apostrophe before it.
 */
public final class CsvReport {

    private static final String[] RULES = {
        "verdict",
        "name",
        "metric",
        "slice",
        "role",
        "level",
        "before",
        "after",
        "change",
        "interval_low",
        "interval_high",
        "interval_level",
        "change_of",
        "limits",
        "items",
        "groups",
        "accepted_until",
        "reason"
    };
    private static final String[] ITEMS = {"suite", "item", "slices", "metric", "before", "after", "change"};

    /** How a formula begins, by the list of OWASP. */
    private static final Pattern FORMULA = Pattern.compile("\\s*[=+\\-@\\uFF1D\\uFF0B\\uFF0D\\uFF20].*");

    private CsvReport() {}

    /**
     * A row for every rule, what did not pass first.
     *
     * @throws io.github.fairnessgate.InvalidInputException if the file cannot be written
     */
    public static void writeRules(Path file, Report report) {
        GateResult gate = report.gate();
        write(
                file,
                RULES,
                Outcome.worstFirst(gate).stream()
                        .map(result -> rule(gate, result))
                        .toList());
    }

    /**
     * A row for every item of every metric that a rule names, without its texts.
     *
     * @throws io.github.fairnessgate.InvalidInputException if the file cannot be written
     */
    public static void writeItems(Path file, Report report) {
        List<List<Object>> rows = new ArrayList<>();
        report.gate().results().stream().map(RuleResult::metric).distinct().forEach(metric -> {
            Map<String, Item> before = report.baseline().items(metric, Evaluation.ALL).stream()
                    .collect(Collectors.toMap(Item::id, Function.identity()));
            report.candidate()
                    .items(metric, Evaluation.ALL)
                    .forEach(item -> rows.add(item(metric, before.get(item.id()), item)));
        });
        write(file, ITEMS, rows);
    }

    private static void write(Path file, String[] header, List<List<Object>> rows) {
        StringBuilder text = new StringBuilder();
        try (CSVPrinter printer = new CSVPrinter(
                text, CSVFormat.RFC4180.builder().setHeader(header).get())) {
            printer.printRecords(rows);
        } catch (IOException e) {
            throw new IllegalStateException("CSV can always be written to memory", e);
        }
        AtomicFiles.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static List<Object> rule(GateResult gate, RuleResult result) {
        Optional<RuleResult.Change> change = result.change();
        List<Object> row = new ArrayList<>();
        row.add(result.verdict().map(Verdict::name).orElse("reported"));
        row.add(text(RuleName.of(result)));
        row.add(text(result.metric().id()));
        row.add(text(result.rule().slice()));
        row.add(EnumText.of(result.rule().role()));
        row.add(EnumText.of(result.rule().level()));
        row.add(number(result.baseline()));
        row.add(number(result.candidate()));
        row.add(number(change.map(RuleResult.Change::estimate).orElse(result.harmIncrease())));
        row.add(change.map(own -> number(own.interval().low())).orElse(""));
        row.add(change.map(own -> number(own.interval().high())).orElse(""));
        row.add(change.map(own -> number(own.interval().level())).orElse(""));
        row.add(change.map(own -> EnumText.of(own.kind())).orElse("harm-increase"));
        row.add(result.rule().limits().stream()
                .map(limit -> limit.kind().key() + " " + limit.value().toPlainString())
                .collect(Collectors.joining("; ")));
        row.add(result.items());
        row.add(result.clusters());
        row.add(gate.acceptance(result)
                .map(exception -> exception.until().toString())
                .orElse(""));
        row.add(text(result.reason()));
        return row;
    }

    private static List<Object> item(Metric metric, Item before, Item after) {
        Double old = before == null ? null : before.outcomes().get(metric.id());
        Double now = after.outcomes().get(metric.id());
        return List.of(
                text(metric.suite()),
                text(after.id()),
                text(String.join(" ", after.slices())),
                text(metric.id()),
                old == null ? "" : number(old),
                now == null ? "" : number(now),
                old == null || now == null ? "" : number(now - old));
    }

    private static String text(String raw) {
        String line = Printable.line(raw);
        return FORMULA.matcher(line).matches() ? "'" + line : line;
    }

    /**
     * Digits that give back the same number; without an exponent, which spreadsheets of some languages read as text.
     */
    private static String number(double number) {
        return Double.isFinite(number) ? BigDecimal.valueOf(number).toPlainString() : "";
    }
}
