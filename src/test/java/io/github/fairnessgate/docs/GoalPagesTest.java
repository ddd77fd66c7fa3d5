package io.github.fairnessgate.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.docs.PluginDescription.Goal;
import io.github.fairnessgate.docs.PluginDescription.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tables of parameters on the goals' pages are made from the Java code; with {@code -Dupdate.docs=true} this test
 * writes them.
 */
class GoalPagesTest {

    private static final String END = "<!-- end of parameters -->";
    private static final String COMMAND = "mvn test -Dtest=GoalPagesTest -Dupdate.docs=true";

    private static List<Goal> goals;

    @BeforeAll
    static void read() throws Exception {
        goals = PluginDescription.read().goals();
    }

    /** The goal {@code help} is Maven's own and explains itself. */
    static Stream<Named<Goal>> documented() {
        return goals.stream().filter(goal -> !goal.name().equals("help")).map(goal -> Named.of(goal.name(), goal));
    }

    @ParameterizedTest
    @MethodSource("documented")
    void parametersOnThePageAreThoseOfTheGoal(Goal goal) throws IOException {
        String begin = "<!-- parameters of " + goal.name() + " -->";
        Path page = Pages.all().stream()
                .filter(file -> Pages.text(file).contains(begin))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No page under docs has the lines \"" + begin + "\" and \"" + END
                        + "\": write one for the goal, then run " + COMMAND));
        Matcher section = Pattern.compile(
                        "(?s)(?<=" + Pattern.quote(begin + "\n") + ").*?(?=" + Pattern.quote(END) + ")")
                .matcher(Pages.text(page));
        assertThat(section.find())
                .as(page + " has no \"" + END + "\" behind \"" + begin + "\"")
                .isTrue();
        String table = table(goal);
        if (Boolean.getBoolean("update.docs")) {
            Files.writeString(page, section.replaceFirst(Matcher.quoteReplacement(table)));
        } else {
            assertThat(section.group())
                    .as(page + " is not what the parameters of fairness:" + goal.name() + " say; write it anew with "
                            + COMMAND)
                    .isEqualTo(table);
        }
    }

    @Test
    void theReadmeNamesEveryGoalWithItsPhase() {
        Matcher rows = Pattern.compile("(?m)^\\| \\[?`fairness:([a-z-]+)`.*? \\| ?(.*?) ?\\|")
                .matcher(Pages.text(Path.of("README.md")));
        assertThat(rows.results().map(row -> row.group(1) + " " + row.group(2)).toList())
                .containsExactlyInAnyOrderElementsOf(goals.stream()
                        .map(goal -> goal.name() + " " + goal.phase().orElse("none"))
                        .toList());
    }

    private static String table(Goal goal) {
        StringBuilder table =
                new StringBuilder("| parameter | property | type | default | meaning |\n|---|---|---|---|---|\n");
        for (Parameter parameter : goal.parameters()) {
            String defaultValue = parameter.defaultValue().isEmpty() ? "" : "`" + parameter.defaultValue() + "`";
            table.append("| `%s` | `%s` | %s | %s | %s |\n"
                    .formatted(
                            parameter.name(),
                            parameter.property(),
                            parameter.type(),
                            defaultValue,
                            parameter.description()));
        }
        return table.toString();
    }
}
