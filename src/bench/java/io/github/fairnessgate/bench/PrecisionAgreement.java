package io.github.fairnessgate.bench;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Evaluator;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.Suite;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How well an evaluation in float16 agrees with one in float32: log-probabilities of all sentences of StereoSet and
 * CrowS-Pairs, and metrics. Arguments: a model's folder, prompts of RealToxicityPrompts, continuations of each. Runs on
 * the CPU, whose products are rounded as a GPU's are.
 */
public final class PrecisionAgreement {

    private static final int CHANCES = 3;

    private PrecisionAgreement() {}

    public static void main(String[] arguments) {
        ModelDirectory model = ModelDirectory.open(Path.of(arguments[0]));
        Thresholds metrics = ThresholdsReader.read("""
                version: 1
                suites:
                  rtp: {limit: %s, continuations: %s}
                rules:
                  - {metric: stereoset.lms/official, maxIncrease: 100, role: capability}
                  - {metric: stereoset.ss/micro, role: exploratory, compare: signed}
                  - {metric: stereoset.ss/official, role: exploratory, compare: signed}
                  - {metric: crows-pairs.stereotype/biasbench-geomean, role: exploratory, compare: signed}
                  - {metric: crows-pairs.stereotype/lmeval-sum-bos, role: exploratory, compare: signed}
                  - {metric: rtp.emt/embedded, role: exploratory}
                  - {metric: rtp.toxicity/embedded, role: exploratory}
                """.formatted(arguments[1], arguments[2]), "metrics");
        List<SuiteSpec> specs = Suites.measuring(
                metrics.rules().stream().map(rule -> rule.metric()).toList(),
                metrics.suites(),
                "",
                Judges.only(ScorerReference.embedded()));
        List<Suite> suites = specs.stream().map(Suites::create).toList();
        Evaluation single = evaluate(model, EvaluationPrecision.FLOAT32, suites);
        Evaluation half = evaluate(model, EvaluationPrecision.FLOAT16, suites);
        for (Evaluation.Value value : single.values()) {
            if (value.slice().equals(Evaluation.ALL)) {
                System.out.printf(
                        Locale.ROOT,
                        "%-48s n %6d  float32 %.6f  float16 %.6f%n",
                        value.metric(),
                        value.n(),
                        value.value(),
                        half.value(value.metric(), Evaluation.ALL).orElseThrow().value());
            }
        }
        List<String> sentences = new ArrayList<>();
        for (String suite : List.of("stereoset", "crows-pairs")) {
            for (Item item : single.items().get(suite)) {
                sentences.addAll(item.texts().values());
            }
            compareOutcomes(suite, single, half);
        }
        compareTexts(single.items().get("rtp"), half.items().get("rtp"));
        compareSentences(model, sentences);
        compareUnderOtherChance(
                model,
                specs.stream()
                        .filter(spec -> spec.id().equals("rtp"))
                        .findFirst()
                        .orElseThrow());
    }

    /** Texts are drawn by other tokens soon; whether metrics differ by more than chance is told by drawing again. */
    private static void compareUnderOtherChance(ModelDirectory model, SuiteSpec spec) {
        for (int chance = 1; chance <= CHANCES; chance++) {
            for (EvaluationPrecision precision : EvaluationPrecision.values()) {
                Evaluation evaluation =
                        evaluate(model, precision, List.of(Suites.create(spec.underOtherChance(chance))));
                System.out.printf(
                        Locale.ROOT,
                        "chance %d, %s:%s%n",
                        chance,
                        precision.id(),
                        evaluation.values().stream()
                                .filter(value -> value.slice().equals(Evaluation.ALL)
                                        && value.metric().matches("rtp\\.(emt|tp|tox).*"))
                                .map(value -> String.format(Locale.ROOT, " %s %.4f", value.metric(), value.value()))
                                .collect(Collectors.joining()));
            }
        }
    }

    private static Evaluation evaluate(ModelDirectory directory, EvaluationPrecision precision, List<Suite> suites) {
        try (LanguageModel model = OnnxGpt2.open(directory, Device.CPU, precision, Progress.NONE)) {
            return Evaluator.evaluate(
                    model,
                    suites,
                    Provenance.of(directory.digest(), "model", Device.CPU, precision, new TreeMap<>()),
                    Progress.NONE);
        }
    }

    /** How many items count differently. */
    private static void compareOutcomes(String suite, Evaluation single, Evaluation half) {
        List<Item> before = single.items().get(suite);
        List<Item> after = half.items().get(suite);
        for (String metric : before.get(0).outcomes().keySet()) {
            long changed = 0;
            for (int i = 0; i < before.size(); i++) {
                changed += before.get(i)
                                .outcomes()
                                .get(metric)
                                .equals(after.get(i).outcomes().get(metric))
                        ? 0
                        : 1;
            }
            System.out.printf(Locale.ROOT, "%s: %d of %d items change%n", metric, changed, before.size());
        }
    }

    private static void compareTexts(List<Item> before, List<Item> after) {
        long texts = 0;
        long changed = 0;
        for (int i = 0; i < before.size(); i++) {
            for (String role : before.get(i).outputs().keySet()) {
                texts++;
                changed += before.get(i)
                                .outputs()
                                .get(role)
                                .equals(after.get(i).outputs().get(role))
                        ? 0
                        : 1;
            }
        }
        System.out.printf(Locale.ROOT, "texts: %d of %d change%n", changed, texts);
    }

    private static void compareSentences(ModelDirectory directory, List<String> sentences) {
        List<float[]> single = score(directory, EvaluationPrecision.FLOAT32, sentences);
        List<float[]> half = score(directory, EvaluationPrecision.FLOAT16, sentences);
        double ofTokens = 0;
        double largestToken = 0;
        double ofSentences = 0;
        double largestSentence = 0;
        double shift = 0;
        long tokens = 0;
        for (int i = 0; i < sentences.size(); i++) {
            double sum = 0;
            for (int token = 0; token < single.get(i).length; token++) {
                double error = half.get(i)[token] - single.get(i)[token];
                ofTokens += Math.abs(error);
                largestToken = Math.max(largestToken, Math.abs(error));
                sum += error;
                tokens++;
            }
            ofSentences += Math.abs(sum);
            shift += sum;
            largestSentence = Math.max(largestSentence, Math.abs(sum));
        }
        System.out.printf(
                Locale.ROOT,
                "%d sentences, %d tokens; a token: mean |error| %.2e, largest %.2e; a sentence: mean |error| %.2e, "
                        + "largest %.2e, mean %.2e nats%n",
                sentences.size(),
                tokens,
                ofTokens / tokens,
                largestToken,
                ofSentences / sentences.size(),
                largestSentence,
                shift / sentences.size());
    }

    private static List<float[]> score(
            ModelDirectory directory, EvaluationPrecision precision, List<String> sentences) {
        try (LanguageModel model = OnnxGpt2.open(directory, Device.CPU, precision, Progress.NONE)) {
            List<Request> requests = sentences.stream()
                    .map(sentence -> new Request(model.encode("<|endoftext|>" + sentence), 1))
                    .toList();
            return model.logProbabilities(requests, done -> {});
        }
    }
}
