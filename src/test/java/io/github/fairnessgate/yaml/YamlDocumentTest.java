package io.github.fairnessgate.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlDocumentTest {

    private enum Fruit {
        APPLE,
        BLOOD_ORANGE
    }

    @Test
    void everyNodeKnowsItsLineAndItsPath() {
        YamlMap root = parse("""
                # a comment
                version: 1

                rules:
                  - metric: ss
                    margin: 3.10
                  - metric: lms
                """).asMap();

        YamlNode margin =
                root.required("rules").asList().elements().get(0).asMap().required("margin");

        assertThat(root.line()).isEqualTo(2);
        assertThat(margin.line()).isEqualTo(6);
        assertThat(margin.file()).isEqualTo("thresholds.yaml");
        assertThat(margin.path()).isEqualTo("rules[0].margin");
        assertThat(margin.problem("no")).hasMessage("thresholds.yaml:6: no");
        assertThat(root.required("rules").asList().elements().get(1).line()).isEqualTo(7);
    }

    @Test
    void entriesKeepTheOrderOfTheFile() {
        assertThat(parse("z: 1\na: 2\nm: 3").asMap().entries()).containsOnlyKeys("z", "a", "m");
        assertThat(parse("z: 1\na: 2\nm: 3").asMap().entries().keySet()).containsExactly("z", "a", "m");
    }

    @Test
    void windowsLineEndingsAndAByteOrderMarkAreFine() {
        assertThat(parse("\uFEFFa: 1\r\nb: 2\r\n").asMap().required("b").line()).isEqualTo(2);
    }

    @Test
    void anUnknownKeyIsNamedWithItsLineAndTheKeyThatWasMeant() {
        YamlMap map = parse("metric: ss\nmaxIncraese: 3").asMap();

        assertThatThrownBy(() -> map.requireKeys("metric", "maxIncrease", "maximum"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("thresholds.yaml:2: the file has no key \"maxIncraese\"; did you mean \"maxIncrease\"?"
                        + " Known: metric, maxIncrease, maximum");
    }

    @Test
    void anUnknownKeyLikeNoOtherListsTheKnownOnes() {
        YamlMap map = parse("rules:\n  - colour: 3")
                .asMap()
                .required("rules")
                .asList()
                .elements()
                .get(0)
                .asMap();

        assertThatThrownBy(() -> map.requireKeys("metric", "slice"))
                .hasMessage("thresholds.yaml:2: rules[0] has no key \"colour\"; known: metric, slice");
    }

    @Test
    void aDuplicateKeyIsRefused() {
        refused("a: 1\nb: 2\na: 3", "thresholds.yaml:3: duplicate key \"a\"; the first is in line 1");
    }

    @Test
    void aMissingKeyIsNamed() {
        assertThatThrownBy(() -> parse("\na: 1").asMap().required("b"))
                .hasMessage("thresholds.yaml:2: the file needs the key \"b\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   \n\n", "# only a comment\n", "---\n", "~", "null"})
    void anEmptyDocumentIsSaidToBeEmpty(String text) {
        refused(text, "thresholds.yaml:1: the file is empty");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a: [1, 2                     | :1: this is not valid YAML: expected ',' or ']'
            a: 1\\n\\tb: 2               | :2: this is not valid YAML
            a: 1\\n b: 2                 | :2: this is not valid YAML
            a: "open                     | :1: this is not valid YAML
            a: &x 1\\nb: *x              | :1: the anchor &x is not supported
            a: *x                        | :1: the alias *x is not supported
            a: !!java/object 1           | :1: the tag
            ? [a]\\n: 1                  | :1: a key must be a word
            a: 1\\n---\\nb: 2            | :2: a second document begins here
            a: \\0                       | :1: this is not valid YAML
            """)
    void whatIsNoPlainYamlIsRefusedWithItsLine(String text, String expected) {
        assertThatThrownBy(() -> parse(
                        text.strip().replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("thresholds.yaml" + expected)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void nestingThatNobodyWritesIsRefusedInsteadOfOverflowingTheStack() {
        assertThatThrownBy(() -> parse("[".repeat(100_000)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("nested more than 32 deep");
    }

    @Test
    void decimalsAreKeptDigitForDigit() {
        assertThat(scalar("3.10").decimal()).isEqualTo(new BigDecimal("3.10"));
        assertThat(scalar("-1e-3").decimal()).isEqualByComparingTo("-0.001");
        assertThat(scalar("+.5").decimal()).isEqualByComparingTo("0.5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".nan", ".inf", "-.inf", "NaN", "3 %", "three", "0x1F", "1_000", "1,5", "true", "~", "''", "2.0.1"
            })
    void whatIsNoDecimalNumberIsRefused(String written) {
        assertThatThrownBy(() -> scalar(written).decimal())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("thresholds.yaml:1: value must be a number, but is");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1e301", "1e999999999", "1e99999999999", "1e-400", "0.00000000000000000000000000000000000000001"
            })
    void numbersBeyondAllReasonAreRefused(String written) {
        assertThatThrownBy(() -> scalar(written).decimal())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("between 1e-300 and 1e+300");
    }

    @Test
    void aNumberInQuotesIsText() {
        assertThatThrownBy(() -> scalar("'3.1'").decimal())
                .hasMessage("thresholds.yaml:1: value must be a number, but \"3.1\" is text; remove the quotes");
        assertThat(scalar("'3.1'").text()).isEqualTo("3.1");
    }

    @Test
    void aNumberWithoutQuotesIsNoText() {
        assertThatThrownBy(() -> scalar("3.1").text())
                .hasMessage("thresholds.yaml:1: value must be text, but 3.1 is a number in YAML; put it in quotes");
        assertThatThrownBy(() -> scalar("true").text()).hasMessageContaining("true is a boolean in YAML");
        assertThatThrownBy(() -> scalar("").text()).hasMessage("thresholds.yaml:1: value must be text, but is empty");
        assertThat(scalar("yes").text()).isEqualTo("yes");
    }

    @Test
    void integersHaveBounds() {
        assertThat(scalar("12").integer(1, 12)).isEqualTo(12);
        assertThat(scalar("1e3").integer(1, 1000)).isEqualTo(1000);
        assertThat(scalar("9223372036854775807").integer(0L, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        for (String written : List.of("13", "0", "1.5", "one", "'3'", "9223372036854775808")) {
            assertThatThrownBy(() -> scalar(written).integer(1, 12))
                    .hasMessageStartingWith("thresholds.yaml:1: value must be a whole number from 1 to 12, but is ");
        }
    }

    @Test
    void booleansAreTrueAndFalseOnly() {
        assertThat(scalar("true").bool()).isTrue();
        assertThat(scalar("False").bool()).isFalse();
        assertThatThrownBy(() -> scalar("yes").bool())
                .hasMessage("thresholds.yaml:1: value must be true or false, but is \"yes\"");
    }

    @Test
    void choicesAreNamedWithTheOneThatWasMeant() {
        assertThat(scalar("blood-orange").oneOf(Fruit.class)).isEqualTo(Fruit.BLOOD_ORANGE);
        assertThat(scalar("b").oneOf(Map.of("b", 7))).isEqualTo(7);
        assertThatThrownBy(() -> scalar("aplpe").oneOf(Fruit.class))
                .hasMessage(
                        "thresholds.yaml:1: value is \"aplpe\"; did you mean \"apple\"? Known: apple, blood-orange");
        assertThatThrownBy(() -> scalar("Blood_Orange").oneOf(Fruit.class))
                .hasMessageContaining("did you mean \"blood-orange\"?");
        assertThatThrownBy(() -> scalar("").oneOf(Fruit.class))
                .hasMessage("thresholds.yaml:1: value is empty; known: apple, blood-orange");
    }

    @Test
    void theWrongKindOfNodeIsNamed() {
        assertThatThrownBy(() -> parse("a: 1").asMap().required("a").asList())
                .hasMessage("thresholds.yaml:1: a must be a list, but is \"1\"");
        assertThatThrownBy(() -> parse("- 1").asMap())
                .hasMessage("thresholds.yaml:1: the file must be a map of keys and values, but is a list");
        assertThatThrownBy(() -> parse("a:\n  b: 1").asMap().required("a").asScalar())
                .hasMessage("thresholds.yaml:2: a must be a single value, but is a map");
    }

    private static YamlNode parse(String text) {
        return YamlDocument.parse(text, "thresholds.yaml");
    }

    private static YamlScalar scalar(String written) {
        return parse("value: " + written).asMap().required("value").asScalar();
    }

    private static void refused(String text, String message) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }
}
