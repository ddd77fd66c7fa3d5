package io.github.fairnessgate.fuzz;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The campaign without JUnit, for runs that go over a night. Arguments: inputs of each reader, seconds of each reader,
 * seed, and a part of the readers' names.
 */
final class Fuzz {

    private Fuzz() {}

    public static void main(String[] arguments) throws Exception {
        int inputs = Integer.parseInt(arguments[0]);
        Duration time = Duration.ofSeconds(Long.parseLong(arguments[1]));
        long seed = Long.parseLong(arguments[2]);
        String only = arguments.length > 3 ? arguments[3] : "";
        Path folder = Files.createTempDirectory("fuzz");
        for (Target target : Readers.all(folder)) {
            if (target.name().matches(only + ".*")) {
                print(target, inputs, time, seed);
            }
        }
        System.exit(0); // the hub's server runs
    }

    private static void print(Target target, int inputs, Duration time, long seed) {
        try {
            Campaign.Outcome outcome =
                    Campaign.run(target, Corpus.of(target), inputs, time, seed, Path.of("target/fuzz"));
            System.out.printf(
                    "%-20s %7d inputs, %7d accepted, %7d same meaning, %7d refused, longest %5d ms%n",
                    outcome.target(),
                    outcome.inputs(),
                    outcome.accepted(),
                    outcome.same(),
                    outcome.refused(),
                    outcome.longest().toMillis());
            outcome.faults().forEach(fault -> System.out.println("    " + fault));
        } catch (Exception e) {
            System.out.println(target.name() + ": " + e);
            if (e.getCause() != null) {
                e.getCause().printStackTrace(System.out);
            }
        }
    }
}
