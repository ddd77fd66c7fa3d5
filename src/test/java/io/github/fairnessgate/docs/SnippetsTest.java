package io.github.fairnessgate.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.docs.Pages.Snippet;
import io.github.fairnessgate.docs.PluginDescription.Goal;
import io.github.fairnessgate.docs.PluginDescription.Parameter;
import io.github.fairnessgate.evaluate.Extent;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.gate.Preflight;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** What readers copy out of the documentation: POMs, thresholds, recipes, properties and goals. */
class SnippetsTest {

    private static List<Goal> goals;

    @TempDir
    Path folder;

    @BeforeAll
    static void read() throws Exception {
        goals = PluginDescription.read().goals();
    }

    static Stream<Named<Snippet>> poms() {
        return snippets("xml", "<artifactId>fairness-maven-plugin</artifactId>");
    }

    static Stream<Named<Snippet>> thresholds() {
        return snippets("yaml", "version: 1", "rules:");
    }

    static Stream<Named<Snippet>> recipes() {
        return snippets("yaml", "version: 1", "stages:");
    }

    static Stream<Named<Snippet>> workflows() {
        return snippets("yaml", "uses: OWNER/fairness-maven-plugin@");
    }

    private static Stream<Named<Snippet>> snippets(String language, String... parts) {
        return Pages.all().stream()
                .flatMap(page -> Pages.snippets(page).stream())
                .filter(snippet ->
                        snippet.language().equals(language) && Stream.of(parts).allMatch(snippet.text()::contains))
                .map(snippet -> Named.of(snippet.page().toString(), snippet));
    }

    @ParameterizedTest
    @MethodSource("poms")
    void pomsConfigureWhatTheirGoalsHave(Snippet snippet) throws Exception {
        Document pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(snippet.text())));
        for (Element plugin : elements(pom.getDocumentElement(), "plugin")) {
            if (!elements(plugin, "artifactId").get(0).getTextContent().equals("fairness-maven-plugin")) {
                continue;
            }
            List<String> bound = elements(plugin, "goal").stream()
                    .map(Element::getTextContent)
                    .toList();
            assertThat(goals.stream().map(Goal::name).toList()).containsAll(bound);
            List<String> known = goals.stream()
                    .filter(goal -> bound.isEmpty() || bound.contains(goal.name()))
                    .flatMap(goal -> goal.parameters().stream())
                    .map(Parameter::name)
                    .toList();
            for (Element configuration : elements(plugin, "configuration")) {
                assertThat(known).as("the parameters of " + bound).containsAll(children(configuration));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("thresholds")
    void thresholdsAreRead(Snippet snippet) {
        assertThatCode(() ->
                        ThresholdsReader.read(snippet.text(), snippet.page().toString()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void recipesAreRead(Snippet snippet) throws Exception {
        Files.writeString(folder.resolve("recipe.yaml"), snippet.text());
        assertThatCode(() -> RecipeReader.read("recipe.yaml", folder)).doesNotThrowAnyException();
    }

    @Test
    void theTutorialsOwnSuiteIsRead() throws Exception {
        Path page = Path.of("docs", "tutorials", "custom-suite.md");
        Files.writeString(folder.resolve("jobs.jsonl"), text(page, "json"));
        Thresholds thresholds = ThresholdsReader.read(text(page, "yaml"), page.toString());
        List<String> metrics = thresholds.rules().stream().map(Rule::metric).toList();
        Judges judges = new Judges(ScorerReference.embedded(), Optional.empty());
        List<Extent> extents = Suites.measuring(metrics, thresholds.suites(), folder.toString(), judges).stream()
                .flatMap(spec -> Suites.create(spec).extents().stream())
                .toList();
        assertThat(extents).extracting(extent -> extent.metric().id()).containsAll(metrics);
    }

    /** But for its list of jobs, which the page shortens. */
    @Test
    void theTutorialsClassIsTheOneThatAnIntegrationTestMeasures() {
        String measured = Pages.text(Path.of(
                "src/it/suite-of-an-extension-is-measured/hiring-suite/src/main/java/com/example/HiringSuite.java"));
        assertThat(text(Path.of("docs", "tutorials", "suite-in-java.md"), "java")
                        .lines()
                        .filter(line -> !line.contains("JOBS = ")))
                .isNotEmpty()
                .allMatch(measured::contains);
    }

    /** The example of equal groups, as it is and with the commented rule in the place of the one before. */
    @Test
    void equalGroupsCanBeMeasuredAndDecide() {
        String text = Pages.snippets(Path.of("docs", "suites.md")).stream()
                .map(Snippet::text)
                .filter(snippet -> snippet.contains("perSlice"))
                .findFirst()
                .orElseThrow();
        Thresholds read = ThresholdsReader.read(text, "suites.md");
        List<Extent> extents = Suites.measuring(
                        read.rules().stream().map(Rule::metric).toList(),
                        read.suites(),
                        ".",
                        new Judges(ScorerReference.embedded(), Optional.empty()))
                .stream()
                .flatMap(spec -> Suites.create(spec).extents().stream())
                .toList();
        List<Preflight> rules = Preflight.of(read, extents, Set.of("bold"));
        assertThat(rules).extracting(Preflight::items).containsExactly(300, 450, 150);
        assertThat(rules).extracting(rule -> rule.rule().decides()).containsExactly(true, true, false);
    }

    private static String text(Path page, String language) {
        return Pages.snippets(page).stream()
                .filter(snippet -> snippet.language().equals(language))
                .findFirst()
                .orElseThrow()
                .text();
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void workflowsSetInputsOfTheAction(Snippet snippet) {
        List<String> inputs = keys(yaml(Pages.text(Path.of("action.yml"))).get("inputs"));
        Map<?, ?> jobs = (Map<?, ?>) yaml(snippet.text()).get("jobs");
        List<String> set = jobs.values().stream()
                .flatMap(job -> ((List<?>) ((Map<?, ?>) job).get("steps")).stream())
                .map(step -> (Map<?, ?>) step)
                .filter(step -> String.valueOf(step.get("uses")).contains("/fairness-maven-plugin@"))
                .flatMap(step -> keys(step.get("with")).stream())
                .toList();
        assertThat(set).isNotEmpty().isSubsetOf(inputs);
    }

    private static List<String> keys(Object map) {
        return ((Map<?, ?>) map).keySet().stream().map(String::valueOf).toList();
    }

    private static Map<?, ?> yaml(String text) {
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    @Test
    void propertiesAreThoseOfTheGoals() {
        Set<String> known = goals.stream()
                .flatMap(goal -> goal.parameters().stream())
                .map(Parameter::property)
                .collect(Collectors.toSet());
        assertThat(mentions("-D(fairness\\.[A-Za-z.]+[A-Za-z])"))
                .isNotEmpty()
                .allSatisfy(mention -> assertThat(known).contains(mention.group(1)));
    }

    @Test
    void goalsExist() {
        Set<String> known = goals.stream().map(Goal::name).collect(Collectors.toSet());
        assertThat(mentions("\\bfairness(?:-maven-plugin:[0-9][^:\\s]*)?:([a-z][a-z-]*[a-z])"))
                .isNotEmpty()
                .allSatisfy(mention -> assertThat(known).contains(mention.group(1)));
    }

    private static List<MatchResult> mentions(String pattern) {
        return Pages.all().stream()
                .flatMap(page ->
                        Pattern.compile(pattern).matcher(Pages.text(page)).results())
                .toList();
    }

    private static List<String> children(Element parent) {
        List<String> names = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element) {
                names.add(element.getTagName());
            }
        }
        return names;
    }

    /** An element that is itself called so is among its own. */
    private static List<Element> elements(Element parent, String tag) {
        List<Element> elements = new ArrayList<>();
        if (parent.getTagName().equals(tag)) {
            elements.add(parent);
        }
        NodeList nodes = parent.getElementsByTagName(tag);
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
