package io.github.fairnessgate.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.docs.Pages.Snippet;
import java.io.File;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.apache.maven.plugin.descriptor.MojoDescriptor;
import org.apache.maven.plugin.descriptor.Parameter;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.plugin.descriptor.PluginDescriptorBuilder;
import org.codehaus.plexus.classworlds.ClassWorld;
import org.codehaus.plexus.classworlds.realm.ClassRealm;
import org.codehaus.plexus.component.configurator.BasicComponentConfigurator;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluator;
import org.codehaus.plexus.configuration.PlexusConfiguration;
import org.codehaus.plexus.configuration.xml.XmlPlexusConfiguration;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The descriptor that Maven reads, beside the documentation: no parameter without an example, and a POM of all. */
class ExamplesTest {

    private static final Path FULL = Path.of("docs", "configuration.md");

    private static PluginDescriptor plugin;

    @BeforeAll
    static void read() throws Exception {
        try (Reader reader = new StringReader(Pages.text(Path.of("target/classes/META-INF/maven/plugin.xml")))) {
            plugin = new PluginDescriptorBuilder().build(reader);
        }
    }

    @Test
    void everyParameterHasAValueInSomeExample() {
        Set<String> given = Pages.all().stream()
                .filter(page -> !page.endsWith("CHANGELOG.md"))
                .flatMap(ExamplesTest::examples)
                .flatMap(example -> given(example).stream())
                .collect(Collectors.toSet());
        Map<String, String> without = new TreeMap<>();
        goals().forEach(goal -> parameters(goal)
                .filter(parameter -> !isIn(given, goal, parameter))
                .forEach(parameter ->
                        without.merge(parameter.getName(), goal.getGoal(), (first, second) -> first + ", " + second)));
        assertThat(without)
                .as("parameters that no example on a page sets, and their goals")
                .isEmpty();
    }

    @Test
    void anExampleHasAValue() {
        assertThat(given("mvn fairness:schema -Dfairness.schemaDirectory=a -Dfairness.skip -Dfairness.strict= b"))
                .containsExactly("fairness.schemaDirectory");
        assertThat(given("<a>1</a><b></b><c/><fairness.d> <e>2</e></fairness.d>"))
                .containsExactlyInAnyOrder("a", "fairness.d", "e");
    }

    /** Blocks of code, and code within a line. */
    private static Stream<String> examples(Path page) {
        return Stream.concat(
                Pages.snippets(page).stream().map(Snippet::text),
                Pattern.compile("`([^`\n]+)`")
                        .matcher(Pages.text(page))
                        .results()
                        .map(code -> code.group(1)));
    }

    /** Properties and elements that have a value. */
    private static Set<String> given(String example) {
        return Pattern.compile("-D(fairness\\.[\\w.]+)=\\S|<([\\w.]+)>\\s*(?=[^\\s<]|<[a-z])")
                .matcher(example)
                .results()
                .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                .collect(Collectors.toSet());
    }

    private static boolean isIn(Set<String> given, MojoDescriptor goal, Parameter parameter) {
        return given.contains(parameter.getName()) || given.contains(property(goal, parameter));
    }

    private static Stream<MojoDescriptor> goals() {
        return plugin.getMojos().stream().filter(goal -> !goal.getGoal().equals("help"));
    }

    private static Stream<Parameter> parameters(MojoDescriptor goal) {
        return goal.getParameters().stream().filter(Parameter::isEditable);
    }

    private static String property(MojoDescriptor goal, Parameter parameter) {
        return goal.getMojoConfiguration()
                .getChild(parameter.getName())
                .getValue()
                .replaceAll("^\\$\\{(.*)}$", "$1");
    }

    /** By Maven's reader, and into the goals' own fields by what configures them in a build. */
    @Test
    void theFullPomConfiguresItsGoals() throws Exception {
        Plugin full = fullPom();
        assertThat(full.getKey()).isEqualTo(plugin.getPluginLookupKey());
        Set<String> inPlugin = names((Xpp3Dom) full.getConfiguration());
        Set<String> used = new TreeSet<>();
        for (PluginExecution execution : full.getExecutions()) {
            Xpp3Dom own = (Xpp3Dom) execution.getConfiguration();
            for (String name : execution.getGoals()) {
                MojoDescriptor goal = plugin.getMojo(name);
                assertThat(goal).as(name).isNotNull();
                Set<String> known = parameters(goal).map(Parameter::getName).collect(Collectors.toSet());
                assertThat(known).as("parameters of " + name).containsAll(names(own));
                used.addAll(known);
                assertThatCode(() -> configure(
                                goal, Xpp3Dom.mergeXpp3Dom(new Xpp3Dom(own), (Xpp3Dom) full.getConfiguration())))
                        .doesNotThrowAnyException();
            }
        }
        assertThat(used).containsAll(inPlugin);
    }

    /** The POM leaves out only what another page is about. */
    @Test
    void theFullPomHasEveryParameterOfItsGoalsButThoseOfOtherPages() {
        Set<String> given = given(Pages.snippets(FULL).get(0).text());
        Set<String> left = Stream.of("compress", "check")
                .map(plugin::getMojo)
                .flatMap(goal -> parameters(goal).filter(parameter -> !isIn(given, goal, parameter)))
                .map(Parameter::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(left)
                .containsExactlyInAnyOrder(
                        "devices",
                        "scorerLabel",
                        "secondScorerLabel",
                        "shards",
                        "sparkMaster",
                        "sparkProperties",
                        "sparkShards",
                        "sparkVersion");
    }

    @Test
    void aValueOfTheWrongKindWouldNotPass() {
        Xpp3Dom wrong = new Xpp3Dom("configuration");
        Xpp3Dom timeout = new Xpp3Dom("timeout");
        timeout.setValue("a day");
        wrong.addChild(timeout);
        assertThatThrownBy(() -> configure(plugin.getMojo("check"), wrong)).hasMessageContaining("a day");
    }

    private static Plugin fullPom() throws Exception {
        return new MavenXpp3Reader()
                .read(new StringReader(Pages.snippets(FULL).get(0).text()), true)
                .getBuild()
                .getPlugins()
                .get(0);
    }

    private static Set<String> names(Xpp3Dom configuration) {
        return Arrays.stream(configuration.getChildren()).map(Xpp3Dom::getName).collect(Collectors.toSet());
    }

    private static void configure(MojoDescriptor goal, Xpp3Dom configuration) throws Exception {
        PlexusConfiguration known = new XmlPlexusConfiguration("configuration");
        Set<String> names = parameters(goal).map(Parameter::getName).collect(Collectors.toSet());
        for (Xpp3Dom child : configuration.getChildren()) {
            if (names.contains(child.getName())) {
                known.addChild(new XmlPlexusConfiguration(child));
            }
        }
        Object mojo =
                Class.forName(goal.getImplementation()).getConstructors()[0].newInstance((Object) null);
        ClassRealm realm = new ClassWorld("test", ExamplesTest.class.getClassLoader()).getRealm("test");
        new BasicComponentConfigurator().configureComponent(mojo, known, new AsWritten(), realm);
    }

    private static final class AsWritten implements ExpressionEvaluator {

        @Override
        public Object evaluate(String expression) {
            return expression;
        }

        @Override
        public File alignToBaseDirectory(File file) {
            return file;
        }
    }
}
