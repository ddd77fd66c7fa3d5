package io.github.fairnessgate.report;

import io.github.fairnessgate.Printable;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The workflow commands by which GitHub Actions shows what did not pass beside the line of the thresholds. */
public final class GitHubAnnotations {

    private GitHubAnnotations() {}

    /**
     * One line for every {@link Caution}, and for every rule that fails or warns, to be printed at the beginning of a
     * line of standard output.
     *
     * @param changes of the pull request, in whose diff a rule is shown if possible
     */
    public static List<String> lines(Report report, ChangedLines changes) {
        Stream<String> cautions = Caution.of(report).stream()
                .map(caution -> "::warning title=" + property("Fairness: " + caution.about()) + "::"
                        + data(caution.sentence()));
        return Stream.concat(cautions, rules(report, changes)).toList();
    }

    /** The line for a gate that was skipped. */
    public static String skipped(String goal, String by) {
        return "::warning title=" + property("Fairness: fairness:" + goal + " was skipped") + "::"
                + data("Nothing was judged. Skipped by " + by);
    }

    private static Stream<String> rules(Report report, ChangedLines changes) {
        return report.gate().results().stream().flatMap(result -> switch (Outcome.of(report.gate(), result)) {
            case FAILED -> Stream.of(line("error", report, result, changes));
            case WARNED -> Stream.of(line("warning", report, result, changes));
            case PASSED, REPORTED -> Stream.empty();
        });
    }

    private static String line(String command, Report report, RuleResult result, ChangedLines changes) {
        Optional<SourceLine> own = report.lineOf(result.rule());
        Optional<SourceLine> shown =
                own.filter(changes::show).or(() -> changed(report, changes)).or(() -> own);
        String place = shown.map(
                        line -> String.format(Locale.ROOT, "file=%s,line=%d,", property(line.path()), line.number()))
                .orElse("");
        return "::%s %stitle=%s::%s"
                .formatted(
                        command,
                        place,
                        property("Fairness: " + RuleText.of(result).subject()),
                        data(Outcome.message(report.gate(), result)
                                + own.filter(line -> !shown.equals(own))
                                        .map(line -> String.format(
                                                Locale.ROOT, " (rule: %s:%d)", line.path(), line.number()))
                                        .orElse("")));
    }

    /** The change of the pull request that decides most: of a recipe, or else of what is tolerated. */
    private static Optional<SourceLine> changed(Report report, ChangedLines changes) {
        return Stream.concat(
                        changes.files().stream().filter(GitHubAnnotations::isRecipe),
                        Stream.concat(
                                report.rules().source().map(Report.Source::path).stream(),
                                report.rules().baselineFile().stream()))
                .flatMap(path -> changes.first(path).stream())
                .findFirst();
    }

    private static boolean isRecipe(String path) {
        return path.matches("(?:.*/)?[^/]*recipe[^/]*\\.ya?ml");
    }

    /** A printable line has no line breaks, which would have to be encoded too. */
    private static String data(String text) {
        return Printable.line(text).replace("%", "%25");
    }

    private static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }
}
