package io.github.fairnessgate.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every reader of bytes that come from outside, over mutated inputs: {@code docs/security-testing.md}. In every build a
 * few of them; all with {@code mvn verify -Pfuzz}.
 */
@Tag("simulation")
@Tag("native")
class FuzzTest {

    private static final Path RESULTS = Path.of("target/fuzz");
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 1_000);
    private static final Duration TIME = Duration.ofMillis(Long.getLong("fuzz.millis", 500));
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final String ONLY = System.getProperty("fuzz.target", "");

    @TempDir
    static Path folder;

    @TestFactory
    Stream<DynamicTest> noInputIsMoreThanRefused() throws IOException {
        Files.createDirectories(RESULTS);
        Path table = RESULTS.resolve("results.txt");
        Files.writeString(table, "reader, inputs, accepted, same meaning, refused, longest in ms\n");
        return Readers.all(folder).stream()
                .filter(target -> target.name().contains(ONLY))
                .map(target -> dynamicTest(target.name(), () -> {
                    Campaign.Outcome outcome = Campaign.run(target, Corpus.of(target), INPUTS, TIME, SEED, RESULTS);
                    Files.writeString(
                            table,
                            Files.readString(table)
                                    + "%s, %d, %d, %d, %d, %d%n"
                                            .formatted(
                                                    outcome.target(),
                                                    outcome.inputs(),
                                                    outcome.accepted(),
                                                    outcome.same(),
                                                    outcome.refused(),
                                                    outcome.longest().toMillis()),
                            StandardCharsets.UTF_8);
                    assertThat(outcome.faults()).isEmpty();
                    assertThat(outcome.inputs()).as("inputs that were read").isPositive();
                }));
    }
}
