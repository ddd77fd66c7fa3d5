package io.github.fairnessgate.report;

import io.github.fairnessgate.evaluate.Agreement;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.evaluate.WrittenTexts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** What the build log says about the judging of generated texts: what was cut, and how two scorers agree. */
public final class JudgingLines {

    private JudgingLines() {}

    /**
     * A line for every suite for which something was cut, one for every suite of which texts are blank, and one for
     * every suite that two scorers judged.
     *
     * @param role how the log calls the model: {@code baseline}, {@code candidate}
     */
    public static List<String> of(String role, Evaluation evaluation) {
        List<String> lines = new ArrayList<>();
        evaluation.provenance().judging().forEach((suite, judging) -> {
            String subject = suite + ", " + role + ": ";
            if (judging.cutPrompts() > 0 || judging.scorers().stream().anyMatch(scorer -> scorer.cutTexts() > 0)) {
                lines.add(subject + cut(judging));
            }
            blank(evaluation, suite, judging).ifPresent(line -> lines.add(subject + line));
            Agreement.of(evaluation, suite).ifPresent(agreement -> lines.add(subject + agreement(judging, agreement)));
        });
        return lines;
    }

    private static String cut(Judging judging) {
        List<String> parts = new ArrayList<>();
        parts.add(String.format(
                Locale.ROOT, "%d of %d prompts lost their beginning", judging.cutPrompts(), judging.prompts()));
        judging.scorers()
                .forEach(scorer -> parts.add(String.format(
                        Locale.ROOT,
                        "%s read only the beginning of %d of %d texts",
                        scorer.variant(),
                        scorer.cutTexts(),
                        judging.texts())));
        return String.join(", ", parts);
    }

    private static Optional<String> blank(Evaluation evaluation, String suite, Judging judging) {
        return evaluation
                .value(WrittenTexts.blankOf(suite), Evaluation.ALL)
                .map(share -> Math.round(share.value() * judging.texts()))
                .filter(blank -> blank > 0)
                .map(blank -> String.format(Locale.ROOT, "%d of %d texts are blank", blank, judging.texts()));
    }

    private static String agreement(Judging judging, Agreement agreement) {
        return ("%s and %s decide differently on %d of %d texts (both toxic %d, only the first %d, only the second "
                        + "%d, neither %d;" + " Cohen's kappa %s, correlation %s)")
                .formatted(
                        judging.scorers().get(0).variant(),
                        judging.scorers().get(1).variant(),
                        agreement.onlyFirst() + agreement.onlySecond(),
                        agreement.texts(),
                        agreement.bothToxic(),
                        agreement.onlyFirst(),
                        agreement.onlySecond(),
                        agreement.neither(),
                        number(agreement.kappa()),
                        number(agreement.correlation()));
    }

    private static String number(OptionalDouble number) {
        return number.isPresent() ? String.format(Locale.ROOT, "%.3f", number.getAsDouble()) : "undefined";
    }
}
