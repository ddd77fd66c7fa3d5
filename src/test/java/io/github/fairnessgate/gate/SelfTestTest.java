package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Contrast;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Evaluator;
import io.github.fairnessgate.evaluate.HarmedModel;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.Suite;
import io.github.fairnessgate.evaluate.SuiteOptions;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gate with the thresholds {@code default}, but for what models write, and the built-in model: it passes itself,
 * and what is harmed or broken fails.
 */
@Tag("native")
class SelfTestTest {

    private static final double NATS = 2;
    /** Few prompts show only harm that is larger than what the goal does. */
    private static final double MORE_NATS = 3;

    private static final Judges EMBEDDED = Judges.only(ScorerReference.embedded());
    /** A part of the data is enough for harm of this size, and takes seconds. */
    private static final Map<String, SuiteOptions> LIMITS =
            Map.of("stereoset", limit(500), "crows-pairs", limit(300), "perplexity", limit(96));

    private static final int CONTINUATIONS = 20;
    private static final String EMT5 = "rtp.emt5/" + ScorerReference.embedded().variant();

    @TempDir
    static Path folder;

    private static Thresholds thresholds;
    private static ModelDirectory reference;
    private static Evaluation baseline;

    @BeforeAll
    static void measureTheBaseline() throws IOException {
        try (InputStream stream = Thresholds.class.getResourceAsStream("thresholds/default.yaml")) {
            Thresholds whole = ThresholdsReader.read(
                            new String(stream.readAllBytes(), StandardCharsets.UTF_8), "default.yaml")
                    .judgedOnce();
            thresholds = new Thresholds(
                    whole.alpha(),
                    whole.onInconclusive(),
                    whole.escalation(),
                    whole.allowUnderpowered(),
                    whole.suites(),
                    whole.rules().stream()
                            .filter(rule -> !Set.of("rtp", "bold").contains(rule.suite()))
                            .toList());
        }
        reference = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder));
        baseline = evaluate(reference, likelihoods());
    }

    @Test
    void theModelPassesAgainstItselfWithoutAnyDifference() {
        Evaluation again = evaluate(
                reference,
                likelihoods().stream().map(spec -> spec.underOtherChance(1)).toList());
        assertThat(again.items()).isEqualTo(baseline.items());
        GateResult result = Gate.decide(thresholds, baseline, again);
        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
        assertThat(result.results()).allSatisfy(rule -> {
            assertThat(rule.harmIncrease()).isZero();
            rule.change()
                    .ifPresent(change -> assertThat(change.estimate())
                            .isEqualTo(change.kind() == RuleResult.Change.Kind.RATIO ? 1 : 0));
        });
    }

    /** What the goal says before anything is measured. */
    @Test
    void whichSuitesAModelCanBeHarmedInIsKnownBeforehand() {
        assertThat(likelihoods().stream()
                        .map(Suites::create)
                        .filter(Suite::hasContrast)
                        .map(Suite::id))
                .containsExactlyElementsOf(Contrast.of(baseline, Set.of()).stream()
                        .map(Contrast::suite)
                        .toList())
                .containsExactly("crows-pairs", "stereoset");
        assertThat(Suites.measuring(
                                List.of(
                                        "winobias.preference/sum-bos",
                                        "winogender.pronoun/plain",
                                        "holistic-bias.deviation/neutral-nouns",
                                        "rtp.emt5/embedded",
                                        "bold.toxicity/embedded"),
                                Map.of(),
                                ".",
                                EMBEDDED)
                        .stream()
                        .map(Suites::create)
                        .filter(Suite::hasContrast)
                        .map(Suite::id))
                .containsExactly("bold", "rtp");
    }

    @Test
    void aModelWithABiasTowardsOneSideFailsAlthoughItsLanguageIsAsGood() {
        Evaluation harmed = evaluate(harmed(baseline, "harmed", NATS), likelihoods());
        SelfTest test =
                SelfTest.of(thresholds, baseline, List.of(baseline), harmed, Set.of("stereoset", "crows-pairs"));
        assertThat(test.problems()).isEmpty();
        assertThat(test.control().verdict()).isEqualTo(Verdict.FAIL);
        assertThat(result(test.control(), "stereoset.ss/micro").verdict()).contains(Verdict.FAIL);
        assertThat(result(test.control(), "stereoset.ss/micro").harmIncrease()).isBetween(10., 20.);
        assertThat(result(test.control(), "crows-pairs.stereotype/lmeval-sum-bos")
                        .verdict())
                .contains(Verdict.FAIL);
        RuleResult sense = result(test.control(), "stereoset.lms/official");
        assertThat(sense.verdict()).isNotEqualTo(Optional.of(Verdict.FAIL));
        assertThat(Math.abs(sense.harmIncrease())).isLessThan(3);
    }

    @Test
    void aModelWithShuffledWeightsFailsByItsLanguageAndItsChurnAlthoughItLooksFair() throws IOException {
        Evaluation shuffled = evaluate(shuffled(), likelihoods());
        GateResult result = Gate.decide(thresholds, baseline, shuffled);
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
        RuleResult preference = result(result, "stereoset.ss/micro");
        assertThat(preference.candidate()).isBetween(45., 55.);
        assertThat(preference.verdict()).contains(Verdict.FAIL);
        assertThat(preference.reason())
                .as("its share looks fair, but other pairs are biased")
                .contains("maxNewlyBiasedRate");
        assertThat(result(result, "stereoset.lms/official").verdict()).contains(Verdict.FAIL);
        assertThat(result(result, "perplexity.token/strided").verdict()).contains(Verdict.FAIL);
    }

    @Test
    void whatTheModelWritesPassesUnderOtherChanceAndFailsIfItIsHarmed() {
        Thresholds toxicity = toxicity("0.15");
        List<SuiteSpec> suites = prompts(toxicity, 40, 5);
        Evaluation first = evaluate(reference, suites);
        Evaluation again = evaluate(
                reference, suites.stream().map(spec -> spec.underOtherChance(1)).toList());
        Evaluation harmed = evaluate(harmed(first, "toxic", MORE_NATS), suites);

        SelfTest test = SelfTest.of(toxicity, first, List.of(again), harmed, Set.of("rtp"));
        assertThat(test.problems()).isEmpty();
        assertThat(test.passed()).isTrue();
        assertThat(again.items().get("rtp").stream().map(Item::texts))
                .isEqualTo(first.items().get("rtp").stream().map(Item::texts).toList());

        SelfTest sameChance = SelfTest.of(toxicity, first, List.of(first), harmed, Set.of("rtp"));
        assertThat(sameChance.problems()).singleElement().asString().contains("another seed gave the same texts");
        SelfTest blind = SelfTest.of(toxicity("0.99"), first, List.of(again), harmed, Set.of("rtp"));
        assertThat(blind.problems()).singleElement().asString().contains("does not notice harm", "rtp.emt5");
        SelfTest strict = SelfTest.of(toxicity("0.001"), first, List.of(again), harmed, Set.of("rtp"));
        assertThat(strict.problems())
                .singleElement()
                .asString()
                .contains("does not pass against itself", "INCONCLUSIVE");
        assertThat(SelfTest.of(toxicity, first, List.of(again), harmed, Set.of("bold"))
                        .problems())
                .singleElement()
                .asString()
                .contains("the positive control shows nothing");
    }

    /**
     * 20 continuations of each prompt, of which five are called the baseline's and five the candidate's, 400 times.
     * With 40 prompts the power is .83 to .99, depending on the texts that were drawn.
     */
    @Test
    void whatTheModelWritesPassesUnderOtherChanceAsOftenAsItShould() {
        Thresholds toxicity = toxicity("0.2");
        Evaluation draw = evaluate(reference, prompts(toxicity, 80, CONTINUATIONS));
        Random random = new Random(3);
        int trials = 400;
        int passed = 0;
        int failed = 0;
        for (int trial = 0; trial < trials; trial++) {
            List<List<Item>> sides = List.of(new ArrayList<>(), new ArrayList<>());
            for (Item item : draw.items().get("rtp")) {
                List<Double> scores = new ArrayList<>(item.scores().entrySet().stream()
                        .filter(score -> score.getKey().startsWith("toxicity."))
                        .map(Map.Entry::getValue)
                        .toList());
                assertThat(scores).hasSize(CONTINUATIONS);
                Collections.shuffle(scores, random);
                for (int side = 0; side < 2; side++) {
                    double maximum = Collections.max(scores.subList(5 * side, 5 * side + 5));
                    sides.get(side)
                            .add(new Item(
                                    item.id(),
                                    item.cluster(),
                                    item.slices(),
                                    item.texts(),
                                    new TreeMap<>(),
                                    new TreeMap<>(Map.of(EMT5, maximum)),
                                    1));
                }
            }
            GateResult result = Gate.decide(toxicity, of(draw, sides.get(0)), of(draw, sides.get(1)));
            passed += result.verdict() == Verdict.PASS ? 1 : 0;
            failed += result.verdict() == Verdict.FAIL ? 1 : 0;
        }
        assertThat(passed / (double) trials)
                .isGreaterThanOrEqualTo(1 - thresholds.alpha().doubleValue());
        assertThat(failed / (double) trials)
                .isLessThanOrEqualTo(thresholds.alpha().doubleValue());
    }

    private static Evaluation of(Evaluation draw, List<Item> items) {
        return new Evaluation(draw.metrics(), List.of(), Map.of("rtp", items), draw.provenance());
    }

    private static Thresholds toxicity(String margin) {
        return ThresholdsReader.read(
                "version: 1\nrules:\n  - {metric: rtp.emt5/embedded, maxIncrease: %s}\n".formatted(margin), "t.yaml");
    }

    private static List<SuiteSpec> prompts(Thresholds rules, int prompts, int continuations) {
        return suites(
                rules,
                Map.of(
                        "rtp",
                        new SuiteOptions(OptionalInt.of(prompts), 1, OptionalInt.of(continuations), Optional.empty())));
    }

    private static List<SuiteSpec> likelihoods() {
        return suites(thresholds, LIMITS);
    }

    private static List<SuiteSpec> suites(Thresholds rules, Map<String, SuiteOptions> options) {
        return Suites.measuring(rules.rules().stream().map(Rule::metric).toList(), options, "", EMBEDDED);
    }

    private static SuiteOptions limit(int units) {
        return new SuiteOptions(OptionalInt.of(units), 0, OptionalInt.empty(), Optional.empty());
    }

    private static Evaluation evaluate(ModelDirectory model, List<SuiteSpec> suites) {
        try (LanguageModel open = OnnxGpt2.open(model, Device.CPU)) {
            return Evaluator.evaluate(
                    open,
                    suites.stream().map(Suites::create).toList(),
                    new Provenance(model.digest(), "test", "cpu", new TreeMap<>(), new TreeMap<>(), new TreeMap<>()),
                    Progress.NONE);
        }
    }

    private static ModelDirectory harmed(Evaluation of, String name, double nats) {
        HarmedModel.write(reference, Contrast.of(of, Set.of()), nats, folder.resolve(name));
        return ModelDirectory.open(folder.resolve(name));
    }

    /** The same numbers in every block, in another order. */
    private static ModelDirectory shuffled() throws IOException {
        Path output = Files.createDirectory(folder.resolve("shuffled"));
        for (Path file : reference.tokenizerFiles()) {
            Files.copy(file, output.resolve(file.getFileName()));
        }
        reference.config().write(output.resolve("config.json"));
        Random random = new Random(1);
        SafetensorsWriter.write(
                output.resolve("model.safetensors"),
                reference.config().tensorShapes(),
                name -> {
                    float[] values = reference.tensor(name).toFloats();
                    for (int i = values.length - 1; name.startsWith("h.") && i > 0; i--) {
                        int other = random.nextInt(i + 1);
                        float value = values[i];
                        values[i] = values[other];
                        values[other] = value;
                    }
                    return values;
                },
                DType.F32);
        return ModelDirectory.open(output);
    }

    private static RuleResult result(GateResult gate, String metric) {
        return gate.results().stream()
                .filter(rule -> rule.rule().metric().equals(metric))
                .toList()
                .get(0);
    }
}
