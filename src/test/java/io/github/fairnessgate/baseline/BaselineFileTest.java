package io.github.fairnessgate.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaselineFileTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 6, 1);

    /** As it is written, to the byte. */
    private static final String TEXT = """
            {
              "data" : {
                "toxic" : "data-1"
              },
              "exceptions" : [
                {
                  "before" : {
                    "maxIncrease" : 4
                  },
                  "date" : "2026-05-01",
                  "harmIncrease" : 6.25,
                  "metric" : "toxic.share/plain",
                  "newlyBiasedRate" : 7.1,
                  "reason" : "a \\"known\\" defect: caf\u00e9",
                  "slice" : "women",
                  "until" : "2027-05-01"
                }
              ],
              "original" : {
                "digest" : "%s",
                "name" : "builtin:reference-gpt2"
              },
              "slack" : 0.5,
              "values" : [
                {
                  "candidate" : 11,
                  "compare" : "signed",
                  "date" : "2026-05-01",
                  "limits" : {
                    "maxIncrease" : 4,
                    "maximum" : 14.70
                  },
                  "metric" : "toxic.share/plain",
                  "original" : 10.5,
                  "slice" : "all"
                }
              ],
              "version" : 1
            }
            """.formatted("0a".repeat(32));

    @TempDir
    Path folder;

    @Test
    void tabsBetweenValuesAreJson() {
        String tabs = TEXT.replace("  ", "\t").replace(" : ", "\t:\t");
        assertThat(BaselineReader.read("\t" + tabs + "\t\n", "b.json", TODAY))
                .isEqualTo(BaselineReader.read(TEXT, "b.json", TODAY));
    }

    @Test
    void whatIsReadIsWrittenToTheByte() throws IOException {
        Path file = folder.resolve("a/baseline.json");
        BaselineFile.write(file, BaselineReader.read(TEXT, "b.json", TODAY), TODAY);

        assertThat(file).content().isEqualTo(TEXT);
        assertThat(Files.list(file.getParent()))
                .as("nothing half-written is left")
                .containsExactly(file);
        BaselineFile.write(file, BaselineFile.read(file, TODAY), TODAY);
        assertThat(file).content().isEqualTo(TEXT);
    }

    @Test
    void theFileKeepsToItsSchema() throws IOException {
        assertThat(schema().validate(TEXT, InputFormat.JSON)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "version" : 1                              | "version" : 2                       | b.json:38: version 2 of the format
            "slack" : 0.5                              | "slack" : 1.5                       | b.json:23: slack is a share
            "reason" : "a \\"known\\" defect: café",   | ""                                  | b.json:
            "reason" : "a \\"known\\" defect: café"    | "reason" : "  "                     | b.json:14: exceptions[0].reason is empty
            "until" : "2027-05-01"                     | "until" : "2027-05-02"              | b.json:16: an exception of 2026-05-01 lasts
            "until" : "2027-05-01"                     | "until" : "2026-04-30"              | b.json:16: an exception of 2026-05-01 lasts
            "until" : "2027-05-01"                     | "until" : "soon"                    | b.json:16: exceptions[0].until must be a date
            "until" : "2027-05-01"                     | "untill" : "2027-05-01"             | b.json:16: exceptions[0] has no key "untill"
            "harmIncrease" : 6.25                      | "harmIncrease" : "6.25"             | b.json:11: exceptions[0].harmIncrease must be a number
            "maximum" : 14.70                          | "minimum" : 14.70, "maximum" : 14.7 | at most one on the change
            "maxIncrease" : 4,                         | "maxIncrease" : 0,                  | b.json:30: values[0].limits.maxIncrease must be above 0
            "maxIncrease" : 4,                         | "maxIncrease" : 4, "maxRatio" : 2,  | at most one on the change
            "compare" : "signed"                       | "compare" : "other"                 | b.json:27:
            "name" : "builtin                          | "name" "builtin                     | b.json:21: this is not valid JSON
            "slice" : "all"                            | "slice" : "all", "slice" : "all"    | b.json:35: this is not valid JSON
            """)
    void whatCannotBeMeantIsNamedWithFileAndLine(String good, String bad, String message) {
        String text = TEXT.replace(good, bad.equals("\"\"") ? "" : bad);
        assertThat(text).as("the replacement was found").isNotEqualTo(TEXT);

        assertThatThrownBy(() -> BaselineReader.read(text, "b.json", TODAY))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatFollowsTheValueIsNamedWithoutNamesOfALibrary() {
        assertThatThrownBy(() -> BaselineReader.read(TEXT + "[]", "b.json", TODAY))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith("this is not valid JSON: something follows the end of the value; "
                        + "restore the file from version control");
    }

    @ParameterizedTest
    @CsvSource({"reason", "date", "until", "harmIncrease", "before", "metric", "slice"})
    void anExceptionThatLacksAnythingIsAnError(String key) {
        String exception = TEXT.substring(TEXT.indexOf("\"exceptions\""), TEXT.indexOf("\"original\""));
        String without = exception.replace("\"" + key + "\" :", "\"x" + key + "\" :");

        assertThatThrownBy(() -> BaselineReader.read(TEXT.replace(exception, without), "b.json", TODAY))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("b.json:")
                .hasMessageContaining(key);
    }

    @Test
    void aDateInTheFutureIsAnError() {
        assertThatThrownBy(() -> BaselineReader.read(TEXT, "b.json", LocalDate.of(2026, 4, 30)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("b.json:28: values[0].date is 2026-05-01, which is in the future")
                .hasMessageContaining("today is 2026-04-30");
    }

    @Test
    void twoExceptionsForOneRuleAreAnError() {
        String exception = TEXT.substring(TEXT.indexOf("    {\n"), TEXT.indexOf("  ],"));

        assertThatThrownBy(() -> BaselineReader.read(
                        TEXT.replace(exception, exception.stripTrailing() + ",\n" + exception), "b.json", TODAY))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("duplicate entry for toxic.share/plain women; the first is in line 6");
    }

    @ParameterizedTest
    @CsvSource({"''", "'{'", "'[]'", "'null'", "'{}'", "'# yaml\nversion: 1'", "'{\"version\":1}trailing'"})
    void whatIsNoBaselineIsAnError(String text) {
        assertThatThrownBy(() -> BaselineReader.read(text, "b.json", TODAY))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("b.json:");
    }

    @Test
    void aFileThatCannotBeReadIsAnError() {
        assertThatThrownBy(() -> BaselineFile.read(folder, TODAY))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> BaselineFile.read(folder.resolve("none.json"), TODAY))
                .isInstanceOf(InvalidInputException.class);
    }

    private static JsonSchema schema() throws IOException {
        try (InputStream stream = Baseline.class.getResourceAsStream("baseline.schema.json")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        }
    }
}
