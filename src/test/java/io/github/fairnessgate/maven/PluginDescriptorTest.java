package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What users see of the plugin: its descriptor. */
class PluginDescriptorTest {

    private static Document descriptor;

    @BeforeAll
    static void read() throws Exception {
        try (InputStream stream = PluginDescriptorTest.class.getResourceAsStream("/META-INF/maven/plugin.xml")) {
            descriptor =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(stream);
        }
    }

    @Test
    void goalsAreThoseOfTheReadme() {
        assertThat(elements("mojo").stream().map(mojo -> text(mojo, "goal")))
                .containsExactlyInAnyOrder(
                        "compress",
                        "evaluate",
                        "check",
                        "verify",
                        "self-test",
                        "certify",
                        "search",
                        "compare",
                        "baseline",
                        "report",
                        "report-aggregate",
                        "doctor",
                        "init",
                        "schema",
                        "help");
        assertThat(texts("goalPrefix")).containsExactly("fairness");
    }

    @Test
    void everyUserPropertyStartsWithThePrefix() {
        List<String> properties = new ArrayList<>();
        for (Element parameter : elements("configuration")) {
            NodeList children = parameter.getChildNodes();
            for (int i = 0; i < children.getLength(); i++) {
                String text = children.item(i).getTextContent();
                if (text.startsWith("${")) {
                    properties.add(text);
                }
            }
        }
        assertThat(properties)
                .hasSizeGreaterThan(20)
                .allMatch(property -> property.startsWith("${fairness.")
                        || property.startsWith("${project")
                        || property.startsWith("${session")
                        || property.startsWith("${plugin")
                        // of the generated help goal
                        || List.of("${detail}", "${goal}", "${indentSize}", "${lineLength}")
                                .contains(property));
    }

    /**
     * Elements within elements are not looked at for misprints: there must be none but those of lists, whose names do
     * not matter.
     */
    @Test
    void noParameterHasElementsOfItsOwn() {
        for (Element parameter : elements("parameter")) {
            if (text(parameter, "editable").equals("true")) {
                assertThat(text(parameter, "type"))
                        .as(text(parameter, "name"))
                        .isIn("java.lang.String", "boolean", "int", "long", "java.io.File", "java.util.List");
            }
        }
    }

    @Test
    void everyParameterIsDescribed() {
        for (Element parameter : elements("parameter")) {
            String description = text(parameter, "description");
            boolean readOnly = text(parameter, "editable").equals("false");
            assertThat(readOnly || !description.isBlank())
                    .as(text(parameter, "name"))
                    .isTrue();
        }
    }

    @Test
    void goalsRunWithoutAProjectAndInParallelBuilds() {
        for (Element mojo : elements("mojo")) {
            assertThat(text(mojo, "requiresProject")).as(text(mojo, "goal")).isEqualTo("false");
            assertThat(text(mojo, "threadSafe")).as(text(mojo, "goal")).isEqualTo("true");
        }
    }

    @Test
    void nativeLibrariesAreNotOnMavensClassPath() throws IOException {
        assertThat(texts("artifactId"))
                .isNotEmpty()
                .doesNotContain("onnxruntime", "onnxruntime_gpu", "pytorch-engine", "pytorch-native-cpu", "tokenizers");
    }

    @Test
    void ofWhatMakesSitesOnlyTheInterfacesAreOnMavensClassPath() {
        assertThat(texts("artifactId"))
                .filteredOn(artifact ->
                        artifact.contains("doxia") || artifact.contains("reporting") || artifact.contains("velocity"))
                .containsExactlyInAnyOrder("maven-reporting-api", "doxia-sink-api");
    }

    private static List<String> texts(String tag) {
        return elements(tag).stream().map(Element::getTextContent).toList();
    }

    private static String text(Element parent, String tag) {
        NodeList children = parent.getElementsByTagName(tag);
        return children.getLength() == 0 ? "" : children.item(0).getTextContent();
    }

    private static List<Element> elements(String tag) {
        NodeList nodes = descriptor.getElementsByTagName(tag);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
