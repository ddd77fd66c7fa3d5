package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.evaluate.Contrast;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationFiles;
import io.github.fairnessgate.evaluate.Measurement;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.SelfTest;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.metric.MetricId;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.report.ConsoleTable;
import io.github.fairnessgate.report.Measured;
import io.github.fairnessgate.report.SelfTestJson;
import io.github.fairnessgate.result.EvidenceFile;
import io.github.fairnessgate.result.MeasuredLooks;
import io.github.fairnessgate.result.Scratch;
import io.github.fairnessgate.result.ThresholdsSource;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tests the gate itself, with the user's model and thresholds: the baseline must pass against itself, measured again
 * with another random seed, and a copy of it that was harmed on purpose must fail.
 */
public final class SelfTesting {

    /** Moves StereoSet's score of the built-in model by 11 points, and that of CrowS-Pairs by 15. */
    private static final double NATS = 2;

    private final ModelHost host;
    private final Workers workers;
    private final Measuring measuring;

    public SelfTesting(ModelHost host, MeasuringSettings settings, ComputeSettings compute) {
        this.host = host;
        this.workers = new Workers(host, compute);
        this.measuring = new Measuring(host, workers, settings);
    }

    /**
     * @param written the model, as the user wrote it
     * @param repetitions how many times the baseline is measured anew
     */
    public Outcome run(String written, int repetitions) throws WorkerException, InterruptedException {
        Path file = host.locations().output().resolve(SelfTestJson.FILE);
        AtomicFiles.delete(file);
        if (repetitions < 1) {
            throw new InvalidInputException(Parameters.REPETITIONS + " is " + repetitions
                    + "; the baseline has to be measured anew at least once.");
        }
        ThresholdsSource source = measuring.thresholds();
        Thresholds thresholds = tested(source.thresholds());
        List<SuiteSpec> suites = measuring.suites(source, List.of()).stream()
                .filter(suite -> thresholds.rules().stream()
                        .anyMatch(rule -> MetricId.suiteOf(rule.metric()).equals(suite.id())))
                .toList();
        showControl(thresholds, suites);
        measuring.showPower(Measuring.preflight(thresholds.judgedOnce(), suites, Optional.empty()));
        LocatedModel model = new ModelFinder(host).original(written);
        measuring.requireDifferent(thresholds, model);
        Device device = workers.device();
        SortedMap<String, String> versions = measuring.versions(device);
        ModelEvaluation evaluation = measuring.evaluation();
        Evaluation baseline = evaluation.evaluate(MeasuredLooks.BASELINE, model, suites, device, versions);
        Set<String> harmed = harmedSuites(thresholds, baseline);
        List<Evaluation> again = new ArrayList<>();
        for (int number = 1; number <= repetitions; number++) {
            int repetition = number;
            host.progress()
                    .info("Evaluating the baseline again, with another random seed (" + number + " of " + repetitions
                            + ")");
            again.add(evaluation.evaluateAgain(
                    model,
                    suites.stream()
                            .map(suite -> suite.underOtherChance(repetition))
                            .toList(),
                    device,
                    versions));
        }
        Evaluation control =
                control(model, suitesOf(thresholds, SelfTesting::isSigned), baseline, harmed, suites, device);
        SelfTest test = SelfTest.of(thresholds, baseline, again, control, harmed);
        SelfTestJson.write(
                file,
                host.libraries().plugin(),
                Measured.of(host.build(), source.text(), baseline),
                EvidenceFile.portable(source.name(), host.locations().base()),
                NATS,
                test);
        return conclude(test, file);
    }

    /** What a model costs has no part in the test: a baseline is no smaller or faster than itself. */
    private Thresholds tested(Thresholds thresholds) {
        Thresholds tested = thresholds.withoutCosts();
        if (tested.rules().size() < thresholds.rules().size()) {
            host.messages()
                    .info("The self-test leaves out the rules about size, latency and memory: no model is smaller or "
                            + "faster than itself.");
        }
        return tested;
    }

    /**
     * Says which rules the positive control will not test, and refuses thresholds of which it tests none, before any
     * model runs.
     */
    private void showControl(Thresholds thresholds, List<SuiteSpec> suites) {
        Set<String> decided = suitesOf(thresholds, rule -> true);
        Set<String> harmed = suites.stream()
                .map(Suites::measurement)
                .filter(Measurement::hasContrast)
                .map(Measurement::id)
                .filter(decided::contains)
                .collect(Collectors.toCollection(TreeSet::new));
        requireHarm(decided, harmed);
        decided.removeAll(harmed);
        if (!decided.isEmpty()) {
            host.messages()
                    .warn("The positive control will not test the rules about " + String.join(", ", decided)
                            + ": a model cannot be harmed on purpose in"
                            + " these suites, whose two sides have the same words. It tests those about "
                            + String.join(", ", harmed) + ".");
        }
    }

    /** Those that a rule about fairness decides on and in whose texts harm can be done. */
    private static Set<String> harmedSuites(Thresholds thresholds, Evaluation baseline) {
        Set<String> decided = suitesOf(thresholds, rule -> true);
        Set<String> harmed = Contrast.of(baseline, Set.of()).stream()
                .map(Contrast::suite)
                .filter(decided::contains)
                .collect(Collectors.toCollection(TreeSet::new));
        requireHarm(decided, harmed);
        return harmed;
    }

    private static void requireHarm(Set<String> decided, Set<String> harmed) {
        if (harmed.isEmpty()) {
            throw new InvalidInputException(
                    "No rule about fairness that decides measures a suite in which a model can be harmed on "
                            + "purpose (there are"
                            + " rules about " + (decided.isEmpty() ? "none" : String.join(", ", decided))
                            + "), so the gate cannot be tested; add a rule with"
                            + " a metric of stereoset, crows-pairs, rtp, bold, or pairs or prompts of your own.");
        }
    }

    private static boolean isSigned(Rule rule) {
        return rule.compare().filter(Rule.Compare.SIGNED::equals).isPresent();
    }

    private static Set<String> suitesOf(Thresholds thresholds, Predicate<Rule> which) {
        return thresholds.rules().stream()
                .filter(rule -> rule.role() == Rule.Role.FAIRNESS && rule.decides())
                .filter(which)
                .map(rule -> MetricId.suiteOf(rule.metric()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Evaluation control(
            LocatedModel model,
            Set<String> signed,
            Evaluation baseline,
            Set<String> harmed,
            List<SuiteSpec> suites,
            Device device)
            throws WorkerException, InterruptedException {
        try (Scratch scratch = Scratch.in(host.locations().output())) {
            Path texts = scratch.folder().resolve("baseline");
            EvaluationFiles.write(texts, WorkerRequest.Evaluate.ROLE, baseline);
            Path output = scratch.folder().resolve("harmed");
            workers.work(
                    new WorkerRequest.Harm(
                            model.directory().path().toString(),
                            texts.toString(),
                            List.copyOf(harmed),
                            List.copyOf(signed),
                            NATS,
                            device,
                            output.toString()),
                    scratch.folder());
            LocatedModel harmedModel =
                    new LocatedModel(ModelDirectory.open(output), model.source() + ", harmed on purpose");
            return measuring
                    .evaluation()
                    .evaluate("harmed baseline", harmedModel, suites, device, measuring.versions(device));
        }
    }

    private Outcome conclude(SelfTest test, Path file) {
        test.again().forEach(gate -> {
            host.messages().info("The baseline against itself:");
            ConsoleTable.lines(gate).forEach(host.messages()::info);
        });
        host.messages().info("The baseline against its harmed copy, which must fail:");
        ConsoleTable.lines(test.control()).forEach(host.messages()::info);
        if (!test.passed()) {
            return new Outcome(
                    Stream.concat(Stream.of("The gate does not behave (" + file + ")"), test.problems().stream())
                            .toList());
        }
        host.messages().info("Self-test passed: the baseline passes against itself, and a harmed copy fails; " + file);
        return Outcome.GOOD;
    }
}
