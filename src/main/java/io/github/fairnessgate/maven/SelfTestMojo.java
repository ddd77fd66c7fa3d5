package io.github.fairnessgate.maven;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Contrast;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationFiles;
import io.github.fairnessgate.evaluate.Suite;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.SelfTest;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.report.ConsoleTable;
import io.github.fairnessgate.report.Measured;
import io.github.fairnessgate.report.SelfTestJson;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Tests the gate itself, with your model and your thresholds: the baseline must pass against itself, measured anew with other chance, and a copy of
 * it that was harmed on purpose must fail. Writes {@code self-test.json}; fails the build if the gate does not behave.
 */
@Mojo(name = "self-test", requiresProject = false, threadSafe = true)
public class SelfTestMojo extends AbstractThresholdsMojo {

    /** Moves StereoSet's score of the built-in model by 11 points, and that of CrowS-Pairs by 15. */
    private static final double NATS = 2;

    /** How many times the baseline is measured anew. More say more about thresholds with generated text, and nothing about others. */
    @Parameter(property = Parameters.REPETITIONS, defaultValue = "1")
    private int repetitions;

    @Inject
    public SelfTestMojo(ModelLocator modelLocator, WorkerLauncher workerLauncher) {
        super(modelLocator, workerLauncher);
    }

    @Override
    void run() throws MojoFailureException, WorkerException, InterruptedException {
        Path file = outputDirectory().resolve(SelfTestJson.FILE);
        AtomicFiles.delete(file);
        if (repetitions < 1) {
            throw new InvalidInputException(Parameters.REPETITIONS + " is " + repetitions + "; the baseline has to be measured anew at least once.");
        }
        ThresholdsSource source = source();
        List<SuiteSpec> suites = suites(source);
        showPower(source.thresholds().judgedOnce(), suites);
        showControl(source.thresholds(), suites);
        LocatedModel model = baselineModel();
        requireDifferent(source.thresholds(), model);
        Device device = device();
        SortedMap<String, String> versions = versions().ofEvaluation(device, pluginVersion());
        ModelEvaluation evaluation = evaluation();
        Evaluation baseline = evaluation.evaluate(AbstractEvaluationMojo.BASELINE, model, suites, device, versions);
        Set<String> harmed = harmedSuites(source.thresholds(), baseline);
        List<Evaluation> again = new ArrayList<>();
        for (int number = 1; number <= repetitions; number++) {
            int repetition = number;
            progress().info("Evaluating the baseline again, with other chance (" + number + " of " + repetitions + ")");
            again.add(evaluation.evaluateAgain(model, suites.stream().map(suite -> suite.underOtherChance(repetition)).toList(), device, versions));
        }
        Evaluation control = control(model, suitesOf(source.thresholds(), SelfTestMojo::isSigned), baseline, harmed, suites, evaluation, device, versions);
        SelfTest test = SelfTest.of(source.thresholds(), baseline, again, control, harmed);
        SelfTestJson.write(file, versions().plugin(), Measured.of(pluginVersion(), source.text(), baseline),
                EvidenceFile.portable(source.name(), baseDirectory()), NATS, test);
        conclude(test, file);
    }

    /** Says which rules the positive control will not test, and refuses thresholds of which it tests none, before any model runs. */
    private void showControl(Thresholds thresholds, List<SuiteSpec> suites) {
        Set<String> decided = suitesOf(thresholds, rule -> true);
        Set<String> harmed = suites.stream().map(Suites::create).filter(Suite::hasContrast).map(Suite::id).filter(decided::contains)
                .collect(Collectors.toCollection(TreeSet::new));
        requireHarm(decided, harmed);
        decided.removeAll(harmed);
        if (!decided.isEmpty()) {
            getLog().warn("The positive control will not test the rules about " + String.join(", ", decided) + ": a model cannot be harmed on purpose in"
                    + " these suites, whose two sides have the same words. It tests those about " + String.join(", ", harmed) + ".");
        }
    }

    /** Those that a rule about fairness decides on and in whose texts harm can be done. */
    private static Set<String> harmedSuites(Thresholds thresholds, Evaluation baseline) {
        Set<String> decided = suitesOf(thresholds, rule -> true);
        Set<String> harmed = Contrast.of(baseline, Set.of()).stream().map(Contrast::suite).filter(decided::contains)
                .collect(Collectors.toCollection(TreeSet::new));
        requireHarm(decided, harmed);
        return harmed;
    }

    private static void requireHarm(Set<String> decided, Set<String> harmed) {
        if (harmed.isEmpty()) {
            throw new InvalidInputException("No rule about fairness that decides measures a suite in which a model can be harmed on purpose (there are"
                    + " rules about " + (decided.isEmpty() ? "none" : String.join(", ", decided)) + "), so the gate cannot be tested; add a rule with"
                    + " a metric of stereoset, crows-pairs, rtp, bold, or pairs or prompts of your own.");
        }
    }

    private static boolean isSigned(Rule rule) {
        return rule.compare().filter(Rule.Compare.SIGNED::equals).isPresent();
    }

    private static Set<String> suitesOf(Thresholds thresholds, Predicate<Rule> which) {
        return thresholds.rules().stream().filter(rule -> rule.role() == Rule.Role.FAIRNESS && rule.decides()).filter(which)
                .map(rule -> rule.metric().split("\\.", 2)[0]).collect(Collectors.toCollection(TreeSet::new));
    }

    private Evaluation control(LocatedModel model, Set<String> signed, Evaluation baseline, Set<String> harmed, List<SuiteSpec> suites, ModelEvaluation evaluation,
            Device device, SortedMap<String, String> versions) throws WorkerException, InterruptedException {
        try (Scratch scratch = Scratch.in(outputDirectory())) {
            Path texts = scratch.folder().resolve("baseline");
            EvaluationFiles.write(texts, WorkerRequest.Evaluate.ROLE, baseline);
            Path output = scratch.folder().resolve("harmed");
            work(new WorkerRequest.Harm(model.directory().path().toString(), texts.toString(), List.copyOf(harmed), List.copyOf(signed), NATS, device,
                    output.toString()), scratch.folder());
            LocatedModel harmedModel = new LocatedModel(ModelDirectory.open(output), model.source() + ", harmed on purpose");
            return evaluation.evaluate("harmed baseline", harmedModel, suites, device, versions);
        }
    }

    private void conclude(SelfTest test, Path file) throws MojoFailureException {
        test.again().forEach(gate -> {
            getLog().info("The baseline against itself:");
            ConsoleTable.lines(gate).forEach(getLog()::info);
        });
        getLog().info("The baseline against its harmed copy, which must fail:");
        ConsoleTable.lines(test.control()).forEach(getLog()::info);
        if (!test.passed()) {
            throw BuildEnd.failure(Stream.concat(Stream.of("The gate does not behave (" + file + ")"), test.problems().stream()).toList());
        }
        getLog().info("Self-test passed: the baseline passes against itself, and a harmed copy fails; " + file);
    }
}
