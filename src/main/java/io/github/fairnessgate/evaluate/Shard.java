package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a measurement, as jobs of a CI matrix share it.
 *
 * @param number from 1 to {@code of}
 * @param of how many parts there are, 1 to {@value #MOST}
 */
public record Shard(int number, int of) {

    /** More jobs than any CI runs at once for one build. */
    public static final int MOST = 1000;

    private static final Pattern FRACTION = Pattern.compile("([0-9]{1,4})/([0-9]{1,4})");
    private static final Pattern AUTO = Pattern.compile("auto(?:/([0-9]{1,4}))?");

    public Shard {
        if (of < 1 || of > MOST || number < 1 || number > of) {
            throw new InvalidInputException("There is no shard " + number + "/" + of + ": give a number from 1 to "
                    + "the number of shards, which is at most " + MOST + ".");
        }
    }

    /** Variables by which a job learns its number and how many there are, and the first number. */
    private record Variables(String number, String of, int first) {}

    private static final List<Variables> KNOWN = List.of(
            new Variables("CI_NODE_INDEX", "CI_NODE_TOTAL", 1),
            new Variables("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", -1),
            new Variables("JOB_COMPLETION_INDEX", "", 0));

    /**
     * Reads {@code 3/8}; {@code auto}, which takes both numbers from the variables of GitLab or Slurm; or
     * {@code auto/8}, which takes the first from those of a Kubernetes Indexed Job.
     *
     * @param environment variables of this process
     * @throws InvalidInputException if it is neither, or if the variables are not set
     */
    public static Shard parse(String text, Map<String, String> environment) {
        Matcher fraction = FRACTION.matcher(text.strip());
        if (fraction.matches()) {
            return new Shard(Integer.parseInt(fraction.group(1)), Integer.parseInt(fraction.group(2)));
        }
        Matcher auto = AUTO.matcher(text.strip());
        if (auto.matches()) {
            return automatic(Optional.ofNullable(auto.group(1)), environment);
        }
        throw new InvalidInputException(
                "The shard is \"" + text + "\", but it must be like 3/8 (the third of eight), auto, or auto/8.");
    }

    private static Shard automatic(Optional<String> of, Map<String, String> environment) {
        for (Variables variables : KNOWN) {
            Optional<String> number = Optional.ofNullable(environment.get(variables.number()));
            Optional<String> all = of.or(() -> Optional.ofNullable(environment.get(variables.of())));
            if (number.isPresent() && all.isPresent()) {
                int first = variables.first() >= 0
                        ? variables.first()
                        : number(environment, "SLURM_ARRAY_TASK_MIN").orElse(0);
                return new Shard(
                        number(variables.number(), number.get()) - first + 1, number(variables.of(), all.get()));
            }
        }
        throw new InvalidInputException("The shard is auto, but no variable says which one this is: GitLab sets "
                + "CI_NODE_INDEX and CI_NODE_TOTAL with 'parallel', Slurm SLURM_ARRAY_TASK_ID and "
                + "SLURM_ARRAY_TASK_COUNT, and a Kubernetes Indexed Job JOB_COMPLETION_INDEX (give auto/8 there). "
                + "Anywhere else, give the numbers, as in 3/8.");
    }

    private static Optional<Integer> number(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable)).map(text -> number(variable, text));
    }

    private static int number(String variable, String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new InvalidInputException(
                    "The variable " + variable + " is \"" + text
                            + "\", but a shard needs a whole number; give it as in 3/8.",
                    e);
        }
    }

    /** As in file names: {@code 3-of-8}. */
    public String name() {
        return number + "-of-" + of;
    }

    @Override
    public String toString() {
        return number + "/" + of;
    }
}
