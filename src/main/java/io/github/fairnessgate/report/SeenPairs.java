package io.github.fairnessgate.report;

import io.github.fairnessgate.Printable;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.StageReport;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.metric.MetricId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Pairs that a compression looked at and the gate judges by, which flatters the candidate. */
public final class SeenPairs {

    private static final String WINOBIAS_DEV = "builtin:winobias-dev";
    private static final String WINOBIAS = "winobias";
    private static final String UNSEEN_SLICE = "test";

    private SeenPairs() {}

    /**
     * One sentence for each rule that decides on such pairs; nothing if the candidate was not compressed by this
     * plugin.
     *
     * @param folder the candidate
     * @param digest of the candidate
     * @param rules that the candidate is judged by
     * @param data SHA-256 of the data of each suite, by its id
     * @throws io.github.fairnessgate.InvalidInputException if there is a file in the folder that cannot be read
     */
    public static List<String> warnings(Path folder, String digest, List<Rule> rules, Map<String, String> data) {
        return CompressionReport.about(folder, digest).stream()
                .flatMap(report -> report.stages().stream())
                .map(CompressionReport.AchievedStage::stage)
                .flatMap(stage -> stage.seen().stream()
                        .flatMap(seen -> rules.stream()
                                .filter(rule -> rule.decides() && looksAt(rule, seen, data))
                                .map(rule -> warning(stage, seen, rule))))
                .distinct()
                .toList();
    }

    private static boolean looksAt(Rule rule, StageReport.Seen seen, Map<String, String> data) {
        String suite = MetricId.of(rule.metric()).suite();
        return seen.digest().equals(data.get(suite))
                || seen.pairs().equals(WINOBIAS_DEV)
                        && suite.equals(WINOBIAS)
                        && !rule.slice().equals(UNSEEN_SLICE);
    }

    private static String warning(StageReport stage, StageReport.Seen seen, Rule rule) {
        return "The " + stage.method() + " of the recipe chose by the pairs " + Printable.name(seen.pairs())
                + ", and the rule on "
                + rule.metric() + (rule.slice().equals("all") ? "" : ", slice " + rule.slice() + ",")
                + " judges by the same pairs, which flatters the candidate; "
                + (seen.pairs().equals(WINOBIAS_DEV)
                        ? "judge by slice: " + UNSEEN_SLICE
                        : "choose by other pairs than you judge by")
                + ".";
    }
}
