package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.UserPath;
import io.github.fairnessgate.score.Judges;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * All that it takes to make a suite, in this process or in another one.
 *
 * @param id of the suite
 * @param metrics ids that are wanted of it, as thresholds write them
 * @param options how it is run
 * @param folder what a user's files are relative to
 * @param judges judge texts, where the suite has any
 */
public record SuiteSpec(String id, List<String> metrics, SuiteOptions options, String folder, Judges judges) {

    public SuiteSpec {
        metrics = List.copyOf(metrics);
    }

    /** How the suite is run where that is not the usual way, in words. */
    public Optional<String> settings() {
        List<String> settings = new ArrayList<>();
        options.slices().ifPresent(choice -> settings.add(choice.sentence(options.seed())));
        options.limit()
                .ifPresent(limit -> settings.add("at most " + limit + " items, chosen by seed " + options.seed()));
        options.tokens()
                .ifPresent(tokens ->
                        settings.add("at most " + tokens + " tokens, in windows chosen by seed " + options.seed()));
        options.continuations()
                .ifPresent(count -> settings.add(count + " continuations a prompt, seed " + options.seed()));
        options.portion().ifPresent(part -> settings.add(part.sentence()));
        return settings.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", settings));
    }

    /**
     * The same suite on the same data, with prompts continued by another seed than now.
     *
     * @param number what is added to the seed, not 0
     */
    public SuiteSpec underOtherChance(int number) {
        return new SuiteSpec(id, metrics, options.decodedBy(options.generation().seed() + number), folder, judges);
    }

    /**
     * The same suite on the same data, with as many continuations of every prompt; those that it has in common with
     * this one are the same texts.
     */
    public SuiteSpec withContinuations(int count) {
        return new SuiteSpec(id, metrics, options.withContinuations(count), folder, judges);
    }

    /** The same suite on a portion of its data. */
    public SuiteSpec withPortion(Portion part) {
        return new SuiteSpec(id, metrics, options.withPortion(part), folder, judges);
    }

    /**
     * The same suite on another machine.
     *
     * @param files the path of a user's file there
     * @param folders the path there of the folder of a user's scorer, with these of its files
     */
    public SuiteSpec elsewhere(Function<Path, String> files, BiFunction<Path, List<Path>, String> folders) {
        return new SuiteSpec(
                id,
                metrics,
                options.data().isEmpty()
                        ? options
                        : options.withFiles(files().stream().map(files).toList()),
                "",
                new Judges(
                        judges.first().elsewhere(folders), judges.second().map(scorer -> scorer.elsewhere(folders))));
    }

    List<Path> files() {
        return options.data().orElseThrow().files().stream()
                .map(file -> UserPath.resolve(Path.of(folder), file))
                .toList();
    }

    Path file() {
        return files().get(0);
    }
}
