package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.UserPath;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.SuiteOptions;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.evaluate.UserDataCheck;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.result.ThresholdsSource;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A user's data of which evaluations were made, which may have changed since. */
final class MeasuredData {

    private MeasuredData() {}

    /**
     * Compares the data that thresholds name with what was measured.
     *
     * @param warn is told of data that are not there, which may be so on another machine than that of the measurement
     * @throws InvalidInputException if data were changed, or are chosen otherwise than they were
     */
    static void requireUnchanged(ThresholdsSource source, Look look, Consumer<String> warn) {
        List<String> metrics =
                source.thresholds().rules().stream().map(Rule::metric).toList();
        for (SuiteSpec suite : Suites.measuring(
                metrics,
                source.thresholds().suites(),
                source.folder().toString(),
                Judges.only(ScorerReference.ngram()))) {
            Optional<SuiteOptions.UserData> data = suite.options().data();
            if (data.isPresent() && look.candidate().provenance().data().containsKey(suite.id())) {
                requireUnchanged(suite, data.get().files(), source.folder(), look.candidate(), warn);
            }
        }
    }

    private static void requireUnchanged(
            SuiteSpec suite, List<String> files, Path folder, Evaluation measured, Consumer<String> warn) {
        Optional<Path> missing = files.stream()
                .map(file -> UserPath.resolve(folder, file))
                .filter(file -> !Files.exists(file))
                .findFirst();
        if (missing.isPresent()) {
            warn.accept("The data of the suite " + suite.id()
                    + " are not compared with those that were measured: there is no " + missing.get() + ".");
            return;
        }
        UserDataCheck.difference(suite, measured).ifPresent(difference -> {
            throw new InvalidInputException(("The data of the suite %s (%s) are not those that were measured: %s."
                            + " Run fairness:check or fairness:evaluate again.")
                    .formatted(suite.id(), String.join(", ", files), difference));
        });
    }
}
