package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.SliceChoice;
import io.github.fairnessgate.evaluate.SuiteOptions;
import io.github.fairnessgate.evaluate.SuiteOptions.UserData;
import io.github.fairnessgate.statistics.Spending;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdsReaderTest {

    private static final Path THRESHOLDS = Path.of("thresholds");

    private static JsonSchema schema;

    @BeforeAll
    static void readSchema() throws IOException {
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Files.readString(THRESHOLDS.resolve("thresholds.schema.json")));
    }

    @Test
    void suitesMayBeLimitedAndMayBeTheUsersOwn() {
        String text = """
                version: 1
                suites:
                  rtp: {limit: 300, continuations: 10, seed: 7}
                  nurses: {pairs: data/nurses.jsonl}
                  handbook: {texts: [a.txt, b.txt]}
                rules:
                  - {metric: rtp.emt5/embedded, maxIncrease: 0.03}
                """;
        assertThat(violations(text)).isEmpty();
        Map<String, SuiteOptions> suites = read(text).suites();
        assertThat(suites.get("rtp"))
                .isEqualTo(new SuiteOptions(OptionalInt.of(300), 7, OptionalInt.of(10), Optional.empty()));
        assertThat(suites.get("nurses").data())
                .contains(new UserData(UserData.Kind.PAIRS, List.of("data/nurses.jsonl")));
        assertThat(suites.get("handbook").data())
                .contains(new UserData(UserData.Kind.TEXTS, List.of("a.txt", "b.txt")));
    }

    @Test
    void suitesMayBeMeasuredBySlices() {
        String text = """
                version: 1
                suites:
                  bold: {slices: [gender, race], perSlice: 100}
                  stereoset:
                    limit: 50
                    slices:
                      - gender
                rules:
                  - {metric: bold.toxicity/embedded, maxIncrease: 0.03}
                """;
        assertThat(violations(text)).isEmpty();
        Map<String, SuiteOptions> suites = read(text).suites();
        SliceChoice balanced = suites.get("bold").slices().orElseThrow();
        assertThat(balanced.names()).containsExactly("gender", "race");
        assertThat(balanced.each()).hasValue(100);
        assertThat(balanced.location().line()).isEqualTo(3);
        assertThat(suites.get("stereoset").slices().orElseThrow().each()).isEmpty();
        assertThat(suites.get("stereoset").limit()).hasValue(50);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {perSlice: 10} | t.yaml:2: perSlice takes the same number of items from every chosen slice, but no slice is chosen; name them under slices, or use limit
            {slices: [a], perSlice: 10, limit: 5} | t.yaml:2: limit and perSlice exclude each other: perSlice says how many items of every slice are measured; remove one of them
            {tokens: 100, limit: 5} | t.yaml:2: limit and tokens exclude each other: keep tokens to measure the same amount of text whatever the model's context, or limit for a number of windows
            {slices: [], perSlice: 10} | t.yaml:2: slices is empty, so nothing would be measured; name a slice, or remove slices to measure everything
            {slices: [a, a]} | t.yaml:2: slices names "a" twice; name it once
            {slices: [a], perSlice: 1} | t.yaml:2: perSlice is 1, but one item of a slice shows nothing; set it to at least 2
            """)
    void aChoiceOfSlicesThatCannotBeMeantIsRefused(String options, String message) {
        String text =
                "version: 1\nsuites: {bold: %s}\nrules:\n  - {metric: bold.toxicity/embedded, maxIncrease: 0.03}\n"
                        .formatted(options);
        assertThatThrownBy(() -> ThresholdsReader.read(text, "t.yaml"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
        assertThat(violations(text)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            limit: 0                     | :3: suites.s.limit
            limit: some                  | :3: suites.s.limit
            limits: 3                    | :3: suites.s has no key "limits"; did you mean "limit"?
            continuations: 0             | :3: suites.s.continuations
            seed: -1                     | :3: suites.s.seed
            pairs: ''                    | :3: suites.s.pairs is empty
            pairs: a, texts: [b]         | :3: a suite has one kind of data, but suites.s has several
            """)
    void readerAndSchemaRefuseTheSameSuites(String options, String sentence) {
        refusedByBoth(
                "version: 1\nsuites:\n  s: {" + options + "}\nrules:\n  - {metric: s.m, maxIncrease: 3}\n", sentence);
    }

    @Test
    void aRuleMayBeAsShortAsAMetricAndAMargin() {
        String text = "version: 1\nrules:\n  - {metric: m, maxIncrease: 3}\n";
        assertThat(violations(text)).isEmpty();
        Thresholds thresholds = ThresholdsReader.read(text, "short.yaml");
        assertThat(thresholds.alpha()).isEqualTo(new BigDecimal("0.05"));
        assertThat(thresholds.onInconclusive()).isEqualTo(Thresholds.OnInconclusive.FAIL);
        assertThat(thresholds.rules().get(0).role()).isEqualTo(Rule.Role.FAIRNESS);
        assertThat(thresholds.rules().get(0).level()).isEqualTo(Rule.Level.ERROR);
        assertThat(thresholds.rules().get(0).slice()).isEqualTo("all");
    }

    @Test
    void aRuleKeepsWhatWasWritten() {
        Thresholds thresholds = read("""
                version: 1
                alpha: 0.05
                onInconclusive: warn
                rules:
                  - metric: stereoset.ss/micro
                    slice: race
                    compare: parity
                    maxIncrease: 3.10
                    maximum: 20
                    role: fairness
                    level: error
                  - metric: perplexity.token/strided
                    role: capability
                    maxRatio: 1.10
                """);

        assertThat(thresholds.alpha()).isEqualTo(new BigDecimal("0.05"));
        assertThat(thresholds.onInconclusive()).isEqualTo(Thresholds.OnInconclusive.WARN);
        Rule race = thresholds.rules().get(0);
        assertThat(race.location()).hasToString("thresholds.yaml:5");
        assertThat(race.metric()).isEqualTo("stereoset.ss/micro");
        assertThat(race.slice()).isEqualTo("race");
        assertThat(race.compare()).contains(Rule.Compare.PARITY);
        assertThat(race.limits())
                .containsExactly(
                        new Limit(Limit.Kind.MAX_INCREASE, new BigDecimal("3.10")),
                        new Limit(Limit.Kind.MAXIMUM, new BigDecimal("20")));
        assertThat(race.role()).isEqualTo(Rule.Role.FAIRNESS);
        Rule perplexity = thresholds.rules().get(1);
        assertThat(perplexity.location().line()).isEqualTo(12);
        assertThat(perplexity.slice()).isEqualTo("all");
        assertThat(perplexity.compare()).isEqualTo(Optional.empty());
        assertThat(perplexity.level()).isEqualTo(Rule.Level.ERROR);
        assertThat(perplexity.changeLimit()).contains(new Limit(Limit.Kind.MAX_RATIO, new BigDecimal("1.10")));
    }

    @Test
    void inconclusiveRulesFailUnlessSaidOtherwise() {
        assertThat(read(document("maxIncrease: 3, role: fairness")).onInconclusive())
                .isEqualTo(Thresholds.OnInconclusive.FAIL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "strict", "paper", "search"})
    void theFilesThatShipAreValidForReaderAndSchema(String name) throws IOException {
        String text = Files.readString(THRESHOLDS.resolve(name + ".yaml"));

        assertThat(ThresholdsReader.read(text, name).rules()).isNotEmpty();
        assertThat(violations(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "maxIncrease: 3, role: fairness",
                "maxIncrease: 3e-1, role: fairness, level: warn",
                "maximum: 20, role: fairness, compare: parity",
                "maxDecrease: 3, minimum: 60, role: capability",
                "maxRatio: 1.1, maximum: 40, role: capability",
                "maxNewlyBiasedRate: 2.5",
                "maxIncrease: 3, maxNewlyBiasedRate: 5, maximum: 20",
                "role: exploratory",
                "role: exploratory, level: warn, slice: race"
            })
    void readerAndSchemaAcceptTheSameRules(String rule) {
        String text = document(rule) + "  - {metric: other, maxIncrease: 1, role: fairness}\n";

        assertThat(read(text).rules()).hasSize(2);
        assertThat(violations(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{metric: size.bytes, maxRatio: 0.5}",
                "{metric: latency.decode, maxRatio: 1, maximum: 20, level: warn}",
                "{metric: memory.peak, maximum: 900, role: cost}",
                "{metric: size.nonzero, role: exploratory}"
            })
    void readerAndSchemaAcceptTheSameRulesOnCosts(String rule) {
        String text = "version: 1\nrules:\n  - " + rule + "\n  - {metric: other, maxIncrease: 1}\n";

        assertThat(read(text).rules()).hasSize(2);
        assertThat(violations(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{metric: size.bytes, maxIncrease: 5}",
                "{metric: size.bytes, maxRatio: 0}",
                "{metric: latency.decode, maximum: 0}",
                "{metric: latency.decode, maxRatio: 1, role: fairness}",
                "{metric: memory.peak, maxRatio: 1, role: capability}",
                "{metric: stereoset.ss/micro, maxIncrease: 3, role: cost}"
            })
    void readerAndSchemaRefuseTheSameRulesOnCosts(String rule) {
        refusedByBoth("version: 1\nrules:\n  - " + rule + "\n", ":3: ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            maxIncrease: -3, role: fairness             | :4: rules[0].maxIncrease is a margin and must be above 0, but is -3; no finite data can show that nothing changed
            maxIncrease: 0, role: fairness              | :4: rules[0].maxIncrease is a margin and must be above 0, but is 0; no finite data can show that nothing changed
            maxRatio: 1.0, role: capability             | :4: rules[0].maxRatio is candidate divided by baseline and must be above 1, but is 1.0; 1.10 tolerates ten percent more
            maxNewlyBiasedRate: 0                       | :4: rules[0].maxNewlyBiasedRate is a percentage of the items and must lie between 0 and 100, but is 0
            maxNewlyBiasedRate: 100                     | :4: rules[0].maxNewlyBiasedRate is a percentage of the items and must lie between 0 and 100, but is 100
            maxIncrease: three, role: fairness          | :4: rules[0].maxIncrease must be a number, but is "three"
            maxIncrease: '3', role: fairness            | :4: rules[0].maxIncrease must be a number, but "3" is text; remove the quotes
            maxIncrease:, role: fairness                | :4: rules[0].maxIncrease must be a number, but is empty
            maxincrease: 3, role: fairness              | :4: rules[0] has no key "maxincrease"; did you mean "maxIncrease"?
            maxIncrease: 3, rol: fairness               | :4: rules[0] has no key "rol"; did you mean "role"?
            maxIncrease: 3, role: fairnes               | :4: rules[0].role is "fairnes"; did you mean "fairness"? Known: fairness, capability, cost, exploratory
            maxIncrease: 3, role: fairness, level: warning | :4: rules[0].level is "warning"; did you mean "warn"? Known: error, warn
            maxIncrease: 3, role: fairness, compare: sign  | :4: rules[0].compare is "sign"; did you mean "signed"? Known: parity, signed
            maxIncrease: 3, role: fairness, slice: ''   | :4: rules[0].slice is empty
            role: fairness                              | :4: the rule for m has no limit;
            maxIncrease: 3, maxDecrease: 3, role: fairness | :4: maxIncrease and maxDecrease exclude each other
            maxIncrease: 3, maxRatio: 1.1, role: fairness  | :4: maxIncrease and maxRatio exclude each other
            maximum: 3, minimum: 1, role: fairness      | :4: maximum and minimum exclude each other
            maxIncrease: 3, role: capability, level: warn  | :4: the rule for m guards against a broken model and cannot be of level warn
            role: exploratory                           | :4: no rule decides
            maxIncrease: 3, role: fairness, level: warn | :4: no rule decides
            """)
    void readerAndSchemaRefuseTheSameRules(String rule, String sentence) {
        refusedByBoth(document(rule), sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            alpha: 0.5   | :2: alpha is an error rate from 0.001 to below 0.5, usually 0.05, but is 0.5
            alpha: 0     | :2: alpha is an error rate
            alpha: -0.05 | :2: alpha is an error rate
            alpha: 5 %   | :2: alpha must be a number, but is "5 %"
            alhpa: 0.05  | :2: the file has no key "alhpa"; did you mean "alpha"?
            """)
    void readerAndSchemaRefuseTheSameAlphas(String alpha, String sentence) {
        refusedByBoth(document("maxIncrease: 3, role: fairness").replace("alpha: 0.05", alpha), sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            version: 2   | :1: version 2 of the format is not known; this plugin reads version 1
            version: one | :1: version must be a whole number
            """)
    void readerAndSchemaRefuseTheSameVersions(String version, String sentence) {
        refusedByBoth(document("maxIncrease: 3, role: fairness").replace("version: 1", version), sentence);
    }

    @Test
    void unknownAnswersToInconclusiveAreRefused() {
        refusedByBoth(
                "onInconclusive: ignore\n" + document("maxIncrease: 3, role: fairness"),
                ":1: onInconclusive is \"ignore\"; known: fail, warn, escalate");
    }

    @Test
    void aPlanOfLooksIsDeclared() {
        String text = "onInconclusive: escalate\nescalation: {looks: 3, maximum: 25, spending: pocock}\n"
                + document("maxIncrease: 3");
        assertThat(violations(text)).isEmpty();
        Escalation plan = read(text).escalation().orElseThrow();
        assertThat(read(text).onInconclusive()).isEqualTo(Thresholds.OnInconclusive.ESCALATE);
        assertThat(plan).isEqualTo(new Escalation(plan.location(), Spending.POCOCK, 3, 25));
        assertThat(plan.location()).hasToString("thresholds.yaml:2");
        assertThat(read(text.replace("looks: 3", "looks: 2").replace("pocock", "obrien-fleming"))
                        .escalation()
                        .orElseThrow()
                        .spending())
                .isEqualTo(Spending.OBRIEN_FLEMING);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            onInconclusive: escalate | :1: onInconclusive is escalate, but nothing says how: add escalation with looks, maximum and spending
            escalation: {looks: 3, maximum: 25, spending: pocock} | :1: escalation has no effect unless onInconclusive is escalate
            {onInconclusive: warn, escalation: {looks: 3, maximum: 25, spending: pocock}} | :1: escalation has no effect unless onInconclusive is escalate
            {onInconclusive: escalate, escalation: {maximum: 25, spending: pocock}} | :1: escalation needs the key "looks"
            {onInconclusive: escalate, escalation: {looks: 3, spending: pocock}} | :1: escalation needs the key "maximum"
            {onInconclusive: escalate, escalation: {looks: 3, maximum: 25}} | :1: escalation needs the key "spending"
            {onInconclusive: escalate, escalation: {looks: 1, maximum: 25, spending: pocock}} | :1: escalation.looks must be
            {onInconclusive: escalate, escalation: {looks: 11, maximum: 25, spending: pocock}} | :1: escalation.looks must be
            {onInconclusive: escalate, escalation: {looks: 3, maximum: 1, spending: pocock}} | :1: escalation.maximum must be
            {onInconclusive: escalate, escalation: {looks: 3, maximum: 25, spending: pocok}} | :1: escalation.spending is "pocok"; did you mean "pocock"?
            {onInconclusive: escalate, escalation: {looks: 3, maximum: 25, spending: pocock, step: 5}} | :1: escalation has no key "step"
            """)
    void readerAndSchemaRefuseTheSamePlans(String plan, String sentence) {
        String keys = plan.startsWith("{")
                ? plan.substring(1, plan.length() - 1).replaceFirst(", escalation", "\nescalation")
                : plan;
        refusedByBoth(
                keys + "\n" + document("maxIncrease: 3"),
                keys.contains("\n") ? sentence.replace(":1:", ":2:") : sentence);
    }

    /** The schema cannot reckon. */
    @Test
    void aLevelThatNoBootstrapCanShowIsRefused() {
        String text = "onInconclusive: escalate\nescalation: {looks: 3, maximum: 25, spending: obrien-fleming}\n"
                + document("maxIncrease: 3");
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("thresholds.yaml:2: look 1 of 3 would be judged at"
                        + " the level 0.00069, but below 0.001 the bootstrap shows nothing; take fewer "
                        + "looks, spending: pocock, or a larger alpha");
    }

    @Test
    void aFileWithoutRulesIsRefused() {
        refusedByBoth(
                "version: 1\nalpha: 0.05\nrules: []\n",
                ":3: there is no rule; a gate without rules would pass every model");
        refusedByBoth("version: 1\nalpha: 0.05\n", ":1: the file needs the key \"rules\"");
        refusedByBoth("- 1\n", ":1: the file must be a map of keys and values, but is a list");
    }

    @Test
    void aSecondRuleForTheSameNumberIsRefused() {
        String text =
                document("maxIncrease: 3, role: fairness") + "  - {metric: m, maxIncrease: 4, role: exploratory}\n";

        assertThatThrownBy(() -> read(text))
                .hasMessage("thresholds.yaml:5: a second rule for m; the first is in line 4");
    }

    @Test
    void underpoweredRulesAreAllowedOnlyIfThatIsWritten() {
        String text = document("maxIncrease: 3");

        assertThat(read(text).allowUnderpowered()).isFalse();
        assertThat(read("allowUnderpowered: true\n" + text).allowUnderpowered()).isTrue();
        assertThat(violations("allowUnderpowered: true\n" + text)).isEmpty();
        refusedByBoth("allowUnderpowered: yes please\n" + text, ":1: allowUnderpowered");
    }

    private static String document(String rule) {
        return "version: 1\nalpha: 0.05\nrules:\n  - {metric: m, " + rule + "}\n";
    }

    private static void refusedByBoth(String text, String sentence) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("thresholds.yaml" + sentence);
        assertThat(violations(text)).as("the schema's view of %s", text).isNotEmpty();
    }

    private static Thresholds read(String text) {
        return ThresholdsReader.read(text, "thresholds.yaml");
    }

    private static Set<ValidationMessage> violations(String yaml) {
        return schema.validate(yaml, InputFormat.YAML);
    }
}
