package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.score.ScorerReference;
import java.nio.file.Path;
import java.util.List;

/**
 * All that it takes to make a suite, in this process or in another one.
 *
 * @param id      of the suite
 * @param metrics ids that are wanted of it, as thresholds write them
 * @param options how it is run
 * @param folder  what a user's files are relative to
 * @param scorer  judges texts, where the suite has any
 */
public record SuiteSpec(String id, List<String> metrics, SuiteOptions options, String folder, ScorerReference scorer) {

    public SuiteSpec {
        metrics = List.copyOf(metrics);
    }

    List<Path> files() {
        return options.data().orElseThrow().files().stream().map(file -> Path.of(folder).resolve(file)).toList();
    }

    Path file() {
        return files().get(0);
    }
}
