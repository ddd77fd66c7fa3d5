package io.github.fairnessgate.report;

import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.GateMessages;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code aggregate.md}: a row for every module as Markdown, for the summary of a CI job or a comment. */
public final class AggregateMarkdown {

    private AggregateMarkdown() {}

    /** @throws io.github.fairnessgate.InvalidInputException if the file cannot be written */
    public static void write(Path file, Aggregate aggregate) {
        AtomicFiles.write(file, text(aggregate).getBytes(StandardCharsets.UTF_8));
    }

    /** The summary, ending with a line break. */
    public static String text(Aggregate aggregate) {
        List<String> lines = new ArrayList<>();
        lines.add("## " + Markdown.symbol(aggregate.passed()) + " Fairness of all modules: "
                + Markdown.escaped(aggregate.verdict().text() + ", " + aggregate.headline()));
        if (!aggregate.modules().isEmpty()) {
            lines.add("");
            lines.add("| | module | result | worst change |");
            lines.add("|---|---|---|---|");
            aggregate.modules().forEach(module -> lines.add(row(module)));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String row(ModuleResult module) {
        String result = module.report()
                .map(report -> GateMessages.headline(report.gate()))
                .orElse(module.problem());
        return "| "
                + String.join(
                        " | ",
                        Markdown.symbol(module.passed()) + " "
                                + module.standing().text(),
                        Markdown.code(module.module()),
                        Markdown.escaped(result + (module.untrusted().isEmpty() ? "" : "; " + module.untrusted())),
                        module.worst().map(AggregateMarkdown::worst).orElse(""))
                + " |";
    }

    private static String worst(WorstChange worst) {
        String share = worst.shareText();
        return Markdown.code(worst.text().subject()) + " "
                + Markdown.escaped("%s to %s, %s; limit %s%s"
                        .formatted(
                                worst.text().before(),
                                worst.text().after(),
                                worst.text().change(),
                                worst.text().limit(),
                                share.isEmpty() ? "" : "; " + share));
    }
}
