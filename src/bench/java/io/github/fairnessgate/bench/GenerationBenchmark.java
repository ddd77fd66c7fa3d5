package io.github.fairnessgate.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import io.github.fairnessgate.runtime.OnnxGpt2;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * Tokens per second of nucleus sampling (25 continuations of 20 tokens, p = 0.9), beside transformers or another
 * version of this plugin on the same machine.
 *
 * <pre>{@code java GenerationBenchmark MODEL_DIRECTORY PROMPTS [PYTHON SCRIPT]
 * java GenerationBenchmark MODEL_DIRECTORY PROMPTS --against CLASS_PATH ROUNDS}</pre>
 *
 * <p>SCRIPT is {@code src/test/fixtures/bench/generation.py}. CLASS_PATH has the classes of the other version, this one
 * among them. All use as many threads as the JVM sees processors. The programs take turns, and the best of three rounds
 * counts for each, because other work on a machine only ever slows a round down. Two versions run in a JVM of their own
 * each, ROUNDS times; their times are of the processor, which other work disturbs less.
 */
public final class GenerationBenchmark {

    private static final int ROUNDS = 3;
    private static final int PROMPT_TOKENS = 12;
    private static final int CONTINUATIONS = 25;
    private static final int NEW_TOKENS = 20;
    private static final int PROMPTS_AT_ONCE = 8;
    private static final String AGAINST = "--against";
    private static final String ONCE = "--once";
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    private GenerationBenchmark() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Path.of(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        if (arguments.length > 2 && arguments[2].equals(AGAINST)) {
            compare(directory, count, arguments[3], Integer.parseInt(arguments[4]));
            return;
        }
        if (arguments.length > 2 && arguments[2].equals(ONCE)) {
            measure(directory, count, SYSTEM::getProcessCpuTime); // for the compiler
            print("%f%n", measure(directory, count, SYSTEM::getProcessCpuTime));
            return;
        }
        List<String> python = Arrays.asList(arguments).subList(2, arguments.length);
        double own = 0;
        double onePrompt = 0;
        double manyPrompts = 0;
        for (int round = 0; round < ROUNDS; round++) {
            own = Math.max(own, measure(directory, count, System::nanoTime));
            if (!python.isEmpty()) {
                onePrompt = Math.max(onePrompt, measureTransformers(python, directory, count, 1));
                manyPrompts = Math.max(manyPrompts, measureTransformers(python, directory, count, PROMPTS_AT_ONCE));
            }
        }
        print(
                "| %d prompts x %d x %d tokens, %d threads | tokens/s | ratio |%n",
                count, CONTINUATIONS, NEW_TOKENS, THREADS);
        print("|---|---|---|%n");
        print("| fairness-maven-plugin | %.0f | |%n", own);
        if (!python.isEmpty()) {
            print("| transformers, a prompt at a time | %.0f | %.2f |%n", onePrompt, own / onePrompt);
            print(
                    "| transformers, %d prompts at a time | %.0f | %.2f |%n",
                    PROMPTS_AT_ONCE, manyPrompts, own / manyPrompts);
        }
    }

    /** Two versions in turns. */
    private static void compare(Path directory, int count, String otherClassPath, int rounds)
            throws IOException, InterruptedException {
        double[] own = new double[rounds];
        double[] other = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            other[round] = inJvm(otherClassPath, directory, count);
            own[round] = inJvm(System.getProperty("java.class.path"), directory, count);
        }
        Arrays.sort(own);
        Arrays.sort(other);
        int middle = rounds / 2;
        print(
                "| %d prompts x %d x %d tokens, %d threads, %d rounds | tokens a second of the processor: median | "
                        + "best |%n|---|---|---|%n",
                count, CONTINUATIONS, NEW_TOKENS, THREADS, rounds);
        print(
                "| this version | %.0f | %.0f |%n| other version | %.0f | %.0f |%n",
                own[middle], own[rounds - 1], other[middle], other[rounds - 1]);
        print("| ratio | %.3f | %.3f |%n", own[middle] / other[middle], own[rounds - 1] / other[rounds - 1]);
    }

    private static double inJvm(String classPath, Path directory, int count) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:ActiveProcessorCount=" + THREADS,
                        "-cp",
                        classPath,
                        GenerationBenchmark.class.getName(),
                        directory.toString(),
                        Integer.toString(count),
                        ONCE)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String result = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        if (process.waitFor() != 0) {
            throw new IOException("a version ended with exit code " + process.exitValue());
        }
        return Double.parseDouble(result);
    }

    /**
     * Tokens a second.
     *
     * @param clock in nanoseconds
     */
    private static double measure(Path directory, int count, LongSupplier clock) {
        ModelDirectory files = ModelDirectory.open(directory);
        try (LanguageModel model = OnnxGpt2.open(files, Device.CPU)) {
            Sampling sampling = new Sampling(1, CONTINUATIONS, NEW_TOKENS, 0.9, 1);
            List<Prompt> prompts = prompts(count, files.config().vocabulary() - 1);
            model.generate(prompts.subList(0, 1), sampling, done -> {});
            long start = clock.getAsLong();
            List<List<int[]>> texts = model.generate(prompts, sampling, done -> {});
            double seconds = (clock.getAsLong() - start) / 1e9;
            return texts.stream()
                            .flatMap(Collection::stream)
                            .mapToInt(text -> text.length)
                            .sum()
                    / seconds;
        }
    }

    private static List<Prompt> prompts(int count, int vocabulary) {
        Random random = new Random(1);
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            prompts.add(new Prompt(
                    "prompt " + i, random.ints(PROMPT_TOKENS, 0, vocabulary).toArray()));
        }
        return prompts;
    }

    private static double measureTransformers(List<String> python, Path directory, int count, int atOnce)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(python);
        command.add(directory.toString());
        for (int number : new int[] {count, PROMPT_TOKENS, CONTINUATIONS, NEW_TOKENS, THREADS, atOnce}) {
            command.add(Integer.toString(number));
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String[] result = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .trim()
                .split(" ");
        if (process.waitFor() != 0) {
            throw new IOException("the script ended with exit code " + process.exitValue());
        }
        return Double.parseDouble(result[0]) / Double.parseDouble(result[1]);
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }
}
