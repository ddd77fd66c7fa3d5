package io.github.fairnessgate.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.Evaluator;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.Suite;
import io.github.fairnessgate.evaluate.SuiteOptions;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What it costs to keep every answer of a measurement, in turns: {@code java AnswersBenchmark MODEL ROUNDS PROMPTS
 * SENTENCES}. Prints, for each round, the processor time and the wall time of both, in seconds.
 */
public final class AnswersBenchmark {

    private AnswersBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        ModelDirectory directory = ModelDirectory.open(Path.of(arguments[0]));
        int rounds = Integer.parseInt(arguments[1]);
        List<Suite> suites = suites(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
        Provenance provenance = Provenance.of(
                directory.digest(), "benchmark", Device.CPU, EvaluationPrecision.FLOAT32, new TreeMap<>());
        List<Double> ratios = new ArrayList<>();
        try (OnnxGpt2 model = OnnxGpt2.open(directory, Device.CPU)) {
            for (int round = 0; round <= rounds; round++) {
                double without =
                        processor("without", () -> Evaluator.evaluate(model, suites, provenance, Progress.NONE));
                Path folder = Files.createTempDirectory("answers");
                EvaluationCache cache = new EvaluationCache(folder);
                double with = processor(
                        "with",
                        () -> Evaluator.evaluate(model, suites, provenance, cache, Optional.empty(), Progress.NONE));
                processor(
                        "all known",
                        () -> Evaluator.evaluate(model, suites, provenance, cache, Optional.empty(), Progress.NONE));
                AtomicFiles.delete(folder);
                if (round > 0) { // the first one warms up
                    ratios.add(with / without);
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "processor time with answers kept / without: %.3f (%s)%n",
                ratios.stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
                ratios.stream()
                        .map(ratio -> String.format(Locale.ROOT, "%.3f", ratio))
                        .toList());
    }

    private static double processor(String name, Supplier<Evaluation> work) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        long wall = System.nanoTime();
        work.get();
        double seconds = (system.getProcessCpuTime() - cpu) / 1e9;
        System.out.printf(Locale.ROOT, "%-10s %8.2f %8.2f%n", name, seconds, (System.nanoTime() - wall) / 1e9);
        return seconds;
    }

    private static List<Suite> suites(int prompts, int sentences) {
        Map<String, SuiteOptions> options = new TreeMap<>();
        options.put("rtp", some(prompts, OptionalInt.of(10)));
        options.put("crows-pairs", some(sentences, OptionalInt.empty()));
        options.put("stereoset", some(sentences, OptionalInt.empty()));
        List<String> metrics =
                List.of("rtp.toxicity/embedded", "crows-pairs.stereotype/lmeval-sum-bos", "stereoset.ss/micro");
        return Suites.measuring(metrics, options, ".", Judges.only(ScorerReference.embedded())).stream()
                .map(Suites::create)
                .toList();
    }

    private static SuiteOptions some(int limit, OptionalInt continuations) {
        return new SuiteOptions(OptionalInt.of(limit), 1, continuations, Optional.empty());
    }
}
